"""What an administrator sets for a group is what its calls show, from the beginning and when it changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
from aiohttp.test_utils import TestServer

from chatcore.calls import CallTicket
from chatcore.desk import Desk as Storage
from chatcore.desk import StorageConfig
from chatcore.model import Person, PersonKind
from media.backgrounds.effects import NO_EFFECT, Blur, BlurStrength, Effect, Virtual
from media.backgrounds.studio import Studio
from media.backgrounds.supervisor import Supervisor
from media.sfu.config import SfuConfig
from media.sfu.sfu import Sfu
from signalling.application import EdgeConfig, Pictures, build_edge
from signalling.edge.server_secret import ServerSecret
from signalling.protocol import chat
from signalling.rooms.sessions import RoomSessions
from signalling.site.files import FileStore
from sportello.backgrounds import OperatorBackgrounds
from sportello.group_backgrounds import GroupBackgrounds
from sportello.pictures import AdministratorsStudio
from tests.media.backgrounds.files import jpeg, plain
from tests.media.peers import VISITOR, operator, peers, until
from tests.signalling.clients import ChatClient
from tests.signalling.conftest import OpenDesk
from tests.signalling.office import Office

CAMERA, GREY = 200, 102  # Brightness; in studio range.
GREY_IMAGE = jpeg(plain(64, 64, (100, 100, 100)))
LIGHT = {"background": {"type": "blur", "strength": "light"}}


@dataclass
class House:
    """A server, seen from inside as well."""

    url: str
    sfu: Sfu
    backgrounds: OperatorBackgrounds
    groups: GroupBackgrounds
    open_desk: OpenDesk

    async def office(self) -> Office:
        desk = await self.open_desk(self)
        session = await desk.login("admin@demo.example")
        return Office(desk.http, {"X-CSRF-Token": session.csrf_token})

    async def conversation(self, stack: AsyncExitStack, text: str) -> tuple[ChatClient, str]:
        """An operator with a conversation that he has taken."""
        desk, shop = await self.open_desk(self), await self.open_desk(self)
        await desk.login()
        giulia = await stack.enter_async_context(desk.operator_socket())
        token = (await shop.visitor()).token
        anna = await stack.enter_async_context(shop.visitor_socket(token))
        sent = await anna.done(chat.SendMessage, client_id=f"message-{text}", text=text)
        assert sent.conversation_id is not None
        await giulia.done(chat.TakeConversation, conversation_id=sent.conversation_id)
        return giulia, sent.conversation_id

    def effect(self, done: chat.Done) -> Effect:
        assert done.grant is not None
        return self.backgrounds.effect_of(done.grant.call_id)


@pytest.fixture
async def house(tmp_path: Path, demo_data: Path, open_desk: OpenDesk) -> AsyncIterator[House]:
    await asyncio.to_thread(copytree, demo_data, tmp_path, dirs_exist_ok=True)
    storage = await Storage.open(StorageConfig(url=f"sqlite:///{tmp_path / 'sportello.db'}"))
    supervisor, sessions, studio = Supervisor(1), RoomSessions(), Studio()
    backgrounds = OperatorBackgrounds(supervisor)
    sfu = await Sfu.start(SfuConfig(host="127.0.0.1"), sessions, backgrounds)
    groups = GroupBackgrounds(storage.directory, sfu, backgrounds)
    pictures = Pictures(AdministratorsStudio(studio), groups)
    secret = ServerSecret(b"s" * 32)
    edge = build_edge(EdgeConfig(), storage, sfu, sessions, secret, FileStore({}), pictures)
    async with TestServer(edge.app) as served:
        yield House(str(served.make_url("")).rstrip("/"), sfu, backgrounds, groups, open_desk)
    await groups.close()
    await studio.close()
    await sfu.close()
    await supervisor.stop()
    await storage.close()


async def test_a_call_begins_with_its_groups_background_in_the_lobby_too(house: House) -> None:
    office = await house.office()
    await office.set_effect(LIGHT, code="consulenza")
    async with AsyncExitStack() as stack:
        giulia, conversation_id = await house.conversation(stack, "one")
        prepared = await giulia.done(chat.PrepareCall, conversation_id=conversation_id)
        assert house.effect(prepared) == Effect(Blur(BlurStrength.LIGHT))
        giulia, conversation_id = await house.conversation(stack, "two")
        started = await giulia.done(chat.StartCall, conversation_id=conversation_id)
        assert house.effect(started) == Effect(Blur(BlurStrength.LIGHT))


async def test_a_change_reaches_the_groups_running_calls_and_no_others(house: House) -> None:
    office = await house.office()
    async with AsyncExitStack() as stack:
        giulia, conversation_id = await house.conversation(stack, "one")
        call = await giulia.done(chat.StartCall, conversation_id=conversation_id)
        assert house.effect(call) == NO_EFFECT
        await office.set_effect(LIGHT, code="telefono")
        image_id = await office.upload(GREY_IMAGE)
        await office.set_effect({"background": {"type": "virtual", "image_id": image_id}}, code="consulenza")
        async with asyncio.timeout(1):
            await until(lambda: house.effect(call) == Effect(Virtual(GREY_IMAGE)))
        await office.set_effect({}, code="consulenza")
        await until(lambda: house.effect(call) == NO_EFFECT)


async def test_a_change_while_a_room_is_about_to_open_is_not_lost(house: House) -> None:
    office = await house.office()
    group = await office.group("consulenza")
    person = Person(PersonKind.OPERATOR, "o", "Giulia")
    place = {"account_id": group["account_id"], "group_id": group["group_id"], "conversation_id": "c"}
    early = await house.groups.prepare_room(CallTicket("early", audio_only=False, person=person, **place))
    late = await house.groups.prepare_room(CallTicket("late", audio_only=False, person=person, **place))
    early(house.sfu.create_room("early"))
    await office.set_effect(LIGHT, code="consulenza")
    await until(lambda: house.backgrounds.effect_of("early") == Effect(Blur(BlurStrength.LIGHT)))
    late(house.sfu.create_room("late"))
    await until(lambda: house.backgrounds.effect_of("late") == Effect(Blur(BlurStrength.LIGHT)))


async def test_the_visitor_sees_the_groups_background_once_it_is_set(house: House) -> None:
    office = await house.office()
    image_id = await office.upload(GREY_IMAGE)
    house.backgrounds.prepare()
    async with AsyncExitStack() as stack:
        giulia, conversation_id = await house.conversation(stack, "one")
        call = await giulia.done(chat.StartCall, conversation_id=conversation_id)
        assert call.grant is not None
        room = house.sfu.room(call.grant.room_id)
        a, b = await stack.enter_async_context(peers(room, operator(), VISITOR))
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        await b.sees(CAMERA)
        await office.set_effect({"background": {"type": "virtual", "image_id": image_id}}, code="consulenza")
        await b.sees(GREY)
