import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Participant } from "../../client/call/participants.ts";
import { Button } from "../../ui/Button.tsx";
import { volume } from "../../ui/icons.ts";
import { speakerId } from "./DevicesMenu.tsx";
import { t } from "./texts.ts";

/** The voices of the others. A browser that wants a click before it plays gets a button for it. */
export function Sounds({ participants }: { participants: readonly Participant[] }) {
  const voices = useRef(new Set<HTMLAudioElement>()).current;
  const blocked = useSignal(false);
  const play = (voice: HTMLAudioElement) =>
    voice.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") blocked.value = true;
    });
  const unblock = () => {
    blocked.value = false;
    for (const voice of voices) void play(voice);
  };
  return (
    <>
      {participants.map(
        ({ sessionId, identityId, sound, isMe }) =>
          !isMe && sound && <Voice key={sessionId} identity={identityId} sound={sound} voices={voices} onReady={(voice) => void play(voice)} />,
      )}
      {blocked.value && (
        <div class="call-unmute">
          <Button kind="brand" size="l" icon={volume} onClick={unblock}>
            {t("unmute")}
          </Button>
        </div>
      )}
    </>
  );
}

interface VoiceProps {
  identity: string;
  sound: MediaStream;
  voices: Set<HTMLAudioElement>;
  onReady: (voice: HTMLAudioElement) => void;
}

function Voice({ identity, sound, voices, onReady }: VoiceProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const ready = useRef(onReady);
  ready.current = onReady;
  const speaker = speakerId.value;
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    voices.add(element);
    element.srcObject = sound;
    ready.current(element);
    return () => {
      voices.delete(element);
      element.srcObject = null;
    };
  }, [sound, voices]);
  useEffect(() => {
    // A speaker that is gone by now leaves the voice where it was.
    if (speaker) audio.current?.setSinkId(speaker).catch(() => undefined);
  }, [speaker]);
  return <audio ref={audio} data-testid="voice" data-identity={identity} />;
}
