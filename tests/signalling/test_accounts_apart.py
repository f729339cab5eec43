"""Two accounts on one server: what is one's does not exist for the other."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from admin.administration import Administration
from admin.requests import NewGroup, NewOperator
from chatcore.desk import Desk as Storage
from chatcore.desk import StorageConfig
from chatcore.model import ColleagueChanged
from signalling.protocol import chat
from sportello.server import RunningServer
from tests.signalling.clients import Desk, problem_code
from tests.signalling.conftest import OpenDesk, StartServer

PASSWORD = "another-password"


@pytest.fixture
async def server(start_server: StartServer, tmp_path: Path) -> RunningServer:
    """A server with the demo's account and another one."""
    running = await start_server()
    storage = await Storage.open(StorageConfig(url=f"sqlite:///{tmp_path / 'data' / 'sportello.db'}"))
    administration = Administration(storage)
    administrator = NewOperator(email="admin@other.example", name="Olga", password=PASSWORD)
    actor = await administration.found_account("other", "Other", administrator)
    group = await administration.create_group(actor, NewGroup(code="help", name="Help"))
    operator = NewOperator(
        email="otto@other.example", name="Otto", password=PASSWORD, group_ids=[group.group_id]
    )
    await administration.create_operator(actor, operator)
    await storage.close()
    return running


@pytest.fixture
async def stranger(server: RunningServer, open_desk: OpenDesk) -> Desk:
    """An administrator's browser of the other account."""
    return await open_desk(server)


async def login(desk: Desk, email: str) -> dict[str, str]:
    body = {"email": email, "password": PASSWORD}
    async with desk.http.post("/api/v1/session", json=body) as response:
        assert response.status == 200
        return {"X-CSRF-Token": (await response.json())["csrf_token"]}


async def test_conversations_of_another_account_do_not_exist(desk: Desk, stranger: Desk) -> None:
    await desk.login()
    await login(stranger, "otto@other.example")
    visitor = await desk.visitor()
    async with (
        desk.operator_socket() as giulia,
        stranger.operator_socket() as otto,
        desk.visitor_socket(visitor.token) as anna,
    ):
        sent = await anna.done(chat.SendMessage, client_id="message-1", text="segreto")
        conversation_id = sent.conversation_id
        commands: dict[type[msgspec.Struct], dict[str, Any]] = {
            chat.TakeConversation: {},
            chat.CloseConversation: {},
            chat.PrepareCall: {},
            chat.StartCall: {},
            chat.MarkSeen: {"read_up_to": sent.message_id},
            chat.SendMessage: {"client_id": "intruder-1", "text": "?"},
            chat.FetchHistory: {"before_event_id": sent.event_id},
            chat.InviteColleague: {"operator_id": "x"},
        }
        for command, values in commands.items():
            code = await otto.refused(command, conversation_id=conversation_id, **values)
            assert code == "not_found", command
        await giulia.done(chat.TakeConversation, conversation_id=conversation_id)
        started = await giulia.done(chat.StartCall, conversation_id=conversation_id)
        assert started.grant is not None
        for command in (chat.JoinCall, chat.EndCall, chat.InviteVisitor):
            assert await otto.refused(command, call_id=started.grant.call_id) == "not_found", command
        told = [
            frame for frame in otto.seen if isinstance(frame, chat.EventHappened | chat.ConversationShown)
        ]
        assert told == []


async def test_neither_people_nor_presence_of_another_account_are_seen(desk: Desk, stranger: Desk) -> None:
    await login(stranger, "otto@other.example")
    await desk.login()
    async with stranger.operator_socket() as otto, desk.operator_socket() as giulia:
        await giulia.done(chat.Ping)
        await otto.done(chat.Ping)
        ready = otto.seen[0]
        assert isinstance(ready, chat.Ready)
        assert isinstance(ready.snapshot, chat.OperatorSnapshot)
        assert [one.person.name for one in ready.snapshot.colleagues] == ["Olga"]
        changes = [frame for frame in otto.seen if isinstance(frame, ColleagueChanged)]
        assert {change.colleague.person.name for change in changes} == {"Olga"}


async def test_rooms_and_keys_and_groups_of_another_account_do_not_exist(
    server: RunningServer, desk: Desk, stranger: Desk
) -> None:
    assert server.demo is not None
    ours = {"Authorization": f"Bearer {server.demo.api_key}"}
    csrf = await login(stranger, "admin@other.example")
    async with stranger.http.post("/api/v1/admin/keys", json={"label": "x"}, headers=csrf) as response:
        theirs = {"Authorization": f"Bearer {(await response.json())['secret']}"}
    async with desk.http.post("/api/v1/rooms", json={}, headers=ours) as response:
        room = f"/api/v1/rooms/{(await response.json())['room_id']}"
    async with desk.http.get("/api/v1/rooms", headers=theirs) as response:
        assert (await response.json())["rooms"] == []
    token = {"identity": "x", "name": "x", "role": "operator"}
    for attempt in (
        desk.http.get(room, headers=theirs),
        desk.http.delete(room, headers=theirs),
        desk.http.post(f"{room}/tokens", json=token, headers=theirs),
    ):
        async with attempt as response:
            assert (response.status, await problem_code(response)) == (404, "not_found")

    admin = await desk.login("admin@demo.example")
    async with desk.http.get("/api/v1/admin/groups") as response:
        group_id = (await response.json())["groups"][0]["group_id"]
    async with desk.http.get("/api/v1/admin/keys") as response:
        key_id = (await response.json())["keys"][0]["key_id"]
    assert admin.csrf_token
    for attempt in (
        stranger.http.patch(f"/api/v1/admin/groups/{group_id}", json={"name": "x"}, headers=csrf),
        stranger.http.delete(f"/api/v1/admin/keys/{key_id}", headers=csrf),
    ):
        async with attempt as response:
            assert (response.status, await problem_code(response)) == (404, "not_found")
