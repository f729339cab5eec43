"""Time runs out on the desk because the server tells it the time."""

import asyncio
from pathlib import Path

from chatcore.actors import OperatorActor
from chatcore.desk import Desk, StorageConfig, wall_clock
from chatcore.model import ColleagueChanged, OperatorRole, Person, PersonKind
from signalling.time_limits import watch_time


def operator(name: str) -> OperatorActor:
    return OperatorActor("account", Person(PersonKind.OPERATOR, name, name), OperatorRole.OPERATOR, ())


async def test_a_colleague_who_does_not_come_back_goes_offline(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    # On this desk all happens ten seconds before the server's time.
    desk = await Desk.open(StorageConfig(url), clock=lambda: wall_clock() - 10_000)
    watching = asyncio.create_task(watch_time(desk))
    with desk.presence.subscribe(operator("giulia")) as giulia:
        await desk.presence.operator_came(operator("paolo"))
        await desk.presence.operator_went(operator("paolo"))
        changes = [await anext(giulia) for _ in range(2)]
    watching.cancel()
    await desk.close()
    assert [one.colleague.online for one in changes if isinstance(one, ColleagueChanged)] == [True, False]
