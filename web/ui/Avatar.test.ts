import { expect, test } from "vitest";
import { initials } from "./Avatar.tsx";

test.each([
  ["Elisa Rossi", "ER"],
  ["  anna  maria colombo ", "AC"],
  ["Paolo", "P"],
  ["Anonimo-880898", "?"],
  ["", "?"],
  ["𝒜lma öz", "𝒜Ö"],
])("the initials of %j are %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});
