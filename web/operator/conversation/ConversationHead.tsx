import type { ConversationView } from "../../client/protocol.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { ToolButton } from "../../ui/Button.tsx";
import { chevronLeft, closeChat, door, info, more, userPlus } from "../../ui/icons.ts";
import { formatAgo } from "../../ui/i18n/format.ts";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { CallSwitch } from "../call/CallSwitch.tsx";
import { StartCall } from "../call/StartCall.tsx";
import { formatAge } from "../age.ts";
import { waitingSinceMs } from "../chats/sections.ts";
import { nowMs } from "../clock.ts";
import { usePanel } from "../context.ts";
import { isPhone, isWide } from "../screen.ts";
import { t } from "../texts.ts";
import { canWriteIn, inviteObstacle, isInCharge, visitorName } from "./membership.ts";

/** What can be laid over a conversation. */
export type Overlay = "invite" | "close" | "leave" | "card";

interface HeadProps {
  conversation: ConversationView;
  onOverlay: (overlay: Overlay) => void;
}

/** Who the conversation is with and how things stand, then what one can do with it as a whole. */
export function ConversationHead({ conversation, onOverlay }: HeadProps) {
  const panel = usePanel();
  const name = visitorName(conversation);
  const inOwnCall = panel.calls.entered.value?.conversationId === conversation.conversation_id;
  return (
    <header class="pane-head conv-head">
      <span class="phone-only">
        <ToolButton icon={chevronLeft} label={t("backToList")} onClick={() => panel.select(null)} />
      </span>
      <Avatar name={name} presence={conversation.visitor?.presence} />
      <div class="grow">
        <h2 class="h3 conv-name">
          <span class="trunc">{name}</span>
          {conversation.state === "waiting" && <Badge tone="warning">{t("waiting")}</Badge>}
        </h2>
        <p class="tip trunc">{useStanding(conversation)}</p>
      </div>
      <Tools conversation={conversation} onOverlay={onOverlay} />
      {inOwnCall ? <CallSwitch conversation={conversation} /> : <StartCall conversation={conversation} />}
    </header>
  );
}

/** What one can do with a conversation as a whole. */
interface Tool {
  icon: string;
  label: string;
  overlay: Overlay;
  disabledReason?: string | undefined;
}

function Tools({ conversation, onOverlay }: HeadProps) {
  const tools = useTools(conversation);
  if (isPhone.value) return <ToolMenu tools={tools} onOverlay={onOverlay} />;
  return (
    <div class="conv-tools">
      {tools.map(({ icon, label, overlay, disabledReason }) => (
        <ToolButton key={overlay} icon={icon} label={label} disabledReason={disabledReason} data-testid={testIds[overlay]} onClick={() => onOverlay(overlay)} />
      ))}
    </div>
  );
}

const testIds = { invite: "invite-colleague", close: "close-chat", leave: "leave-chat", card: "visitor-card" };

/** A phone's header has room for the name and the call; the rest is behind one button. */
function ToolMenu({ tools, onOverlay }: { tools: readonly Tool[]; onOverlay: (overlay: Overlay) => void }) {
  return (
    <Menu label={t("more")} trigger={(trigger) => <ToolButton {...trigger} icon={more} label={t("more")} />}>
      {tools.map(({ icon, label, overlay, disabledReason }) => (
        <MenuItem key={overlay} icon={icon} disabledReason={disabledReason} onSelect={() => onOverlay(overlay)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}

function useTools(conversation: ConversationView): Tool[] {
  const { me, calls } = usePanel();
  const inOwnCall = calls.entered.value?.conversationId === conversation.conversation_id;
  const card = { icon: info, label: t("visitorCard"), overlay: "card" } as const;
  const cards = isWide.value && !inOwnCall ? [] : [card];
  if (!canWriteIn(conversation, me)) return cards;
  const obstacle = inviteObstacle(conversation);
  const disabledReason = obstacle ? t(obstacle === "full" ? "inviteFull" : "invitePending") : undefined;
  const part: Tool = isInCharge(conversation, me)
    ? { icon: closeChat, label: t("closeChat"), overlay: "close" }
    : { icon: door, label: t("leaveChat"), overlay: "leave" };
  return [{ icon: userPlus, label: t("inviteColleague"), overlay: "invite", disabledReason }, part, ...cards];
}

/** `Sulla pagina · Consulenza visiva · in chat da 12 min`. */
function useStanding(conversation: ConversationView): string {
  const { visitor, group_name, call } = conversation;
  const now = nowMs.value + usePanel().desk.state.value.clockOffsetMs;
  const presence = { here: t("onPage"), leaving: t("leavingPage"), gone: t("gonePage") }[visitor?.presence ?? "gone"];
  if (call) return [t("inCallSince", { time: formatAge(now - call.started_at_ms) }), group_name].join(" · ");
  return [presence, group_name, sinceWhen(conversation, now)].join(" · ");
}

function sinceWhen(conversation: ConversationView, now: number): string {
  const { state, created_at_ms, updated_at_ms } = conversation;
  if (state === "waiting") return t("waitsSince", { time: formatAge(now - waitingSinceMs(conversation)) });
  if (state === "open") return t("chatSince", { time: formatAge(now - created_at_ms) });
  return t("chatOver", { time: formatAgo(updated_at_ms, now) });
}
