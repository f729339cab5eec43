"""Gives the rooms of calls the effect of their group, when they open and whenever it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import structlog

from chatcore.calls import CallTicket
from chatcore.directory import Directory
from media.backgrounds.effects import Effect
from media.sfu.room import Room
from media.sfu.sfu import Sfu
from sportello.backgrounds import OperatorBackgrounds
from sportello.pictures import to_media

_RETRY_S = 1.0

_log = structlog.get_logger(__name__)


class GroupBackgrounds:
    """The `CallBackgrounds` of this server.

    A change can come while an effect is looked up. So changes are counted: a room that was set up with what
    may be out of date is renewed, and renewals run one after another, so that the last to look sets the last.
    """

    def __init__(self, directory: Directory, sfu: Sfu, backgrounds: OperatorBackgrounds) -> None:
        self._directory = directory
        self._sfu = sfu
        self._backgrounds = backgrounds
        self._groups: dict[str, str] = {}  # By room.
        self._changes = 0
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def prepare_room(self, ticket: CallTicket) -> Callable[[Room], None]:
        """See `CallBackgrounds`."""
        changes = self._changes
        effect = await self._effect_of(ticket.account_id, ticket.group_id)

        def set_up(room: Room) -> None:
            self._forget_closed()
            self._groups[room.room_id] = ticket.group_id
            self._backgrounds.set_effect(room, effect)
            if changes != self._changes:
                self._renew_soon(ticket.account_id, ticket.group_id)

        return set_up

    def effect_changed(self, account_id: str, group_id: str) -> None:
        """See `CallBackgrounds`."""
        self._changes += 1
        self._renew_soon(account_id, group_id)

    async def close(self) -> None:
        """Stop what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _renew_soon(self, account_id: str, group_id: str) -> None:
        task = asyncio.create_task(self._renew(account_id, group_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self, account_id: str, group_id: str) -> None:
        async with self._turn:
            effect = await self._effect_at_last(account_id, group_id)
            self._forget_closed()
            for room_id in [room_id for room_id, group in self._groups.items() if group == group_id]:
                self._backgrounds.set_effect(self._sfu.room(room_id), effect)

    async def _effect_at_last(self, account_id: str, group_id: str) -> Effect:
        """Look until it is found: who may no longer see the room must not go on seeing it."""
        while True:
            try:
                return await self._effect_of(account_id, group_id)
            except Exception:  # noqa: BLE001 - whatever failed, the change was promised
                _log.exception("effect_not_found", group_id=group_id)
                await asyncio.sleep(_RETRY_S)

    async def _effect_of(self, account_id: str, group_id: str) -> Effect:
        """The group's effect; what it leaves open is as the server's settings say."""
        own = to_media(*await self._directory.effect_of_group(account_id, group_id))
        standard = self._backgrounds.standard
        return msgspec.structs.replace(
            own, background=own.background or standard.background, logo=own.logo or standard.logo
        )

    def _forget_closed(self) -> None:
        open_rooms = {room.room_id for room in self._sfu.rooms()}
        self._groups = {room_id: group for room_id, group in self._groups.items() if room_id in open_rooms}
