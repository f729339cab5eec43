import { signal } from "@preact/signals";
import { Button, ToolButton } from "./Button.tsx";
import { Icon } from "./Icon.tsx";
import { cross, info } from "./icons.ts";
import { t } from "./i18n/texts.ts";
import "./Toast.css";

interface Toast {
  text: string;
  icon?: string;
  /** What can be done about it; it ends the toast. */
  action?: { label: string; onSelect: () => void };
  /** Read out at once: new chats and invitations only. */
  assertive?: boolean;
}

const shownForMs = 6_000;
const atMost = 3;
const shown = signal<readonly Toast[]>([]);

/** Tells something that needs no answer; it goes by itself unless it offers an action. */
export function showToast(toast: Toast): void {
  shown.value = [...shown.value, toast].slice(-atMost);
  if (!toast.action) setTimeout(() => dismiss(toast), shownForMs);
}

function dismiss(toast: Toast): void {
  shown.value = shown.value.filter((other) => other !== toast);
}

/** Where toasts appear; once per app. The regions stand from the start, or nothing would be read out. */
export function Toasts() {
  return (
    <div class="toasts">
      {[false, true].map((assertive) => (
        <div key={String(assertive)} aria-live={assertive ? "assertive" : "polite"} class="toast-region">
          {shown.value
            .filter((toast) => (toast.assertive ?? false) === assertive)
            .map((toast) => (
              <ToastCard key={toast.text} toast={toast} />
            ))}
        </div>
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { action } = toast;
  return (
    <div class="toast">
      <Icon of={toast.icon ?? info} />
      <span class="grow">{toast.text}</span>
      {action && (
        <Button
          size="s"
          onClick={() => {
            dismiss(toast);
            action.onSelect();
          }}
        >
          {action.label}
        </Button>
      )}
      <ToolButton icon={cross} label={t("dismiss")} size="s" onClick={() => dismiss(toast)} />
    </div>
  );
}
