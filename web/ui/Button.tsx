import type { ButtonHTMLAttributes, ComponentChildren, Ref } from "preact";
import { Icon } from "./Icon.tsx";
import { Spinner } from "./Spinner.tsx";
import "./Button.css";

export type ButtonKind = "plain" | "primary" | "danger" | "quiet" | "whisper" | "brand";

type NativeButton = Omit<ButtonHTMLAttributes, "class" | "disabled" | "icon" | "size" | "label" | "title" | "ref">;

interface ButtonProps extends NativeButton {
  kind?: ButtonKind;
  size?: "s" | "m" | "l";
  /** Path data, drawn before the words. */
  icon?: string;
  block?: boolean;
  /** The action runs: the button keeps its width, shows a spinner and takes no further click. */
  busy?: boolean;
  /** Why it cannot be used now; the button stays in the tab order so that everyone learns the reason. */
  disabledReason?: string | undefined;
  children: ComponentChildren;
  buttonRef?: Ref<HTMLButtonElement>;
}

/** A button with words. One `primary` per view; `danger` only for what cannot be taken back. */
export function Button(props: ButtonProps) {
  const { kind = "plain", size = "m", icon, block, busy = false, disabledReason, children, onClick, buttonRef, ...native } = props;
  const classes = ["btn", kind !== "plain" && `btn-${kind}`, size === "s" && "btn-sm", size === "l" && "btn-lg", block && "btn-block"];
  return (
    <button
      type="button"
      {...native}
      ref={buttonRef ?? null}
      class={classes.filter(Boolean).join(" ")}
      title={disabledReason}
      aria-disabled={disabledReason !== undefined}
      aria-busy={busy}
      onClick={guard(onClick, busy || disabledReason !== undefined)}
    >
      <span class="btn-face">
        {icon && <Icon of={icon} size={size === "l" ? "m" : "s"} />}
        {children}
      </span>
      {busy && <Spinner />}
    </button>
  );
}

interface ToolButtonProps extends NativeButton {
  icon: string;
  /** Accessible name and tooltip. */
  label: string;
  size?: "s" | "m" | "l";
  pressed?: boolean;
  expanded?: boolean;
  disabledReason?: string | undefined;
  /** A count or dot over the corner. */
  children?: ComponentChildren;
  buttonRef?: Ref<HTMLButtonElement>;
}

/** A button that shows an icon only: 28, 32 or 44 px. */
export function ToolButton(props: ToolButtonProps) {
  const { icon, label, size = "m", pressed, expanded, disabledReason, children, onClick, buttonRef, ...native } = props;
  return (
    <button
      type="button"
      {...native}
      ref={buttonRef ?? null}
      class={["tb", size === "s" && "tb-sm", size === "l" && "tb-lg"].filter(Boolean).join(" ")}
      aria-label={label}
      title={disabledReason ?? label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-disabled={disabledReason !== undefined}
      onClick={guard(onClick, disabledReason !== undefined)}
    >
      <Icon of={icon} />
      {children}
    </button>
  );
}

/** `aria-disabled` does not stop clicks (nor Enter in a form): this does. */
function guard(onClick: NativeButton["onClick"], blocked: boolean): NativeButton["onClick"] {
  return blocked ? (event) => event.preventDefault() : onClick;
}
