import type { ConversationView } from "../../client/protocol.ts";
import { Count } from "../../ui/Badge.tsx";
import { chat, phone, video } from "../../ui/icons.ts";
import { Segmented } from "../../ui/Tabs.tsx";
import { usePanel } from "../context.ts";
import { t } from "./texts.ts";

/** Between the log and the stage of the conversation with the own call. */
export function CallSwitch({ conversation }: { conversation: ConversationView }) {
  const { calls } = usePanel();
  const view = calls.view.value;
  const audioOnly = calls.entered.value?.audioOnly ?? false;
  const segments = [
    { key: "chat" as const, label: t("chat"), icon: chat, extra: view === "call" && <Count value={conversation.unread} />, testId: "view-chat" },
    { key: "call" as const, label: t("call"), icon: audioOnly ? phone : video, testId: "view-call" },
  ];
  return <Segmented label={t("showChatOrCall")} segments={segments} selected={view} onSelect={(key) => (calls.view.value = key)} />;
}
