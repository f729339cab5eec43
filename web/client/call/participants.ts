import type { LinePath, ParticipantState, Processing, RoomState, SlotKind } from "../protocol.ts";

/** Somebody in the call, with what arrives of him. A stream is null while there is nothing to show. */
export interface Participant {
  sessionId: string;
  /** The person's id, which stays the same when he joins again. */
  identityId: string;
  name: string;
  role: ParticipantState["role"];
  isMe: boolean;
  microphone: boolean;
  camera: boolean;
  screen: boolean;
  /** False while his media connection is not up yet, or interrupted. */
  connected: boolean;
  /** 0 (nothing arrives) to 4 (very good); null while unknown. */
  quality: number | null;
  /** By which way his media go. */
  path: LinePath;
  /** His line is too weak for pictures, either way. */
  audioOnly: boolean;
  /** How the server's work on his background fares; null while there is none. */
  processing: Processing | null;
  /** Stays while he is inside, so that turning his microphone on and off does not interrupt the element. */
  sound: MediaStream | null;
  cameraPicture: MediaStream | null;
  screenPicture: MediaStream | null;
  /** The own line has no room for his camera now: what its stream shows is old. */
  cameraPaused: boolean;
  screenPaused: boolean;
}

type Sources = Record<SlotKind, MediaStream | null>;

interface Reception {
  isMe: boolean;
  /** The own line is spared pictures. */
  blind: boolean;
  /** What there is no room for on it. */
  stale: ReadonlySet<MediaStream | null>;
}

/** Who is inside, with the streams of the slots that each is in; `paused` are slots by mid. */
export function participantsOf(room: RoomState, slotStream: (mid: string) => MediaStream | null, paused: readonly string[]): Participant[] {
  const stale = new Set(paused.map((mid) => slotStream(mid)));
  const sources = new Map<string, Sources>();
  for (const [mid, { session_id, kind }] of Object.entries(room.slots)) {
    const known = sources.get(session_id) ?? { microphone: null, camera: null, screen: null };
    sources.set(session_id, { ...known, [kind]: slotStream(mid) });
  }
  const blind = room.participants.some((other) => other.session_id === room.session_id && other.audio_only);
  return room.participants.map((participant) => {
    const isMe = participant.session_id === room.session_id;
    return participantOf(participant, sources.get(participant.session_id), { isMe, blind, stale });
  });
}

// A browser keeps the last picture of a slot for ever, so the states decide what is shown, never the tracks.
function participantOf(state: ParticipantState, sources: Sources | undefined, { isMe, blind, stale }: Reception): Participant {
  const { microphone, camera, screen, connected, name, role } = state;
  const pictures = !blind && !state.audio_only;
  const cameraPicture = camera && pictures ? (sources?.camera ?? null) : null;
  const screenPicture = screen && pictures ? (sources?.screen ?? null) : null;
  return {
    sessionId: state.session_id,
    identityId: state.identity_id,
    name,
    role,
    isMe,
    microphone,
    camera,
    screen,
    connected,
    quality: state.quality ?? null,
    path: state.path ?? "udp",
    audioOnly: state.audio_only ?? false,
    processing: state.processing ?? null,
    sound: sources?.microphone ?? null,
    cameraPicture,
    screenPicture,
    cameraPaused: cameraPicture !== null && stale.has(cameraPicture),
    screenPaused: screenPicture !== null && stale.has(screenPicture),
  };
}
