import { CallButton } from "../../ui/call/CallBar.tsx";
import { mic, micOff, video, videoOff } from "../../ui/icons.ts";
import { t as common } from "../../ui/i18n/texts.ts";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";

interface SwitchesProps {
  call: VisitorCall;
  /** With words beside the icons, where there is room. */
  worded?: boolean;
  round?: boolean;
}

/** Microphone and, in groups with video, camera: the same switches before and during a call. */
export function Switches({ call, worded = false, round = false }: SwitchesProps) {
  const heard = call.microphone.value;
  const seen = call.camera.value;
  return (
    <>
      <CallButton
        icon={heard ? mic : micOff}
        label={common(heard ? "microphoneTurnOff" : "microphoneTurnOn")}
        state={heard ? "plain" : "off"}
        round={round}
        data-testid="toggle-microphone"
        onClick={() => call.toggleMicrophone()}
      >
        {worded && t("microphone")}
      </CallButton>
      {!call.audioOnly && (
        <CallButton
          icon={seen ? video : videoOff}
          label={common(seen ? "cameraTurnOff" : "cameraTurnOn")}
          state={seen ? "plain" : "off"}
          round={round}
          data-testid="toggle-camera"
          onClick={() => call.toggleCamera()}
        >
          {worded && t("camera")}
        </CallButton>
      )}
    </>
  );
}
