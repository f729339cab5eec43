/**
 * The one script a site includes: draws the launcher, makes the widget's frame when it is wanted,
 * and carries messages between the two.
 *
 *     <script src="https://desk.example/sportello.js" data-account="CODE" data-group="CODE" async></script>
 *
 * Options may be set as `window.Sportello = {language, onTracker}` before; the same object then
 * gains the methods of `SportelloApi`.
 */
import { keep, recall } from "./memory.ts";
import type { FrameMessage, HostMessage, Identity, TrackerEvent } from "./messages.ts";
import { createPanel, type Look, type Panel } from "./panel.ts";

export interface SportelloOptions {
  language?: string;
  /** Told what visitors do, beside `gtag` or `dataLayer` if the page has them. */
  onTracker?: (event: TrackerEvent) => void;
}

export interface SportelloApi {
  open(): void;
  close(): void;
  startChat(): void;
  startVideo(): void;
  identify(identity: Identity): void;
  on(event: LoaderEvent, listener: (detail?: number) => void): void;
}

/** `unread` comes with the number. */
export type LoaderEvent = TrackerEvent | "chatClose" | "unread";

interface Host {
  Sportello?: SportelloOptions & Partial<SportelloApi>;
  gtag?: (command: "event", name: string) => void;
  dataLayer?: { push(entry: object): void };
  /** Not yet in every browser. */
  navigation?: EventTarget;
}

const host = window as unknown as Host;

function start({ src, dataset }: HTMLScriptElement, options: SportelloOptions): SportelloApi {
  const { account = "", group = "", language = "" } = dataset;
  const { href, origin } = new URL(`/widget/${account}/${group}/`, src);
  const key = `sportello:${origin}:${account}`;
  let memory = recall(key);
  /** Dispatching keeps errors in the page's listeners away from here. */
  const events = new EventTarget();
  const panel = createPanel(() => show(!panel.shown()));
  /** What the widget must hear once it is ready. */
  const pending: HostMessage[] = [];
  let ready = false;

  const post = (message: HostMessage) => {
    if (ready) panel.frameWindow()?.postMessage(message, origin);
    else pending.push(message);
  };
  const emit = (event: LoaderEvent, detail?: number) => events.dispatchEvent(new CustomEvent(event, { detail }));
  const load = () => panel.load(`${href}?language=${options.language ?? language}`);
  const show = (shown: boolean) => {
    if (shown === panel.shown()) return;
    if (shown) load();
    panel.show(shown);
    post({ type: "shown", shown });
    emit(shown ? "chatOpen" : "chatClose");
  };
  const begin = (what: "chat" | "video") => {
    show(true);
    post({ type: "begin", what });
  };
  const reportPage = () => post({ type: "page", title: document.title, url: location.origin + location.pathname });

  listen(origin, panel.frameWindow, {
    ready() {
      ready = true;
      post({ type: "start", token: memory.token ?? null });
      reportPage();
      pending.splice(0).forEach(post);
    },
    remember: ({ memory: latest }) => keep(key, (memory = latest)),
    unread({ count }) {
      panel.count(count);
      emit("unread", count);
    },
    show: ({ shown }) => show(shown),
    expand: ({ expanded }) => panel.expand(expanded),
    track: ({ event }) => emit(event),
  });
  host.navigation?.addEventListener("navigatesuccess", reportPage);
  for (const event of ["chatOpen", "chatStart", "videoStart"] as const) {
    events.addEventListener(event, () => {
      if (host.gtag) host.gtag("event", event);
      else host.dataLayer?.push({ event });
      options.onTracker?.(event);
    });
  }
  dress(panel, href);
  if (memory.conversationOpen) load();

  return {
    open: () => show(true),
    close: () => show(false),
    startChat: () => begin("chat"),
    startVideo: () => begin("video"),
    identify: (identity) => post({ type: "identify", identity }),
    on: (event, listener) => events.addEventListener(event, (fired) => listener((fired as CustomEvent<number | undefined>).detail)),
  };
}

type Handlers = { [Type in FrameMessage["type"]]: (message: Extract<FrameMessage, { type: Type }>) => void };

/** Hears the widget alone: its window and its origin. */
function listen(origin: string, frameWindow: () => Window | null | undefined, handlers: Handlers): void {
  addEventListener("message", (event: MessageEvent<FrameMessage>) => {
    if (event.origin !== origin || event.source !== frameWindow()) return;
    (handlers[event.data.type] as ((message: FrameMessage) => void) | undefined)?.(event.data);
  });
}

/** Without its group's configuration no launcher is shown: a desk that cannot be reached offers nothing. */
function dress(panel: Panel, address: string): void {
  fetch(`${address}config.json`)
    .then((answer) => answer.json() as Promise<{ look: Look }>)
    .then((config) => panel.dress(config.look), reportError);
}

function launch(): void {
  const options = (host.Sportello ??= {});
  if (script && !options.open) Object.assign(options, start(script, options));
}

const script = document.currentScript as HTMLScriptElement | null;
if (document.readyState === "loading") addEventListener("DOMContentLoaded", launch);
else launch();
