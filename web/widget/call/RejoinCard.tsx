import { useSignal } from "@preact/signals";
import type { EndReason } from "../../client/call/phases.ts";
import type { CallView, ConversationView } from "../../client/protocol.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { phone, video } from "../../ui/icons.ts";
import { useVisit } from "../context.ts";
import { t } from "./texts.ts";
import "./Call.css";

const reasons = { left: "leftCall", lost: "lost", replaced: "elsewhere", shutdown: "shutdown", unreachable: "unreachable", ended: "callGoesOn" } as const;

/** The way back into a call that goes on without the visitor, or in another of his windows. */
export function RejoinCard({ view, call }: { view: ConversationView; call: CallView }) {
  const { calls, desk } = useVisit();
  const busy = useSignal(false);
  const elsewhere = call.inside.some(({ id }) => id === desk.state.value.me?.id);
  const rejoin = () => {
    busy.value = true;
    void calls.rejoin(view, call);
  };
  return (
    <section class="invite rejoin" role="status" data-testid="rejoin-card">
      <Icon of={call.audio_only ? phone : video} />
      <div class="grow">
        <b class="strong">{t(titleOf(calls.lastEnd.value, elsewhere))}</b>
        {!elsewhere && <p class="small muted">{t("callGoesOn")}</p>}
      </div>
      <Button kind="brand" size="l" busy={busy.value} data-testid="rejoin" onClick={rejoin}>
        {t(elsewhere ? "continueHere" : calls.lastEnd.value === "unreachable" ? "tryAgain" : "rejoin")}
      </Button>
    </section>
  );
}

function titleOf(reason: EndReason | null, elsewhere: boolean) {
  if (reason === null || reason === "left") return elsewhere && reason === null ? "elsewhere" : "leftCall";
  return reasons[reason];
}
