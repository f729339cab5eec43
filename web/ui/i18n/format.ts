import { language } from "./language.ts";
import { t } from "./texts.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** `10:32`. Times are milliseconds since 1970, as everywhere in the apps. */
export function formatClock(atMs: number): string {
  return new Intl.DateTimeFormat(language.value, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(atMs);
}

/** How long ago, as a list shows it: relative up to one hour, then the clock, then the date. */
export function formatAgo(atMs: number, nowMs: number): string {
  const ago = nowMs - atMs;
  if (ago < minuteMs) return t("now");
  if (ago < hourMs) return t("minutes", { count: Math.floor(ago / minuteMs) });
  const days = daysBetween(atMs, nowMs);
  if (days === 0) return formatClock(atMs);
  return days === 1 ? t("yesterday").toLocaleLowerCase(language.value) : formatDay(atMs, nowMs, "short");
}

/** The line between the messages of two days: `Oggi`, `Ieri`, `12 ottobre`. */
export function formatDayLine(atMs: number, nowMs: number): string {
  const days = daysBetween(atMs, nowMs);
  if (days === 0) return t("today");
  return days === 1 ? t("yesterday") : formatDay(atMs, nowMs, "long");
}

/** Running time of a call: `04:12`, `1:04:12`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return (hours > 0 ? [String(hours), ...parts] : parts).join(":");
}

/** `412 kB`, `24 MB`: decimal units, as file managers show them. */
export function formatSize(bytes: number): string {
  const [unit, divisor] = bytes < 1e6 ? ["kB", 1e3] : ["MB", 1e6];
  const value = bytes / divisor;
  const digits = new Intl.NumberFormat(language.value, { maximumFractionDigits: value < 10 ? 1 : 0 });
  return `${digits.format(value)} ${unit}`;
}

function formatDay(atMs: number, nowMs: number, month: "short" | "long"): string {
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  const year = sameYear ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(language.value, { day: "numeric", month, ...year }).format(atMs);
}

/** Midnights between two moments in local time; rounding absorbs the hour of summer time. */
function daysBetween(fromMs: number, toMs: number): number {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  return Math.round((midnight(toMs) - midnight(fromMs)) / (24 * hourMs));
}
