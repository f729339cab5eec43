import type { Call } from "../../client/call/call.ts";
import { Button } from "../Button.tsx";
import { warning } from "../icons.ts";
import { t } from "../i18n/texts.ts";
import { Notice } from "../Notice.tsx";

/** What a weak line leaves: the offer to go on with voice alone, and the way back to pictures. */
export function LineNotice({ call }: { call: Call }) {
  const spared = call.audioOnly.value;
  if (call.phase.value !== "inside" || !(spared || call.weak.value)) return null;
  return (
    <Notice tone="warning" icon={warning}>
      <div class="row">
        <span class="grow">{t(spared ? "voiceOnlyNow" : "weakLine")}</span>
        <Button size="s" data-testid="voice-only" data-on={spared} onClick={() => call.setAudioOnly(!spared)}>
          {t(spared ? "tryPictures" : "voiceOnly")}
        </Button>
      </div>
    </Notice>
  );
}

/** Words for a way of media that is not the usual one; null for the usual one. */
export function wayText({ path }: Call): string | null {
  if (path.value === "udp") return null;
  return t(path.value === "tcp" ? "viaTcp" : "viaRelay");
}
