"""docs/protocol.md tells the truth: its examples are frames, and no frame or code is missing."""

import re
from pathlib import Path
from typing import Any

import msgspec
import msgspec.inspect as mi
import pytest

from chatcore.effects import Effect
from media.sfu.messages import RoomMessage
from signalling.edge.errors import STATUS_OF_CODE
from signalling.protocol import chat, http, room, typescript

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
KINDS: dict[str, Any] = {
    "problem": http.Problem,
    "grant": chat.JoinGrant,
    "effect": Effect,
    "command": chat.Hello | chat.VisitorCommand | chat.OperatorCommand,
    "server": chat.ServerFrame,
    "room-command": room.RoomHello | room.RoomCommand,
    "room": RoomMessage | room.RoomDone | chat.Refused,
}
EXAMPLES = re.findall(r"```json (\S+)\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_every_example_is_what_it_says(kind: str, text: str) -> None:
    decoded = msgspec.json.decode(text, type=KINDS[kind], strict=True)
    assert msgspec.to_builtins(decoded).keys() >= msgspec.json.decode(text).keys()


@pytest.mark.parametrize("kind", ["command", "server", "room-command", "room"])
def test_every_frame_has_an_example(kind: str) -> None:
    info = mi.type_info(KINDS[kind])
    assert isinstance(info, mi.UnionType)
    tags = {member.tag for member in info.types if isinstance(member, mi.StructType)}
    assert tags == {msgspec.json.decode(text)["type"] for name, text in EXAMPLES if name == kind}


@pytest.mark.parametrize("code", STATUS_OF_CODE)
def test_every_refusal_is_explained(code: str) -> None:
    assert f"`{code}`" in DOCUMENT.partition("## Refusals")[2]


def test_the_typescript_types_are_current() -> None:
    assert typescript.TARGET.read_text(encoding="utf-8") == typescript.generate()
