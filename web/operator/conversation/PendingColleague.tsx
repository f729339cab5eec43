import type { ConversationView } from "../../client/protocol.ts";
import { Button } from "../../ui/Button.tsx";
import { userPlus } from "../../ui/icons.ts";
import { Notice } from "../../ui/Notice.tsx";
import { usePanel } from "../context.ts";
import { attempt } from "../errors.ts";
import { t } from "../texts.ts";

/** The colleague who was asked in and has not answered yet. */
export function PendingColleague({ conversation }: { conversation: ConversationView }) {
  const { desk } = usePanel();
  const invitation = conversation.invitations.find((other) => other.invitee.kind === "operator");
  if (!invitation) return null;
  return (
    <Notice icon={userPlus}>
      <div class="conv-wanted">
        <span class="grow">{t("colleagueAwaited", { name: invitation.invitee.name })}</span>
        <Button size="s" data-testid="withdraw" onClick={() => void attempt(() => desk.withdraw(invitation))}>
          {t("withdrawInvitation")}
        </Button>
      </div>
    </Notice>
  );
}
