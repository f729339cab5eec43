import type { LinePath } from "../protocol.ts";
import type { Reception } from "./quality.ts";

/** What the browser counts of a connection since it began. */
export interface LineReport extends Reception {
  /** By which way it goes; null before it is connected. */
  path: LinePath | null;
  /** Packets of all kinds, reports too; null in browsers that do not count them. */
  sentInAll: number | null;
  receivedInAll: number | null;
}

type Entry = RTCInboundRtpStreamStats & RTCTransportStats & RTCIceCandidatePairStats & IceCandidateStats;

interface IceCandidateStats {
  candidateType?: string;
  protocol?: string;
}

/** Reads a report of `getStats`. */
export function lineOf(report: RTCStatsReport): LineReport {
  const entries: Entry[] = [];
  report.forEach((entry: Entry) => entries.push(entry));
  const ofType = (type: string) => entries.filter((entry) => entry.type === type);
  const inbound = ofType("inbound-rtp");
  const [transport] = ofType("transport");
  const pair = pairOf(ofType("candidate-pair"), transport?.selectedCandidatePairId);
  const candidate = ofType("local-candidate").find(({ id }) => id === pair?.localCandidateId);
  return {
    received: sumOf(inbound.map(({ packetsReceived }) => packetsReceived)),
    lost: sumOf(inbound.map(({ packetsLost }) => packetsLost)),
    roundTripS: pair?.currentRoundTripTime ?? null,
    path: candidate ? pathOf(candidate) : null,
    sentInAll: transport?.packetsSent ?? null,
    receivedInAll: transport?.packetsReceived ?? null,
  };
}

// Firefox marks the pair itself instead of naming it in the transport.
function pairOf(pairs: readonly Entry[], selectedId: string | undefined): Entry | undefined {
  return pairs.find(({ id, nominated, state }) => (selectedId === undefined ? nominated && state === "succeeded" : id === selectedId));
}

function pathOf({ candidateType, protocol }: IceCandidateStats): LinePath {
  if (candidateType === "relay") return "relay";
  return protocol === "tcp" ? "tcp" : "udp";
}

function sumOf(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

const STALLED_LOOKS = 2;

/**
 * Notices that a connection has died before ICE says so, which takes seven seconds: packets go out and nothing comes
 * back. The server reports once a second on whatever it receives, so that two silent looks mean a dead path.
 */
export class StallWatch {
  #last: LineReport | null = null;
  #silent = 0;
  #hears = false;

  /** Whether nothing came between the last two looks. */
  get silent(): boolean {
    return !this.#hears;
  }

  /** To be called about once a second; says whether the connection has stalled. */
  look(line: LineReport): boolean {
    const before = this.#last;
    this.#last = line;
    const sends = (line.sentInAll ?? 0) > (before?.sentInAll ?? 0);
    this.#hears = line.receivedInAll === null || line.receivedInAll !== before?.receivedInAll;
    const silent = before !== null && (line.receivedInAll ?? 0) > 0 && sends && !this.#hears;
    this.#silent = silent ? this.#silent + 1 : 0;
    return this.#silent >= STALLED_LOOKS;
  }
}

const WEAK_LOOKS = 6;

/** Notices that a line has been bad for a while, and that it no longer is. */
export class WeaknessWatch {
  #bad = 0;

  /** To be called about once a second with the quality, null while unknown; says whether the line is weak. */
  look(quality: number | null): boolean {
    if (quality !== null) this.#bad = quality <= 1 ? this.#bad + 1 : 0;
    return this.#bad >= WEAK_LOOKS;
  }
}
