import { codeOf } from "../client/errors.ts";
import { warning } from "../ui/icons.ts";
import { showToast } from "../ui/Toast.tsx";
import { t, type Key } from "./texts.ts";

const texts: Readonly<Record<string, Key>> = {
  unavailable: "errorUnavailable",
  closed: "errorClosed",
  call_over: "errorCallOver",
  invitation_over: "errorInvitationOver",
  rate_limited: "errorRateLimited",
};

/** Tells a refusal where nothing on the screen is nearer to its cause. */
export function tellRefusal(error: unknown): void {
  showToast({ text: t((texts[codeOf(error)] ?? "errorOther") as "errorOther"), icon: warning });
}
