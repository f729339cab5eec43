/** Two soft tones (Hz, start and length in seconds), written down so that no sound file has to be loaded. */
const tones = [
  { frequency: 660, startS: 0, lengthS: 0.16 },
  { frequency: 880, startS: 0.14, lengthS: 0.24 },
];
const loudness = 0.12;

/**
 * Plays a short chime, on the output device `speakerId` or on the system's. Resolves when it is over; a browser
 * that forbids sound before the first click stays silent.
 */
export async function playChime(speakerId: string | null = null): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = output.stream;
  try {
    if (speakerId !== null && "setSinkId" in element) await element.setSinkId(speakerId);
    await element.play();
    await playTones(context, output);
  } catch {
    // Silence is what the browser, or a device that is gone, allows.
  } finally {
    void context.close();
  }
}

function playTones(context: AudioContext, output: AudioNode): Promise<unknown> {
  const ends = tones.map(({ frequency, startS, lengthS }) => {
    const oscillator = new OscillatorNode(context, { frequency });
    const volume = new GainNode(context, { gain: 0 });
    const startAt = context.currentTime + 0.02 + startS;
    volume.gain.setValueAtTime(0, startAt);
    volume.gain.linearRampToValueAtTime(loudness, startAt + 0.02);
    volume.gain.linearRampToValueAtTime(0, startAt + lengthS);
    oscillator.connect(volume).connect(output);
    oscillator.start(startAt);
    oscillator.stop(startAt + lengthS);
    return new Promise((resolve) => oscillator.addEventListener("ended", resolve));
  });
  return Promise.all(ends);
}
