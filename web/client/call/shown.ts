import { signal } from "@preact/signals-core";

import type { RoomState } from "../protocol.ts";

interface View {
  picture: MediaStream;
  height: number;
}

/** How high pictures are shown, in device pixels, so that no more is sent than can be seen. */
export class ShownHeights {
  readonly #views = signal<ReadonlyMap<object, View>>(new Map());

  /** A view (an element, a window) shows a picture this high from now on. */
  show(view: object, picture: MediaStream, height: number): void {
    this.#views.value = new Map(this.#views.peek()).set(view, { picture, height });
  }

  hide(view: object): void {
    const rest = new Map(this.#views.peek());
    if (rest.delete(view)) this.#views.value = rest;
  }

  /** The height of the largest view of a picture; 0 without any. */
  of(picture: MediaStream | null): number {
    const heights = [...this.#views.value.values()].map((view) => (view.picture === picture ? view.height : 0));
    return Math.max(0, ...heights);
  }
}

/** Heights by the mid of the slots. */
export type Heights = Readonly<Record<string, number>>;

/**
 * How high each slot is shown whose picture is on. The self slot counts as shown while the own camera is shown
 * in its place, or nothing would ever arrive in it.
 */
export function slotHeights(
  state: RoomState,
  slotStream: (mid: string) => MediaStream | null,
  shown: ShownHeights,
  camera: MediaStream | null,
): Heights {
  const heights: Record<string, number> = {};
  for (const [mid, { session_id, kind }] of Object.entries(state.slots)) {
    const sender = state.participants.find((participant) => participant.session_id === session_id);
    if (kind === "microphone" || !sender?.[kind]) continue;
    const own = session_id === state.session_id ? shown.of(camera) : 0;
    heights[mid] = Math.max(shown.of(slotStream(mid)), own);
  }
  return heights;
}

const STEP = 20;

/** Heights in few steps, so that a window that is being drawn larger says little. */
export function inSteps(heights: Heights): Heights {
  return Object.fromEntries(Object.entries(heights).map(([mid, height]) => [mid, Math.ceil(height / STEP) * STEP]));
}

/** Whether something is shown larger than before, or for the first time. */
export function grows(heights: Heights, before: Heights): boolean {
  return Object.entries(heights).some(([mid, height]) => height > (before[mid] ?? 0));
}

/**
 * What has grown, and all else as before. A page that makes room for another picture hides others for a moment:
 * that must not cost them a new beginning.
 */
export function grown(heights: Heights, before: Heights): Heights {
  const known = Object.entries(heights).filter(([mid, height]) => height > 0 || mid in before);
  return Object.fromEntries(known.map(([mid, height]) => [mid, Math.max(height, before[mid] ?? 0)]));
}
