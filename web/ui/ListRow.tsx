import type { ComponentChildren } from "preact";
import { Avatar, type PresenceState } from "./Avatar.tsx";
import { Count } from "./Badge.tsx";
import "./ListRow.css";

interface ListRowProps {
  name: string;
  picture?: string | undefined;
  presence?: PresenceState | undefined;
  /** The presence in words, for who does not see its shape. */
  presenceText?: string | undefined;
  /** How long ago, as `formatAgo` says it. */
  time: string;
  /** The last words, cut with an ellipsis. */
  last: ComponentChildren;
  unread?: number;
  current?: boolean;
  /** A badge or icon right after the name. */
  mark?: ComponentChildren;
  /** A third line: badges, the group. Every row of one list has it or none, so that heights agree. */
  foot?: ComponentChildren;
  onOpen: () => void;
}

/** A conversation in a list. */
export function ListRow(props: ListRowProps) {
  const { name, picture, presence, presenceText, time, last, unread = 0, current = false, mark, foot, onOpen } = props;
  return (
    <button type="button" class={unread > 0 ? "lr lr-unread" : "lr"} aria-current={current} onClick={onOpen}>
      <Avatar name={name} picture={picture} presence={presence} quiet={!current} />
      <span class="lr-body">
        <span class="lr-top">
          <span class="lr-name trunc">{name}</span>
          {presenceText && <span class="vh">, {presenceText}</span>}
          {mark}
          <span class="lr-time">{time}</span>
        </span>
        <span class="lr-top">
          <span class="lr-last trunc">{last}</span>
          <Count value={unread} />
        </span>
        {foot && <span class="lr-foot">{foot}</span>}
      </span>
    </button>
  );
}

/** Up, Down, Home and End walk the rows of the list that holds them; put it on the list's `onKeyDown`. */
export function walkRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const rows = Array.from(event.currentTarget.querySelectorAll<HTMLElement>(".lr"));
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined || !rows[next]) return;
  event.preventDefault();
  rows[next].focus();
}
