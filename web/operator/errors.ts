import { codeOf, DeskError } from "../client/errors.ts";
import { warning } from "../ui/icons.ts";
import { showToast } from "../ui/Toast.tsx";
import { t } from "./texts.ts";

/** What is said about a refusal by its code; the rest is `errorOther`. */
const texts = {
  unauthorized: "errorUnauthorized",
  forbidden: "errorForbidden",
  taken: "errorTaken",
  closed: "errorClosed",
  call_over: "errorCallOver",
  room_full: "errorCallFull",
  conversation_full: "errorConversationFull",
  invitation_over: "errorInvitationOver",
  invitation_pending: "errorInvitationPending",
  visitor_present: "errorVisitorPresent",
  not_admitted: "errorNotAdmitted",
  screen_taken: "errorScreenTaken",
  rate_limited: "errorRateLimited",
  unavailable: "errorUnavailable",
  version: "errorVersion",
} as const;

/** A refusal in the operator's language, with what to do about it. */
export function errorText(error: unknown): string {
  return codeText(codeOf(error));
}

/** The same for a code alone. */
export function codeText(code: string): string {
  return t(code in texts ? texts[code as keyof typeof texts] : "errorOther");
}

/** Waits that the desk asks for in whole seconds; null when it asked for none. */
export function retryAfterS(error: unknown): number | null {
  return error instanceof DeskError ? error.retryAfterS : null;
}

/** Runs what a click asked for; a refusal is told in a toast, for there is nowhere nearer. */
export async function attempt<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action();
  } catch (error) {
    showToast({ text: errorText(error), icon: warning });
    return undefined;
  }
}
