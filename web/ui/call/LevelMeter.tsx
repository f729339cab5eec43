import { t } from "../i18n/texts.ts";
import "./LevelMeter.css";

const steps = 14;

/** How loud the microphone hears, from 0 to 1. */
export function LevelMeter({ level }: { level: number }) {
  const lit = Math.round(Math.min(1, Math.max(0, level)) * steps);
  return (
    <span class="meter" role="meter" aria-label={t("inputLevel")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round((lit / steps) * 100)}>
      {Array.from({ length: steps }, (_, step) => (
        <i key={step} class={step < lit ? "on" : ""} />
      ))}
    </span>
  );
}
