import type { ComponentChildren } from "preact";
import { Menu, MenuGroup, MenuItem, type MenuTrigger } from "../Menu.tsx";
import { t } from "../i18n/texts.ts";

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

interface DeviceMenuProps {
  choices: readonly DeviceChoice[];
  /** Draws the button. */
  trigger: (trigger: MenuTrigger) => ComponentChildren;
}

/** Which microphone, camera or speaker. */
export function DeviceMenu({ choices, trigger }: DeviceMenuProps) {
  return (
    <Menu label={t("chooseDevices")} trigger={trigger}>
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
