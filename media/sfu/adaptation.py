"""Which layers a room's participants receive, and so which ones they are asked to send."""

from __future__ import annotations

from media.sfu.routing import People


def adapt(people: People, speaker: str | None, now: float) -> None:
    """Choose for everybody what he receives; `speaker` is the session of who speaks, `now` in seconds."""
    speaks = people.get(speaker) if speaker is not None else None
    speaking = speaks.camera.sources if speaks is not None else ()
    downlinks = [downlink for one in people.values() for downlink in (one.downlink, *one.camera.downlinks())]
    needed = {source for downlink in downlinks for source in downlink.update(now, speaking)}
    for sender in people.values():
        if sender.uplink.update(needed, now):
            sender.notify(sender.layers_wanted())
