import { useSignal } from "@preact/signals";
import type { Participant } from "../../client/call/participants.ts";
import { Button } from "../../ui/Button.tsx";
import { Voice } from "../../ui/call/Voice.tsx";
import { volume } from "../../ui/icons.ts";
import { speakerId } from "./DevicesMenu.tsx";
import { t } from "./texts.ts";

/** The voices of the others. A browser that wants a click before it plays gets a button for it. */
export function Sounds({ participants }: { participants: readonly Participant[] }) {
  const blocked = useSignal<readonly HTMLAudioElement[]>([]);
  const unblock = () => {
    for (const voice of blocked.value) voice.play().catch(() => undefined);
    blocked.value = [];
  };
  return (
    <>
      {participants.map(
        ({ sessionId, identityId, sound, isMe }) =>
          !isMe &&
          sound && (
            <Voice key={sessionId} identity={identityId} sound={sound} speakerId={speakerId.value} onBlocked={(voice) => (blocked.value = [...blocked.value, voice])} />
          ),
      )}
      {blocked.value.length > 0 && (
        <div class="call-unmute">
          <Button kind="brand" size="l" icon={volume} onClick={unblock}>
            {t("unmute")}
          </Button>
        </div>
      )}
    </>
  );
}
