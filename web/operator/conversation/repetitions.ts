import type { ThreadEvent } from "../../client/thread.ts";

/**
 * Tells, event by event, which ones only repeat an earlier line: a call opens with an invitation, and whoever opened
 * it, accepted it or was asked in is expected inside. Coming back after having left is news again.
 */
export function repetitions(): (body: ThreadEvent["body"]) => boolean {
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
