import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { usePanel } from "../context.ts";
import { attempt } from "../errors.ts";
import type { ReceivedInvitation } from "../panel.ts";
import { formatClock } from "../../ui/i18n/format.ts";
import { t } from "../texts.ts";
import { visitorName } from "./membership.ts";
import "./InvitationCards.css";

/** Colleagues who ask this operator in; they stand above everything until answered or over. */
export function InvitationCards({ onOpen }: { onOpen: () => void }) {
  const { invitations } = usePanel();
  return (
    <section class="invitations" aria-label={t("invitations")} aria-live="assertive">
      {invitations.value.map((received) => (
        <InvitationCard key={received.invitation.invitation_id} received={received} onOpen={onOpen} />
      ))}
    </section>
  );
}

function InvitationCard({ received, onOpen }: { received: ReceivedInvitation; onOpen: () => void }) {
  const panel = usePanel();
  const { invitation, conversation } = received;
  const toCall = invitation.call_id !== null;
  const people = { by: invitation.by.name, name: visitorName(conversation) };
  const accept = async () => {
    const accepted = await attempt(async () => {
      await panel.desk.accept(invitation);
      return true;
    });
    if (!accepted) return;
    panel.select(conversation.conversation_id);
    onOpen();
    if (toCall && !panel.calls.entered.peek()) panel.calls.prepare(conversation);
  };
  return (
    <div class="invitation" data-testid="invitation-card" data-conversation={conversation.conversation_id}>
      <Avatar name={invitation.by.name} />
      <div class="grow">
        <p class="strong">{t(toCall ? "invitesToCall" : "invitesToChat", people)}</p>
        <p class="tip">{t("invitationExpires", { time: formatClock(invitation.expires_at_ms) })}</p>
        <div class="invitation-answer">
          <Button size="s" data-testid="decline" onClick={() => void attempt(() => panel.desk.decline(invitation))}>
            {t("decline")}
          </Button>
          <Button size="s" kind="primary" data-testid="accept" onClick={() => void accept()}>
            {t("accept")}
          </Button>
        </div>
      </div>
    </div>
  );
}
