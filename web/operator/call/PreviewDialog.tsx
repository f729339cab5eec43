import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { DeviceProblem } from "../../client/call/device.ts";
import { LevelMeter as Listener } from "../../client/call/level.ts";
import type { ConversationView } from "../../client/protocol.ts";
import { Presence } from "../../ui/Avatar.tsx";
import { Button, ToolButton } from "../../ui/Button.tsx";
import { CallButton } from "../../ui/call/CallBar.tsx";
import { cameraChoice, microphoneChoice, speakerChoice } from "../../ui/call/devices.ts";
import { LevelMeter } from "../../ui/call/LevelMeter.tsx";
import { PictureViewsContext } from "../../ui/call/pictures.ts";
import { Chip, Tile } from "../../ui/call/Tile.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Field.tsx";
import { mic, micOff, phone, video, videoOff, volume } from "../../ui/icons.ts";
import { t as ui } from "../../ui/i18n/texts.ts";
import { Notice } from "../../ui/Notice.tsx";
import { playChime } from "../chime.ts";
import { usePanel } from "../context.ts";
import { errorText } from "../errors.ts";
import { firstName, visitorName } from "../conversation/membership.ts";
import { toggle } from "./CallControls.tsx";
import type { DeskCall } from "./callDesk.ts";
import { t } from "./texts.ts";
import { useLook } from "./useLook.ts";
import "./PreviewDialog.css";

/** Before a call: how one looks and sounds, and with which devices. */
export function PreviewDialog() {
  const panel = usePanel();
  const current = panel.calls.preview.value;
  const conversation = panel.desk.state.value.conversations.get(current?.conversationId ?? "");
  if (!current || !conversation) return null;
  return <Preview current={current} conversation={conversation} />;
}

interface PreviewProps {
  current: DeskCall;
  conversation: ConversationView;
}

function Preview({ current, conversation }: PreviewProps) {
  const { calls } = usePanel();
  const busy = useSignal(false);
  const name = firstName(visitorName(conversation));
  const enter = async () => {
    busy.value = true;
    await calls.enter();
    busy.value = false;
  };
  return (
    <Dialog
      wide
      title={t("previewTitle", { name })}
      subtitle={subtitle(conversation, current.audioOnly, name)}
      onClose={() => calls.leave()}
      aside={<VisitorHere conversation={conversation} name={name} />}
      actions={
        <>
          <Button onClick={() => calls.leave()}>{t("cancel")}</Button>
          <Button kind="primary" icon={current.audioOnly ? phone : video} busy={busy.value} data-testid="enter-call" onClick={() => void enter()}>
            {t("enter")}
          </Button>
        </>
      }
    >
      <div class="preview">
        <PictureViewsContext.Provider value={current.call.shown}>
          <Mirror current={current} name={name} />
        </PictureViewsContext.Provider>
        <Devices current={current} />
      </div>
      {calls.refusal.value !== null && (
        <Notice tone="danger" assertive>
          {errorText(calls.refusal.value)}
        </Notice>
      )}
    </Dialog>
  );
}

function subtitle(conversation: ConversationView, audioOnly: boolean, name: string): string {
  if (conversation.call) return t(audioOnly ? "previewJoinsAudio" : "previewJoins");
  return t(audioOnly ? "previewInvitesAudio" : "previewInvites", { name });
}

function VisitorHere({ conversation, name }: { conversation: ConversationView; name: string }) {
  const presence = conversation.visitor?.presence ?? "gone";
  const words = { here: t("visitorHere", { name }), leaving: t("visitorLeaving", { name }), gone: t("visitorGone", { name }) }[presence];
  return (
    <>
      <Presence of={presence} /> {words}
    </>
  );
}

/** The own picture as the visitor will see it, and the two switches below. */
function Mirror({ current, name }: { current: DeskCall; name: string }) {
  const { me } = usePanel();
  const { microphone, camera } = current.call.media;
  const picture = current.call.ownPicture.value;
  useLook(current.call);
  const micOn = microphone.on.value;
  const cameraOn = camera.on.value;
  return (
    <div class="mirror stage">
      <div class="mirror-tile">
        <Tile name={me.name} identity={me.id} stream={picture} self muted={!micOn} note={picture && <Chip>{t("thatIsYou", { name })}</Chip>} />
        {!cameraOn && <p class="mirror-hint">{t(current.audioOnly ? "audioOnlyHint" : "cameraOffHint")}</p>}
      </div>
      <div class="call-bar">
        <CallButton icon={micOn ? mic : micOff} label={ui(micOn ? "microphoneTurnOff" : "microphoneTurnOn")} state={micOn ? "plain" : "off"} data-testid="toggle-microphone" data-on={micOn} onClick={() => toggle(microphone)}>
          {t(micOn ? "microphoneIsOn" : "microphoneIsOff")}
        </CallButton>
        {!current.audioOnly && (
          <CallButton icon={cameraOn ? video : videoOff} label={ui(cameraOn ? "cameraTurnOff" : "cameraTurnOn")} state={cameraOn ? "plain" : "off"} data-testid="toggle-camera" data-on={cameraOn} onClick={() => toggle(camera)}>
            {t(cameraOn ? "cameraIsOn" : "cameraIsOff")}
          </CallButton>
        )}
      </div>
    </div>
  );
}

function Devices({ current }: { current: DeskCall }) {
  const { calls } = usePanel();
  const { call, audioOnly } = current;
  const [speaker] = speakerChoice(call.media, calls.speakerId);
  return (
    <div class="stack">
      <div class="stack">
        <DeviceSelect choice={microphoneChoice(call.media)} />
        <Hearing current={current} />
      </div>
      <Problem kind="microphone" problem={call.media.microphone.problem.value} />
      {!audioOnly && <DeviceSelect choice={cameraChoice(call.media)} />}
      {!audioOnly && <Problem kind="camera" problem={call.media.camera.problem.value} />}
      {speaker && (
        <div class="preview-speaker">
          <DeviceSelect choice={speaker} />
          <ToolButton icon={volume} label={t("testSound")} size="l" onClick={() => void playChime(speaker.current ?? null)} />
        </div>
      )}
    </div>
  );
}

function DeviceSelect({ choice }: { choice: ReturnType<typeof microphoneChoice> }) {
  const options = choice.devices.map((device) => ({ value: device.deviceId, label: device.label || ui("systemDefault") }));
  const none = [{ value: "", label: ui("noDevice") }];
  const empty = options.length === 0;
  return <Select label={ui(choice.kind)} options={empty ? none : options} disabled={empty} value={choice.current ?? ""} onValue={choice.onChoose} />;
}

/** Whether the microphone hears anything. */
function Hearing({ current }: { current: DeskCall }) {
  const { microphone } = current.call.media;
  const listener = useMemo(() => new Listener(microphone.sending), [microphone]);
  useEffect(() => () => listener.close(), [listener]);
  const level = listener.level.value;
  const heard = useSignal(false);
  useEffect(() => {
    if (level > 0.25) heard.value = true;
  }, [level, heard]);
  if (!microphone.on.value) return null;
  return (
    <div class="row">
      <LevelMeter level={level} />
      <span class="tip preview-hearing">{t(heard.value ? "weHearYou" : "weHearNothing")}</span>
    </div>
  );
}

const problemTexts = {
  microphone: { denied: "microphoneDenied", missing: "microphoneMissing", busy: "microphoneBusy", lost: "microphoneLost", insecure: "insecure" },
  camera: { denied: "cameraDenied", missing: "cameraMissing", busy: "cameraBusy", lost: "cameraLost", insecure: "insecure" },
} as const;

/** Why there is no microphone or camera, and that one can enter all the same. */
function Problem({ kind, problem }: { kind: keyof typeof problemTexts; problem: DeviceProblem | null }) {
  if (!problem) return null;
  return <Notice tone="warning">{t(problemTexts[kind][problem])}</Notice>;
}
