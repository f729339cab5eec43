import type { BlurStrength, Corner, Effect } from "../../client/protocol.ts";

/** An effect while it is being edited: what is not chosen now is remembered for when it is chosen again. */
export interface EffectDraft {
  background: "none" | "blur" | "virtual";
  strength: BlurStrength;
  /** The image in place of the room. */
  imageId: string | null;
  hasLogo: boolean;
  logo: LogoDraft;
}

export interface LogoDraft {
  imageId: string | null;
  corner: Corner;
  /** Shares from 0 to 1: of the picture's width, and how opaque. */
  width: number;
  opacity: number;
}

export function effectDraftOf(effect: Effect | undefined): EffectDraft {
  const background = effect?.background ?? null;
  const logo = effect?.logo ?? null;
  return {
    background: background?.type ?? "none",
    strength: (background?.type === "blur" ? background.strength : undefined) ?? "medium",
    imageId: background?.type === "virtual" ? background.image_id : null,
    hasLogo: logo !== null,
    logo: { imageId: logo?.image_id ?? null, corner: logo?.corner ?? "top-right", width: logo?.width ?? 0.15, opacity: logo?.opacity ?? 1 },
  };
}

/** What the desk is asked to apply; an image that is yet to be chosen counts as none. */
export function effectOf({ background, strength, imageId, hasLogo, logo }: EffectDraft): Required<Effect> {
  const virtual = imageId === null ? null : { type: "virtual" as const, image_id: imageId };
  return {
    background: background === "blur" ? { type: "blur", strength } : background === "virtual" ? virtual : null,
    logo: hasLogo && logo.imageId !== null ? { image_id: logo.imageId, corner: logo.corner, width: logo.width, opacity: logo.opacity } : null,
  };
}

/** Which images must still be chosen. */
export function missingImages({ background, imageId, hasLogo, logo }: EffectDraft): { background: boolean; logo: boolean } {
  return { background: background === "virtual" && imageId === null, logo: hasLogo && logo.imageId === null };
}

/** Without an image that is no more. */
export function withoutImage(draft: EffectDraft, imageId: string): EffectDraft {
  return {
    ...draft,
    imageId: draft.imageId === imageId ? null : draft.imageId,
    logo: { ...draft.logo, imageId: draft.logo.imageId === imageId ? null : draft.logo.imageId },
  };
}
