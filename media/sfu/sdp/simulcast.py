"""Simulcast in an offer (RFC 8853): which encodings of one track a client can send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

MAX_LAYERS = 3
"""The most encodings of one camera that are taken; those listed after them are not answered."""

_RID = re.compile(r"[A-Za-z0-9]{1,16}")


def offered_rids(attributes: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the names (RFC 8851) of the encodings that an m-line offers to send, in its order.

    Of alternatives the first is taken. Less than two are no simulcast: nothing is returned.
    """
    described = {
        rid
        for rid, _, rest in (value.partition(" ") for value in attributes.get("rid", ()))
        if rest.split(" ")[0] == "send"
    }
    listed = [
        stream.split(",")[0].removeprefix("~")
        for value in attributes.get("simulcast", ())[:1]
        for stream in _sent(value.split()).split(";")
    ]
    rids = [rid for rid in dict.fromkeys(listed) if rid in described and _RID.fullmatch(rid)]
    return tuple(rids[:MAX_LAYERS]) if len(rids) > 1 else ()


def _sent(words: list[str]) -> str:
    """Return the list behind `send`."""
    return next((after for word, after in pairwise(words) if word == "send"), "")


def answer_lines(rids: tuple[str, ...]) -> list[str]:
    """Return the attributes that accept these encodings."""
    if not rids:
        return []
    return [*(f"a=rid:{rid} recv" for rid in rids), f"a=simulcast:recv {';'.join(rids)}"]
