import { createContext } from "preact";

/** Told how high pictures are shown, in device pixels. */
export interface PictureViews {
  show(view: object, picture: MediaStream, height: number): void;
  hide(view: object): void;
}

/** The call whose pictures are shown here; null where nobody needs to know. */
export const PictureViewsContext = createContext<PictureViews | null>(null);

/** How high a picture must be (device pixels) to fill an element without being enlarged. */
export function neededHeight(element: HTMLVideoElement): number {
  const shape = element.videoWidth ? element.videoHeight / element.videoWidth : 9 / 16;
  return Math.round(Math.max(element.clientHeight, element.clientWidth * shape) * devicePixelRatio);
}
