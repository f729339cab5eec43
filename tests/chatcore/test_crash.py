import asyncio
import sys
from pathlib import Path

import pytest

from chatcore.model import MessageSent
from tests.chatcore.world import Template, open_desk

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("acknowledged_before_the_kill", [1, 12, 40])
async def test_what_was_acknowledged_survives_kill_9_once(
    template: Template, tmp_path: Path, acknowledged_before_the_kill: int
) -> None:
    path = tmp_path / "desk.db"
    async with template.open_copy(path) as world:
        token, visitor = await world.desk.directory.welcome_visitor("ottica", "sales", None, None)
    acknowledged = await acknowledgements(path, token, acknowledged_before_the_kill)
    assert len(acknowledged) >= acknowledged_before_the_kill

    async with open_desk(path, world.clock) as desk:
        # A client that repeats what it saw acknowledged gets the same answer, and makes no second message.
        for client_id, conversation_id, message_id in acknowledged:
            receipt = await desk.conversations.send_message(visitor.actor, None, client_id, client_id)
            assert (receipt.conversation_id, receipt.message_id) == (conversation_id, message_id)
        views = (await desk.streams.snapshot(visitor.actor)).conversations
    sent = [
        event.body.client_id
        for view in views
        for event in view.events
        if isinstance(event.body, MessageSent) and event.body.author.id == visitor.visitor_id
    ]
    assert len(sent) == len(set(sent))
    assert {client_id for client_id, _, _ in acknowledged} <= set(sent)


async def acknowledgements(path: Path, token: str, kill_after: int) -> list[list[str]]:
    """Run the sender, kill it after so many acknowledgements, and return all that came."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.chatcore.crash_child",
        str(path),
        token,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    try:
        lines = [await child.stdout.readline() for _ in range(kill_after)]
    finally:
        child.kill()
    rest = (await child.stdout.read()).splitlines(keepends=True)
    await child.wait()
    # The kill may have cut the last line.
    return [line.decode().split() for line in (*lines, *rest) if line.endswith(b"\n")]
