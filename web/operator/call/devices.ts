import type { Call } from "../../client/call/call.ts";
import type { DeviceChoice } from "../../ui/call/DeviceMenu.tsx";
import type { CallDesk } from "./callDesk.ts";

/** The microphones to choose from. */
export function microphoneChoice({ media }: Call): DeviceChoice {
  return {
    kind: "microphone",
    devices: media.devices.value.microphones,
    current: media.microphone.deviceId.value ?? undefined,
    onChoose: (deviceId) => void media.microphone.select(deviceId),
  };
}

/** The cameras to choose from. */
export function cameraChoice({ media }: Call): DeviceChoice {
  return {
    kind: "camera",
    devices: media.devices.value.cameras,
    current: media.camera.deviceId.value ?? undefined,
    onChoose: (deviceId) => void media.camera.select(deviceId),
  };
}

/** The speakers to choose from; none in browsers that leave the choice to the system. */
export function speakerChoice({ media }: Call, calls: CallDesk): DeviceChoice[] {
  const devices = media.devices.value.speakers;
  if (devices.length === 0 || !("setSinkId" in HTMLMediaElement.prototype)) return [];
  const current = calls.speakerId.value ?? devices[0]?.deviceId;
  return [{ kind: "speaker", devices, current, onChoose: (deviceId) => (calls.speakerId.value = deviceId) }];
}
