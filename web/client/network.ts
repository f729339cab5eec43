/**
 * Tells `listener` what the browser says of the network: back or another one (true), or gone (false); returns how to
 * stop that.
 */
export function onNetworkChange(listener: (back: boolean) => void): () => void {
  if (!("addEventListener" in globalThis)) return () => undefined;
  const tell = ({ type }: Event) => listener(type !== "offline");
  // Not in Firefox and Safari, and not in TypeScript's library.
  const { connection } = navigator as Navigator & { connection?: EventTarget };
  connection?.addEventListener("change", tell);
  globalThis.addEventListener("online", tell);
  globalThis.addEventListener("offline", tell);
  return () => {
    connection?.removeEventListener("change", tell);
    globalThis.removeEventListener("online", tell);
    globalThis.removeEventListener("offline", tell);
  };
}

/** The WebSocket address of a path on the server at `baseUrl` (`https://desk.example`). */
export function socketUrl(baseUrl: string, path: string): string {
  const url = new URL(path, baseUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
