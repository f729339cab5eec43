import { Voice } from "../../ui/call/Voice.tsx";
import { usePanel } from "../context.ts";

/** The others' voices. They go on while the operator looks at another chat, so they live apart from the tiles. */
export function CallSound() {
  const { calls } = usePanel();
  const call = calls.entered.value?.call;
  const others = call?.participants.value.filter((participant) => !participant.isMe) ?? [];
  return (
    <div hidden>
      {others.map(({ sessionId, identityId, sound }) => sound && <Voice key={sessionId} identity={identityId} sound={sound} speakerId={calls.speakerId.value} />)}
    </div>
  );
}
