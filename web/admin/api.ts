import { request, upload } from "../client/api.ts";
import type { ApiKey, ApiKeyList, Effect, Group, GroupChanges, GroupList, Image, ImageList, NewApiKey, NewGroup, OperatorSession } from "../client/protocol.ts";

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

  async images(): Promise<Image[]> {
    return ((await this.#call("GET", "images").then(json)) as ImageList).images;
  }

  async uploadImage(file: File, onProgress: (share: number) => void): Promise<Image> {
    const headers = { "X-CSRF-Token": this.#csrfToken, "Content-Type": file.type };
    return (await upload("/api/v1/admin/images", file, headers, onProgress).then(json)) as Image;
  }

  async deleteImage(imageId: string): Promise<void> {
    await this.#call("DELETE", `images/${encodeURIComponent(imageId)}`);
  }

  /** A picture with the effect. */
  async preview(effect: Effect, signal: AbortSignal): Promise<Blob> {
    return (await this.#call("POST", "previews", { effect }, signal)).blob();
  }

  #call(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { "X-CSRF-Token": this.#csrfToken };
    const init: RequestInit = { method, headers, signal: signal ?? null };
    if (body) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    return request(`/api/v1/admin/${path}`, init);
  }
}

function json(response: Response): Promise<unknown> {
  return response.json();
}
