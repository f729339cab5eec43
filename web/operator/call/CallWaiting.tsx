import { useEffect, useState } from "preact/hooks";
import type { ConversationView, InvitationView } from "../../client/protocol.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { CallButton } from "../../ui/call/CallBar.tsx";
import { StageWait } from "../../ui/call/Stage.tsx";
import { chat, cross, refresh, userPlus } from "../../ui/icons.ts";
import { formatDuration } from "../../ui/i18n/format.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { usePanel } from "../context.ts";
import { firstName, visitorName } from "../conversation/membership.ts";
import { attempt } from "../errors.ts";
import type { DeskCall } from "./callDesk.ts";
import { absenceOf, visitorInvitation } from "./standing.ts";
import { t } from "./texts.ts";

interface WaitingProps {
  conversation: ConversationView;
  current: DeskCall;
}

/** The centre while the visitor is not there: invited, or to be invited again. */
export function Waiting({ conversation, current }: WaitingProps) {
  const name = visitorName(conversation);
  const invitation = visitorInvitation(conversation);
  if (current.call.phase.value === "joining") {
    return (
      <StageWait>
        <Spinner />
        <p>{t("connecting")}</p>
      </StageWait>
    );
  }
  return (
    <StageWait>
      <Avatar name={name} size="xl" />
      {invitation ? <Invited conversation={conversation} invitation={invitation} /> : <NotHere conversation={conversation} />}
    </StageWait>
  );
}

function Invited({ conversation, invitation }: { conversation: ConversationView; invitation: InvitationView }) {
  const { desk } = usePanel();
  const leftMs = useCountdown(invitation.expires_at_ms - desk.state.value.clockOffsetMs);
  return (
    <>
      <h3 class="h2">{t("waitingFor", { name: firstName(visitorName(conversation)) })}</h3>
      <p>{t("waitingHint", { time: formatDuration(leftMs) })}</p>
      <div class="call-bar">
        <WriteButton />
        <CallButton icon={cross} label={t("withdraw")} data-testid="withdraw" onClick={() => void attempt(() => desk.withdraw(invitation))}>
          {t("withdraw")}
        </CallButton>
      </div>
    </>
  );
}

function NotHere({ conversation }: { conversation: ConversationView }) {
  const { desk } = usePanel();
  const callId = conversation.call?.call_id;
  const name = firstName(visitorName(conversation));
  const absence = absenceOf(conversation);
  return (
    <>
      <h3 class="h2">{t(absence, { name })}</h3>
      <p>{t(absence === "unreached" ? "unreachedHint" : "notHereHint", { name })}</p>
      <div class="call-bar">
        <WriteButton />
        {callId !== undefined && (
          <CallButton icon={userPlus} label={t("inviteAgain")} data-testid="invite-visitor" onClick={() => void attempt(() => desk.inviteVisitor(callId))}>
            {t("inviteAgain")}
          </CallButton>
        )}
      </div>
    </>
  );
}

function WriteButton() {
  const { calls } = usePanel();
  return (
    <CallButton icon={chat} label={t("writeInChat")} onClick={() => (calls.view.value = "chat")}>
      {t("writeInChat")}
    </CallButton>
  );
}

/** Milliseconds left until a moment of this computer's clock, never below zero; drawn again every second. */
function useCountdown(untilMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, untilMs - now);
}

const ends = {
  replaced: { title: "replacedTitle", hint: "replacedHint", again: "resumeHere" },
  shutdown: { title: "shutdownTitle", hint: "shutdownHint", again: "enterAgain" },
  unreachable: { title: "unreachableTitle", hint: "unreachableHint", again: "enterAgain" },
  lost: { title: "lostTitle", hint: "lostHint", again: "enterAgain" },
} as const;

/** The call is over in this window, but not because anybody ended it. */
export function Interruption({ conversation, current }: WaitingProps) {
  const { calls } = usePanel();
  const reason = current.call.endReason.value;
  const { title, hint, again } = ends[reason !== null && reason in ends ? (reason as keyof typeof ends) : "lost"];
  const running = conversation.call !== null;
  return (
    <StageWait>
      <h3 class="h2">{t(title)}</h3>
      <p>{t(hint)}</p>
      <div class="call-bar">
        <CallButton icon={chat} label={t("backToChat")} onClick={() => calls.leave()}>
          {t("backToChat")}
        </CallButton>
        {running && (
          <CallButton icon={refresh} label={t(again)} state="on" data-testid="rejoin" onClick={() => calls.prepare(conversation)}>
            {t(again)}
          </CallButton>
        )}
      </div>
    </StageWait>
  );
}
