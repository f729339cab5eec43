"""What a participant is asked to send."""

from __future__ import annotations

from media.sfu.layers import LayerMeter
from media.sfu.packet_path import LayerReport, SourceId
from media.sfu.uplink import Uplink

LARGE, MIDDLE, SMALL = SourceId(1), SourceId(2), SourceId(3)
RIDS = {LARGE: "f", MIDDLE: "h", SMALL: "q"}
_PLENTY = 8_000_000
HEIGHTS = {LARGE: 720, MIDDLE: 360, SMALL: 180}


def meter_of(*came: SourceId) -> LayerMeter:
    """Return a meter that has seen these layers."""
    meter = LayerMeter()
    meter.update({source: LayerReport(0, HEIGHTS[source], (1, 0, 0, 0), 0.0) for source in came}, 0.0)
    return meter


def test_all_layers_are_wanted_until_it_is_known_which_are_of_use() -> None:
    assert Uplink(RIDS, meter_of()).wanted == ("f", "h", "q")


def test_a_layer_is_dropped_only_after_nobody_needed_it_for_a_while() -> None:
    uplink = Uplink(RIDS, meter_of(*RIDS))
    assert not uplink.update({MIDDLE}, _PLENTY, 10.0)
    assert not uplink.update({MIDDLE}, _PLENTY, 12.9)
    assert uplink.update({MIDDLE}, _PLENTY, 13.1)
    assert uplink.wanted == ("h", "q"), "the smallest stays, so that a picture can be shown at once"


def test_what_is_needed_again_is_asked_for_at_once() -> None:
    uplink = Uplink(RIDS, meter_of(*RIDS))
    for now in (0.0, 5.0):
        uplink.update((), _PLENTY, now)
    dropped = uplink.wanted
    assert uplink.update({LARGE}, _PLENTY, 5.1)
    assert (dropped, uplink.wanted) == (("q",), ("f", "q"))


def test_the_smallest_that_came_is_kept_where_the_browser_leaves_out_a_smaller_one() -> None:
    uplink = Uplink(RIDS, meter_of(LARGE, MIDDLE))
    for now in (0.0, 5.0):
        uplink.update({LARGE}, _PLENTY, now)
    assert uplink.wanted == ("f", "h", "q")


def test_a_camera_with_one_size_is_asked_for_nothing() -> None:
    uplink = Uplink({}, meter_of())
    assert not uplink.update({LARGE}, _PLENTY, 9.0)
    assert uplink.wanted == ()


def test_a_screen_keeps_to_the_narrowest_line_at_once_and_rises_after_a_while() -> None:
    uplink = Uplink({}, meter_of())
    assert uplink.screen_bps == 2_500_000
    assert uplink.update((), 900_000, 0.0)
    assert uplink.screen_bps == 800_000
    assert not uplink.update((), 1_900_000, 1.0)
    assert not uplink.update((), 900_000, 2.0), "no rise while it wavers"
    assert not uplink.update((), 1_900_000, 4.9)
    assert uplink.update((), 1_900_000, 5.1)
    assert uplink.screen_bps == 1_800_000


def test_a_line_that_is_too_narrow_for_a_screen_does_not_spoil_it_for_the_others() -> None:
    uplink = Uplink({}, meter_of())
    uplink.update((), 0, 0.0)
    assert uplink.screen_bps == 300_000
