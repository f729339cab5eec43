import { expect, test } from "vitest";
import type { Effect } from "../../client/protocol.ts";
import { effectDraftOf, effectOf, missingImages, withoutImage } from "./effect.ts";

const effects: Effect[] = [
  { background: null, logo: null },
  { background: { type: "blur", strength: "strong" }, logo: null },
  { background: { type: "virtual", image_id: "a" }, logo: { image_id: "b", corner: "bottom-left", width: 0.3, opacity: 0.5 } },
];

test.each(effects)("%j stays what it is while it is edited", (effect) => {
  expect(effectOf(effectDraftOf(effect))).toEqual(effect);
});

test("what is chosen without an image is missing one, and counts as nothing", () => {
  const draft = { ...effectDraftOf(undefined), background: "virtual", hasLogo: true } as const;
  expect(missingImages(draft)).toEqual({ background: true, logo: true });
  expect(effectOf(draft)).toEqual({ background: null, logo: null });
});

test("an image is remembered while another background is chosen, but not after it was deleted", () => {
  const draft = { ...effectDraftOf(effects[2]), background: "none" } as const;
  expect(effectOf({ ...draft, background: "virtual" }).background).toEqual({ type: "virtual", image_id: "a" });
  expect(missingImages({ ...withoutImage(draft, "a"), background: "virtual" })).toEqual({ background: true, logo: false });
});
