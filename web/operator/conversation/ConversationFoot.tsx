import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ConversationView } from "../../client/protocol.ts";
import { Button } from "../../ui/Button.tsx";
import { Composer } from "../../ui/Composer.tsx";
import { check, closeChat, offline, video } from "../../ui/icons.ts";
import { Notice } from "../../ui/Notice.tsx";
import { StartCall } from "../call/StartCall.tsx";
import { usePanel } from "../context.ts";
import { attempt } from "../errors.ts";
import { t } from "../texts.ts";
import { canWriteIn, firstName, isCallWanted, operatorsOf, visitorName } from "./membership.ts";
import { PendingColleague } from "./PendingColleague.tsx";

const longestMessage = 4_000;

/** Below the log: the composer for who takes part, the way in for who does not. */
export function ConversationFoot({ conversation }: { conversation: ConversationView }) {
  const { me } = usePanel();
  return (
    <footer class="conv-foot">
      {conversation.state === "waiting" && <TakeBar conversation={conversation} />}
      {conversation.state === "closed" && (
        <Notice icon={closeChat}>
          <b class="strong">{t("closedTitle")}</b> {t("closedHint")}
        </Notice>
      )}
      {canWriteIn(conversation, me) && <Answer conversation={conversation} />}
    </footer>
  );
}

/** A waiting chat belongs to whoever takes it first. */
function TakeBar({ conversation }: { conversation: ConversationView }) {
  const panel = usePanel();
  const busy = useSignal(false);
  const take = async () => {
    busy.value = true;
    await attempt(() => panel.desk.take(conversation.conversation_id));
    busy.value = false;
  };
  return (
    <div class="take">
      <div>
        <p class="h3">{t("takeTitle")}</p>
        <p class="muted small">{isCallWanted(conversation) ? t("callWanted", { name: firstName(visitorName(conversation)) }) : t("takeHint")}</p>
      </div>
      <div class="row">
        <Button onClick={() => panel.select(null)}>{t("notNow")}</Button>
        <Button kind="primary" icon={check} busy={busy.value} data-testid="take" onClick={() => void take()}>
          {t("take")}
        </Button>
      </div>
    </div>
  );
}

function Answer({ conversation }: { conversation: ConversationView }) {
  const panel = usePanel();
  const id = conversation.conversation_id;
  const name = firstName(visitorName(conversation));
  const frame = useComposerFocus();
  const offlineNow = panel.desk.connectionState.value !== "ready";
  return (
    <div ref={frame} class="conv-answer">
      <PendingColleague conversation={conversation} />
      {isCallWanted(conversation) && (
        <Notice tone="accent" icon={video}>
          <div class="conv-wanted">
            <b class="strong grow">{t("callWanted", { name })}</b>
            <StartCall conversation={conversation} inNotice />
          </div>
        </Notice>
      )}
      <Composer
        value={panel.draft(id)}
        onValue={(value) => panel.setDraft(id, value)}
        onSend={(text) => panel.send(id, text)}
        placeholder={t(operatorsOf(conversation).length > 1 ? "writeToAll" : "writeTo", { name })}
        maxLength={longestMessage}
        notice={
          offlineNow && (
            <Notice tone="warning" icon={offline}>
              <b class="strong">{t("offlineNotice")}</b> {t("offlineNoticeHint")}
            </Notice>
          )
        }
      />
    </div>
  );
}

/** Whoever opens a chat means to answer; on touch screens the keyboard would cover half of what there is to read. */
function useComposerFocus() {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches && !document.querySelector("dialog[open]")) frame.current?.querySelector("textarea")?.focus();
  }, []);
  return frame;
}
