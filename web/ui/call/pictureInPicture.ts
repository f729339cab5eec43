import type { PictureViews } from "./pictures.ts";

/** Whether this browser can show a picture in a window of its own. */
export function canDetach(): boolean {
  return document.pictureInPictureEnabled;
}

/**
 * A picture in a window of its own. It has its own element, so that the window stays when the
 * tiles are rearranged; the element is only fed while the window is open.
 */
export class DetachedPicture {
  readonly #video = document.createElement("video");
  readonly #views: PictureViews;
  #picture: MediaStream | null = null;
  #height = 0;

  constructor(views: PictureViews) {
    this.#views = views;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.addEventListener("enterpictureinpicture", ({ pictureInPictureWindow }) => {
      this.#measure(pictureInPictureWindow.height);
      pictureInPictureWindow.onresize = () => this.#measure(pictureInPictureWindow.height);
    });
    this.#video.addEventListener("leavepictureinpicture", () => {
      this.#video.srcObject = null;
      this.#views.hide(this);
    });
  }

  /** The picture for the window, whether it is open or not. */
  show(picture: MediaStream | null): void {
    this.#picture = picture;
    if (document.pictureInPictureElement !== this.#video) return;
    if (picture) this.#views.show(this, picture, this.#height);
    void this.#feed().catch(() => undefined);
  }

  /** Opens the window, or closes it. Does nothing when the browser will not. */
  async toggle(): Promise<void> {
    if (document.pictureInPictureElement === this.#video) {
      this.close();
      return;
    }
    try {
      await this.#feed();
      await this.#video.requestPictureInPicture();
    } catch {
      this.#video.srcObject = null;
    }
  }

  close(): void {
    if (document.pictureInPictureElement === this.#video) void document.exitPictureInPicture().catch(() => undefined);
  }

  #measure(height: number): void {
    this.#height = height * devicePixelRatio;
    if (this.#picture) this.#views.show(this, this.#picture, this.#height);
  }

  async #feed(): Promise<void> {
    if (this.#video.srcObject === this.#picture) return;
    this.#video.srcObject = this.#picture;
    if (this.#picture) await this.#video.play();
  }
}
