import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { gradeOf } from "../../client/call/quality.ts";
import type { ConversationView } from "../../client/protocol.ts";
import { ToolButton } from "../../ui/Button.tsx";
import { CallButton } from "../../ui/call/CallBar.tsx";
import { LineNotice, wayText } from "../../ui/call/LineNotice.tsx";
import { PictureViewsContext } from "../../ui/call/pictures.ts";
import { Stage } from "../../ui/call/Stage.tsx";
import { Chip, SignalBars } from "../../ui/call/Tile.tsx";
import { chevronLeft, cross, info, shareScreen, userPlus, warning } from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { formatDuration } from "../../ui/i18n/format.ts";
import { usePanel } from "../context.ts";
import { attempt } from "../errors.ts";
import { InviteDialog } from "../conversation/InviteDialog.tsx";
import { visitorName } from "../conversation/membership.ts";
import { CallControls } from "./CallControls.tsx";
import type { DeskCall } from "./callDesk.ts";
import { CallSwitch } from "./CallSwitch.tsx";
import { participantName, RoleTile, SelfTile } from "./CallTile.tsx";
import { castOf } from "./cast.ts";
import { Interruption, Waiting } from "./CallWaiting.tsx";
import { standingOf } from "./standing.ts";
import { t } from "./texts.ts";
import { t as panelText } from "../texts.ts";
import "./CallView.css";

/** The conversation as a call: the visitor large, colleagues beside, the controls below. */
export function CallView({ conversation }: { conversation: ConversationView }) {
  const panel = usePanel();
  const inviting = useSignal(false);
  const current = panel.calls.entered.value;
  if (!current) return null;
  const over = current.call.phase.value === "ended";
  return (
    <main class="pane stage call">
      <Head conversation={conversation} current={current} />
      {!over && !current.audioOnly && (
        <div class="call-problems">
          <LineNotice call={current.call} />
        </div>
      )}
      <div class="call-main">
        <PictureViewsContext.Provider value={current.call.shown}>
          {over ? <Interruption conversation={conversation} current={current} /> : <People conversation={conversation} current={current} />}
        </PictureViewsContext.Provider>
      </div>
      {!over && (
        <footer class="call-foot">
          <Remark conversation={conversation} current={current} />
          <CallControls conversation={conversation} current={current} onInvite={() => (inviting.value = true)} />
        </footer>
      )}
      {inviting.value && <InviteDialog conversation={conversation} onClose={() => (inviting.value = false)} />}
    </main>
  );
}

interface PartProps {
  conversation: ConversationView;
  current: DeskCall;
}

function People({ conversation, current }: PartProps) {
  const { main, side } = castOf(current.call.participants.value);
  return (
    <Stage
      main={main ? <RoleTile current={current} role={main} conversation={conversation} /> : <Waiting conversation={conversation} current={current} />}
      side={side.map((role) => (
        <RoleTile key={`${role.participant.sessionId}-${role.kind}`} current={current} role={role} conversation={conversation} />
      ))}
      self={<SelfTile current={current} />}
    />
  );
}

function Head({ conversation, current }: PartProps) {
  const panel = usePanel();
  const standing = standingOf(conversation, current.call);
  return (
    <header class="call-head">
      <span class="phone-only">
        <ToolButton icon={chevronLeft} label={panelText("backToList")} onClick={() => panel.select(null)} />
      </span>
      <div class="grow">
        <h2 class="h3 call-name">
          <span class="trunc">{visitorName(conversation)}</span>
          {conversation.call && <Duration sinceMs={conversation.call.started_at_ms - panel.desk.state.value.clockOffsetMs} />}
        </h2>
        <p class="call-sub trunc" role="status" data-testid="call-status" data-phase={current.call.phase.value} data-standing={standing.kind}>
          {[conversation.group_name, standing.text, wayText(current.call)].filter(Boolean).join(" · ")}
        </p>
      </div>
      <Line current={current} />
      <CallSwitch conversation={conversation} />
    </header>
  );
}

/** Counts the seconds since a moment of this computer's clock. */
function Duration({ sinceMs }: { sinceMs: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span class="call-clock">{formatDuration(now - sinceMs)}</span>;
}

/** How good the own line is, in bars and words. */
function Line({ current }: { current: DeskCall }) {
  const { call } = current;
  if (call.phase.value === "reconnecting") return <Chip>{t("reconnecting")}</Chip>;
  const quality = gradeOf(call.quality.value);
  if (!quality || call.phase.value !== "inside") return null;
  const words = t(({ good: "lineGood", fair: "lineFair", weak: "lineWeak" } as const)[quality]);
  return (
    <span class={`chip call-line quality-${quality}`} title={words}>
      <SignalBars quality={quality} />
      <span class="call-line-words">{words}</span>
    </span>
  );
}

/** One quiet line beside the controls: who is awaited, whose screen is shown, or whose line is weak. */
function Remark({ conversation, current }: PartProps) {
  const { desk } = usePanel();
  const awaited = conversation.invitations.find((other) => other.invitee.kind === "operator");
  const remark = awaited ? { icon: userPlus, text: t("waitingFor", { name: awaited.invitee.name }) } : remarkOn(conversation, current);
  return (
    <div class="call-remark">
      {remark && <Icon of={remark.icon} size="s" />}
      <span role="status">
        {remark?.text}
      </span>
      {awaited && (
        <CallButton icon={cross} label={t("withdraw")} data-testid="withdraw-colleague" onClick={() => void attempt(() => desk.withdraw(awaited))} />
      )}
    </div>
  );
}

function remarkOn(conversation: ConversationView, { call }: DeskCall): { icon: string; text: string } | null {
  if (call.media.screenPicture.value) return { icon: shareScreen, text: t("youShare") };
  const others = call.participants.value.filter((participant) => !participant.isMe);
  const sharing = others.find((participant) => participant.screen);
  if (sharing) return { icon: shareScreen, text: t("sharesScreen", { name: participantName(sharing, conversation) }) };
  const silenced = others.find((participant) => participant.audioOnly);
  if (silenced) return { icon: warning, text: t("voiceOnlyOf", { name: participantName(silenced, conversation) }) };
  const weak = others.find((participant) => gradeOf(participant.quality) === "weak");
  if (weak) return { icon: warning, text: t("weakLineOf", { name: participantName(weak, conversation) }) };
  const detour = others.find((participant) => participant.path !== "udp");
  if (!detour) return null;
  return { icon: info, text: t(detour.path === "tcp" ? "viaTcpOf" : "viaRelayOf", { name: participantName(detour, conversation) }) };
}
