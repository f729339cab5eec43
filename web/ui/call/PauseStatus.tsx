import type { Call } from "../../client/call/call.ts";
import { t } from "../i18n/texts.ts";

/** Says once to screen readers that pictures are paused, however many tiles show it. */
export function PauseStatus({ call }: { call: Call }) {
  const others = call.participants.value.filter(({ isMe }) => !isMe);
  const camera = others.some(({ cameraPaused }) => cameraPaused);
  const screen = others.some(({ screenPaused }) => screenPaused);
  return (
    <p class="vh" role="status">
      {camera ? t("cameraPaused") : screen && t("screenPaused")}
    </p>
  );
}
