import { describe, expect, it } from "vitest";

import { gradeOf, qualityBetween } from "./quality.ts";

const START = { received: 1_000, lost: 10, roundTripS: 0.02 };

describe("the quality of a connection", () => {
  it.each([
    { received: 1_000, lost: 0, roundTripS: 0.02, quality: 4 },
    { received: 980, lost: 20, roundTripS: 0.02, quality: 3 },
    { received: 1_000, lost: 0, roundTripS: 0.29, quality: 3 },
    { received: 930, lost: 70, roundTripS: 0.02, quality: 2 },
    { received: 500, lost: 500, roundTripS: 0.02, quality: 1 },
    { received: 1_000, lost: 0, roundTripS: 1.5, quality: 1 },
  ])("is $quality with $lost of 1,000 lost in $roundTripS s", ({ received, lost, roundTripS, quality }) => {
    const now = { received: START.received + received, lost: START.lost + lost, roundTripS };
    expect(qualityBetween(START, now)).toBe(quality);
  });

  it("does not suffer from packets that were only late", () => {
    expect(qualityBetween(START, { received: 2_000, lost: 0, roundTripS: null })).toBe(4);
  });

  it("is not bad because nobody sends", () => {
    expect(qualityBetween(START, START)).toBe(4);
  });
});

it.each([
  [null, undefined],
  [0, "weak"],
  [1, "weak"],
  [2, "fair"],
  [3, "good"],
  [4, "good"],
] as const)("a quality of %j is shown as %s", (quality, grade) => {
  expect(gradeOf(quality)).toBe(grade);
});
