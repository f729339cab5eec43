import type { ComponentChildren, Ref, TargetedToggleEvent } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon.tsx";
import { check } from "./icons.ts";
import { placeBeside } from "./placement.ts";
import "./Menu.css";

/** What the element that opens a menu must carry. */
export interface MenuTrigger {
  buttonRef: Ref<HTMLButtonElement>;
  "aria-haspopup": "menu";
  /** The popover's id: the browser ties the two, so that a second click closes instead of opening again. */
  popovertarget: string;
  expanded: boolean;
}

interface MenuProps {
  label: string;
  /** Draws the button; spread the trigger into a `ToolButton` or a `CallButton`. */
  trigger: (trigger: MenuTrigger) => ComponentChildren;
  children: ComponentChildren;
}

/** A menu in a native popover: a click beside it and Esc close it, arrow keys walk it, the focus returns. */
export function Menu({ label, trigger, children }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [expanded, setExpanded] = useState(false);
  const onToggle = (event: TargetedToggleEvent<HTMLDivElement>) => {
    const open = event.newState === "open";
    setExpanded(open);
    if (!open || !menu.current || !button.current) return;
    placeBeside(menu.current, button.current);
    items(menu.current)[0]?.focus();
  };
  return (
    <>
      {trigger({ buttonRef: button, "aria-haspopup": "menu", popovertarget: id, expanded })}
      <div
        ref={menu}
        id={id}
        class="menu"
        popover="auto"
        role="menu"
        aria-label={label}
        onToggle={onToggle}
        onKeyDown={walkItems}
        onClick={(event) => (event.target as Element).closest(".menu-item:not([aria-disabled='true'])") && menu.current?.hidePopover()}
      >
        {children}
      </div>
    </>
  );
}

interface MenuItemProps {
  icon?: string;
  danger?: boolean;
  /** One of a group of choices: drawn with a tick when chosen. */
  checked?: boolean;
  disabledReason?: string | undefined;
  onSelect: () => void;
  children: ComponentChildren;
}

export function MenuItem({ icon, danger = false, checked, disabledReason, onSelect, children }: MenuItemProps) {
  const choice = checked === undefined ? ({ role: "menuitem" } as const) : ({ role: "menuitemradio", "aria-checked": checked } as const);
  return (
    <button
      type="button"
      {...choice}
      tabIndex={-1}
      class={danger ? "menu-item menu-danger" : "menu-item"}
      title={disabledReason}
      aria-disabled={disabledReason !== undefined}
      onClick={() => disabledReason === undefined && onSelect()}
    >
      {checked === true && <Icon of={check} />}
      {checked === false && <span class="menu-tick" />}
      {icon && <Icon of={icon} />}
      <span class="grow">{children}</span>
    </button>
  );
}

/** Items under a heading. */
export function MenuGroup({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="menu-group" role="group" aria-label={label}>
      <p class="label" aria-hidden>
        {label}
      </p>
      {children}
    </div>
  );
}

function items(menu: HTMLElement): HTMLElement[] {
  return Array.from(menu.querySelectorAll<HTMLElement>(".menu-item"));
}

function walkItems(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const all = items(event.currentTarget);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  all[next % all.length]?.focus();
}
