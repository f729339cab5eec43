"""Which layers a room's participants receive, and so which ones they are asked to send."""

from __future__ import annotations

from media.sfu.congestion.allocation import SCREEN_BPS
from media.sfu.participant import Participant
from media.sfu.routing import People


def adapt(people: People, speaker: str | None, now: float) -> None:
    """Choose for everybody what he receives; `speaker` is the session of who speaks, `now` in seconds.

    Who speaks comes first for the others; his own picture must not cost him theirs.
    """
    speaks = people.get(speaker) if speaker is not None else None
    speaking = speaks.camera.sources if speaks is not None else ()
    downlinks = [downlink for one in people.values() for downlink in (one.downlink, *one.camera.downlinks())]
    for downlink in downlinks:
        own = speaks is not None and downlink is speaks.downlink
        downlink.update(now, () if own else speaking)
    needed = {source for downlink in downlinks for source in downlink.needed}
    limits = [downlink.screen_bps for downlink in downlinks if downlink.screen_bps is not None]
    screen_bps = min(limits, default=SCREEN_BPS)
    for sender in people.values():
        sender.camera.encode_at(_rates_of(sender, people))
        if sender.uplink.update(needed, screen_bps, now):
            sender.notify(sender.layers_wanted())


def _rates_of(sender: Participant, people: People) -> list[int]:
    """What each of the others can take of a processed camera; he himself only if nobody else looks."""
    others = [one.downlink.rates for one in people.values() if one is not sender]
    for looking in (others, [sender.downlink.rates]):
        found = [rates[source] for rates in looking for source in sender.camera.sources if source in rates]
        if found:
            return found
    return []
