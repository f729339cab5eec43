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

/** What keeps somebody's picture away, else other words, on his tile. */
export function Standing({ person, call, children }: StandingProps) {
  if (!person.connected) return <Chip>{t(call?.inside.some(({ id }) => id === person.identityId) ? "isReconnecting" : "isConnecting")}</Chip>;
  if (person.audioOnly) return <Chip>{t("voiceOnlyOther")}</Chip>;
  return children ? <Chip>{children}</Chip> : null;
}
