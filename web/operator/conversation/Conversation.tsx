import { useSignal } from "@preact/signals";
import type { ConversationView } from "../../client/protocol.ts";
import { EmptyState } from "../../ui/Empty.tsx";
import { Drawer } from "../../ui/Dialog.tsx";
import { chat } from "../../ui/icons.ts";
import { t } from "../texts.ts";
import { VisitorCard } from "../visitor/VisitorCard.tsx";
import { ConversationFoot } from "./ConversationFoot.tsx";
import { ConversationHead, type Overlay } from "./ConversationHead.tsx";
import { ConversationLog } from "./ConversationLog.tsx";
import { InviteDialog } from "./InviteDialog.tsx";
import { PartingDialog } from "./PartingDialog.tsx";
import "./Conversation.css";

/** One conversation: who it is with, what was said, and where one answers. */
export function Conversation({ conversation }: { conversation: ConversationView }) {
  const overlay = useSignal<Overlay | null>(null);
  const close = () => (overlay.value = null);
  return (
    <main class="pane conv">
      <ConversationHead conversation={conversation} onOverlay={(next) => (overlay.value = next)} />
      <ConversationLog conversation={conversation} />
      <ConversationFoot conversation={conversation} />
      {overlay.value === "invite" && <InviteDialog conversation={conversation} onClose={close} />}
      {(overlay.value === "close" || overlay.value === "leave") && <PartingDialog conversation={conversation} kind={overlay.value} onClose={close} />}
      {overlay.value === "card" && (
        <Drawer title={t("visitorCard")} onClose={close}>
          <VisitorCard conversation={conversation} />
        </Drawer>
      )}
    </main>
  );
}

/** The middle while no conversation is chosen. */
export function NoConversation() {
  return (
    <main class="pane conv-none">
      <EmptyState icon={chat} title={t("chooseChat")} hint={t("chooseChatHint")} />
    </main>
  );
}
