"""The RTCP with which the native path is compared with its specification."""

from __future__ import annotations

from random import Random

from tests.media.specification import rtcp
from tests.media.specification.transport_cc import TransportFeedback

_KINDS = (
    *((200, 1), (201, 1), (202, 1), (203, 2), (205, 1), (205, 15)),
    *((206, 1), (206, 4), (206, 15), (207, 3)),
)


def likely_rtcp(dice: Random) -> bytes:
    """Return a compound whose last packet is of some kind and of any content."""
    body = dice.randbytes(4 * dice.randrange(12))
    kind, count = dice.choice(_KINDS)
    words = len(body) // 4 + dice.choice((0, 0, 0, 1))
    padded = dice.choice((0x80, 0x80, 0xA0))
    tail = bytes((padded | count, kind)) + words.to_bytes(2, "big") + body
    return rtcp.build_receiver_report(rtcp.ReceiverReport(5)) + tail


def receiver_report(dice: Random, ssrc: int) -> bytes:
    """Return a report on a stream."""
    times = dice.randrange(1 << 32), dice.randrange(1 << 16)
    block = rtcp.ReportBlock(ssrc, dice.randrange(256), -3, 9, 9, *times)
    return rtcp.build_receiver_report(rtcp.ReceiverReport(5, (block,)))


def transport_feedback(dice: Random, newest: int) -> bytes:
    """Return transport-wide feedback on packets around the newest, with any fates."""
    base = newest - dice.randrange(60) & 0xFFFF
    choices = dice.choice(((0, 3), (None,), (None, 0), (None, 0, 255, 256, -1, -0x8000, 0x7FFF)))
    fates = tuple(dice.choice(choices) for _ in range(dice.choice((1, 7, 8, 30, 300))))
    return rtcp.build_transport_wide(TransportFeedback(5, 0, base, dice.randrange(1 << 24), 0, fates))
