import type { ConversationView } from "../../client/protocol.ts";
import { Button } from "../../ui/Button.tsx";
import { phone, video } from "../../ui/icons.ts";
import { usePanel } from "../context.ts";
import { canWriteIn } from "../conversation/membership.ts";
import { t } from "../texts.ts";

interface StartCallProps {
  conversation: ConversationView;
  /** Smaller, for use inside a notice; the header's button is the one that stays. */
  inNotice?: boolean;
}

/** Starts the conversation's call, or joins the one that runs, by way of the preview. */
export function StartCall({ conversation, inNotice = false }: StartCallProps) {
  const panel = usePanel();
  if (!canWriteIn(conversation, panel.me)) return null;
  const { groups } = panel.desk.state.value;
  const audioOnly = conversation.call?.audio_only ?? groups.find((group) => group.group_id === conversation.group_id)?.audio_only ?? false;
  const words = conversation.call ? t("enterVideo") : t(audioOnly ? "startAudio" : "startVideo");
  const elsewhere = panel.calls.entered.value;
  return (
    <Button
      kind="primary"
      size={inNotice ? "s" : "m"}
      icon={audioOnly ? phone : video}
      disabledReason={elsewhere ? t("alreadyInCall") : undefined}
      data-testid={inNotice ? "start-wanted-call" : "start-call"}
      onClick={() => panel.calls.prepare(conversation)}
    >
      {words}
    </Button>
  );
}
