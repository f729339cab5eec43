import { afterEach, describe, expect, test } from "vitest";
import { formatAgo, formatDayLine, formatDuration, formatSize } from "./format.ts";
import { chooseLanguage, setLanguage, type Language } from "./language.ts";
import { translator } from "./translate.ts";

/** Only the root element's `lang` is touched; tests have no document of their own. */
const root = { lang: "" };
Object.assign(globalThis, { document: { documentElement: root } });

function speak(language: Language) {
  setLanguage(language);
}

afterEach(() => speak("it"));

describe("texts", () => {
  const t = translator({
    it: { hello: "Ciao {name}", waiting_one: "{count} chat aspetta", waiting_other: "{count} chat aspettano" },
    en: { hello: "Hello {name}", waiting_one: "{count} chat waits", waiting_other: "{count} chats wait" },
  });

  test("follow the language and fill their parameters", () => {
    expect(t("hello", { name: "Elisa" })).toBe("Ciao Elisa");
    speak("en");
    expect(t("hello", { name: "Elisa" })).toBe("Hello Elisa");
    expect(root.lang).toBe("en");
  });

  test("show a parameter's braces as they are, and never fill a text twice", () => {
    expect(t("hello", { name: "{name}" })).toBe("Ciao {name}");
  });

  test.each([[0, "0 chat aspettano"], [1, "1 chat aspetta"], [12345, "12.345 chat aspettano"]])("count %i", (count, text) => {
    expect(t.plural("waiting", count)).toBe(text);
  });
});

describe("the language", () => {
  test.each([
    [["en-GB"], "en"],
    [[null, "IT-ch"], "it"],
    [["xx", "it"], "it"],
    [["pt", undefined], "en"],
  ])("for %j is %s", (wishes, language) => {
    expect(chooseLanguage(wishes)).toBe(language);
  });
});

describe("times", () => {
  const now = new Date(2026, 9, 14, 12, 0).getTime();

  test.each([
    [new Date(2026, 9, 14, 11, 59, 30), "ora"],
    [new Date(2026, 9, 14, 12, 0, 5), "ora"],
    [new Date(2026, 9, 14, 11, 57), "3 min"],
    [new Date(2026, 9, 14, 11, 0), "11:00"],
    [new Date(2026, 9, 13, 23, 50), "ieri"],
    [new Date(2026, 9, 12, 9, 0), "12 ott"],
    [new Date(2025, 9, 12, 9, 0), "12 ott 2025"],
  ])("%s is %s ago", (at, text) => {
    expect(formatAgo(at.getTime(), now)).toBe(text);
  });

  test("of yesterday evening stay relative within the hour", () => {
    const midnight = new Date(2026, 9, 14, 0, 20).getTime();
    expect(formatAgo(new Date(2026, 9, 13, 23, 50).getTime(), midnight)).toBe("30 min");
  });

  test("a day line names today, yesterday and the date", () => {
    expect(formatDayLine(now, now)).toBe("Oggi");
    expect(formatDayLine(new Date(2026, 9, 13).getTime(), now)).toBe("Ieri");
    expect(formatDayLine(new Date(2026, 8, 2).getTime(), now)).toBe("2 settembre");
  });

  test("a running time has hours only when it needs them", () => {
    expect(formatDuration(252_900)).toBe("04:12");
    expect(formatDuration(3_852_000)).toBe("1:04:12");
    expect(formatDuration(-5)).toBe("00:00");
  });
});

test("sizes keep one digit below ten", () => {
  expect(formatSize(412_000)).toBe("412 kB");
  expect(formatSize(1_460_000)).toBe("1,5 MB");
  expect(formatSize(24_000_000)).toBe("24 MB");
});
