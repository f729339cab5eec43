import type { ConversationView } from "../../client/protocol.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useVisit } from "../context.ts";
import { t } from "../texts.ts";
import type { CallOffer } from "./offer.ts";

/** What a conversation offers of calls, between its log and the composer: an invitation, or the way back in. */
export function CallCard({ view }: { view: ConversationView }) {
  const { calls, config } = useVisit();
  const offer = calls.offerOf(view);
  const by = offer?.kind === "invitation" ? offer.invitation.by.name : null;
  return (
    <>
      <p class="vh" role="alert">
        {by !== null && t(config.calls === "video" ? "videoInvited" : "audioInvited", { name: by })}
      </p>
      {offer && <Offer view={view} offer={offer} />}
    </>
  );
}

function Offer({ view, offer }: { view: ConversationView; offer: CallOffer }) {
  const { calls } = useVisit();
  const part = calls.part.value;
  const current = calls.current.value;
  if (part === "failed") return <Failed onRetry={() => calls.retry()} />;
  if (!part) return null;
  if (offer.kind === "rejoin") return current ? null : <part.RejoinCard view={view} call={offer.call} />;
  if (current?.conversationId !== view.conversation_id) return null;
  return <part.InvitationCard call={current} groupName={view.group_name} invitation={offer.invitation} />;
}

function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <div class="conv-box">
      <Notice tone="warning" assertive>
        {t("callPartFailed")}{" "}
        <Button size="s" onClick={onRetry}>
          {t("retry")}
        </Button>
      </Notice>
    </div>
  );
}
