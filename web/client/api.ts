import { DeskError } from "./errors.ts";
import type { CreateVisitor, Login, OperatorSession, Problem, VisitorSession, WidgetConfig } from "./protocol.ts";

/** A request to the desk's HTTP API. Rejects with `DeskError`; a network that failed has code `unavailable`. */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init).catch(() => null);
  if (!response) throw new DeskError({ code: "unavailable", message: "The desk cannot be reached" });
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Posts a file as a request does, and tells how much of it is sent, as shares from 0 to 1: `fetch` cannot. */
export async function upload(url: string, file: File, headers: Record<string, string>, onProgress: (share: number) => void): Promise<Response> {
  const response = await new Promise<Response>((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", url);
    for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    sending.onload = () => resolve(new Response(sending.responseText, { status: sending.status, statusText: sending.statusText }));
    sending.onerror = () => reject(new DeskError({ code: "unavailable", message: "The desk cannot be reached" }));
    sending.send(file);
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** The HTTP API of the desk at `baseUrl`. */
export class Api {
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** What a page needs before anybody is known; its texts in `language` if the group has them. */
  async widgetConfig(account: string, group: string, language: string): Promise<WidgetConfig> {
    const place = `${encodeURIComponent(account)}/${encodeURIComponent(group)}`;
    const path = `/widget/${place}/config.json?language=${encodeURIComponent(language)}`;
    return (await this.#call("GET", path)).json() as Promise<WidgetConfig>;
  }

  async createVisitor(visitor: CreateVisitor): Promise<VisitorSession> {
    return (await this.#call("POST", "/api/v1/visitor", visitor)).json() as Promise<VisitorSession>;
  }

  async logIn(login: Login): Promise<OperatorSession> {
    return (await this.#call("POST", "/api/v1/session", login)).json() as Promise<OperatorSession>;
  }

  /** Who is logged in, or null. */
  async session(): Promise<OperatorSession | null> {
    try {
      return (await (await this.#call("GET", "/api/v1/session")).json()) as OperatorSession;
    } catch (error) {
      if (error instanceof DeskError && error.code === "unauthorized") return null;
      throw error;
    }
  }

  async logOut(session: OperatorSession): Promise<void> {
    await this.#call("DELETE", "/api/v1/session", undefined, { "X-CSRF-Token": session.csrf_token });
  }

  #call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const init: RequestInit = { method, headers, credentials: "same-origin" };
    if (body) {
      init.headers = { ...headers, "Content-Type": "application/json" };
      init.body = JSON.stringify(body);
    }
    return request(new URL(path, this.#baseUrl).href, init);
  }
}

async function problemOf(response: Response): Promise<DeskError> {
  const retryAfterS = Number(response.headers.get("Retry-After")) || null;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  // A proxy between us and the desk answers in its own words.
  return new DeskError(problem?.code ? problem : { code: "unavailable", message: response.statusText }, retryAfterS);
}
