import { useComputed } from "@preact/signals";
import { canShareScreen } from "../../client/call/device.ts";
import type { ConversationView } from "../../client/protocol.ts";
import { CallBar, CallButton, CallButtonPair } from "../../ui/call/CallBar.tsx";
import { DeviceMenu, type DeviceChoice } from "../../ui/call/DeviceMenu.tsx";
import { cameraChoice, microphoneChoice, speakerChoice } from "../../ui/call/devices.ts";
import { canDetach } from "../../ui/call/pictureInPicture.ts";
import { chevronDown, door, hangUp, maximize, mic, micOff, pictureInPicture, shareScreen, stopSharing, userPlus, video, videoOff } from "../../ui/icons.ts";
import { t as ui } from "../../ui/i18n/texts.ts";
import { usePanel } from "../context.ts";
import { inviteObstacle, isInCharge } from "../conversation/membership.ts";
import { attempt } from "../errors.ts";
import type { DeskCall } from "./callDesk.ts";
import { castOf } from "./cast.ts";
import { toggleFullScreen, useFullScreen } from "./fullScreen.ts";
import { usePictureInPicture } from "./usePictureInPicture.ts";
import { t } from "./texts.ts";

interface ControlsProps {
  conversation: ConversationView;
  current: DeskCall;
}

/** Microphone, camera, screen, colleague, and the way out; to their right, how large the call is shown. */
export function CallControls({ conversation, current, onInvite }: ControlsProps & { onInvite: () => void }) {
  const obstacle = inviteObstacle(conversation);
  return (
    <>
      <CallBar label={t("controls")}>
        <MicrophoneButton current={current} menu />
        {!current.audioOnly && <CameraButton current={current} menu />}
        <ScreenButton current={current} />
        <CallButton
          icon={userPlus}
          label={t("inviteColleague")}
          disabledReason={obstacle ? t(obstacle === "full" ? "inviteFull" : "invitePending") : undefined}
          data-testid="invite-colleague"
          onClick={onInvite}
        />
        <ExitButtons conversation={conversation} />
      </CallBar>
      <Sizes current={current} />
    </>
  );
}

interface DeviceButtonProps {
  current: DeskCall;
  /** With the arrow that opens the choice of devices. */
  menu?: boolean;
}

export function MicrophoneButton({ current, menu = false }: DeviceButtonProps) {
  const { calls } = usePanel();
  const { microphone } = current.call.media;
  const on = microphone.on.value;
  const button = (
    <CallButton
      icon={on ? mic : micOff}
      label={ui(on ? "microphoneTurnOff" : "microphoneTurnOn")}
      state={on ? "plain" : "off"}
      data-testid="toggle-microphone"
      data-on={on}
      onClick={() => toggle(microphone)}
    />
  );
  if (!menu) return button;
  return (
    <CallButtonPair>
      {button}
      <DeviceArrow choices={[microphoneChoice(current.call.media), ...speakerChoice(current.call.media, calls.speakerId)]} />
    </CallButtonPair>
  );
}

export function CameraButton({ current, menu = false }: DeviceButtonProps) {
  const { camera } = current.call.media;
  const on = camera.on.value;
  const button = (
    <CallButton icon={on ? video : videoOff} label={ui(on ? "cameraTurnOff" : "cameraTurnOn")} state={on ? "plain" : "off"} data-testid="toggle-camera" data-on={on} onClick={() => toggle(camera)} />
  );
  if (!menu) return button;
  return (
    <CallButtonPair>
      {button}
      <DeviceArrow choices={[cameraChoice(current.call.media)]} />
    </CallButtonPair>
  );
}

/** The small arrow beside a device's button: which one. */
function DeviceArrow({ choices }: { choices: readonly DeviceChoice[] }) {
  return <DeviceMenu choices={choices} trigger={(trigger) => <CallButton {...trigger} icon={chevronDown} label={ui("chooseDevices")} split />} />;
}

interface Switchable {
  on: { value: boolean };
  turnOn: () => Promise<void>;
  turnOff: () => void;
}

/** Turns a microphone or camera on or off. */
export function toggle(device: Readonly<Switchable>): void {
  if (device.on.value) device.turnOff();
  else void device.turnOn();
}

function ScreenButton({ current: { call } }: { current: DeskCall }) {
  if (!canShareScreen()) return null;
  const sharing = call.media.screenPicture.value !== null;
  const taken = !sharing && (call.screenProblem.value === "taken" || call.participants.value.some((other) => other.screen && !other.isMe));
  return (
    <CallButton
      icon={sharing ? stopSharing : shareScreen}
      label={ui(sharing ? "screenStop" : "screenShare")}
      state={sharing ? "on" : "plain"}
      disabledReason={taken ? t("screenTaken") : undefined}
      data-testid="toggle-screen"
      data-on={sharing}
      onClick={() => (sharing ? call.media.stopScreen() : void call.startScreen())}
    />
  );
}

/** Who is in charge, or started the call, ends it for all or only leaves; the others leave. */
function ExitButtons({ conversation }: { conversation: ConversationView }) {
  const { calls, me } = usePanel();
  const mayEnd = isInCharge(conversation, me) || conversation.call?.by.id === me.id;
  if (!mayEnd) {
    return (
      <CallButton icon={hangUp} label={t("leaveCall")} state="end" data-testid="leave-call" onClick={() => calls.leave()}>
        <span class="wide-only">{t("leaveCall")}</span>
      </CallButton>
    );
  }
  return (
    <>
      <CallButton icon={door} label={t("leaveOnly")} data-testid="leave-call" onClick={() => calls.leave()} />
      <CallButton icon={hangUp} label={t("endCall")} state="end" data-testid="end-call" onClick={() => void attempt(() => calls.end(conversation))}>
        <span class="wide-only">{t("endCall")}</span>
      </CallButton>
    </>
  );
}

function Sizes({ current }: { current: DeskCall }) {
  const stream = useComputed(() => {
    const { main } = castOf(current.call.participants.value);
    return (main?.kind === "screen" ? main.participant.screenPicture : main?.participant.cameraPicture) ?? null;
  });
  const toggleDetached = usePictureInPicture(stream.value, current.call.shown);
  const full = useFullScreen();
  return (
    <div class="call-sizes">
      {canDetach() && <CallButton icon={pictureInPicture} label={t("pictureInPicture")} disabledReason={stream.value ? undefined : t("connecting")} onClick={toggleDetached} />}
      {document.fullscreenEnabled && <CallButton icon={maximize} label={t(full ? "leaveFullScreen" : "fullScreen")} state={full ? "on" : "plain"} onClick={toggleFullScreen} />}
    </div>
  );
}
