import { batch, effect, signal } from "@preact/signals";
import { VisitorDesk } from "../client/desk.ts";
import type { ConversationView, WidgetConfig } from "../client/protocol.ts";
import type { TrackerEvent } from "../loader/messages.ts";
import { Calls } from "./call/calls.ts";
import { tellRefusal } from "./errors.ts";
import type { Host, HostNews } from "./host.ts";

/** What the visitor looks at. A conversation without an id is one that is just being opened. */
export type Route = { view: "home" } | { view: "conversation"; id: string | null };

/** The host page as the visitor sees it now. */
export interface Page {
  title: string;
  url: string;
}

/** A visitor in the widget: his desk, his calls, and what he looks at. */
export class Visit {
  readonly config: WidgetConfig;
  readonly host: Host;
  readonly desk: VisitorDesk;
  readonly calls: Calls;
  readonly #route = signal<Route>({ view: "home" });
  readonly #shown = signal(false);
  readonly #expanded = signal(false);
  readonly #page = signal<Page | null>(null);
  readonly #drafts = signal<ReadonlyMap<string | null, string>>(new Map());

  constructor(config: WidgetConfig, host: Host, token: string) {
    this.config = config;
    this.host = host;
    this.desk = new VisitorDesk(location.origin, token);
    this.calls = new Calls(this.desk, config.calls === "audio", { called: (id) => this.#call(id) });
    effect(() => {
      if (!this.calls.current.value?.entered.value) this.expand(false);
    });
  }

  get route() {
    return this.#route;
  }

  /** Whether the widget is open in its page. */
  get shown() {
    return this.#shown;
  }

  /** Whether the widget covers the whole page. */
  get expanded() {
    return this.#expanded;
  }

  get page() {
    return this.#page;
  }

  /** Whether somebody of the group is there. */
  get online(): boolean {
    return this.desk.state.value.online ?? this.config.online;
  }

  start(): void {
    this.desk.open();
    const stop = effect(() => {
      if (this.desk.state.value.me === null) return;
      queueMicrotask(() => stop());
      this.#resume();
    });
    this.host.listen((news) => this.#hear(news));
  }

  goHome(): void {
    this.#route.value = { view: "home" };
  }

  openConversation(id: string | null): void {
    this.#route.value = { view: "conversation", id };
  }

  /** Starts a new conversation, or goes back to one in which nothing was written yet. */
  startChat(): void {
    if (this.calls.current.peek()) return;
    const blank = this.desk.conversations.peek().find((view) => view.state === "waiting" && !hasOwnWords(view));
    this.openConversation(blank?.conversation_id ?? null);
    if (!blank) void this.#adopt(this.desk.messages.open());
  }

  /** Asks for a call, in the conversation that is open or in a new one. */
  async startCall(): Promise<void> {
    if (this.calls.current.peek()) return;
    const open = this.desk.conversations.peek().find((view) => view.state !== "closed");
    this.openConversation(open?.conversation_id ?? null);
    this.#track("videoStart");
    try {
      const id = open?.conversation_id ?? (await this.#adopt(this.desk.messages.open()));
      if (id !== null) await this.desk.requestCall(id);
    } catch (error) {
      tellRefusal(error);
    }
  }

  draft(id: string | null): string {
    return this.#drafts.value.get(id) ?? "";
  }

  setDraft(id: string | null, text: string): void {
    this.#drafts.value = new Map(this.#drafts.peek()).set(id, text);
    if (id !== null && text !== "") this.desk.messages.typing(id);
  }

  send(id: string | null, text: string): void {
    this.setDraft(id, "");
    const view = id === null ? undefined : this.desk.state.peek().conversations.get(id);
    if (!view || !hasOwnWords(view)) this.#track("chatStart");
    const sent = this.desk.messages.send(id, text);
    if (id === null) void this.#adopt(sent);
  }

  hide(): void {
    this.expand(false);
    this.host.tell({ type: "show", shown: false });
  }

  expand(expanded: boolean): void {
    if (expanded === this.#expanded.peek()) return;
    this.#expanded.value = expanded;
    this.host.tell({ type: "expand", expanded });
  }

  /** On the next page of a site a visitor finds the conversation that he is in. */
  #resume(): void {
    const open = this.desk.conversations.peek().find((view) => view.state !== "closed" && hasOwnWords(view));
    if (open && this.#route.peek().view === "home") this.openConversation(open.conversation_id);
  }

  #call(conversationId: string): void {
    this.openConversation(conversationId);
    this.host.tell({ type: "show", shown: true });
  }

  /** Once the new conversation has a name, what was written for it goes along. */
  async #adopt(opening: Promise<string | null>): Promise<string | null> {
    const id = await opening.catch((error: unknown) => {
      tellRefusal(error);
      return null;
    });
    const route = this.#route.peek();
    if (id === null || route.view !== "conversation" || route.id !== null) return id;
    batch(() => {
      const drafts = new Map(this.#drafts.peek());
      this.#drafts.value = drafts.set(id, drafts.get(null) ?? "").set(null, "");
      this.openConversation(id);
    });
    return id;
  }

  #hear(news: HostNews): void {
    switch (news.type) {
      case "shown":
        this.#shown.value = news.shown;
        break;
      case "page":
        this.#page.value = { title: news.title, url: news.url };
        break;
      case "identify":
        this.desk.identify(news.identity.name ?? null, news.identity.email ?? null).catch(tellRefusal);
        break;
      case "begin":
        if (news.what === "chat") this.startChat();
        else void this.startCall();
        break;
    }
  }

  #track(event: TrackerEvent): void {
    this.host.tell({ type: "track", event });
  }
}

/** Whether the visitor wrote or asked for anything in it. */
function hasOwnWords({ events }: ConversationView): boolean {
  return events.some(({ body }) => body.type === "call_requested" || (body.type === "message_sent" && body.author.kind === "visitor"));
}
