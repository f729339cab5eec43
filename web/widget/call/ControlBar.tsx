import { canShareScreen } from "../../client/call/device.ts";
import { gradeOf } from "../../client/call/quality.ts";
import { CallBar, CallButton } from "../../ui/call/CallBar.tsx";
import { canDetach } from "../../ui/call/pictureInPicture.ts";
import { cross, hangUp, pictureInPicture, refresh, shareScreen, stopSharing } from "../../ui/icons.ts";
import { useVisit } from "../context.ts";
import type { Layout } from "../layout.ts";
import { DevicesMenu } from "./DevicesMenu.tsx";
import { durationOf } from "./status.ts";
import { Switches } from "./Switches.tsx";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";

interface ControlBarProps {
  call: VisitorCall;
  layout: Layout;
}

/** What one can do in a call: icons in the panel, words where there is room, large and round on a phone. */
export function ControlBar({ call, layout }: ControlBarProps) {
  const worded = layout === "wide";
  const round = layout === "video";
  return (
    <div class="call-foot">
      {worded && <Line call={call} />}
      <CallBar label={t("controls")}>
        <Switches call={call} worded={worded} round={round} />
        <ScreenSwitch call={call} worded={worded} round={round} />
        {round && <CameraFlip call={call} />}
        <DevicesMenu call={call} round={round} />
        <CallButton icon={hangUp} label={t("leaveCall")} state="end" round={round} data-testid="leave-call" onClick={() => call.leave()}>
          {!round && t("leave")}
        </CallButton>
      </CallBar>
      {(worded || round) && <WindowButtons call={call} />}
    </div>
  );
}

interface ScreenSwitchProps {
  call: VisitorCall;
  worded: boolean;
  round: boolean;
}

function ScreenSwitch({ call: { call }, worded, round }: ScreenSwitchProps) {
  const shown = call.media.screenPicture.value !== null;
  if (!canShareScreen()) return null;
  const label = t(shown ? "screenShown" : "screen");
  return (
    <CallButton
      icon={shown ? stopSharing : shareScreen}
      label={label}
      state={shown ? "on" : "plain"}
      round={round}
      data-testid="toggle-screen"
      onClick={() => (shown ? call.media.stopScreen() : void call.startScreen())}
    >
      {worded && label}
    </CallButton>
  );
}

/** Front and back camera. */
function CameraFlip({ call: { call, camera } }: { call: VisitorCall }) {
  const { cameras } = call.media.devices.value;
  if (cameras.length < 2 || !camera.value) return null;
  const current = cameras.findIndex(({ deviceId }) => deviceId === call.media.camera.deviceId.value);
  const next = cameras[(current + 1) % cameras.length];
  return next && <CallButton icon={refresh} label={t("flipCamera")} round onClick={() => void call.media.camera.select(next.deviceId)} />;
}

const lines = { good: "lineGood", fair: "lineFair", weak: "lineWeak" } as const;

function Line({ call }: { call: VisitorCall }) {
  const { desk } = useVisit();
  const grade = gradeOf(call.call.quality.value);
  const duration = durationOf(call, desk);
  return <p class="call-line">{grade ? t("line", { level: t(lines[grade]), duration }) : duration}</p>;
}

function WindowButtons({ call }: { call: VisitorCall }) {
  const visit = useVisit();
  return (
    <div class="call-window">
      {canDetach() && <CallButton icon={pictureInPicture} label={t("pictureInPicture")} onClick={() => call.toggleDetached()} />}
      {visit.expanded.value && <CallButton icon={cross} label={t("collapse")} onClick={() => visit.expand(false)} />}
    </div>
  );
}
