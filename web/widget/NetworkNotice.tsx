import { offline } from "../ui/icons.ts";
import { Notice } from "../ui/Notice.tsx";
import { useVisit } from "./context.ts";
import { t } from "./texts.ts";

/** Says that the network is away, until it is back. */
export function NetworkNotice() {
  if (useVisit().desk.connectionState.value !== "offline") return null;
  return (
    <Notice tone="warning" icon={offline}>
      {t("noNetwork")}
    </Notice>
  );
}
