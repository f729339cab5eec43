import type { FrameMessage, HostMessage } from "../loader/messages.ts";

/** What the host page may tell at any time after its greeting. */
export type HostNews = Exclude<HostMessage, { type: "start" }>;

/** The page around the widget. */
export interface Host {
  /** Whether there is a page around it that can hide, expand and remember it. */
  readonly framed: boolean;
  /** Says that the widget is there, and waits for the visitor's token that the page remembers. */
  greet(): Promise<string | null>;
  tell(message: FrameMessage): void;
  /** Takes what the page tells from now on; what came before is handed over first. */
  listen(listener: (news: HostNews) => void): void;
}

/** Finds out whether a page embeds the widget or somebody opened its address by itself. */
export function findHost(): Host {
  return window.parent === window ? new NoHost() : new LoaderHost(window.parent);
}

/**
 * The loader in the page that embeds the widget.
 *
 * The server's `frame-ancestors` lets only the group's own sites embed this page, so the parent is trusted to
 * be one of them; its origin becomes known with the greeting and holds from then on.
 */
class LoaderHost implements Host {
  readonly framed = true;
  readonly #parent: Window;
  readonly #waiting: HostNews[] = [];
  #origin: string | null = null;
  #listener: (news: HostNews) => void = (news) => this.#waiting.push(news);

  constructor(parent: Window) {
    this.#parent = parent;
  }

  greet(): Promise<string | null> {
    return new Promise((resolve) => {
      addEventListener("message", ({ source, origin, data }: MessageEvent<HostMessage>) => {
        if (source !== this.#parent || origin !== (this.#origin ?? origin)) return;
        if (data.type !== "start") {
          if (this.#origin) this.#listener(data);
          return;
        }
        this.#origin = origin;
        resolve(data.token);
      });
      // Without a secret in it, this one message may go to whoever embeds the page.
      this.#parent.postMessage({ type: "ready" } satisfies FrameMessage, "*");
    });
  }

  tell(message: FrameMessage): void {
    if (this.#origin) this.#parent.postMessage(message, this.#origin);
  }

  listen(listener: (news: HostNews) => void): void {
    this.#listener = listener;
    for (const news of this.#waiting.splice(0)) listener(news);
  }
}

/** No page around: the widget fills its own tab and remembers the visitor itself. */
class NoHost implements Host {
  readonly framed = false;
  readonly #key = `sportello:${location.pathname}`;

  greet(): Promise<string | null> {
    return Promise.resolve(localStorage.getItem(this.#key));
  }

  tell(message: FrameMessage): void {
    if (message.type === "remember" && message.memory.token) localStorage.setItem(this.#key, message.memory.token);
  }

  listen(listener: (news: HostNews) => void): void {
    listener({ type: "shown", shown: true });
  }
}
