import type { Processing } from "../../client/protocol.ts";
import { Chip } from "../../ui/call/Tile.tsx";
import { t } from "./texts.ts";

/** A quiet word on the own picture when the server cannot give it its background as it should. */
export function ProcessingNote({ processing }: { processing: Processing | null }) {
  if (processing === null || processing === "full") return null;
  return <Chip>{t(processing === "still" ? "backgroundStill" : "backgroundReduced")}</Chip>;
}
