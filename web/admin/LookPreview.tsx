import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../ui/Icon.tsx";
import { chat, phone, video } from "../ui/icons.ts";
import type { Language } from "../ui/i18n/language.ts";
import { isColour } from "./contrast.ts";
import type { GroupDraft } from "./draft.ts";
import { t } from "./texts.ts";

interface PreviewProps {
  draft: GroupDraft;
  language: Language;
  company: string;
}

/** The widget's header, its two buttons and the launcher, in the colours of the draft. */
export function LookPreview({ draft, language, company }: PreviewProps) {
  const { look, audioOnly } = draft;
  const frame = useBrand(look);
  return (
    <div ref={frame}>
      <h2 class="h3">{t("preview")}</h2>
      <div class="sample" aria-hidden>
        <div class="sample-head">
          <b class="h3">{company}</b>
          <p class="sample-title">{draft.title[language] ?? t("previewTitle")}</p>
          <p class="small">{draft.description[language]}</p>
        </div>
        <div class="sample-card card">
          <span class="btn btn-lg btn-brand">
            <Icon of={chat} /> {t("startChat")}
          </span>
          <span class="btn btn-lg">
            <Icon of={audioOnly ? phone : video} /> {t(audioOnly ? "startAudio" : "startVideo")}
          </span>
        </div>
      </div>
      <div class="sample-launcher" data-corner={look.corner} data-shape={look.shape} aria-hidden>
        <span>
          <Icon of={chat} />
        </span>
      </div>
    </div>
  );
}

/** Sets the draft's colours on the sample through the CSSOM: style attributes are forbidden by the page's policy. */
function useBrand({ brand, brand_contrast, button, button_contrast }: GroupDraft["look"]) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const colours = { "--brand": brand, "--brand-contrast": brand_contrast, "--brand-button": button, "--brand-button-contrast": button_contrast };
    for (const [name, colour] of Object.entries(colours)) if (isColour(colour)) frame.current?.style.setProperty(name, colour);
  }, [brand, brand_contrast, button, button_contrast]);
  return frame;
}
