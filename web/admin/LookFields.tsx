import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { WidgetLook } from "../client/protocol.ts";
import { FieldError } from "../ui/Field.tsx";
import { language } from "../ui/i18n/language.ts";
import { Notice } from "../ui/Notice.tsx";
import { Segmented } from "../ui/Tabs.tsx";
import { contrastOf, isColour, readableContrast } from "./contrast.ts";
import type { GroupDraft } from "./draft.ts";
import { FormSection } from "./FormSection.tsx";
import { t } from "./texts.ts";

interface LookProps {
  draft: Signal<GroupDraft>;
  /** A colour is not written as one. */
  invalid: boolean;
}

/** Corner, shape and colours of the widget, with a warning where they cannot be read. */
export function LookFields({ draft, invalid }: LookProps) {
  const { look } = draft.value;
  const change = (changes: Partial<WidgetLook>) => (draft.value = { ...draft.value, look: { ...look, ...changes } });
  const colour = (key: ColourKey, label: string) => <ColourField label={label} value={look[key]} onValue={(value) => change({ [key]: value })} />;
  return (
    <FormSection title={t("look")}>
      <div class="pair">
        <Choice label={t("corner")} options={[["left", t("left")], ["right", t("right")]]} value={look.corner} onValue={(corner) => change({ corner })} />
        <Choice label={t("shape")} options={[["round", t("round")], ["square", t("square")]]} value={look.shape} onValue={(shape) => change({ shape })} />
        {colour("brand", t("brand"))}
        {colour("brand_contrast", t("brandContrast"))}
        {colour("button", t("button"))}
        {colour("button_contrast", t("buttonContrast"))}
      </div>
      {invalid && <FieldError>{t("coloursWrong")}</FieldError>}
      <Legibility look={look} />
    </FormSection>
  );
}

type ColourKey = "brand" | "brand_contrast" | "button" | "button_contrast";

interface ChoiceProps<Key extends string> {
  label: string;
  options: readonly (readonly [Key, string])[];
  value: Key;
  onValue: (value: Key) => void;
}

function Choice<Key extends string>({ label, options, value, onValue }: ChoiceProps<Key>) {
  return (
    <div class="field">
      <span class="field-label">{label}</span>
      <Segmented label={label} segments={options.map(([key, words]) => ({ key, label: words }))} selected={value} onSelect={onValue} fill />
    </div>
  );
}

/** A colour, picked or typed. */
function ColourField({ label, value, onValue }: { label: string; value: string; onValue: (value: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <div class="colour">
        <input type="color" aria-label={label} value={isColour(value) ? value : "#000000"} onInput={(event) => onValue(event.currentTarget.value)} />
        <input id={id} class="input" value={value} maxLength={7} spellcheck={false} aria-invalid={!isColour(value)} onInput={(event) => onValue(event.currentTarget.value.trim())} />
      </div>
    </div>
  );
}

/** The worse of the two contrasts decides. */
function Legibility({ look }: { look: WidgetLook }) {
  const colours = [look.brand, look.brand_contrast, look.button, look.button_contrast];
  if (!colours.every(isColour)) return null;
  const contrast = Math.min(contrastOf(look.brand, look.brand_contrast), contrastOf(look.button, look.button_contrast));
  const readable = contrast >= readableContrast;
  // Cut, not rounded: 4.47 must not be called 4.5.
  const shown = new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }).format(Math.floor(contrast * 10) / 10);
  return <Notice tone={readable ? "success" : "warning"}>{t(readable ? "readable" : "unreadable", { contrast: shown })}</Notice>;
}
