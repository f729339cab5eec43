/** The call this tab is in and what is on, so that a reload of the page leads back into it as it was. */
export interface CallMemory {
  callId: string;
  microphone: boolean;
  camera: boolean;
}

const key = "sportello:call";

/** The memory belongs to the tab: a second one must not come in by itself. Null also where storage is refused. */
export function recallCall(): CallMemory | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as CallMemory | null;
  } catch {
    return null;
  }
}

/** Remembers the call, or with null forgets it. Without storage a reload asks before it joins again. */
export function rememberCall(memory: CallMemory | null): void {
  try {
    if (memory) sessionStorage.setItem(key, JSON.stringify(memory));
    else sessionStorage.removeItem(key);
  } catch {
    // Refused by the browser's settings for embedded pages.
  }
}
