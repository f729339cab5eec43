/**
 * What the loader in the host page and the widget in its frame tell each other with `postMessage`.
 * Both sides take a message only from the other's window and origin.
 */

/** What the widget asks the host page to remember, for its own storage may be partitioned or refused. */
export interface Memory {
  token?: string;
  /** A conversation is open: on the next page the frame is made at once, so that answers are noticed. */
  conversationOpen?: boolean;
}

/** Who the host page says its visitor is. */
export interface Identity {
  name?: string;
  email?: string;
}

/** From the host page to the widget. `start` answers every `ready` and comes before all else. */
export type HostMessage =
  | { type: "start"; token: string | null }
  | { type: "shown"; shown: boolean }
  | { type: "page"; title: string; url: string }
  | { type: "identify"; identity: Identity }
  | { type: "begin"; what: "chat" | "video" };

/** From the widget to the host page. */
export type FrameMessage =
  | { type: "ready" }
  | { type: "remember"; memory: Memory }
  | { type: "unread"; count: number }
  /** The widget wishes to be seen (an invitation to a call) or to go. */
  | { type: "show"; shown: boolean }
  /** Over the whole page, for calls. */
  | { type: "expand"; expanded: boolean }
  | { type: "track"; event: TrackerEvent };

/** What the host page's analytics may count. */
export type TrackerEvent = "chatOpen" | "chatStart" | "videoStart";
