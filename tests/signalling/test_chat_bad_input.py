"""What is no command ends the sender's own connection with a documented refusal, and nothing else."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signalling.edge.frame_socket import CloseCode
from signalling.protocol import chat
from tests.signalling.clients import Desk, problem_code
from tests.signalling.conftest import OpenDesk, StartServer

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
type_names = st.sampled_from(["hello", "send_message", "mark_seen", "start_call", "typing", "nonsense"])
wrong_frames = st.one_of(
    st.text(max_size=200),
    json_values.map(json.dumps),
    st.builds(
        lambda name, rest: json.dumps({**rest, "type": name}),
        type_names,
        st.dictionaries(
            st.sampled_from(["rid", "text", "client_id", "conversation_id", "version", "x"]), json_values
        ),
    ),
)


def is_command(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=chat.VisitorCommand)
    except msgspec.DecodeError:
        return False
    return True


@pytest.mark.parametrize("path", ["/api/v1/visitor/socket", "/api/v1/operator/socket"])
@pytest.mark.parametrize("frame", ["", "{", "[]", "null", '{"type":"ready"}', '{"type":"hello"}'])
async def test_a_first_frame_that_is_no_hello_is_refused(desk: Desk, path: str, frame: str) -> None:
    async with desk.socket(path) as client:
        await client.socket.send_str(frame)
        refused = await client.until(chat.Refused)
        assert (refused.rid, refused.code) == (None, "bad_request")
        assert await client.closed() == CloseCode.BAD_FRAME


async def test_another_version_is_refused(desk: Desk) -> None:
    async with desk.socket("/api/v1/visitor/socket") as client:
        await client.post(chat.Hello(version=99, token="x"))
        assert (await client.until(chat.Refused)).code == "version"
        assert await client.closed() == CloseCode.VERSION


@pytest.mark.parametrize("token", [None, "", "unknown", "\x00", "ö" * 100])
async def test_an_unknown_visitor_is_refused(desk: Desk, token: str | None) -> None:
    async with desk.socket("/api/v1/visitor/socket") as client:
        await client.post(chat.Hello(version=chat.PROTOCOL_VERSION, token=token))
        assert (await client.until(chat.Refused)).code == "unauthorized"
        assert await client.closed() == CloseCode.UNAUTHORIZED


async def test_an_operator_without_login_is_refused(desk: Desk) -> None:
    async with desk.socket("/api/v1/operator/socket") as client:
        await client.post(chat.Hello(version=chat.PROTOCOL_VERSION))
        assert (await client.until(chat.Refused)).code == "unauthorized"
        assert await client.closed() == CloseCode.UNAUTHORIZED


@pytest.mark.parametrize("path", ["/api/v1/visitor/socket", "/api/v1/operator/socket"])
async def test_a_page_of_another_site_cannot_open_a_socket(desk: Desk, path: str) -> None:
    await desk.login()
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    async with desk.http.get(path, headers={**upgrade, **key, "Origin": "https://evil.example"}) as response:
        assert response.status == 403
        assert await problem_code(response) == "bad_origin"


async def test_an_operators_socket_without_an_origin_is_refused(desk: Desk) -> None:
    await desk.login()
    async with desk.http.get("/api/v1/operator/socket") as response:
        assert await problem_code(response) == "bad_origin"


async def test_a_frame_that_is_too_large_ends_the_connection(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as client:
        await client.socket.send_str(json.dumps({"type": "send_message", "text": "x" * 70_000}))
        assert await client.closed() == CloseCode.TOO_LARGE


async def test_a_binary_frame_is_refused(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as client:
        await client.socket.send_bytes(b"\x00\x01")
        assert (await client.until(chat.Refused)).code == "bad_request"
        assert await client.closed() == CloseCode.BAD_FRAME


async def test_a_visitor_cannot_give_an_operators_commands(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as client:
        await client.post(chat.TakeConversation(rid=1, conversation_id="x"))
        assert (await client.until(chat.Refused)).rid is None
        assert await client.closed() == CloseCode.BAD_FRAME


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frame=wrong_frames.filter(lambda text: not is_command(text)))
async def test_whatever_is_no_command_ends_that_connection_alone(desk: Desk, frame: str) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as client, desk.visitor_socket(visitor.token) as other:
        await client.socket.send_str(frame)
        refused = await client.until(chat.Refused)
        assert (refused.rid, refused.code) == (None, "bad_request")
        assert await client.closed() == CloseCode.BAD_FRAME
        await other.done(chat.Ping)


async def test_a_client_that_commands_too_fast_is_slowed_down(
    start_server: StartServer, open_desk: OpenDesk
) -> None:
    desk = await open_desk(await start_server("--rate-limit-factor", "1"))
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as client:
        for rid in range(110):
            await client.post(chat.Ping(rid=rid))
        answers = [await client.answer() for _ in range(110)]
        assert [answer.rid for answer in answers] == list(range(110))
        assert {answer.code for answer in answers if isinstance(answer, chat.Refused)} == {"rate_limited"}


async def test_messages_and_conversations_are_limited_by_person(
    start_server: StartServer, open_desk: OpenDesk
) -> None:
    desk = await open_desk(await start_server("--rate-limit-factor", "1"))
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as client, desk.visitor_socket(visitor.token) as other:
        for number in range(5):
            await client.done(chat.OpenConversation, client_id=f"conversation-{number}")
        for tab in (client, other):
            assert await tab.refused(chat.OpenConversation, client_id="one-too-many") == "rate_limited"
