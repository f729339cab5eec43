import { describe, expect, test } from "vitest";
import type { Event, EventBody } from "../../client/protocol.ts";
import { threadOf } from "../../client/thread.ts";
import { conversationWith, elisa, giulia, happened, paolo, said } from "../testing.ts";
import { blocksOf, type Block } from "./blocks.ts";

const noon = new Date(2026, 9, 14, 12).getTime();
const minute = 60_000;
const call_id = "call";

function blocks(...events: Event[]): Block[] {
  return blocksOf(threadOf(conversationWith({ events }), [], giulia), giulia);
}

function shape(found: readonly Block[]): string[] {
  return found.map((block) => (block.kind === "messages" ? `${block.side} ${block.messages.length}` : block.kind === "event" ? block.event.body.type : block.kind));
}

describe("messages", () => {
  test("of one person within two minutes belong together", () => {
    const found = blocks(said(elisa, "a", noon), said(elisa, "b", noon + 2 * minute), said(elisa, "c", noon + 5 * minute));
    expect(shape(found)).toEqual(["day", "in 2", "in 1"]);
  });

  test("of visitor, colleague and oneself stand on their own sides", () => {
    const found = blocks(said(elisa, "a", noon), said(paolo, "b", noon), said(giulia, "c", noon));
    expect(shape(found)).toEqual(["day", "in 1", "team 1", "out 1"]);
  });

  test("of two days are parted, however close in time", () => {
    const midnight = new Date(2026, 9, 15).getTime();
    expect(shape(blocks(said(elisa, "a", midnight - 1_000), said(elisa, "b", midnight)))).toEqual(["day", "in 1", "day", "in 1"]);
  });

  test("of the desk itself are the welcome", () => {
    expect(shape(blocks(said({ kind: "system", id: "s", name: "Ottica Marini" }, "Benvenuti", noon)))).toEqual(["day", "welcome"]);
  });
});

describe("a call's lines", () => {
  const at = (body: EventBody) => happened(body, noon);
  const started = at({ type: "call_started", call_id, by: giulia, audio_only: false });
  const invited = () => at({ type: "call_invited", call_id, invitation_id: "i", by: giulia, expires_at_ms: 0 });
  const joined = (person = giulia) => at({ type: "call_joined", call_id, person });
  const accepted = (invitee = elisa) => at({ type: "invitation_closed", invitation_id: "i", invitee, state: "accepted" });

  test("say once that it opened and that the visitor came", () => {
    expect(shape(blocks(started, invited(), joined(), accepted(), joined(elisa)))).toEqual(["day", "call_started", "invitation_closed"]);
  });

  test("say that a second invitation went out", () => {
    expect(shape(blocks(started, invited(), joined(), invited()))).toEqual(["day", "call_started", "call_invited"]);
  });

  test("say that somebody came back", () => {
    const left = at({ type: "call_left", call_id, person: elisa });
    expect(shape(blocks(started, accepted(), joined(elisa), left, joined(elisa)))).toEqual(["day", "call_started", "invitation_closed", "call_left", "call_joined"]);
  });

  test("announce a colleague once", () => {
    const came = at({ type: "colleague_joined", operator: paolo, invitation_id: "i" });
    expect(shape(blocks(started, came, accepted(paolo), joined(paolo)))).toEqual(["day", "call_started", "colleague_joined"]);
  });
});
