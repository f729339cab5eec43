import { expect, test } from "vitest";
import { changesOf, draftOf, mistakesIn, type GroupDraft } from "./draft.ts";

const good: GroupDraft = { ...draftOf(null), code: "consulenza", name: "Consulenza" };

test("an empty form lacks a name and a code", () => {
  expect([...mistakesIn(draftOf(null))].sort()).toEqual(["code", "name"]);
  expect(mistakesIn(good).size).toBe(0);
});

test("sites are one a line, without doubles and closing slashes", () => {
  const draft = { ...good, origins: "https://a.example/\n\n https://b.example:8443\nhttps://a.example" };
  expect(changesOf(draft).allowed_origins).toEqual(["https://a.example", "https://b.example:8443"]);
  expect(mistakesIn(draft).size).toBe(0);
});

test.each(["shop.example", "ftp://a.example", "https://a.example/shop", "https://"])("%s is not a site", (origins) => {
  expect([...mistakesIn({ ...good, origins })]).toEqual(["origins"]);
});

test("texts that were emptied are left out, and an empty privacy address is none", () => {
  const changes = changesOf({ ...good, title: { it: "Ciao", en: " " }, privacyUrl: " " });
  expect(changes.title).toEqual({ it: "Ciao" });
  expect(changes.privacy_url).toBeNull();
});

test.each([{ privacyUrl: "javascript:alert(1)" }, { look: { ...good.look, brand: "#12" } }, { code: "-a" }, { code: "A" }])("%j is refused", (change) => {
  expect(mistakesIn({ ...good, ...change }).size).toBe(1);
});
