import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import { checkCircle, info, warning } from "./icons.ts";
import "./Notice.css";

export type NoticeTone = "plain" | "accent" | "success" | "warning" | "danger";

const icons = { plain: info, accent: info, success: checkCircle, warning, danger: warning };

interface NoticeProps {
  tone?: NoticeTone;
  icon?: string;
  /** Said at once by screen readers; for what needs an answer now. */
  assertive?: boolean;
  children: ComponentChildren;
}

/** A lasting message in place, next to what it is about. */
export function Notice({ tone = "plain", icon = icons[tone], assertive = false, children }: NoticeProps) {
  return (
    <div class={tone === "plain" ? "notice" : `notice notice-${tone}`} role={assertive ? "alert" : "status"}>
      <Icon of={icon} size="s" />
      <div class="grow">{children}</div>
    </div>
  );
}
