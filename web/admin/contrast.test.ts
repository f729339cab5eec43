import { expect, test } from "vitest";
import { contrastOf, isColour } from "./contrast.ts";

test("black on white is 21, a colour on itself 1, and the order does not matter", () => {
  expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrastOf("#156b77", "#156b77")).toBe(1);
  expect(contrastOf("#ffffff", "#7b4326")).toBe(contrastOf("#7b4326", "#ffffff"));
});

test("the grey that just passes on white, and the next one that does not", () => {
  expect(contrastOf("#767676", "#ffffff")).toBeGreaterThan(4.5);
  expect(contrastOf("#777777", "#ffffff")).toBeLessThan(4.5);
});

test.each([["#12abEF", true], ["#123", false], ["12abef", false], ["#12abeg", false], ["", false]])("%s is a colour: %s", (text, expected) => {
  expect(isColour(text)).toBe(expected);
});
