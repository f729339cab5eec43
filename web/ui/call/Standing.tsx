import type { ComponentChildren } from "preact";
import type { Participant } from "../../client/call/participants.ts";
import type { CallView } from "../../client/protocol.ts";
import { t } from "../i18n/texts.ts";
import { Chip } from "./Tile.tsx";

interface StandingProps {
  person: Participant;
  /** The conversation's call, which knows who has been inside. */
  call: CallView | null | undefined;
  children?: ComponentChildren;
}

/** Whether somebody is on his way in: nothing of him has arrived yet. */
export function isArriving({ connected, identityId }: Participant, call: CallView | null | undefined): boolean {
  return !connected && !call?.inside.some(({ id }) => id === identityId);
}

/** What keeps somebody's picture away, else other words, on his tile. */
export function Standing({ person, call, children }: StandingProps) {
  if (!person.connected) return <Chip>{t(isArriving(person, call) ? "isConnecting" : "isReconnecting")}</Chip>;
  if (person.audioOnly) return <Chip>{t("voiceOnlyOther")}</Chip>;
  return children ? <Chip>{children}</Chip> : null;
}
