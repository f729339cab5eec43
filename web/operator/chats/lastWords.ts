import type { ConversationView, Person } from "../../client/protocol.ts";
import { lineOf } from "../conversation/lines.ts";
import { visitorName } from "../conversation/membership.ts";
import { t } from "../texts.ts";

/** The last message of a conversation, for its row in the list; before the first one, the last that happened. */
export function lastWords(conversation: ConversationView, me: Person): string {
  for (const { body } of conversation.events.toReversed()) {
    if (body.type !== "message_sent" || body.author.kind === "system") continue;
    const { author, text } = body;
    if (author.id === me.id) return t("yourWords", { text });
    return author.kind === "operator" ? t("wordsOf", { name: author.name, text }) : text;
  }
  return lastLine(conversation, me);
}

function lastLine(conversation: ConversationView, me: Person): string {
  const reader = { me, visitorName: visitorName(conversation) };
  for (const { body } of conversation.events.toReversed()) {
    const line = body.type === "message_sent" ? null : lineOf(body, reader);
    if (line) return line.text;
  }
  return "";
}
