import { CallButton } from "../../ui/call/CallBar.tsx";
import { PictureViewsContext } from "../../ui/call/pictures.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { hangUp, maximize } from "../../ui/icons.ts";
import { usePanel } from "../context.ts";
import { visitorName } from "../conversation/membership.ts";
import { CameraButton, MicrophoneButton } from "./CallControls.tsx";
import { RoleTile, SelfTile } from "./CallTile.tsx";
import { castOf } from "./cast.ts";
import { absenceOf } from "./standing.ts";
import { t } from "./texts.ts";
import "./CallCorner.css";

/** What the middle shows: the call's own conversation, another one, or none. */
export type CornerPlace = "own" | "other" | "away";

interface CornerProps {
  place: CornerPlace;
  onOpen: () => void;
}

/** The running call, small in the corner, while the operator reads or writes. */
export function CallCorner({ place, onOpen }: CornerProps) {
  const panel = usePanel();
  const current = panel.calls.entered.value;
  if (!current || (place === "own" && panel.calls.view.value === "call")) return null;
  const conversation = panel.desk.state.value.conversations.get(current.conversationId);
  const name = conversation ? visitorName(conversation) : "";
  const { main, side } = castOf(current.call.participants.value);
  const enlarge = () => {
    panel.select(current.conversationId);
    panel.calls.view.value = "call";
    onOpen();
  };
  return (
    <aside class="stage corner" data-place={place} aria-label={t("youAreInCall", { name })}>
      <PictureViewsContext.Provider value={current.call.shown}>
        <div class="corner-main">
          {main ? (
            <RoleTile current={current} role={main} conversation={conversation} />
          ) : (
            <div class="corner-wait">
              <Avatar name={name} size="m" />
              <p>{conversation && t(absenceOf(conversation), { name })}</p>
            </div>
          )}
          <div class="corner-self">
            <SelfTile current={current} />
          </div>
        </div>
        {side.length > 0 && (
          <div class="corner-side">
            {side.map((role) => (
              <RoleTile key={`${role.participant.sessionId}-${role.kind}`} current={current} role={role} conversation={conversation} />
            ))}
          </div>
        )}
      </PictureViewsContext.Provider>
      <div class="corner-bar">
        <MicrophoneButton current={current} />
        {!current.audioOnly && <CameraButton current={current} />}
        <CallButton icon={maximize} label={t("backToCall")} onClick={enlarge} />
        <CallButton icon={hangUp} label={t("leaveCall")} state="end" onClick={() => panel.calls.leave()} />
      </div>
    </aside>
  );
}
