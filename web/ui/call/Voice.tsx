import { useEffect, useRef } from "preact/hooks";

interface VoiceProps {
  /** Whose voice it is, as the call knows the person. */
  identity: string;
  sound: MediaStream;
  /** The output; null is the system's. */
  speakerId: string | null;
  /** The browser wants a click before it plays; after one, `play` does. */
  onBlocked?: (voice: HTMLAudioElement) => void;
}

/** One person's voice in a call. It is heard, not seen, and needs no tile. */
export function Voice({ identity, sound, speakerId, onBlocked }: VoiceProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const blocked = useRef(onBlocked);
  blocked.current = onBlocked;
  useEffect(() => {
    const voice = audio.current;
    if (!voice) return;
    voice.srcObject = sound;
    voice.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") blocked.current?.(voice);
    });
    return () => {
      voice.srcObject = null;
    };
  }, [sound]);
  useEffect(() => {
    // A speaker that is gone by now leaves the voice where it was.
    if (speakerId !== null) audio.current?.setSinkId(speakerId).catch(() => undefined);
  }, [speakerId]);
  return <audio ref={audio} data-testid="voice" data-identity={identity} />;
}
