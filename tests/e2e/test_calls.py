"""Calls between real browsers: what arrives at each is compared with what the others' cameras sent."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from benchmarks.people import CallControls, Operator, Visitor
from tests.e2e.desk import Desk
from tests.support.browser import SHARED_TAB_TITLE, frame_rate_of, next_frame, picture_in, sound_of
from tests.support.media import BLUE, GREEN, RED, YELLOW, Person, sighting, speaker_at

VISITOR_NAME = "Anonimo"

# Four browsers paint without a GPU on few cores: small pages, in which only the pictures move.
FRUGAL: dict[str, Any] = {"viewport": {"width": 800, "height": 600}, "reduced_motion": "reduce"}


IS_RECEIVED = """video => {
    const [track] = video.srcObject.getVideoTracks();
    return window.peerConnections.some(peer => peer.getReceivers().some(one => one.track === track));
}"""
"""Whether a <video> shows what came from the server, rather than a camera of this machine."""

UNTIL_OWN_PICTURE_IS_RECEIVED = f"""async () => {{
    const own = () => document.querySelector('[data-kind="self"] video');
    while (!({IS_RECEIVED})(own()) || !own().videoWidth) await new Promise(requestAnimationFrame);
}}"""


UNTIL_UPLINK_IS_MEASURED = """async () => {
    const isMeasured = ({ availableOutgoingBitrate: bps }) => bps > 500_000 && bps < 4_000_000;
    for (;;) {
        const report = await window.peerConnections.at(-1).getStats();
        if ([...report.values()].some(isMeasured)) return;
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}"""
"""Until feedback told the browser what of its packets arrives. Without any it stays at the 300 kbit/s that it
begins with; where it is not negotiated, it believes the 4 Mbit/s that REMB allows."""


UNTIL_VOICE_COMES_TWICE = """async () => {
    const comesTwice = one => one.type === "inbound-rtp" && one.kind === "audio"
        && one.bytesReceived > 110 * one.packetsReceived;
    for (;;) {
        const report = await window.peerConnections.at(-1).getStats();
        if ([...report.values()].some(comesTwice)) return;
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}"""
"""Until redundant audio comes: a packet has 80 bytes of Opus, with the one before it twice as many."""


@dataclass(frozen=True, slots=True)
class Call:
    """A visitor (green camera) and Giulia (red) in a call."""

    visitor: Visitor
    giulia: Operator


async def _call(desk: Desk, first_message: str) -> Call:
    giulia = await desk.operator(RED, "Giulia", **FRUGAL)
    visitor = await desk.visitor(GREEN, **FRUGAL)
    await visitor.start_chat(first_message)
    await giulia.take_chat(first_message)
    await giulia.start_call()
    await visitor.accept()
    return Call(visitor, giulia)


async def _colleague(desk: Desk, call: Call, person: Person, name: str) -> Operator:
    colleague = await desk.operator(person, name, **FRUGAL)
    await call.giulia.invite(name)
    await colleague.accept()
    await colleague.enter_call()
    return colleague


async def _assert_seen(video: Locator, sender: CallControls, person: Person) -> None:
    """The person's own camera is in the video, sharp enough and as lively as it was sent.

    On a busy machine a browser skips frames for a while, so the best of a few windows counts.
    """
    await expect(video).to_be_visible()
    own = sender.tiles("self").locator("video")
    shares: list[float] = []
    while len(shares) < 6 and max(shares, default=0) < 0.7:
        decoded, sent = await asyncio.gather(frame_rate_of(video), frame_rate_of(own))
        shares.append(decoded / sent)
    assert max(shares) >= 0.7
    seen = sighting(await picture_in(video))
    assert seen.person is person
    assert seen.psnr_db > 20
    assert seen.correlation > 0.93


async def _assert_heard(call: CallControls, name: str, person: Person) -> None:
    sound = await sound_of(call.voice(await call.identity(name)))
    assert sound.rms > 0.01
    assert speaker_at(sound.frequency_hz) is person


async def _assert_muted_for_everyone(operator: CallControls, visitor: CallControls) -> None:
    """The visitor's microphone is off on both sides, and nothing of it arrives."""
    await expect(visitor.tiles("self")).to_have_attribute("data-muted", "true")
    await expect(operator.tile(VISITOR_NAME)).to_have_attribute("data-muted", "true")
    voice = operator.voice(await operator.identity(VISITOR_NAME))
    assert (await sound_of(voice)).rms < 0.001


async def test_a_visitor_and_an_operator_see_and_hear_each_other(desk: Desk) -> None:
    call = await _call(desk, "Can you show me the frame?")
    await _assert_seen(call.visitor.call.video("Giulia"), call.giulia.call, RED)
    await _assert_seen(call.giulia.call.video(VISITOR_NAME), call.visitor.call, GREEN)
    await _assert_heard(call.visitor.call, "Giulia", RED)
    await _assert_heard(call.giulia.call, VISITOR_NAME, GREEN)
    await asyncio.wait_for(call.giulia.page.evaluate(UNTIL_UPLINK_IS_MEASURED), 20)
    await call.giulia.page.evaluate(UNTIL_VOICE_COMES_TWICE)


async def test_three_operators_and_a_visitor_all_see_and_hear_each_other(desk: Desk) -> None:
    call = await _call(desk, "I would like the whole team.")
    paolo = await _colleague(desk, call, BLUE, "Paolo")
    sara = await _colleague(desk, call, YELLOW, "Sara")
    people = {VISITOR_NAME: GREEN, "Giulia": RED, "Paolo": BLUE, "Sara": YELLOW}
    calls = {
        VISITOR_NAME: call.visitor.call,
        "Giulia": call.giulia.call,
        "Paolo": paolo.call,
        "Sara": sara.call,
    }
    for viewer, controls in calls.items():
        for name, person in people.items():
            if name != viewer:
                await _assert_seen(controls.video(name), calls[name], person)
                await _assert_heard(controls, name, person)


async def test_a_shared_tab_arrives_and_a_second_share_is_refused_by_name(desk: Desk) -> None:
    call = await _call(desk, "I will show you my page.")
    shared = await call.visitor.page.context.new_page()
    await shared.set_content(f"<title>{SHARED_TAB_TITLE}</title><body style='background: rgb(0 160 0)'>")
    await call.visitor.page.bring_to_front()
    await call.visitor.call.toggle_screen()
    video = call.giulia.call.video(VISITOR_NAME, "screen")
    await expect(video).to_be_visible()
    await next_frame(video)
    picture = await picture_in(video)
    assert picture.mean(axis=(0, 1)) == pytest.approx([0, 160, 0], abs=40)
    await expect(call.giulia.page.get_by_test_id("toggle-screen")).to_be_disabled()
    await call.visitor.page.bring_to_front()
    await call.visitor.call.toggle_screen()
    await expect(call.giulia.call.tiles("screen")).to_have_count(0)


async def test_a_muted_microphone_is_silent_and_a_camera_turned_off_shows_initials(desk: Desk) -> None:
    call = await _call(desk, "Please mute yourself.")
    await _assert_heard(call.visitor.call, "Giulia", RED)
    await call.giulia.call.toggle_microphone()
    tile = call.visitor.call.tile("Giulia")
    await expect(tile).to_have_attribute("data-muted", "true")
    voice = call.visitor.call.voice(await call.visitor.call.identity("Giulia"))
    while (await sound_of(voice)).rms > 0.001:
        pass  # What was said before is still being played.
    await call.giulia.call.toggle_camera()
    await expect(call.visitor.call.video("Giulia")).to_have_count(0)
    await call.giulia.call.toggle_microphone()
    await call.giulia.call.toggle_camera()
    await _assert_seen(call.visitor.call.video("Giulia"), call.giulia.call, RED)
    await _assert_heard(call.visitor.call, "Giulia", RED)


async def test_a_muted_visitor_who_reloads_the_page_comes_back_into_the_call_and_is_muted_for_everyone(
    desk: Desk,
) -> None:
    call = await _call(desk, "I will reload the page.")
    await _assert_seen(call.giulia.call.video(VISITOR_NAME), call.visitor.call, GREEN)
    await _assert_heard(call.giulia.call, VISITOR_NAME, GREEN)
    await call.visitor.call.toggle_microphone()
    await expect(call.giulia.call.tile(VISITOR_NAME)).to_have_attribute("data-muted", "true")
    await call.visitor.page.reload()
    returned = await Visitor.on(call.visitor.page)
    await _assert_seen(returned.call.video("Giulia"), call.giulia.call, RED)
    await _assert_seen(call.giulia.call.video(VISITOR_NAME), returned.call, GREEN)
    await expect(call.giulia.call.tiles()).to_have_count(1)
    await _assert_muted_for_everyone(call.giulia.call, returned.call)


async def test_a_muted_visitor_who_comes_back_in_a_new_tab_is_muted_for_everyone(desk: Desk) -> None:
    call = await _call(desk, "I will close this tab.")
    await _assert_heard(call.giulia.call, VISITOR_NAME, GREEN)
    await call.visitor.call.toggle_microphone()
    await expect(call.giulia.call.tile(VISITOR_NAME)).to_have_attribute("data-muted", "true")
    shop, context = call.visitor.page.url, call.visitor.page.context
    await call.visitor.page.close()
    page = await context.new_page()
    await page.goto(shop)
    returned = await Visitor.arrive(page)
    await returned.widget.get_by_test_id("rejoin").click()
    await _assert_seen(call.giulia.call.video(VISITOR_NAME), returned.call, GREEN)
    await _assert_muted_for_everyone(call.giulia.call, returned.call)
    await returned.call.toggle_microphone()
    await _assert_heard(call.giulia.call, VISITOR_NAME, GREEN)


async def test_an_operator_sees_himself_by_way_of_the_server_before_anybody_knows_of_the_call(
    desk: Desk,
) -> None:
    giulia = await desk.operator(RED, "Giulia", **FRUGAL)
    visitor = await desk.visitor(GREEN, **FRUGAL)
    await visitor.start_chat("Are you there?")
    await giulia.take_chat("Are you there?")
    await giulia.page.get_by_test_id("start-call").click()
    own = giulia.call.tiles("self").locator("video")
    await expect(own).to_be_visible()
    await giulia.page.evaluate(UNTIL_OWN_PICTURE_IS_RECEIVED)
    assert sighting(await picture_in(own)).person is RED
    await expect(visitor.widget.get_by_test_id("accept")).to_have_count(0)
    await giulia.enter_call()
    await visitor.accept()
    await _assert_seen(visitor.call.video("Giulia"), giulia.call, RED)
    assert await own.evaluate(IS_RECEIVED)


async def test_a_call_ended_by_the_operator_ends_for_the_visitor(desk: Desk) -> None:
    call = await _call(desk, "That was all.")
    await _assert_seen(call.visitor.call.video("Giulia"), call.giulia.call, RED)
    await call.giulia.end_call()
    await expect(call.visitor.call.tiles()).to_have_count(0)
    await expect(call.giulia.call.tiles()).to_have_count(0)


async def test_an_invitation_can_be_declined_and_withdrawn(desk: Desk) -> None:
    giulia = await desk.operator(RED, "Giulia")
    visitor = await desk.visitor(GREEN)
    await visitor.start_chat("No video please.")
    await giulia.take_chat("No video please.")
    await giulia.start_call()
    await visitor.decline()
    await giulia.page.get_by_test_id("invite-visitor").click()
    accept = visitor.widget.get_by_test_id("accept")
    await expect(accept).to_be_visible()
    await giulia.page.get_by_test_id("withdraw").click()
    await expect(accept).to_have_count(0)


async def test_somebody_without_devices_can_join_and_sees_the_other(desk: Desk) -> None:
    giulia = await desk.operator(RED, "Giulia")
    visitor = await desk.visitor(None)
    await visitor.start_chat("I have no camera.")
    await giulia.take_chat("I have no camera.")
    await giulia.start_call()
    await visitor.accept()
    await _assert_seen(visitor.call.video("Giulia"), giulia.call, RED)
    await expect(giulia.call.tile(VISITOR_NAME)).to_be_visible()


async def test_an_audio_only_group_calls_without_cameras(desk: Desk) -> None:
    giulia = await desk.operator(RED, "Giulia")
    visitor = await desk.visitor(GREEN, shop="assistenza.html")
    await visitor.start_chat("Can I call you?")
    await giulia.take_chat("Can I call you?")
    await giulia.start_call()
    await visitor.accept()
    await _assert_heard(visitor.call, "Giulia", RED)
    await _assert_heard(giulia.call, VISITOR_NAME, GREEN)
    await expect(visitor.widget.get_by_test_id("toggle-camera")).to_have_count(0)
    await expect(visitor.call.tiles().locator("video")).to_have_count(0)
    await expect(giulia.call.tiles().locator("video")).to_have_count(0)
