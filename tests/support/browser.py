"""Real Chromium with people before its fake devices, and what its media elements show and play."""

import base64
import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Frame, Locator, Page, Playwright

from benchmarks.people import BROWSER_FLAGS
from tests.support.media import Person, Pixels, write_camera_file, write_microphone_file

SHARED_TAB_TITLE = "Shared tab"
"""`getDisplayMedia` takes the tab with this title, without asking, and brings it to the front."""

LEAVE_TO_CAPTURE = ("camera", "microphone")

_FLAGS = [
    *BROWSER_FLAGS,
    f"--auto-select-tab-capture-source-by-title={SHARED_TAB_TITLE}",
]

TAKE_PICTURE = """video => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext('2d').drawImage(video, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
}"""

# A page that is too busy to paint still receives: frames are counted where WebRTC counts them.
_KEEP_PEERS = """(() => {
    const peers = window.peerConnections = [];
    window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...options) { super(...options); peers.push(this); }
    };
})()"""

_COUNT_FRAMES = """async (video, seconds) => {
    const [{id}] = video.srcObject.getVideoTracks();
    const count = async () => {
        const frames = new Map();  // A camera is sent in several sizes, of which some may rest.
        for (const peer of window.peerConnections) {
            const all = [...(await peer.getStats()).values()];
            const source = all.find(one => one.type === 'media-source' && one.trackIdentifier === id);
            const received = all.filter(one => one.type === 'inbound-rtp' && one.trackIdentifier === id);
            const sent = all.filter(one => one.type === 'outbound-rtp' && one.mediaSourceId === source?.id);
            for (const one of received) frames.set(one.id, one.framesDecoded);
            for (const one of sent) frames.set(one.id, one.framesSent);
        }
        return frames;
    };
    const [start, first] = [performance.now(), await count()];
    await new Promise(resolve => setTimeout(resolve, 1000 * seconds));
    const passed = [...await count()].map(([stream, frames]) => (frames ?? 0) - (first.get(stream) ?? 0));
    return 1000 * Math.max(0, ...passed) / (performance.now() - start);
}"""

_WAYS = """async () => {
    const ways = [];
    for (const peer of window.peerConnections) {
        const all = await peer.getStats();
        const transport = [...all.values()].find(one => one.type === 'transport');
        const pair = all.get(transport?.selectedCandidatePairId);
        if (!pair) continue;
        const [local, remote] = [all.get(pair.localCandidateId), all.get(pair.remoteCandidateId)];
        const relayed = local.candidateType === 'relay';
        ways.push(relayed ? `relay ${local.relayProtocol}` : `host ${remote.protocol}`);
    }
    return ways;
}"""

_LISTEN = """async (media, windows) => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, {fftSize: 8192, smoothingTimeConstant: 0});
    context.createMediaStreamSource(media.srcObject).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    const power = new Float64Array(analyser.frequencyBinCount);
    let energy = 0;
    for (let heard = 0, last = 0; heard < windows;) {
        await new Promise(resolve => setTimeout(resolve, 20));
        if (context.currentTime - last < analyser.fftSize / context.sampleRate) continue;
        last = context.currentTime;
        analyser.getFloatTimeDomainData(wave);
        analyser.getFloatFrequencyData(spectrum);
        spectrum.forEach((decibels, bin) => power[bin] += 10 ** (decibels / 10));
        energy += wave.reduce((sum, sample) => sum + sample * sample, 0) / wave.length;
        heard++;
    }
    const strongest = power.indexOf(Math.max(...power.subarray(8)));
    await context.close();
    return [Math.sqrt(energy / windows), strongest * context.sampleRate / analyser.fftSize];
}"""


def chromium() -> Path:
    """Where Chromium is installed. Raises FileNotFoundError."""
    executable = shutil.which("chromium")
    if executable is None:
        raise FileNotFoundError("chromium is not installed; `make test` does that")
    return Path(executable)


@dataclass(frozen=True, slots=True)
class Sound:
    """What was heard for a while: root mean square (full scale is 1) and the strongest frequency."""

    rms: float
    frequency_hz: float


class Browsers:
    """Chromium processes, one for each person's camera, started when first asked for.

    The files of the fake cameras and microphones are made in `directory`. `flags` are further ones of
    Chromium, `script` is run in every page before its own, and `executable` is what runs Chromium.
    """

    def __init__(
        self,
        playwright: Playwright,
        directory: Path,
        *flags: str,
        script: str = "",
        executable: Path | None = None,
    ) -> None:
        self._executable = executable or chromium()
        self._playwright = playwright
        self._directory = directory
        self._flags = [*_FLAGS, *flags]
        self._script = script
        self._browsers: dict[Person | None, Browser] = {}

    async def context(
        self, person: Person | None, permissions: Sequence[str] = LEAVE_TO_CAPTURE, **options: Any
    ) -> BrowserContext:
        """Open a fresh profile in the browser with that person's camera; None: a machine without devices.

        What `permissions` does not name is denied. `options` are those of playwright's `Browser.new_context`.
        """
        if person not in self._browsers:
            self._browsers[person] = await self._launch(person)
        context = await self._browsers[person].new_context(permissions=permissions, **options)
        await context.add_init_script(f"{_KEEP_PEERS};\n{self._script}")
        return context

    async def close(self) -> None:
        """End all browsers."""
        for browser in self._browsers.values():
            await browser.close()
        self._browsers.clear()

    async def _launch(self, person: Person | None) -> Browser:
        flags = [*self._flags, *(self._devices_of(person) if person else [])]
        return await self._playwright.chromium.launch(executable_path=self._executable, args=flags)

    def _devices_of(self, person: Person) -> list[str]:
        camera, microphone = (self._directory / f"{person.name}.{suffix}" for suffix in ("y4m", "wav"))
        write_camera_file(person, camera)
        write_microphone_file(person, microphone)
        return [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
            f"--use-file-for-fake-audio-capture={microphone}",
        ]


async def picture_in(video: Locator) -> Pixels:
    """The frame that a <video> shows now, in the size it was decoded."""
    return pixels_of(await video.evaluate(TAKE_PICTURE))


def pixels_of(png: str) -> Pixels:
    """The picture that `TAKE_PICTURE` took."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"))


async def next_frame(video: Locator) -> None:
    """Wait until a <video> shows a frame that it has not shown yet."""
    await video.evaluate("video => new Promise(resolve => video.requestVideoFrameCallback(resolve))")


async def frame_rate_of(video: Locator, seconds: float = 2) -> float:
    """Frames per second that a call sends of the own picture, or decodes of another's, in a <video>."""
    return float(await video.evaluate(_COUNT_FRAMES, seconds))


async def ways_of(page: Page | Frame) -> list[str]:
    """How each connected call of a page goes: `host` or `relay`, and the protocol of its first hop."""
    return list(await page.evaluate(_WAYS))


async def sound_of(media: Locator, window_count: int = 8) -> Sound:
    """What the stream of a <video> or <audio> sounds like, over windows of 171 ms."""
    rms, frequency_hz = await media.evaluate(_LISTEN, window_count)
    return Sound(rms, frequency_hz)
