import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import { t } from "./i18n/texts.ts";
import "./Empty.css";

/** Three rows that stand for a list on its way; they appear after 300 ms. */
export function SkeletonRows() {
  return (
    <div class="sk-list" role="status" aria-label={t("loading")}>
      {[0, 1, 2].map((row) => (
        <div key={row} class="sk-row" aria-hidden>
          <span class="sk" />
          <span class="sk-lines">
            <span class="sk" />
            <span class="sk" />
          </span>
        </div>
      ))}
    </div>
  );
}

interface EmptyStateProps {
  icon: string;
  /** What this place is. */
  title: string;
  /** What will fill it. */
  hint: string;
  children?: ComponentChildren;
}

export function EmptyState({ icon, title, hint, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <Icon of={icon} />
      <b class="h3">{title}</b>
      <p>{hint}</p>
      {children}
    </div>
  );
}
