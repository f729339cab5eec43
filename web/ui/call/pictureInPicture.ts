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
  #picture: MediaStream | null = null;

  constructor() {
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.addEventListener("leavepictureinpicture", () => {
      this.#video.srcObject = null;
    });
  }

  /** The picture for the window, whether it is open or not. */
  show(picture: MediaStream | null): void {
    this.#picture = picture;
    if (document.pictureInPictureElement === this.#video) void this.#feed().catch(() => undefined);
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

  async #feed(): Promise<void> {
    if (this.#video.srcObject === this.#picture) return;
    this.#video.srcObject = this.#picture;
    if (this.#picture) await this.#video.play();
  }
}
