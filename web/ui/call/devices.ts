import type { Signal } from "@preact/signals";
import type { LocalMedia } from "../../client/call/media.ts";
import type { DeviceChoice } from "./DeviceMenu.tsx";

/** The microphones to choose from. */
export function microphoneChoice({ devices, microphone }: LocalMedia): DeviceChoice {
  return {
    kind: "microphone",
    devices: devices.value.microphones,
    current: microphone.deviceId.value ?? undefined,
    onChoose: (deviceId) => void microphone.select(deviceId),
  };
}

/** The cameras to choose from. */
export function cameraChoice({ devices, camera }: LocalMedia): DeviceChoice {
  return {
    kind: "camera",
    devices: devices.value.cameras,
    current: camera.deviceId.value ?? undefined,
    onChoose: (deviceId) => void camera.select(deviceId),
  };
}

/** The speakers to choose from, as a list of one; none in browsers that leave the choice to the system. */
export function speakerChoice({ devices }: LocalMedia, speakerId: Signal<string | null>): DeviceChoice[] {
  const { speakers } = devices.value;
  if (speakers.length === 0 || !("setSinkId" in HTMLMediaElement.prototype)) return [];
  const current = speakerId.value ?? speakers[0]?.deviceId;
  return [{ kind: "speaker", devices: speakers, current, onChoose: (deviceId) => (speakerId.value = deviceId) }];
}
