import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./Icon.tsx";
import "./Tabs.css";

export interface Tab<Key extends string> {
  key: Key;
  label: string;
  /** A quiet number or badge after the label. */
  extra?: ComponentChildren;
}

interface TabsProps<Key extends string> {
  label: string;
  tabs: readonly Tab<Key>[];
  selected: Key;
  onSelect: (key: Key) => void;
  /** The panel of the selected tab. */
  children: ComponentChildren;
}

/** Tabs with their panel; arrow keys, Home and End choose (the ARIA tabs pattern). */
export function Tabs<Key extends string>({ label, tabs, selected, onSelect, children }: TabsProps<Key>) {
  const id = useId();
  const walk = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const at = tabs.findIndex((tab) => tab.key === selected);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = next === undefined ? undefined : tabs[next % tabs.length];
    if (!tab) return;
    event.preventDefault();
    onSelect(tab.key);
    document.getElementById(`${id}-${tab.key}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={walk}>
        {tabs.map(({ key, label: words, extra }) => (
          <button
            key={key}
            type="button"
            role="tab"
            class="tab"
            id={`${id}-${key}`}
            aria-selected={key === selected}
            aria-controls={`${id}-panel`}
            tabIndex={key === selected ? 0 : -1}
            onClick={() => onSelect(key)}
          >
            {words}
            {extra}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${selected}`}>
        {children}
      </div>
    </>
  );
}

export interface Segment<Key extends string> extends Tab<Key> {
  icon?: string;
  /** A name for browser tests. */
  testId?: string;
}

interface SegmentedProps<Key extends string> {
  label: string;
  segments: readonly Segment<Key>[];
  selected: Key;
  onSelect: (key: Key) => void;
  /** Spread over the whole width. */
  fill?: boolean;
}

/** One of a few views or filters, all visible. */
export function Segmented<Key extends string>({ label, segments, selected, onSelect, fill = false }: SegmentedProps<Key>) {
  return (
    <div class={fill ? "seg seg-fill" : "seg"} role="group" aria-label={label}>
      {segments.map(({ key, label: words, icon, extra, testId }) => (
        <button key={key} type="button" data-testid={testId} aria-pressed={key === selected} onClick={() => onSelect(key)}>
          {icon && <Icon of={icon} size="s" />}
          {words}
          {extra}
        </button>
      ))}
    </div>
  );
}
