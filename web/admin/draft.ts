import type { Group, GroupChanges, WidgetLook } from "../client/protocol.ts";
import { effectDraftOf, effectOf, missingImages, type EffectDraft } from "./background/effect.ts";
import { isColour } from "./contrast.ts";

/** A group while it is being edited: everything is text until it is saved. */
export interface GroupDraft {
  code: string;
  name: string;
  title: Record<string, string>;
  description: Record<string, string>;
  welcome: Record<string, string>;
  privacyUrl: string;
  /** One site a line. */
  origins: string;
  audioOnly: boolean;
  look: WidgetLook;
  effect: EffectDraft;
}

export type Mistake = "name" | "code" | "privacyUrl" | "origins" | "colours" | "images";

const standardLook: WidgetLook = {
  corner: "right",
  shape: "round",
  brand: "#12324a",
  brand_contrast: "#ffffff",
  button: "#12324a",
  button_contrast: "#ffffff",
};

/** What the form starts from: the group as it is, or an empty one. */
export function draftOf(group: Group | null): GroupDraft {
  return {
    code: group?.code ?? "",
    name: group?.name ?? "",
    title: group?.title ?? {},
    description: group?.description ?? {},
    welcome: group?.welcome ?? {},
    privacyUrl: group?.privacy_url ?? "",
    origins: group?.allowed_origins.join("\n") ?? "",
    audioOnly: group?.audio_only ?? false,
    look: { ...standardLook, ...group?.look },
    effect: effectDraftOf(group?.effect),
  };
}

/** What the desk is asked to store. */
export function changesOf(draft: GroupDraft): GroupChanges & { name: string } {
  return {
    name: draft.name.trim(),
    title: withoutBlanks(draft.title),
    description: withoutBlanks(draft.description),
    welcome: withoutBlanks(draft.welcome),
    privacy_url: draft.privacyUrl.trim() || null,
    allowed_origins: originsOf(draft),
    audio_only: draft.audioOnly,
    look: draft.look,
    effect: effectOf(draft.effect),
  };
}

/** What the desk would refuse; empty when the draft can be saved. */
export function mistakesIn(draft: GroupDraft): ReadonlySet<Mistake> {
  const { brand, brand_contrast, button, button_contrast } = draft.look;
  const checks: Record<Mistake, boolean> = {
    name: draft.name.trim() !== "",
    code: /^[a-z0-9][a-z0-9-]{0,62}$/.test(draft.code),
    privacyUrl: draft.privacyUrl.trim() === "" || isWebAddress(draft.privacyUrl.trim()),
    origins: originsOf(draft).every(isOrigin),
    colours: [brand, brand_contrast, button, button_contrast].every(isColour),
    images: !Object.values(missingImages(draft.effect)).some(Boolean),
  };
  return new Set((Object.keys(checks) as Mistake[]).filter((key) => !checks[key]));
}

function originsOf({ origins }: GroupDraft): string[] {
  const lines = origins.split(/\s+/).map((line) => line.replace(/\/+$/, ""));
  return [...new Set(lines.filter(Boolean))];
}

function isOrigin(text: string): boolean {
  return isWebAddress(text) && new URL(text).origin === text;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function withoutBlanks(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ""));
}
