import type { AddressInfo } from "node:net";

import { effect, type ReadonlySignal } from "@preact/signals-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket as NodeSocket, WebSocketServer } from "ws";

import { Connection, type ConnectionTiming } from "./connection.ts";
import type { Done, Hello, ServerFrame, VisitorCommand } from "./protocol.ts";

type ClientFrame = Hello | VisitorCommand;

/** A desk that the test speaks for: it hears what a client sends, over each of its connections. */
class Peer {
  readonly #server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  readonly #heard: ClientFrame[] = [];
  readonly #waiting: ((frame: ClientFrame) => void)[] = [];
  socket: NodeSocket | null = null;
  connections = 0;

  constructor() {
    this.#server.on("connection", (socket) => {
      this.connections += 1;
      this.socket = socket;
      socket.on("message", (data: Buffer) => this.#hear(JSON.parse(data.toString("utf8")) as ClientFrame));
    });
  }

  async url(): Promise<string> {
    if (!this.#server.address()) await new Promise((resolve) => this.#server.once("listening", resolve));
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The next frame that the client sent, over whichever connection. */
  hears(): Promise<ClientFrame> {
    const frame = this.#heard.shift();
    return frame ? Promise.resolve(frame) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  says(frame: ServerFrame): void {
    this.socket?.send(JSON.stringify(frame));
  }

  async welcomes(cursor = "1"): Promise<Hello> {
    const hello = await this.hears();
    expect(hello.type).toBe("hello");
    this.says({ type: "ready", cursor, snapshot: null, server_time_ms: 0 });
    return hello as Hello;
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear(frame: ClientFrame): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(frame);
    else this.#heard.push(frame);
  }
}

/** The browser's socket: unlike Node's, it does not throw when it is closed before it is open. */
class BrowserSocket extends NodeSocket {
  constructor(url: string) {
    super(url);
    this.on("error", () => undefined);
  }
}

function until<Value>(signal: ReadonlySignal<Value>, wanted: Value): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (signal.value !== wanted) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

const done = (rid: number): Done => ({
  type: "done",
  rid,
  conversation_id: "c1",
  event_id: null,
  message_id: null,
  invitation_id: null,
  grant: null,
});

let peer: Peer;
let connection: Connection;
let cursor: string | null;
const frames: ServerFrame[] = [];

beforeEach(async () => {
  vi.stubGlobal("WebSocket", BrowserSocket);
  // Less than any random number, so that next to nothing is left of the waits between attempts.
  vi.spyOn(Math, "random").mockReturnValue(-0.99);
  frames.length = 0;
  cursor = null;
  peer = new Peer();
  await connect({ silenceMs: 10_000, answerMs: 10_000 });
});

async function connect(timing: ConnectionTiming): Promise<void> {
  connection = new Connection({
    url: await peer.url(),
    hello: () => ({ type: "hello", version: 1, token: "token", cursor }),
    onFrame: (frame) => {
      frames.push(frame);
      if ("cursor" in frame) cursor = frame.cursor;
    },
    timing,
  });
  connection.open();
}

afterEach(async () => {
  connection.close();
  await peer.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("a connection to the desk", () => {
  it("resumes from the cursor that it has reached", async () => {
    expect((await peer.welcomes("7")).cursor).toBeNull();
    await until(connection.state, "ready");
    peer.socket?.terminate();
    await until(connection.state, "offline");
    expect((await peer.welcomes("7")).cursor).toBe("7");
    await until(connection.state, "ready");
  });

  it("keeps commands given before the desk answered, in their order", async () => {
    const first = connection.request({ type: "send_message", client_id: "client-1", text: "one" });
    const second = connection.request({ type: "send_message", client_id: "client-2", text: "two" });
    await peer.welcomes();
    expect(await peer.hears()).toMatchObject({ client_id: "client-1", rid: 1 });
    expect(await peer.hears()).toMatchObject({ client_id: "client-2", rid: 2 });
    peer.says(done(2));
    peer.says(done(1));
    await Promise.all([first, second]);
  });

  it("repeats after a cut what was not answered, and nothing that was", async () => {
    await peer.welcomes();
    const answered = connection.request({ type: "send_message", client_id: "client-1", text: "one" });
    await peer.hears();
    peer.says(done(1));
    await answered;
    const cut = connection.request({ type: "send_message", client_id: "client-2", text: "two" });
    await peer.hears();
    peer.socket?.terminate();
    await peer.welcomes();
    expect(await peer.hears()).toMatchObject({ type: "send_message", client_id: "client-2", rid: 2 });
    peer.says(done(2));
    expect(await cut).toMatchObject({ conversation_id: "c1" });
  });

  it("hands a refusal to whoever gave the command", async () => {
    await peer.welcomes();
    const refused = connection.request({ type: "send_message", client_id: "client-1", text: "" });
    await peer.hears();
    peer.says({ type: "refused", rid: 1, code: "invalid_text", message: "Write something" });
    await expect(refused).rejects.toMatchObject({ code: "invalid_text" });
    expect(connection.state.value).toBe("ready");
  });

  it("does not repeat for ever a frame that the desk cannot read", async () => {
    await peer.welcomes();
    const unreadable = connection.request({ type: "send_message", client_id: "client-1", text: "?" });
    await peer.hears();
    peer.says({ type: "refused", rid: null, code: "too_large", message: "Too large" });
    await expect(unreadable).rejects.toMatchObject({ code: "too_large" });
    peer.socket?.close();
    await peer.welcomes();
    const next = connection.request({ type: "identify", name: "Ada" });
    expect(await peer.hears()).toMatchObject({ type: "identify" });
    peer.says(done(2));
    await next;
  });

  it("stays away when the desk will not have it, and says so to all who wait", async () => {
    const waiting = connection.request({ type: "identify", name: "Ada" });
    await peer.hears();
    peer.says({ type: "refused", rid: null, code: "unauthorized", message: "Unknown visitor" });
    await expect(waiting).rejects.toMatchObject({ code: "unauthorized" });
    expect(connection.state.value).toBe("refused");
    expect(connection.refusal.value?.code).toBe("unauthorized");
    await expect(connection.request({ type: "identify", name: "Ada" })).rejects.toMatchObject({ code: "unauthorized" });
    expect(peer.connections).toBe(1);
  });

  it("drops what is only worth something now while there is no connection", async () => {
    connection.mention({ type: "typing", conversation_id: "c1" });
    await peer.welcomes();
    await until(connection.state, "ready");
    connection.mention({ type: "typing", conversation_id: "c2" });
    expect(await peer.hears()).toEqual({ type: "typing", conversation_id: "c2" });
  });

  it("hands frames over in order, and before the answer of the command that caused them", async () => {
    await peer.welcomes();
    const request = connection.request({ type: "identify", name: "Ada" });
    await peer.hears();
    peer.says({ type: "desk_changed", online: true });
    peer.says(done(1));
    await request;
    expect(frames.map((frame) => frame.type)).toEqual(["ready", "desk_changed", "done"]);
  });
});

describe("a connection to a desk that is silent", () => {
  beforeEach(async () => {
    await peer.hears();
    connection.close();
    await connect({ silenceMs: 20, answerMs: 400 });
  });

  it("asks whether it lives, and leaves one that does not answer", async () => {
    await peer.welcomes();
    expect(await peer.hears()).toMatchObject({ type: "ping" });
    peer.says(done(1));
    expect(await peer.hears()).toMatchObject({ type: "ping" });
    await until(connection.state, "offline");
    await peer.welcomes();
    await until(connection.state, "ready");
  });

  it("leaves one that never answers the hello", async () => {
    await peer.hears();
    const { connections } = peer;
    await peer.welcomes();
    await until(connection.state, "ready");
    expect(peer.connections).toBe(connections + 1);
  });
});
