import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import { t } from "./i18n/texts.ts";
import "./Badge.css";

export type BadgeTone = "plain" | "accent" | "success" | "warning" | "danger" | "whisper";

/** A word about a state, never a bare dot. */
export function Badge({ tone = "plain", icon, children }: { tone?: BadgeTone; icon?: string; children: ComponentChildren }) {
  return (
    <span class={tone === "plain" ? "badge" : `badge badge-${tone}`}>
      {icon && <Icon of={icon} size="xs" />}
      {children}
    </span>
  );
}

interface CountProps {
  value: number;
  tone?: "accent" | "quiet" | "brand";
  /** What is counted; unread messages unless said. */
  label?: string;
}

/** A number of things that wait; nothing at zero, "99+" above 99. */
export function Count({ value, tone = "accent", label }: CountProps) {
  if (value <= 0) return null;
  return (
    <b class={tone === "accent" ? "count" : `count count-${tone}`}>
      <span aria-hidden>{value > 99 ? "99+" : value}</span>
      <span class="vh">{label ?? t.plural("unread", value)}</span>
    </b>
  );
}

/** A label that someone put on something. */
export function Tag({ children }: { children: ComponentChildren }) {
  return <span class="tag">{children}</span>;
}
