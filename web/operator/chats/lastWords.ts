import type { ConversationView, Person } from "../../client/protocol.ts";
import { lineOf } from "../conversation/lines.ts";
import { visitorName } from "../conversation/membership.ts";
import { t } from "../texts.ts";

/** The last thing said or done in a conversation, for its row in the list. */
export function lastWords(conversation: ConversationView, me: Person): string {
  for (const { body } of conversation.events.toReversed()) {
    if (body.type === "message_sent") {
      const { author, text } = body;
      if (author.id === me.id) return t("yourWords", { text });
      return author.kind === "operator" ? t("wordsOf", { name: author.name, text }) : text;
    }
    const line = lineOf(body, { me, visitorName: visitorName(conversation) });
    if (line) return line.text;
  }
  return "";
}
