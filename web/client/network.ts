/** Calls `listener` whenever the browser says that the network is back; returns how to stop that. */
export function onNetworkBack(listener: () => void): () => void {
  if (!("addEventListener" in globalThis)) return () => undefined;
  globalThis.addEventListener("online", listener);
  return () => globalThis.removeEventListener("online", listener);
}

/** The WebSocket address of a path on the server at `baseUrl` (`https://desk.example`). */
export function socketUrl(baseUrl: string, path: string): string {
  const url = new URL(path, baseUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
