// What a participant sees and hears, noted in the page itself, with times in ms since the epoch.
(() => {
  const pictures = {}; // By who is seen: [time, height, frames presented since the last entry].
  const voices = {}; // By who is heard: [time, whether anything is heard from now on].
  const peers = [];
  const watched = new WeakSet();
  const listening = new WeakMap();
  let audio = null;

  // A gap is where the sound falls below a tenth of the voice's own level for 10 ms or longer.
  const worklet = `registerProcessor("voice", class extends AudioWorkletProcessor {
    level = 0; heard = false; power = 0; quanta = 0;
    process([[samples]]) {
      for (const sample of samples ?? []) this.power += sample * sample;
      if (++this.quanta < 4) return true;
      const loudness = Math.sqrt(this.power / (4 * 128));
      this.level = Math.max(0.001, loudness, this.level * 0.9995); // Forgets half in 15 s.
      const heard = loudness > 0.1 * this.level;
      if (heard !== this.heard) this.port.postMessage([currentTime, heard]);
      [this.heard, this.power, this.quanta] = [heard, 0, 0];
      return true;
    }
  });`;

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
      super(...options);
      peers.push(this);
    }
  };

  // What makes voices clear would take this one for noise, and costs four browsers on one machine much time.
  const devices = navigator.mediaDevices;
  const capture = devices.getUserMedia.bind(devices);
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  devices.getUserMedia = ({ audio, ...others }) => {
    return capture(audio ? { ...others, audio: { ...(audio === true ? {} : audio), ...raw } } : others);
  };

  function look(video) {
    if (watched.has(video)) return;
    watched.add(video);
    let presented = 0;
    const note = (_now, frame) => {
      const identity = video.closest("[data-identity]")?.dataset.identity;
      const passed = frame.presentedFrames - presented;
      presented = frame.presentedFrames;
      if (identity) {
        (pictures[identity] ??= []).push([performance.timeOrigin + frame.presentationTime, frame.height, passed]);
      }
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  }

  async function start() {
    const context = new AudioContext();
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: "text/javascript" })));
    return context;
  }

  async function listen(element) {
    const stream = element.srcObject;
    if (!stream || listening.get(element) === stream) return;
    listening.set(element, stream);
    const context = await (audio ??= start());
    const node = new AudioWorkletNode(context, "voice", { numberOfOutputs: 0 });
    const { identity } = element.dataset;
    node.port.onmessage = ({ data: [time, heard] }) => {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      const at = performance.timeOrigin + performanceTime + 1000 * (time - contextTime);
      (voices[identity] ??= []).push([at, heard]);
    };
    context.createMediaStreamSource(stream).connect(node);
  }

  async function sound() {
    const reports = await Promise.all(peers.map((peer) => peer.getStats()));
    const all = reports.flatMap((report) => [...report.values()]);
    const streams = all.filter((one) => one.type === "inbound-rtp" && one.kind === "audio");
    const total = (name) => streams.reduce((sum, one) => sum + (one[name] ?? 0), 0);
    return { concealed: total("concealedSamples"), samples: total("totalSamplesReceived") };
  }

  setInterval(() => {
    document.querySelectorAll('[data-testid="tile"][data-kind="camera"] video').forEach(look);
    document.querySelectorAll('[data-testid="voice"]').forEach(listen);
  }, 250);

  window.networkProbe = {
    ready: (people) => Object.keys(pictures).length >= people && Object.keys(voices).length >= people,
    read: async () => ({ pictures, voices, ...(await sound()) }),
  };
})();
