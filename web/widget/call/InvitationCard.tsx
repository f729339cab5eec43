import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo } from "preact/hooks";
import { LevelMeter as MicrophoneLevel } from "../../client/call/level.ts";
import type { InvitationView } from "../../client/protocol.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { LevelMeter } from "../../ui/call/LevelMeter.tsx";
import { Tile } from "../../ui/call/Tile.tsx";
import { formatClock } from "../../ui/i18n/format.ts";
import { phone, video } from "../../ui/icons.ts";
import { useVisit } from "../context.ts";
import { tellRefusal } from "../errors.ts";
import { DevicesMenu } from "./DevicesMenu.tsx";
import { Problems } from "./Problems.tsx";
import { Switches } from "./Switches.tsx";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";
import "./Call.css";

interface InvitationCardProps {
  call: VisitorCall;
  invitation: InvitationView;
  groupName: string;
}

/** Who invites, how one would be seen and heard, and the answer: accepting leads straight in. */
export function InvitationCard({ call, invitation, groupName }: InvitationCardProps) {
  const { config, desk } = useVisit();
  const title = useId();
  const { by, expires_at_ms } = invitation;
  return (
    <section class="invite" role="group" aria-labelledby={title} data-testid="invitation">
      <div class="invite-body">
        <div class="row">
          <Avatar name={by.name} size="l" />
          <div class="grow">
            <h2 class="h3" id={title}>
              {t(call.audioOnly ? "inviteAudio" : "inviteVideo", { name: by.name })}
            </h2>
            <p class="small muted">{t("groupOf", { group: groupName, company: config.company })}</p>
          </div>
        </div>
        <Preview call={call} />
        <Problems call={call} />
        <Reassurance />
      </div>
      <Answers call={call} />
      <p class="xs muted">{t("openUntil", { time: formatClock(expires_at_ms - desk.state.value.clockOffsetMs) })}</p>
    </section>
  );
}

function Reassurance() {
  const { company, privacy_url } = useVisit().config;
  return (
    <p class="small">
      {t("unseen")}
      {privacy_url && (
        <>
          {" "}
          {t("media", { company })}{" "}
          <a href={privacy_url} target="_blank" rel="noopener noreferrer">
            {t("mediaLink")}
          </a>
          .
        </>
      )}
    </p>
  );
}

/** The own picture with the switches on it; in a group without video only the switches and the level. */
function Preview({ call }: { call: VisitorCall }) {
  const { me } = useVisit().desk.state.value;
  const asked = call.devicesAsked.value;
  return (
    <div class={call.audioOnly ? "preview stage preview-audio" : "preview stage"} role="group" aria-label={t("preview")}>
      {!call.audioOnly && <Tile self name={me?.name ?? ""} stream={call.call.media.cameraPicture.value} />}
      {!asked && (
        <Button size="s" onClick={() => void call.openDevices()}>
          {t(call.audioOnly ? "tryMicrophone" : "tryDevices")}
        </Button>
      )}
      <div class="preview-foot">
        {asked && <OwnLevel call={call} />}
        <span class="call-bar">
          <Switches call={call} />
          {asked && <DevicesMenu call={call} />}
        </span>
      </div>
    </div>
  );
}

function OwnLevel({ call }: { call: VisitorCall }) {
  const meter = useMemo(() => new MicrophoneLevel(call.call.media.microphone.sending), [call]);
  useEffect(() => () => meter.close(), [meter]);
  return <LevelMeter level={meter.level.value} />;
}

function Answers({ call }: { call: VisitorCall }) {
  const { calls } = useVisit();
  const answered = useSignal<"yes" | "no" | null>(null);
  const accept = () => {
    answered.value = "yes";
    void calls.accept();
  };
  const decline = () => {
    answered.value = "no";
    call.decline().catch((error: unknown) => {
      answered.value = null;
      tellRefusal(error);
    });
  };
  return (
    <div class="invite-answers">
      <Button size="l" busy={answered.value === "no"} data-testid="decline" onClick={decline}>
        {t("decline")}
      </Button>
      <Button kind="brand" size="l" icon={call.audioOnly ? phone : video} busy={answered.value === "yes"} data-testid="accept" onClick={accept}>
        {t("accept")}
      </Button>
    </div>
  );
}
