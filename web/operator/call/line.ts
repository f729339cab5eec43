import type { Quality } from "../../ui/call/Tile.tsx";

/** A measured line (0 none to 4 very good; null unknown) as the three steps that are shown. */
export function lineQuality(quality: number | null): Quality | undefined {
  if (quality === null) return undefined;
  if (quality >= 3) return "good";
  return quality === 2 ? "fair" : "weak";
}
