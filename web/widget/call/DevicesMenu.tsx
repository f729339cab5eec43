import { signal } from "@preact/signals";
import type { Device } from "../../ui/call/DeviceMenu.tsx";
import { CallButton } from "../../ui/call/CallBar.tsx";
import { more } from "../../ui/icons.ts";
import { t as common } from "../../ui/i18n/texts.ts";
import { Menu, MenuGroup, MenuItem } from "../../ui/Menu.tsx";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";

/** The output that was chosen for the others' voices; empty is the system's own. */
export const speakerId = signal("");

const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;

/** Which microphone, camera and speaker. */
export function DevicesMenu({ call, round = false }: { call: VisitorCall; round?: boolean }) {
  const { media } = call.call;
  const { microphones, cameras, speakers } = media.devices.value;
  return (
    <Menu label={common("chooseDevices")} trigger={(trigger) => <CallButton {...trigger} icon={more} label={t("more")} round={round} />}>
      <Choices label={common("microphone")} devices={microphones} current={media.microphone.deviceId.value} onChoose={(id) => void media.microphone.select(id)} />
      {!call.audioOnly && (
        <Choices label={common("camera")} devices={cameras} current={media.camera.deviceId.value} onChoose={(id) => void media.camera.select(id)} />
      )}
      {canChooseSpeaker && speakers.length > 0 && (
        <Choices
          label={common("speaker")}
          devices={speakers}
          current={speakerId.value || (speakers[0]?.deviceId ?? null)}
          onChoose={(id) => {
            speakerId.value = id;
          }}
        />
      )}
    </Menu>
  );
}

interface ChoicesProps {
  label: string;
  devices: readonly Device[];
  current: string | null;
  onChoose: (deviceId: string) => void;
}

function Choices({ label, devices, current, onChoose }: ChoicesProps) {
  return (
    <MenuGroup label={label}>
      {devices.length === 0 && <p class="tip menu-item">{common("noDevice")}</p>}
      {devices.map((device) => (
        <MenuItem key={device.deviceId} checked={device.deviceId === current} onSelect={() => onChoose(device.deviceId)}>
          {device.label || common("systemDefault")}
        </MenuItem>
      ))}
    </MenuGroup>
  );
}
