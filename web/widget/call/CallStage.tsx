import { useEffect } from "preact/hooks";
import { gradeOf } from "../../client/call/quality.ts";
import type { CallView, ConversationView } from "../../client/protocol.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { chat } from "../../ui/icons.ts";
import { Count } from "../../ui/Badge.tsx";
import { PictureViewsContext } from "../../ui/call/pictures.ts";
import { PauseStatus } from "../../ui/call/PauseStatus.tsx";
import { isArriving, Standing } from "../../ui/call/Standing.tsx";
import { Tile } from "../../ui/call/Tile.tsx";
import { Stage, StageWait } from "../../ui/call/Stage.tsx";
import { useArrival } from "../arrival.ts";
import { useVisit } from "../context.ts";
import { chatWanted, type Layout } from "../layout.ts";
import { ControlBar } from "./ControlBar.tsx";
import { Problems } from "./Problems.tsx";
import type { Shot } from "./scene.ts";
import { Sounds } from "./Sounds.tsx";
import { peopleText, statusText } from "./status.ts";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";
import "./Call.css";

interface CallStageProps {
  call: VisitorCall;
  layout: Layout;
  /** The conversation whose last words are shown where there is no room for its log. */
  view: ConversationView | null;
}

/** The call: the others, the own picture, and the controls. */
export function CallStage({ call, layout, view }: CallStageProps) {
  useDeviceKeys(call);
  const section = useArrival<HTMLElement>();
  const { main, others } = call.scene.value;
  const beside = layout === "wide" && main?.kind === "screen";
  return (
    <section class="call stage" ref={section} tabIndex={-1}>
      <div class="call-view">
        <PictureViewsContext.Provider value={call.call.shown}>
          <Stage
            main={
              <>
                {main ? <MainTile call={call} shot={main} /> : <Waiting call={call} />}
                {others.length > 0 && !beside && <Others call={call} shots={others} />}
              </>
            }
            side={beside ? others.map((shot) => <OtherTile key={shot.person.identityId} call={call} shot={shot} movable={false} />) : []}
            self={<OwnTile call={call} />}
          />
        </PictureViewsContext.Provider>
        {layout === "video" && <TopLine call={call} />}
        <Sounds participants={call.call.participants.value} />
        <PauseStatus call={call.call} />
      </div>
      <div class="call-problems">
        <Problems call={call} />
      </div>
      {layout === "video" && view && <LastWords view={view} />}
      <ControlBar call={call} layout={layout} />
    </section>
  );
}

function MainTile({ call, shot }: { call: VisitorCall; shot: Shot }) {
  const { call: media } = call;
  const { name, stream, ...state } = useShot(call, shot);
  const joining = media.phase.value === "joining";
  const showing = media.media.screenPicture.value !== null;
  return (
    <Tile
      {...state}
      name={shot.kind === "screen" ? t("screenOf", { name }) : name}
      stream={joining ? null : stream}
      quality={joining ? undefined : gradeOf(media.quality.value)}
      reconnecting={media.phase.value === "reconnecting"}
      note={
        <Standing person={shot.person} call={useRunningCall(call)}>
          {showing && t("showing")}
        </Standing>
      }
    />
  );
}

/** The second and third operator, and those who are not shown because of a screen; a click brings one forward. */
function Others({ call, shots }: { call: VisitorCall; shots: readonly Shot[] }) {
  const { main } = call.scene.value;
  return (
    <div class="call-others">
      {shots.map((shot) => (
        <OtherTile key={shot.person.identityId} call={call} shot={shot} movable={main?.kind === "camera"} />
      ))}
    </div>
  );
}

function OtherTile({ call, shot, movable }: { call: VisitorCall; shot: Shot; movable: boolean }) {
  const tile = <Tile {...useShot(call, shot)} note={<Standing person={shot.person} call={useRunningCall(call)} />} />;
  if (!movable) return <div class="call-other">{tile}</div>;
  const label = t("toCentre", { name: shot.person.name });
  return (
    <button type="button" class="call-other" aria-label={label} title={label} onClick={() => (call.pinned.value = shot.person.identityId)}>
      {tile}
    </button>
  );
}

/** The call as the conversation tells it. */
function useRunningCall({ conversationId }: VisitorCall): CallView | null | undefined {
  return useVisit().desk.state.value.conversations.get(conversationId)?.call;
}

function useShot(visitorCall: VisitorCall, { kind, person }: Shot) {
  const { call } = visitorCall;
  const running = useRunningCall(visitorCall);
  const screen = kind === "screen";
  return {
    name: person.name,
    identity: person.identityId,
    screen,
    stream: screen ? person.screenPicture : isArriving(person, running) ? null : person.cameraPicture,
    paused: screen ? person.screenPaused : person.cameraPaused,
    muted: !screen && !person.microphone,
    speaking: !screen && call.speaker.value === person.sessionId,
  };
}

function OwnTile({ call }: { call: VisitorCall }) {
  const { me } = useVisit().desk.state.value;
  const { participants, speaker } = call.call;
  const own = participants.value.find(({ isMe }) => isMe);
  const speaking = call.microphone.value && speaker.value === own?.sessionId;
  return <Tile self name={me?.name ?? ""} identity={own?.identityId} stream={call.call.ownPicture.value} muted={!call.microphone.value} speaking={speaking} />;
}

/** What the centre shows while nobody is there yet. */
function Waiting({ call }: { call: VisitorCall }) {
  const entering = call.call.phase.value === "joining" || call.call.phase.value === "preview";
  const name = peopleText(call);
  return (
    <StageWait>
      {name && <Avatar name={name} size="xl" />}
      <b class="h3">{entering ? t("entering") : name ? t("waiting", { name }) : t("waitingSomebody")}</b>
      <p>{t("waitingHint")}</p>
    </StageWait>
  );
}

/** Names and time over the picture, where there is no head. */
function TopLine({ call }: { call: VisitorCall }) {
  const { desk } = useVisit();
  return (
    <p class="chip call-top">
      <b class="strong trunc">{peopleText(call)}</b>
      <span data-testid="call-status" data-phase={call.call.phase.value}>
        {statusText(call, desk)}
      </span>
    </p>
  );
}

/** The last message, which leads to the chat. */
function LastWords({ view }: { view: ConversationView }) {
  const last = view.events.findLast(({ body }) => body.type === "message_sent")?.body;
  const words = last?.type === "message_sent" ? last : null;
  return (
    <button type="button" class="call-words" aria-label={t("openChat")} onClick={() => (chatWanted.value = true)}>
      {words && <Avatar name={words.author.name} size="s" />}
      <span class="grow trunc">{words?.text ?? t("chat")}</span>
      <Count value={view.unread} />
      <Icon of={chat} />
    </button>
  );
}

/** M and V turn microphone and camera on and off while no field has the focus. */
function useDeviceKeys(call: VisitorCall): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest("input, textarea, select")) return;
      if (event.key === "m") call.toggleMicrophone();
      else if (event.key === "v" && !call.audioOnly) call.toggleCamera();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [call]);
}
