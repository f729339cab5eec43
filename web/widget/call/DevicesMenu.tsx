import { signal } from "@preact/signals";
import { CallButton } from "../../ui/call/CallBar.tsx";
import { DeviceMenu } from "../../ui/call/DeviceMenu.tsx";
import { cameraChoice, microphoneChoice, speakerChoice } from "../../ui/call/devices.ts";
import { more } from "../../ui/icons.ts";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";

/** The output that was chosen for the others' voices; null is the system's. */
export const speakerId = signal<string | null>(null);

/** Which microphone, camera and speaker. */
export function DevicesMenu({ call, round = false }: { call: VisitorCall; round?: boolean }) {
  const { media } = call.call;
  const cameras = call.audioOnly ? [] : [cameraChoice(media)];
  return (
    <DeviceMenu
      choices={[microphoneChoice(media), ...cameras, ...speakerChoice(media, speakerId)]}
      trigger={(trigger) => <CallButton {...trigger} icon={more} label={t("more")} round={round} />}
    />
  );
}
