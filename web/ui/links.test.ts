import { expect, test } from "vitest";
import { links } from "./links.ts";

const hrefs = (text: string) => links(text).flatMap((part) => part.href ?? []);

test.each([
  ["vedi https://otticamarini.example/lido?colore=tartaruga.", ["https://otticamarini.example/lido?colore=tartaruga"]],
  ["(http://a.example/b) e https://c.example!", ["http://a.example/b", "https://c.example"]],
  ["javascript:alert(1) data:text/html,x ftp://a.example", []],
  ["https:// https://", []],
  ["", []],
])("the addresses in %j are %j", (text, expected) => {
  expect(hrefs(text)).toEqual(expected);
});

test("no character is lost", () => {
  const text = "Prima https://a.example/x, poi\nhttps://b.example fine";
  expect(links(text).map((part) => part.text).join("")).toBe(text);
});
