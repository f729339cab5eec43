"""Which layers a room's participants receive, and so which ones they are asked to send."""

from __future__ import annotations

from media.sfu.routing import People
from media.sfu.sdp.plan import TrackKind


def adapt(people: People, speaker: str | None, now: float) -> None:
    """Choose for everybody what he receives; `speaker` is the session of who speaks, `now` in seconds."""
    speaks = people.get(speaker) if speaker is not None else None
    has_camera = speaks is not None and TrackKind.CAMERA in speaks.sources
    speaking = speaks.sources_shown(TrackKind.CAMERA) if speaks is not None and has_camera else ()
    downlinks = [one.downlink for one in people.values()]
    downlinks += [one.processed.downlink for one in people.values() if one.processed is not None]
    needed = {source for downlink in downlinks for source in downlink.update(now, speaking)}
    for sender in people.values():
        if sender.uplink.update(needed, now):
            sender.notify(sender.layers_wanted())
