import { Composer } from "../../ui/Composer.tsx";
import { useVisit } from "../context.ts";
import { NetworkNotice } from "../NetworkNotice.tsx";
import { t } from "../texts.ts";
import { EmojiPicker } from "./EmojiPicker.tsx";

/** The longest message that the desk takes. */
const longest = 4_000;

export function MessageBox({ id, closed }: { id: string | null; closed: boolean }) {
  const visit = useVisit();
  const offline = visit.desk.connectionState.value === "offline";
  return (
    <div class="conv-box">
      <Composer
        shape="line"
        value={visit.draft(id)}
        onValue={(text) => visit.setDraft(id, text)}
        onSend={(text) => visit.send(id, text)}
        placeholder={t(closed ? "writeAgain" : "write")}
        maxLength={longest}
        notice={offline && <NetworkNotice />}
        tools={<EmojiPicker />}
      />
    </div>
  );
}
