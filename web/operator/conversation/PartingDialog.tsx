import { useSignal } from "@preact/signals";
import type { ConversationView } from "../../client/protocol.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { usePanel } from "../context.ts";
import { attempt } from "../errors.ts";
import { t } from "../texts.ts";
import { visitorName } from "./membership.ts";

interface PartingProps {
  conversation: ConversationView;
  /** Close for all, or leave as a colleague. */
  kind: "close" | "leave";
  onClose: () => void;
}

/** Asks once more, naming what ends. */
export function PartingDialog({ conversation, kind, onClose }: PartingProps) {
  const { desk } = usePanel();
  const busy = useSignal(false);
  const id = conversation.conversation_id;
  const part = async () => {
    busy.value = true;
    await attempt(() => (kind === "close" ? desk.closeConversation(id) : desk.leave(id)));
    onClose();
  };
  return (
    <Dialog
      title={t(kind === "close" ? "closeTitle" : "leaveTitle", { name: visitorName(conversation) })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" busy={busy.value} data-testid="confirm" onClick={() => void part()}>
            {t(kind === "close" ? "closeChat" : "leaveChat")}
          </Button>
        </>
      }
    >
      <p>{t(kind === "close" ? "closeHint" : "leaveHint")}</p>
    </Dialog>
  );
}
