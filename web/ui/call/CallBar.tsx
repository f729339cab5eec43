import type { ComponentChildren, Ref } from "preact";
import { Icon } from "../Icon.tsx";
import "./CallBar.css";

/** The controls of a call, 44 px high, on the stage. */
export function CallBar({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="call-bar" role="toolbar" aria-label={label}>
      {children}
    </div>
  );
}

interface CallButtonProps {
  icon: string;
  /** What a click does: accessible name and tooltip. */
  label: string;
  /** `off` is a muted device, `on` a running share, `end` leaves or ends; it is the only filled red on the screen. */
  state?: "plain" | "off" | "on" | "end";
  /** 56 px and round, for phones. */
  round?: boolean;
  /** The narrow right half of a `CallButtonPair`. */
  split?: boolean;
  disabledReason?: string | undefined;
  expanded?: boolean;
  "aria-haspopup"?: "menu";
  popovertarget?: string;
  buttonRef?: Ref<HTMLButtonElement>;
  onClick?: () => void;
  /** Words beside the icon. */
  children?: ComponentChildren;
}

export function CallButton(props: CallButtonProps) {
  const { icon, label, state = "plain", round, split, disabledReason, expanded, buttonRef, onClick, children, ...native } = props;
  const classes = ["cb", state !== "plain" && `cb-${state}`, round && "cb-round", split && "cb-split"];
  return (
    <button
      type="button"
      {...native}
      ref={buttonRef ?? null}
      class={classes.filter(Boolean).join(" ")}
      aria-label={label}
      title={disabledReason ?? label}
      aria-expanded={expanded}
      aria-disabled={disabledReason !== undefined}
      onClick={() => disabledReason === undefined && onClick?.()}
    >
      <Icon of={icon} size={split ? "s" : "l"} />
      {children}
    </button>
  );
}

/** A button and, grown together with it, the button of its menu. */
export function CallButtonPair({ children }: { children: ComponentChildren }) {
  return <span class="cb-pair">{children}</span>;
}
