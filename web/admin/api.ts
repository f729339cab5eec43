import { request } from "../client/api.ts";
import type { ApiKey, ApiKeyList, Group, GroupChanges, GroupList, NewApiKey, NewGroup, OperatorSession } from "../client/protocol.ts";

/** The administrator's part of the HTTP API. All reject with `DeskError`. */
export class AdminApi {
  readonly #csrfToken: string;

  constructor(session: OperatorSession) {
    this.#csrfToken = session.csrf_token;
  }

  async groups(): Promise<Group[]> {
    return ((await this.#call("GET", "groups").then(json)) as GroupList).groups;
  }

  async createGroup(group: NewGroup): Promise<Group> {
    return (await this.#call("POST", "groups", group).then(json)) as Group;
  }

  async updateGroup(groupId: string, changes: GroupChanges): Promise<Group> {
    return (await this.#call("PATCH", `groups/${encodeURIComponent(groupId)}`, changes).then(json)) as Group;
  }

  async keys(): Promise<ApiKey[]> {
    return ((await this.#call("GET", "keys").then(json)) as ApiKeyList).keys;
  }

  /** The answer alone shows the secret. */
  async createKey(label: string): Promise<NewApiKey> {
    return (await this.#call("POST", "keys", { label }).then(json)) as NewApiKey;
  }

  async revokeKey(keyId: string): Promise<void> {
    await this.#call("DELETE", `keys/${encodeURIComponent(keyId)}`);
  }

  #call(method: string, path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = { "X-CSRF-Token": this.#csrfToken };
    if (!body) return request(`/api/v1/admin/${path}`, { method, headers });
    headers["Content-Type"] = "application/json";
    return request(`/api/v1/admin/${path}`, { method, headers, body: JSON.stringify(body) });
  }
}

function json(response: Response): Promise<unknown> {
  return response.json();
}
