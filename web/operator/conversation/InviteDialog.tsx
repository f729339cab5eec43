import { useSignal } from "@preact/signals";
import type { ColleagueView, ConversationView } from "../../client/protocol.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FieldError, SearchInput } from "../../ui/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { check } from "../../ui/icons.ts";
import { usePanel } from "../context.ts";
import { errorText } from "../errors.ts";
import { t } from "../texts.ts";
import { firstName, operatorsOf, visitorName } from "./membership.ts";
import "./InviteDialog.css";

interface InviteProps {
  conversation: ConversationView;
  onClose: () => void;
}

/** Asks one colleague into the conversation, and into its call when one is running. */
export function InviteDialog({ conversation, onClose }: InviteProps) {
  const { desk } = usePanel();
  const search = useSignal("");
  const chosen = useSignal<string | null>(null);
  const busy = useSignal(false);
  const mistake = useSignal<string | null>(null);
  const send = async (operatorId: string) => {
    busy.value = true;
    try {
      await desk.inviteColleague(conversation.conversation_id, operatorId);
      onClose();
    } catch (error) {
      mistake.value = errorText(error);
    }
    busy.value = false;
  };
  return (
    <Dialog
      title={t(conversation.call ? "inviteTitleCall" : "inviteTitle", { name: firstName(visitorName(conversation)) })}
      subtitle={t("inviteHint")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" busy={busy.value} disabledReason={chosen.value === null ? t("chooseColleague") : undefined} data-testid="send-invitation" onClick={() => void (chosen.value && send(chosen.value))}>
            {t("sendInvitation")}
          </Button>
        </>
      }
    >
      <div class="stack">
        <SearchInput label={t("searchColleagues")} value={search.value} onValue={(value) => (search.value = value)} />
        <Colleagues conversation={conversation} search={search.value} chosen={chosen.value} onChoose={(id) => (chosen.value = id)} />
        {mistake.value && <FieldError>{mistake.value}</FieldError>}
      </div>
    </Dialog>
  );
}

interface ColleaguesProps {
  conversation: ConversationView;
  search: string;
  chosen: string | null;
  onChoose: (operatorId: string) => void;
}

function Colleagues({ conversation, search, chosen, onChoose }: ColleaguesProps) {
  const { colleagues } = usePanel().desk.state.value;
  const here = new Set(operatorsOf(conversation).map((person) => person.id));
  const found = colleagues
    .filter(({ person }) => person.name.toLowerCase().includes(search.trim().toLowerCase()))
    .toSorted((a, b) => Number(b.online) - Number(a.online) || a.person.name.localeCompare(b.person.name));
  if (found.length === 0) return <p class="muted small">{t(colleagues.length === 0 ? "noColleagues" : "noColleagueFound")}</p>;
  return (
    <div class="colleagues" role="radiogroup" aria-label={t("colleagues")}>
      {found.map((colleague) => (
        <ColleagueOption key={colleague.person.id} colleague={colleague} present={here.has(colleague.person.id)} chosen={chosen === colleague.person.id} onChoose={onChoose} />
      ))}
    </div>
  );
}

interface OptionProps {
  colleague: ColleagueView;
  /** Takes part already. */
  present: boolean;
  chosen: boolean;
  onChoose: (operatorId: string) => void;
}

function ColleagueOption({ colleague, present, chosen, onChoose }: OptionProps) {
  const { person, online } = colleague;
  const words = present ? t("alreadyHere") : t(online ? "online" : "notOnline");
  const available = online && !present;
  return (
    <button
      type="button"
      role="radio"
      class="colleague"
      aria-checked={chosen}
      aria-disabled={!available}
      title={available ? undefined : words}
      data-testid="colleague-option"
      data-operator={person.id}
      onClick={() => available && onChoose(person.id)}
    >
      <Avatar name={person.name} presence={online ? "here" : "gone"} quiet={!chosen} />
      <span class="grow">
        <span class="colleague-name">{person.name}</span>
        <span class="tip">{words}</span>
      </span>
      {chosen && <Icon of={check} />}
    </button>
  );
}
