"""Which layers a room's participants receive, and so which ones they are asked to send."""

from __future__ import annotations

from collections.abc import Iterable

from media.sfu.congestion.allocation import SCREEN_BPS
from media.sfu.downlink import Downlink
from media.sfu.packet_path import SourceId
from media.sfu.participant import Participant
from media.sfu.routing import People


def adapt(people: People, speaker: str | None, now: float) -> None:
    """Choose for everybody what he receives; `speaker` is the session of who speaks, `now` in seconds.

    Who speaks comes first for the others; his own picture must not cost him theirs.
    """
    speaks = people.get(speaker) if speaker is not None else None
    speaking = speaks.camera.sources if speaks is not None else ()
    for receiver in people.values():
        if receiver.downlink.update(now, () if receiver is speaks else speaking):
            receiver.notify(receiver.pictures_paused())
    processors = [downlink for one in people.values() for downlink in one.camera.downlinks()]
    for downlink in processors:
        downlink.update(now, speaking)
    downlinks = [*(one.downlink for one in people.values()), *processors]
    needed = {source for downlink in downlinks for source in downlink.needed}
    limits = [downlink.screen_bps for downlink in downlinks if downlink.screen_bps is not None]
    screen_bps = min(limits, default=SCREEN_BPS)
    for sender in people.values():
        if sender.camera.is_processed:
            _encode(sender, people, now)
        if sender.uplink.update(needed, screen_bps, now):
            sender.notify(sender.layers_wanted())


def _encode(sender: Participant, people: People, now: float) -> None:
    """Have a processed camera sent as the others need it; for himself only if nobody else looks."""
    others = [one.downlink for one in people.values() if one is not sender]
    shown = _needed_of(sender, others)
    sender.downlink.mirror(shown)
    looking = others if shown else [sender.downlink]
    rates: dict[SourceId, int] = {}
    for downlink in looking:
        for source, bps in downlink.rates.items():
            rates[source] = min(bps, rates.get(source, bps))
    sender.camera.encode(_needed_of(sender, looking), rates, now)


def _needed_of(sender: Participant, downlinks: Iterable[Downlink]) -> frozenset[SourceId]:
    """The layers of a camera that some receivers need."""
    return frozenset(source for one in downlinks for source in one.needed).intersection(sender.camera.sources)
