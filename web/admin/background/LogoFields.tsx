import { Range, Select, Switch } from "../../ui/Field.tsx";
import type { Corner } from "../../client/protocol.ts";
import { t } from "../texts.ts";
import type { EffectDraft, LogoDraft } from "./effect.ts";
import { ImageChoice } from "./ImageChoice.tsx";
import type { Library } from "./library.ts";

interface LogoProps {
  draft: EffectDraft;
  library: Library;
  missing: boolean;
  onShown: (shown: boolean) => void;
  onLogo: (changes: Partial<LogoDraft>) => void;
  onRemoved: (imageId: string) => void;
}

const corners = [
  ["top-left", "topLeft"],
  ["top-right", "topRight"],
  ["bottom-left", "bottomLeft"],
  ["bottom-right", "bottomRight"],
] as const;

/** Whether there is a logo over the picture; which, where, how large and how opaque. */
export function LogoFields({ draft, library, missing, onShown, onLogo, onRemoved }: LogoProps) {
  const { hasLogo, logo } = draft;
  return (
    <>
      <Switch checked={hasLogo} onChecked={onShown}>
        {t("showLogo")}
      </Switch>
      {hasLogo && (
        <>
          <ImageChoice label={t("logoImage")} hint={t("logoHint")} library={library} chosen={logo.imageId} missing={missing} onChosen={(imageId) => onLogo({ imageId })} onRemoved={onRemoved} testId="logo-images" />
          <div class="pair">
            <Select label={t("logoCorner")} value={logo.corner} options={corners.map(([value, key]) => ({ value, label: t(key) }))} onValue={(corner) => onLogo({ corner: corner as Corner })} />
            <Range label={t("logoWidth")} min={5} max={50} step={1} value={Math.round(logo.width * 100)} unit="%" onValue={(percent) => onLogo({ width: percent / 100 })} />
            <Range label={t("logoOpacity")} min={10} max={100} step={5} value={Math.round(logo.opacity * 100)} unit="%" onValue={(percent) => onLogo({ opacity: percent / 100 })} />
          </div>
        </>
      )}
    </>
  );
}
