import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { iceCredentials, iceFragment, withIceCredentials } from "./sdp.ts";

const ANSWER = [
  "v=0",
  "a=group:BUNDLE 0 1",
  "m=audio 15100 UDP/TLS/RTP/SAVPF 111",
  "a=ice-ufrag:e27e",
  "a=ice-pwd:1996fd2aeed93f2915466603",
  "a=mid:0",
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "a=ice-ufrag:e27e",
  "a=ice-pwd:1996fd2aeed93f2915466603",
  "a=mid:1",
  "",
].join("\r\n");

// ice-char of RFC 8839, 5.4
const iceChar = fc.constantFrom(...Array.from("ABCXYZabcxyz0189+/"));
const credentials = fc.record({
  ufrag: fc.string({ unit: iceChar, minLength: 4, maxLength: 256 }),
  password: fc.string({ unit: iceChar, minLength: 22, maxLength: 256 }),
});

describe("ICE credentials in a description", () => {
  it("come back from a fragment as they were", () => {
    fc.assert(
      fc.property(credentials, (some) => {
        expect(iceCredentials(iceFragment(some))).toEqual(some);
      }),
    );
  });

  it("are replaced in every media section, and nothing else is", () => {
    fc.assert(
      fc.property(credentials, (some) => {
        const before = ANSWER.split("\r\n");
        const after = withIceCredentials(ANSWER, some).split("\r\n");
        expect(after).toHaveLength(before.length);
        for (const [index, line] of after.entries()) {
          if (line.startsWith("a=ice-ufrag:")) expect(line).toBe(`a=ice-ufrag:${some.ufrag}`);
          else if (line.startsWith("a=ice-pwd:")) expect(line).toBe(`a=ice-pwd:${some.password}`);
          else expect(line).toBe(before[index]);
        }
      }),
    );
  });

  it("that are missing are an error", () => {
    expect(() => iceCredentials("v=0\r\n")).toThrow(SyntaxError);
  });
});
