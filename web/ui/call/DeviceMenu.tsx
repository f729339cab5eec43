import { Menu, MenuGroup, MenuItem } from "../Menu.tsx";
import { chevronDown } from "../icons.ts";
import { t } from "../i18n/texts.ts";
import { CallButton } from "./CallBar.tsx";

/** What the menu needs of a `MediaDeviceInfo`. */
export interface Device {
  deviceId: string;
  label: string;
}

export interface DeviceChoice {
  kind: "microphone" | "camera" | "speaker";
  devices: readonly Device[];
  /** The device in use; undefined while the system chooses. */
  current: string | undefined;
  onChoose: (deviceId: string) => void;
}

/** The small arrow beside a call button: which microphone, camera or speaker. */
export function DeviceMenu({ choices }: { choices: readonly DeviceChoice[] }) {
  return (
    <Menu label={t("chooseDevices")} trigger={(trigger) => <CallButton {...trigger} icon={chevronDown} label={t("chooseDevices")} split />}>
      {choices.map((choice) => (
        <MenuGroup key={choice.kind} label={t(choice.kind)}>
          {choice.devices.length === 0 && <p class="tip menu-item">{t("noDevice")}</p>}
          {choice.devices.map((device) => (
            <MenuItem key={device.deviceId} checked={device.deviceId === choice.current} onSelect={() => choice.onChoose(device.deviceId)}>
              {device.label || t("systemDefault")}
            </MenuItem>
          ))}
        </MenuGroup>
      ))}
    </Menu>
  );
}
