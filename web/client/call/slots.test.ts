import { describe, expect, it } from "vitest";

import { layerBps } from "./slots.ts";

describe("what a camera's layer may take", () => {
  it("is 1.5 Mbit/s for 720 lines or more, and a third for half of them", () => {
    expect(layerBps(720)).toBe(1_500_000);
    expect(layerBps(1080)).toBe(1_500_000);
    expect(layerBps(360) / layerBps(720)).toBeCloseTo(1 / 3, 2);
    expect(layerBps(180)).toBeLessThan(170_000);
  });
});
