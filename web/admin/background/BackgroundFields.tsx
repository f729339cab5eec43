import { useId } from "preact/hooks";
import type { BlurStrength } from "../../client/protocol.ts";
import { Icon } from "../../ui/Icon.tsx";
import { home, image, user } from "../../ui/icons.ts";
import { Segmented } from "../../ui/Tabs.tsx";
import type { AdminApi } from "../api.ts";
import { FormSection } from "../FormSection.tsx";
import { t } from "../texts.ts";
import { effectOf, withoutImage, type EffectDraft, type LogoDraft, type missingImages } from "./effect.ts";
import { EffectPreview } from "./EffectPreview.tsx";
import { ImageChoice } from "./ImageChoice.tsx";
import { useLibrary } from "./library.ts";
import { LogoFields } from "./LogoFields.tsx";
import "./background.css";

interface BackgroundProps {
  api: AdminApi;
  draft: EffectDraft;
  missing: ReturnType<typeof missingImages>;
  /** Takes what is to become of the draft as it is then: an upload may end after other changes. */
  onChange: (update: (current: EffectDraft) => EffectDraft) => void;
}

/** What is behind the operators in calls, and the logo over their pictures. */
export function BackgroundFields({ api, draft, missing, onChange }: BackgroundProps) {
  const library = useLibrary(api);
  const change = (changes: Partial<EffectDraft>) => onChange((current) => ({ ...current, ...changes }));
  const changeLogo = (changes: Partial<LogoDraft>) => onChange((current) => ({ ...current, logo: { ...current.logo, ...changes } }));
  const onRemoved = (imageId: string) => onChange((current) => withoutImage(current, imageId));
  return (
    <FormSection title={t("effect")}>
      <p class="muted small">{t("effectHint")}</p>
      <EffectPreview api={api} effect={effectOf(draft)} />
      <Kinds chosen={draft.background} onChosen={(background) => change({ background })} />
      {draft.background === "blur" && <Strength chosen={draft.strength} onChosen={(strength) => change({ strength })} />}
      {draft.background === "virtual" && (
        <ImageChoice label={t("backgroundImage")} hint={t("backgroundImageHint")} library={library} chosen={draft.imageId} missing={missing.background} onChosen={(imageId) => change({ imageId })} onRemoved={onRemoved} testId="background-images" />
      )}
      <LogoFields draft={draft} library={library} missing={missing.logo} onShown={(hasLogo) => change({ hasLogo })} onLogo={changeLogo} onRemoved={onRemoved} />
    </FormSection>
  );
}

type Kind = EffectDraft["background"];

const kinds = [
  ["none", home, "backgroundNone", "backgroundNoneHint"],
  ["blur", user, "backgroundBlur", "backgroundBlurHint"],
  ["virtual", image, "backgroundVirtual", "backgroundVirtualHint"],
] as const;

function Kinds({ chosen, onChosen }: { chosen: Kind; onChosen: (kind: Kind) => void }) {
  const name = useId();
  return (
    <fieldset class="kinds">
      <legend class="field-label">{t("behindOperators")}</legend>
      {kinds.map(([kind, icon, label, hint]) => (
        <label key={kind} class="kind">
          <input class="vh" type="radio" name={name} value={kind} checked={kind === chosen} data-testid={`background-${kind}`} onChange={() => onChosen(kind)} />
          <Icon of={icon} />
          <span>
            <b class="strong">{t(label)}</b>
            <span class="tip">{t(hint)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Strength({ chosen, onChosen }: { chosen: BlurStrength; onChosen: (strength: BlurStrength) => void }) {
  const segments = [
    { key: "light", label: t("blurLight") },
    { key: "medium", label: t("blurMedium") },
    { key: "strong", label: t("blurStrong") },
  ] as const;
  return (
    <div class="field">
      <span class="field-label">{t("blurStrength")}</span>
      <Segmented label={t("blurStrength")} segments={segments} selected={chosen} onSelect={onChosen} fill />
    </div>
  );
}
