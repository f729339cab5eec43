import { Avatar } from "../../ui/Avatar.tsx";
import { ToolButton } from "../../ui/Button.tsx";
import { chevronDown, chevronLeft, door, more, phone, video } from "../../ui/icons.ts";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import type { ConversationView } from "../../client/protocol.ts";
import { useVisit } from "../context.ts";
import { tellRefusal } from "../errors.ts";
import { t } from "../texts.ts";

/** With whom one speaks. */
export function ConversationHead({ view }: { view: ConversationView | null }) {
  const visit = useVisit();
  const { company } = visit.config;
  const name = view ? peopleOf(view) : "";
  return (
    <header class="w-head">
      <ToolButton icon={chevronLeft} size="l" label={t("back")} onClick={() => visit.goHome()} />
      {name && <Avatar name={view?.operator?.name ?? name} presence={visit.online ? "here" : "gone"} />}
      <div class="grow">
        <h1 class="trunc">{name || company}</h1>
        <p class="trunc">{statusOf(view, company, visit.online)}</p>
      </div>
      {view && view.state !== "closed" && <MoreMenu view={view} />}
      {visit.host.framed && <ToolButton icon={chevronDown} size="l" label={t("minimize")} onClick={() => visit.hide()} />}
    </header>
  );
}

/** The operators of a conversation; empty before one has come. */
function peopleOf({ operator, colleagues }: ConversationView): string {
  const names = [operator, ...colleagues].flatMap((person) => (person ? [person.name] : []));
  if (names.length < 2) return names[0] ?? "";
  const first = names.map((name) => name.split(" ")[0] ?? name);
  return t("names", { first: first.slice(0, -1).join(", "), last: first.at(-1) ?? "" });
}

function statusOf(view: ConversationView | null, company: string, online: boolean): string {
  if (!view) return t("newConversation");
  if (view.state === "closed") return t("concluded");
  if (view.state === "waiting") return t("waitingForAnswer");
  return t(online ? "online" : "offline", { company });
}

function MoreMenu({ view }: { view: ConversationView }) {
  const visit = useVisit();
  const { calls } = visit.config;
  const id = view.conversation_id;
  return (
    <Menu label={t("more")} trigger={(trigger) => <ToolButton {...trigger} icon={more} size="l" label={t("more")} />}>
      <MenuItem
        icon={calls === "video" ? video : phone}
        disabledReason={whyNoCall(view, visit.online)}
        onSelect={() => void visit.desk.requestCall(id).catch(tellRefusal)}
      >
        {t(calls === "video" ? "askVideo" : "askAudio")}
      </MenuItem>
      <MenuItem icon={door} onSelect={() => void visit.desk.closeConversation(id).catch(tellRefusal)}>
        {t("endConversation")}
      </MenuItem>
    </Menu>
  );
}

function whyNoCall(view: ConversationView, online: boolean): string | undefined {
  if (view.call) return t("callRunning");
  if (!online) return t("nobodyForCall");
  const last = view.events.findLast(({ body }) => body.type.startsWith("call_") || body.type === "invitation_closed");
  return last?.body.type === "call_requested" ? t("askedAlready") : undefined;
}
