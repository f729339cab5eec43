import { effect, type ReadonlySignal, signal } from "@preact/signals-core";

const EVERY_MS = 80;
const QUIET_DB = -60;

/** How loud a microphone is, for a meter in the preview: 0 (silence) to 1, about twelve times a second. */
export class LevelMeter {
  readonly #level = signal(0);
  readonly #stop: () => void;

  constructor(track: ReadonlySignal<MediaStreamTrack | null>) {
    this.#stop = effect(() => (track.value ? measure(track.value, this.#level) : undefined));
  }

  get level(): ReadonlySignal<number> {
    return this.#level;
  }

  close(): void {
    this.#stop();
  }
}

function measure(track: MediaStreamTrack, level: { value: number }): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    level.value = levelOf(samples);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    level.value = 0;
    void context.close();
  };
}

/** The loudness of samples (-1 to 1), with -60 dB and below as 0 and full scale as 1. */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(samples.length, 1);
  const decibel = 10 * Math.log10(power);
  return Math.min(Math.max(1 - decibel / QUIET_DB, 0), 1);
}
