import { useEffect, useMemo } from "preact/hooks";
import { DetachedPicture } from "../../ui/call/pictureInPicture.ts";
import type { PictureViews } from "../../ui/call/pictures.ts";

/** Shows a picture in a small window that stays above all others, or takes it back; it follows when another takes its place. */
export function usePictureInPicture(picture: MediaStream | null, views: PictureViews): () => void {
  const detached = useMemo(() => new DetachedPicture(views), [views]);
  useEffect(() => detached.show(picture), [detached, picture]);
  useEffect(() => () => detached.close(), [detached]);
  return () => void detached.toggle();
}
