import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { codeOf } from "../client/errors.ts";
import type { Group } from "../client/protocol.ts";
import { Button } from "../ui/Button.tsx";
import { Checkbox, Textarea, TextInput } from "../ui/Field.tsx";
import { check, chevronLeft } from "../ui/icons.ts";
import { languages, type Language } from "../ui/i18n/language.ts";
import { Notice } from "../ui/Notice.tsx";
import { Segmented } from "../ui/Tabs.tsx";
import { showToast } from "../ui/Toast.tsx";
import { errorText } from "../operator/errors.ts";
import type { AdminApi } from "./api.ts";
import { BackgroundFields } from "./background/BackgroundFields.tsx";
import { missingImages } from "./background/effect.ts";
import { changesOf, draftOf, mistakesIn, type GroupDraft, type Mistake } from "./draft.ts";
import { Embed } from "./Embed.tsx";
import { FormSection } from "./FormSection.tsx";
import { LookFields } from "./LookFields.tsx";
import { LookPreview } from "./LookPreview.tsx";
import { t } from "./texts.ts";

const nothingMissing = { background: false, logo: false };

interface FormProps {
  api: AdminApi;
  /** Null for one that does not exist yet. */
  group: Group | null;
  account: string;
  company: string;
  onSaved: (group: Group) => void;
  onBack: () => void;
}

/** Everything about one group, with its widget as it will look beside. */
export function GroupForm({ api, group, account, company, onSaved, onBack }: FormProps) {
  const draft = useSignal(draftOf(group));
  const language = useSignal<Language>("it");
  const busy = useSignal(false);
  const tried = useSignal(false);
  const refusal = useSignal<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const mistakes = tried.value ? mistakesIn(draft.value) : new Set<Mistake>();
  const save = async () => {
    tried.value = true;
    refusal.value = null;
    if (mistakesIn(draft.value).size > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    busy.value = true;
    try {
      const changes = changesOf(draft.value);
      onSaved(group ? await api.updateGroup(group.group_id, changes) : await api.createGroup({ ...changes, code: draft.value.code }));
      showToast({ text: t("saved"), icon: check });
    } catch (error) {
      refusal.value = error;
    }
    busy.value = false;
  };
  return (
    <form
      ref={form}
      class="group"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="group-form">
        <header class="group-head">
          <Button kind="quiet" size="s" icon={chevronLeft} onClick={onBack}>
            {t("back")}
          </Button>
          <h1 class="h1">{draft.value.name || t("newGroup")}</h1>
        </header>
        <GeneralFields draft={draft} mistakes={mistakes} isNew={group === null} taken={codeOf(refusal.value) === "taken"} />
        <TextFields draft={draft} language={language} />
        <LookFields draft={draft} invalid={mistakes.has("colours")} />
        {!draft.value.audioOnly && (
          <BackgroundFields api={api} draft={draft.value.effect} missing={mistakes.has("images") ? missingImages(draft.value.effect) : nothingMissing} onChange={(update) => (draft.value = { ...draft.value, effect: update(draft.value.effect) })} />
        )}
        {group && <Embed account={account} group={group.code} />}
      </div>
      <aside class="group-preview" aria-label={t("preview")}>
        <LookPreview draft={draft.value} language={language.value} company={company} />
      </aside>
      <footer class="group-foot">
        {refusal.value !== null && <Notice tone="danger">{codeOf(refusal.value) === "taken" ? t("codeTaken") : errorText(refusal.value)}</Notice>}
        <span class="grow" />
        <Button onClick={onBack}>{t("cancel")}</Button>
        <Button type="submit" kind="primary" busy={busy.value} data-testid="save-group">
          {t(group ? "save" : "create")}
        </Button>
      </footer>
    </form>
  );
}

interface GeneralProps {
  draft: Signal<GroupDraft>;
  mistakes: ReadonlySet<Mistake>;
  isNew: boolean;
  taken: boolean;
}

function GeneralFields({ draft, mistakes, isNew, taken }: GeneralProps) {
  const { name, code, privacyUrl, origins, audioOnly } = draft.value;
  const change = (changes: Partial<GroupDraft>) => (draft.value = { ...draft.value, ...changes });
  const codeError = taken ? t("codeTaken") : mistakes.has("code") ? t("codeWrong") : undefined;
  return (
    <FormSection title={t("general")}>
      <TextInput label={t("name")} value={name} maxLength={80} error={mistakes.has("name") ? t("nameMissing") : undefined} onValue={(value) => change({ name: value })} />
      {isNew && <TextInput label={t("code")} note={t("codeNote")} value={code} maxLength={63} error={codeError} onValue={(value) => change({ code: value.trim() })} />}
      <Textarea label={t("origins")} note={t("originsNote")} value={origins} error={mistakes.has("origins") ? t("originsWrong") : undefined} onValue={(value) => change({ origins: value })} />
      <TextInput label={t("privacyUrl")} note={t("optional")} type="url" value={privacyUrl} error={mistakes.has("privacyUrl") ? t("privacyWrong") : undefined} onValue={(value) => change({ privacyUrl: value })} />
      <Checkbox checked={audioOnly} onChecked={(checked) => change({ audioOnly: checked })}>
        {t("audioOnly")}
      </Checkbox>
    </FormSection>
  );
}

const languageNames: Record<Language, string> = { it: "Italiano", en: "English" };

function TextFields({ draft, language }: { draft: Signal<GroupDraft>; language: Signal<Language> }) {
  const spoken = language.value;
  const segments = languages.map((key) => ({ key, label: languageNames[key] }));
  const field = (key: "title" | "description" | "welcome") => ({
    value: draft.value[key][spoken] ?? "",
    onValue: (value: string) => (draft.value = { ...draft.value, [key]: { ...draft.value[key], [spoken]: value } }),
  });
  return (
    <FormSection title={t("texts")}>
      <Segmented label={t("languageOfTexts")} segments={segments} selected={spoken} onSelect={(key) => (language.value = key)} />
      <TextInput label={t("widgetTitle")} maxLength={120} {...field("title")} />
      <Textarea label={t("widgetDescription")} rows={2} maxLength={400} {...field("description")} />
      <Textarea label={t("widgetWelcome")} rows={2} maxLength={1000} {...field("welcome")} />
    </FormSection>
  );
}
