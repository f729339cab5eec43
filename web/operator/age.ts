import { t as ui } from "../ui/i18n/texts.ts";
import { t } from "./texts.ts";

const minuteMs = 60_000;

/** A stretch of time in words: `meno di un minuto`, `12 min`, `3 ore`, `2 giorni`. */
export function formatAge(ageMs: number): string {
  const minutes = Math.floor(ageMs / minuteMs);
  if (minutes < 1) return t("lessThanMinute");
  if (minutes < 60) return ui("minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t.plural("hours", hours) : t.plural("days", Math.floor(hours / 24));
}
