import { Avatar } from "../../ui/Avatar.tsx";
import { ToolButton } from "../../ui/Button.tsx";
import { canDetach } from "../../ui/call/pictureInPicture.ts";
import { chevronDown, maximize, pictureInPicture, video } from "../../ui/icons.ts";
import { useVisit } from "../context.ts";
import { chatWanted, type Layout, useTurns } from "../layout.ts";
import { peopleText, statusText } from "./status.ts";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";

/** The head of the conversation while its call runs. */
export function CallHead({ call, layout }: { call: VisitorCall; layout: Layout }) {
  const visit = useVisit();
  const turns = useTurns();
  const names = peopleText(call) || visit.config.company;
  const panel = layout === "panel";
  return (
    <header class="w-head">
      <Avatar name={names} presence="here" />
      <div class="grow">
        <h1 class="trunc">{names}</h1>
        <p class="trunc" data-testid={layout === "video" ? undefined : "call-status"} data-phase={call.call.phase.value}>
          {statusText(call, visit.desk)}
        </p>
      </div>
      {panel && turns && <ToolButton icon={video} size="l" label={t("closeChat")} onClick={() => (chatWanted.value = false)} />}
      {panel && !turns && canDetach() && <ToolButton icon={pictureInPicture} size="l" label={t("pictureInPicture")} onClick={() => call.toggleDetached()} />}
      {panel && !turns && <ToolButton icon={maximize} size="l" label={t("expand")} onClick={() => visit.expand(true)} />}
      {visit.host.framed && !visit.expanded.value && <ToolButton icon={chevronDown} size="l" label={t("minimize")} onClick={() => visit.hide()} />}
    </header>
  );
}
