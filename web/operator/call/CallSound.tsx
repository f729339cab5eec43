import { useEffect, useRef } from "preact/hooks";
import { usePanel } from "../context.ts";

/** The others' voices. They go on while the operator looks at another chat, so they live apart from the tiles. */
export function CallSound() {
  const { calls } = usePanel();
  const call = calls.entered.value?.call;
  const others = call?.participants.value.filter((participant) => !participant.isMe) ?? [];
  return (
    <div hidden>
      {others.map(({ sessionId, identityId, sound }) => sound && <Voice key={sessionId} identity={identityId} stream={sound} speakerId={calls.speakerId.value} />)}
    </div>
  );
}

function Voice({ identity, stream, speakerId }: { identity: string; stream: MediaStream; speakerId: string | null }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current) audio.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    // A device that was unplugged in the meantime: the system's stays.
    if (audio.current && speakerId !== null) audio.current.setSinkId(speakerId).catch(() => undefined);
  }, [speakerId]);
  return <audio ref={audio} autoplay data-testid="voice" data-identity={identity} />;
}
