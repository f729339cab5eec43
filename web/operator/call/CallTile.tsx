import type { Participant } from "../../client/call/participants.ts";
import { gradeOf } from "../../client/call/quality.ts";
import type { ConversationView } from "../../client/protocol.ts";
import { isArriving, Standing } from "../../ui/call/Standing.tsx";
import { Tile } from "../../ui/call/Tile.tsx";
import { usePanel } from "../context.ts";
import type { Role } from "./cast.ts";
import type { DeskCall } from "./callDesk.ts";
import { ProcessingNote } from "./ProcessingNote.tsx";
import { useLook } from "./useLook.ts";
import { t } from "./texts.ts";

interface RoleTileProps {
  current: DeskCall;
  role: Role;
  conversation: ConversationView | undefined;
}

/** The visitor's name as it is now: the room keeps the one with which he came in. */
export function participantName(participant: Participant, conversation: ConversationView | undefined): string {
  const visitor = conversation?.visitor?.person;
  return visitor?.id === participant.identityId ? visitor.name : participant.name;
}

/** A participant's face or screen, with who speaks, who is muted and whose line is weak. */
export function RoleTile({ current, role, conversation }: RoleTileProps) {
  const { participant, kind } = role;
  const { call } = current;
  const { sessionId, identityId, quality, isMe } = participant;
  const name = participantName(participant, conversation);
  if (kind === "screen") {
    const stream = isMe ? call.media.screenPicture.value : participant.screenPicture;
    return <Tile name={isMe ? t("yourScreen") : t("screenOf", { name })} identity={identityId} stream={stream} paused={participant.screenPaused} screen />;
  }
  return (
    <Tile
      name={name}
      identity={identityId}
      stream={isArriving(participant, conversation?.call) ? null : participant.cameraPicture}
      paused={participant.cameraPaused}
      muted={!participant.microphone}
      speaking={call.speaker.value === sessionId && participant.microphone}
      quality={gradeOf(quality)}
      note={<Standing person={participant} call={conversation?.call} />}
    />
  );
}

/** The operator's own picture; it is there before the room knows him. */
export function SelfTile({ current }: { current: DeskCall }) {
  const { me } = usePanel();
  const { media, ownPicture, participants, speaker } = current.call;
  useLook(current.call);
  const own = participants.value.find((participant) => participant.isMe);
  const muted = !media.microphone.on.value;
  return (
    <Tile
      name={me.name}
      identity={own?.identityId ?? me.id}
      stream={ownPicture.value}
      self
      muted={muted}
      speaking={!muted && own?.sessionId === speaker.value}
      note={<ProcessingNote processing={own?.processing ?? null} />}
    />
  );
}
