import { backoffMs } from "./backoff.ts";
import { onNetworkChange } from "./network.ts";

const CONNECT_MS = 10_000;

/** What the owner of a `ReconnectingSocket` hears. */
export interface SocketListener {
  /** A new socket is open: introduce yourself. */
  opened(): void;
  /** A JSON frame arrived. */
  received(frame: unknown): void;
  /** The socket is gone; another is tried after a while. */
  lost(): void;
  /** The browser says that the network went or came back while a socket still seems open. */
  doubted(): void;
}

/**
 * A WebSocket of JSON text frames that comes back by itself until it is closed.
 *
 * The wait between attempts grows until the owner calls `settle()`, that is, until the peer has accepted
 * it: a peer that takes the connection and closes it at once is not called in a tight loop.
 */
export class ReconnectingSocket {
  readonly #url: string;
  readonly #listener: SocketListener;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #stopListening: (() => void) | null = null;

  constructor(url: string, listener: SocketListener) {
    this.#url = url;
    this.#listener = listener;
  }

  /** Connect, and stay connected from now on. */
  open(): void {
    if (this.#stopListening) return;
    this.#stopListening = onNetworkChange((back) => {
      if (this.#socket?.readyState === WebSocket.OPEN) this.#listener.doubted();
      else if (back) this.retryNow();
    });
    this.#connect();
  }

  /** Disconnect for good. */
  close(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    clearTimeout(this.#timer);
    this.#forget();
  }

  /** Sends `frame` now, or says false when no socket is open. */
  send(frame: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The peer has accepted this connection. */
  settle(): void {
    this.#attempt = 0;
  }

  /** Give the present socket up as dead and try another after the usual wait. */
  drop(): void {
    if (!this.#socket) return;
    clearTimeout(this.#timer);
    this.#forget();
    this.#timer = setTimeout(() => this.#connect(), backoffMs(this.#attempt, Math.random()));
    this.#attempt += 1;
    this.#listener.lost();
  }

  /** Try again at once, with a fresh socket. */
  retryNow(): void {
    if (!this.#stopListening) return;
    clearTimeout(this.#timer);
    this.#forget();
    this.#connect();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#timer = setTimeout(() => this.drop(), CONNECT_MS);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#listener.opened();
    };
    socket.onmessage = (message: MessageEvent<string>) => this.#listener.received(JSON.parse(message.data));
    socket.onclose = () => this.drop();
    this.#socket = socket;
  }

  // A half-open socket may take minutes to report its end, so nobody waits for that.
  #forget(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
