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
  const isSaidAlready = repetitions();
  let dayOfLast: string | null = null;
  for (const item of items) {
    if (item.kind === "event" && isSaidAlready(item.body)) continue;
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
    blocks.push({ kind: "event", key: item.key, event: item });
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

/**
 * Tells, event by event, which ones only repeat an earlier line: a call opens with an invitation, and whoever opened
 * it, accepted it or was asked in is expected inside. Coming back after having left is news again.
 */
function repetitions(): (body: ThreadEvent["body"]) => boolean {
  const expected = new Set<string>();
  let opening: string | null = null;
  return (body) => {
    const justOpened = opening;
    opening = body.type === "call_started" ? body.call_id : null;
    switch (body.type) {
      case "call_started":
        expected.clear();
        expected.add(body.by.id);
        return false;
      case "call_invited":
        return body.call_id === justOpened;
      case "colleague_joined":
        expected.add(body.operator.id);
        return false;
      case "invitation_closed":
        if (body.state === "accepted") expected.add(body.invitee.id);
        return body.state === "accepted" && body.invitee.kind === "operator";
      case "call_joined":
        return expected.delete(body.person.id);
      default:
        return false;
    }
  };
}
