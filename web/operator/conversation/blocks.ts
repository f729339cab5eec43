import type { Person } from "../../client/protocol.ts";
import type { ThreadEvent, ThreadItem, ThreadMessage } from "../../client/thread.ts";

/** A stretch of the log: the line between two days, something that happened, or one person's messages. */
export type Block =
  | { kind: "day"; key: string; atMs: number }
  | { kind: "event"; key: string; event: ThreadEvent }
  | { kind: "welcome"; key: string; message: ThreadMessage }
  | MessageBlock;

export interface MessageBlock {
  kind: "messages";
  key: string;
  side: "in" | "out" | "team";
  author: Person;
  messages: readonly ThreadMessage[];
}

/** Messages of one person within this time share one avatar and one clock. */
const togetherMs = 2 * 60_000;

/** Orders a conversation's log into blocks, as `me` (an operator) sees it. */
export function blocksOf(items: readonly ThreadItem[], me: Person): Block[] {
  const blocks: Block[] = [];
  let dayOfLast: string | null = null;
  for (const item of items) {
    const day = new Date(item.atMs).toDateString();
    if (day !== dayOfLast) blocks.push({ kind: "day", key: `day-${item.key}`, atMs: item.atMs });
    dayOfLast = day;
    addItem(blocks, item, me);
  }
  return blocks;
}

function addItem(blocks: Block[], item: ThreadItem, me: Person): void {
  const last = blocks.at(-1);
  if (item.kind === "event") {
    if (!isSaidAlready(item, last)) blocks.push({ kind: "event", key: item.key, event: item });
  } else if (item.author.kind === "system") {
    blocks.push({ kind: "welcome", key: item.key, message: item });
  } else if (last?.kind === "messages" && belongs(item, last)) {
    blocks[blocks.length - 1] = { ...last, messages: [...last.messages, item] };
  } else {
    const side = item.author.id === me.id ? "out" : item.author.kind === "visitor" ? "in" : "team";
    blocks.push({ kind: "messages", key: item.key, side, author: item.author, messages: [item] });
  }
}

function belongs(item: ThreadMessage, block: MessageBlock): boolean {
  const previous = block.messages.at(-1);
  if (!previous || item.author.id !== block.author.id || item.atMs - previous.atMs > togetherMs) return false;
  // What failed says so itself, in a line that it shares with nobody.
  return item.progress !== "failed" && previous.progress !== "failed";
}

/** A call opens with an invitation, and a colleague's acceptance is his arrival: one line says both. */
function isSaidAlready({ body, atMs }: ThreadEvent, last: Block | undefined): boolean {
  if (body.type === "invitation_closed" && body.state === "accepted") return body.invitee.kind === "operator";
  const opened = last?.kind === "event" && last.event.body.type === "call_started" && last.event.atMs === atMs;
  return body.type === "call_invited" && opened;
}
