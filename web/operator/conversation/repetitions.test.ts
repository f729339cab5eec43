import { describe, expect, test } from "vitest";
import { linesOf } from "../../client/lines.ts";
import type { Event, EventBody } from "../../client/protocol.ts";
import { threadOf } from "../../client/thread.ts";
import { conversationWith, elisa, giulia, happened, paolo } from "../testing.ts";
import { repetitions } from "./repetitions.ts";

const noon = new Date(2026, 9, 14, 12).getTime();
const call_id = "call";

function shape(...events: Event[]): string[] {
  const isRepeated = repetitions();
  const lines = linesOf(threadOf(conversationWith({ events }), [], giulia), ({ body }) => !isRepeated(body));
  return lines.map((line) => (line.kind === "event" ? line.event.body.type : line.kind));
}

describe("a call's lines", () => {
  const at = (body: EventBody) => happened(body, noon);
  const started = at({ type: "call_started", call_id, by: giulia, audio_only: false });
  const invited = () => at({ type: "call_invited", call_id, invitation_id: "i", by: giulia, expires_at_ms: 0 });
  const joined = (person = giulia) => at({ type: "call_joined", call_id, person });
  const accepted = (invitee = elisa) => at({ type: "invitation_closed", invitation_id: "i", invitee, state: "accepted" });

  test("say once that it opened and that the visitor came", () => {
    expect(shape(started, invited(), joined(), accepted(), joined(elisa))).toEqual(["day", "call_started", "invitation_closed"]);
  });

  test("say that a second invitation went out", () => {
    expect(shape(started, invited(), joined(), invited())).toEqual(["day", "call_started", "call_invited"]);
  });

  test("say that somebody came back", () => {
    const left = at({ type: "call_left", call_id, person: elisa });
    expect(shape(started, accepted(), joined(elisa), left, joined(elisa))).toEqual(["day", "call_started", "invitation_closed", "call_left", "call_joined"]);
  });

  test("announce a colleague once", () => {
    const came = at({ type: "colleague_joined", operator: paolo, invitation_id: "i" });
    expect(shape(started, came, accepted(paolo), joined(paolo))).toEqual(["day", "call_started", "colleague_joined"]);
  });
});
