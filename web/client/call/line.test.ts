import { describe, expect, it } from "vitest";

import { lineOf, type LineReport, StallWatch, WeaknessWatch } from "./line.ts";

function reportOf(entries: readonly object[]): RTCStatsReport {
  return new Map(entries.map((entry, index) => [String(index), entry]));
}

const pairs = [
  { type: "candidate-pair", id: "p1", localCandidateId: "c1", state: "failed", currentRoundTripTime: 0.9 },
  { type: "candidate-pair", id: "p2", localCandidateId: "c2", state: "succeeded", nominated: true, currentRoundTripTime: 0.05 },
];
const transport = { type: "transport", selectedCandidatePairId: "p2", packetsSent: 7, packetsReceived: 9 };

describe("what a browser reports of a connection", () => {
  it.each([
    { candidate: { candidateType: "host", protocol: "udp" }, path: "udp" },
    { candidate: { candidateType: "srflx", protocol: "udp" }, path: "udp" },
    { candidate: { candidateType: "host", protocol: "tcp" }, path: "tcp" },
    { candidate: { candidateType: "relay", protocol: "udp" }, path: "relay" },
  ])("tells the way by the candidate that is used: $path", ({ candidate, path }) => {
    const local = { type: "local-candidate", id: "c2", ...candidate };
    const other = { type: "local-candidate", id: "c1", candidateType: "host", protocol: "udp" };
    expect(lineOf(reportOf([transport, ...pairs, other, local]))).toMatchObject({ path, roundTripS: 0.05 });
    expect(lineOf(reportOf([...pairs, other, local]))).toMatchObject({ path, sentInAll: null });
  });

  it("adds up what arrived and what is missing", () => {
    const streams = [1, 2].map((packetsLost) => ({ type: "inbound-rtp", packetsReceived: 10, packetsLost }));
    expect(lineOf(reportOf(streams))).toMatchObject({ received: 20, lost: 3, path: null, roundTripS: null });
  });
});

function looks(counts: readonly (readonly [number, number])[]): boolean[] {
  const watch = new StallWatch();
  const line: LineReport = { received: 0, lost: 0, roundTripS: null, path: "udp", sentInAll: 0, receivedInAll: 0 };
  return counts.map(([sentInAll, receivedInAll]) => watch.look({ ...line, sentInAll, receivedInAll }));
}

describe("a connection has stalled", () => {
  it("when two looks in a row found nothing come back of what went out", () => {
    expect(looks([[10, 5], [20, 6], [30, 6], [40, 6], [50, 6]])).toEqual([false, false, false, true, true]);
  });

  it("no longer when something comes back", () => {
    expect(looks([[10, 5], [20, 5], [30, 5], [40, 9], [50, 9]])).toEqual([false, false, true, false, false]);
  });

  it("not when nothing goes out, nor before anything ever came", () => {
    expect(looks([[10, 5], [10, 5], [10, 5], [10, 5]])).not.toContain(true);
    expect(looks([[10, 0], [20, 0], [30, 0], [40, 0]])).not.toContain(true);
  });
});

describe("a line is weak", () => {
  it("when it has been bad for six looks, until it is better", () => {
    const watch = new WeaknessWatch();
    expect([1, 1, 0, 1, 1, 1, 1, 2, 1].map((quality) => watch.look(quality))).toEqual([
      false, false, false, false, false, true, true, false, false,
    ]);
  });

  it("not for being interrupted", () => {
    const watch = new WeaknessWatch();
    expect(Array.from({ length: 9 }, () => watch.look(null))).not.toContain(true);
  });
});
