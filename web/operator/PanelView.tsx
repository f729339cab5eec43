import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { OperatorSession } from "../client/protocol.ts";
import { PauseStatus } from "../ui/call/PauseStatus.tsx";
import { CallCorner, type CornerPlace } from "./call/CallCorner.tsx";
import { CallSound } from "./call/CallSound.tsx";
import { CallView } from "./call/CallView.tsx";
import { useFullScreen } from "./call/fullScreen.ts";
import { PreviewDialog } from "./call/PreviewDialog.tsx";
import { useCallKeys } from "./call/useCallKeys.ts";
import { ChatList } from "./chats/ChatList.tsx";
import { usePanel } from "./context.ts";
import { Conversation, NoConversation } from "./conversation/Conversation.tsx";
import { InvitationCards } from "./conversation/InvitationCards.tsx";
import { Home } from "./Home.tsx";
import { announceNews } from "./news.ts";
import { Options } from "./Options.tsx";
import { Rail, type Section } from "./Rail.tsx";
import { t } from "./texts.ts";
import { VisitorCard } from "./visitor/VisitorCard.tsx";
import "./PanelView.css";

/** The whole panel: rail, list, conversation or call, and the visitor's card. */
export function PanelView({ onLogOut }: { onLogOut: (session: OperatorSession) => Promise<void> }) {
  const panel = usePanel();
  const section = useSignal<Section>("chats");
  const optionsOpen = useSignal(false);
  useEffect(() => announceNews(panel), [panel]);
  useTitle();
  useCallKeys(panel.calls);
  const full = useFullScreen();
  const layout = layoutOf(panel, section.value);
  const entered = panel.calls.entered.value;
  return (
    <>
      <div class="app" data-layout={layout} data-full={(full && layout === "call") || undefined} data-pane={panel.selected.value ? "conversation" : "list"}>
        <Rail section={section.value} onSection={(next) => (section.value = next)} onOptions={() => (optionsOpen.value = true)} onLogOut={() => void onLogOut(panel.session)} />
        {section.value === "home" ? <Home onChats={() => (section.value = "chats")} /> : <Chats />}
      </div>
      <CallCorner place={cornerPlace(panel, section.value)} onOpen={() => (section.value = "chats")} />
      <CallSound />
      {entered && <PauseStatus call={entered.call} />}
      <PreviewDialog />
      <InvitationCards onOpen={() => (section.value = "chats")} />
      {optionsOpen.value && <Options onClose={() => (optionsOpen.value = false)} />}
    </>
  );
}

function Chats() {
  const panel = usePanel();
  const conversation = panel.selected.value;
  const onStage = conversation && isCallSelected(panel) && panel.calls.view.value === "call";
  return (
    <>
      <ChatList />
      {!conversation && <NoConversation />}
      {conversation && onStage && <CallView conversation={conversation} />}
      {conversation && !onStage && <Conversation key={conversation.conversation_id} conversation={conversation} />}
      {conversation && !isCallSelected(panel) && (
        <aside class="pane vcard" aria-label={t("visitorCard")}>
          <VisitorCard conversation={conversation} />
        </aside>
      )}
    </>
  );
}

type Panel = ReturnType<typeof usePanel>;

/** Whether the conversation in the middle is the one with the operator's own call. */
function isCallSelected(panel: Panel): boolean {
  const entered = panel.calls.entered.value;
  return entered !== null && entered.conversationId === panel.selected.value?.conversation_id;
}

function cornerPlace(panel: Panel, section: Section): CornerPlace {
  if (section === "home" || !panel.selected.value) return "away";
  return isCallSelected(panel) ? "own" : "other";
}

function layoutOf(panel: Panel, section: Section): "home" | "chats" | "call" | "call-chat" {
  if (section === "home") return "home";
  if (!isCallSelected(panel)) return "chats";
  return panel.calls.view.value === "call" ? "call" : "call-chat";
}

/** The tab says how many chats ask for attention. */
function useTitle(): void {
  const count = usePanel().attention.value;
  const title = count > 0 ? t("titleAttention", { count }) : t("titleCalm");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
