"""Real Firefox with a person before a camera and a microphone that are made in the page.

Firefox's fake microphone is a tone, at the pitch of the person's voice. Its fake camera takes no file, so a
canvas that shows the person's frames stands in for it. All else is Firefox's own.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import av
import numpy as np
from PIL import Image

from tests.support.bidi import BidiConnection, BidiFrame
from tests.support.browser import Sound
from tests.support.media import FRAMES_PER_SECOND, Person, frames_of

_START_TIMEOUT_S = 60
_LOWEST_HZ = 50
_PREFERENCES = {
    "media.autoplay.default": 0,
    "media.navigator.permission.disabled": True,
    "media.navigator.streams.fake": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "app.update.enabled": False,
}
_FRAME_COUNT = 15
"""How many of the camera's frames are shown, forth and back."""

_CAMERA = """() => {
    const jpegs = JPEGS, rate = RATE;
    const decode = async text => createImageBitmap(
        new Blob([Uint8Array.from(atob(text), letter => letter.charCodeAt(0))], {type: 'image/jpeg'}));
    async function camera() {
        const frames = await Promise.all(jpegs.map(decode));
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [frames[0].width, frames[0].height];
        const context = canvas.getContext('2d');
        let shown = 0;
        const show = () => {
            const place = shown++ % (2 * frames.length - 2);
            context.drawImage(frames[place < frames.length ? place : 2 * frames.length - 2 - place], 0, 0);
        };
        show();
        setInterval(show, 1000 / rate);
        return canvas.captureStream().getVideoTracks();
    }
    const capture = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = async function (wanted) {
        const captured = await capture.call(this, wanted);
        return new MediaStream([...captured.getAudioTracks(), ...(wanted.video ? await camera() : [])]);
    };
}"""

_RECORD = """async (selector, seconds) => {
    const recorder = new MediaRecorder(document.querySelector(selector).srcObject);
    const recorded = new Promise(resolve => recorder.ondataavailable = ({data}) => resolve(data));
    recorder.start();
    setTimeout(() => recorder.stop(), 1000 * seconds);
    const bytes = new Uint8Array(await (await recorded).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
}"""


@asynccontextmanager
async def firefox_page(person: Person, directory: Path) -> AsyncIterator[BidiFrame]:
    """A page of a fresh Firefox with that person's devices, until the block ends; its profile is kept there.

    Raises:
        FileNotFoundError: Firefox is not installed.
    """
    async with _running(person, directory) as address, aiohttp.ClientSession() as http:
        connection = await BidiConnection.open(http, address)
        try:
            await connection.command("script.addPreloadScript", functionDeclaration=_camera_of(person))
            tree = await connection.command("browsingContext.getTree")
            yield BidiFrame(connection, tree["contexts"][0]["context"])
        finally:
            await connection.close()


@asynccontextmanager
async def _running(person: Person, directory: Path) -> AsyncIterator[str]:
    """Firefox, and the address by which it is driven."""
    executable = shutil.which("firefox-esr")
    if executable is None:
        raise FileNotFoundError("firefox-esr is not installed; `make test-all` does that")
    preferences = _PREFERENCES | {"media.navigator.audio.fake_frequency": round(person.pitch_hz)}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (directory / "user.js").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        *(executable, "--headless", "--no-remote", "--profile", str(directory)),
        *("--remote-debugging-port", "0", "about:blank"),
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    rest: asyncio.Task[object] | None = None
    try:
        address = await asyncio.wait_for(_address_of(process), _START_TIMEOUT_S)
        rest = asyncio.create_task(process.communicate())  # A full pipe would hold Firefox up.
        yield address
    finally:
        process.terminate()
        await process.wait()
        if rest is not None:
            await rest


async def _address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        before, told, address = line.decode().partition("WebDriver BiDi listening on ")
        if told and not before:
            return address.strip()
    raise RuntimeError("Firefox ended before it listened")


def _camera_of(person: Person) -> str:
    jpegs = []
    for pixels in frames_of(person)[:_FRAME_COUNT]:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=92)
        jpegs.append(base64.b64encode(file.getvalue()).decode())
    return _CAMERA.replace("JPEGS", json.dumps(jpegs)).replace("RATE", str(FRAMES_PER_SECOND))


async def recorded_sound(frame: BidiFrame, selector: str, seconds: float = 2) -> Sound:
    """What the stream of an <audio> sounds like for a while.

    Firefox's AudioContext does not run on a machine without a sound card, its recorder does.
    """
    ogg = base64.b64decode(await frame.call(_RECORD, selector, seconds))
    with av.open(io.BytesIO(ogg), "r") as recording:
        rate = recording.streams.audio[0].rate
        samples = np.concatenate([piece.to_ndarray().mean(axis=0) for piece in recording.decode(audio=0)])
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    audible = int(_LOWEST_HZ * len(samples) / rate)
    strongest = audible + int(np.argmax(spectrum[audible:]))
    return Sound(float(np.sqrt(np.mean(samples**2))), strongest * rate / len(samples))
