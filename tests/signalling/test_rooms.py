"""Rooms for machines, and the exchange by which one joins a room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse

from media.sfu.messages import Closed, RoomMessage, RoomState, SlotKind
from signalling.edge.frame_socket import CloseCode
from signalling.protocol.chat import Refused
from signalling.protocol.http import RoomCreated, RoomDetails, RoomList, TokenIssued
from signalling.protocol.room import RoomDone, RoomHello, SetMedia
from sportello.server import RunningServer
from tests.media.offers import CHROMIUM
from tests.signalling.clients import Desk, problem_code

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}
NEW_CREDENTIALS = "a=ice-ufrag:abcd1234\r\na=ice-pwd:0123456789abcdef0123456789\r\n"
_ROOM_FRAMES = msgspec.json.Decoder(RoomMessage | RoomDone | Refused)


@pytest.fixture
def key(server: RunningServer) -> dict[str, str]:
    assert server.demo is not None
    return bearer(server.demo.api_key)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def create_room(desk: Desk, key: dict[str, str], **values: object) -> RoomCreated:
    async with desk.http.post("/api/v1/rooms", json=values, headers=key) as response:
        assert response.status == 201
        return msgspec.json.decode(await response.read(), type=RoomCreated)


async def issue(
    desk: Desk, key: dict[str, str], room: RoomCreated, identity: str, role: str = "operator", ttl_s: int = 60
) -> TokenIssued:
    body = {"identity": identity, "name": identity.title(), "role": role, "ttl_s": ttl_s}
    async with desk.http.post(f"/api/v1/rooms/{room.room_id}/tokens", json=body, headers=key) as response:
        assert response.status == 201
        return msgspec.json.decode(await response.read(), type=TokenIssued)


async def join(http: ClientSession, token: TokenIssued, query: str = "?microphone=1") -> ClientResponse:
    headers = {**SDP, **bearer(token.token)}
    return await http.post(token.url + query, data=CHROMIUM, headers=headers)


async def test_a_machine_makes_a_room_and_people_join_and_leave_it(desk: Desk, key: dict[str, str]) -> None:
    room = await create_room(desk, key, name="Load test")
    token = await issue(desk, key, room, "anna")
    joined = await join(desk.http, token)
    assert joined.status == 201
    assert joined.content_type == "application/sdp"
    assert (await joined.text()).startswith("v=0")
    location = joined.headers["Location"]
    assert location.startswith(f"/api/v1/rooms/{room.room_id}/sessions/")

    async with desk.http.get(f"/api/v1/rooms/{room.room_id}", headers=key) as response:
        details = msgspec.json.decode(await response.read(), type=RoomDetails)
    assert [one.identity_id for one in details.participants] == ["anna"]

    async with desk.http.delete(location, headers=bearer(token.token)) as response:
        assert response.status == 204
    async with desk.http.get("/api/v1/rooms", headers=key) as response:
        rooms = msgspec.json.decode(await response.read(), type=RoomList).rooms
    assert [(one.name, one.participants) for one in rooms] == [("Load test", [])]

    async with desk.http.delete(f"/api/v1/rooms/{room.room_id}", headers=key) as response:
        assert response.status == 204
    async with desk.http.get(f"/api/v1/rooms/{room.room_id}", headers=key) as response:
        assert response.status == 404
    assert (await join(desk.http, token)).status == 404


async def test_a_machine_tells_who_waits_in_the_lobby_from_who_is_inside(
    desk: Desk, key: dict[str, str]
) -> None:
    room = await create_room(desk, key)
    inside, waiting = await issue(desk, key, room, "anna"), await issue(desk, key, room, "bea")
    assert (await join(desk.http, inside)).status == 201
    assert (await join(desk.http, waiting, "?lobby=1")).status == 201
    async with desk.http.get("/api/v1/rooms", headers=key) as response:
        (details,) = msgspec.json.decode(await response.read(), type=RoomList).rooms
    assert {one.identity_id: one.lobby for one in details.participants} == {"anna": False, "bea": True}


async def test_a_full_room_says_who_is_too_many(desk: Desk, key: dict[str, str]) -> None:
    room = await create_room(desk, key)
    for identity in ("one", "two", "three"):
        assert (await join(desk.http, await issue(desk, key, room, identity))).status == 201
    fourth = await join(desk.http, await issue(desk, key, room, "four"))
    assert (fourth.status, await problem_code(fourth)) == (409, "room_full")
    assert (await join(desk.http, await issue(desk, key, room, "guest", "visitor"))).status == 201
    second_guest = await join(desk.http, await issue(desk, key, room, "other", "visitor"))
    assert (second_guest.status, await problem_code(second_guest)) == (409, "visitor_present")


async def test_a_second_screen_is_refused_at_the_door_and_inside(desk: Desk, key: dict[str, str]) -> None:
    room = await create_room(desk, key)
    assert (await join(desk.http, await issue(desk, key, room, "one"), "?screen=1")).status == 201
    token = await issue(desk, key, room, "two")
    refused = await join(desk.http, token, "?screen=1")
    assert (refused.status, await problem_code(refused)) == (409, "screen_taken")
    location = (await join(desk.http, token)).headers["Location"]
    async with desk.http.ws_connect(f"{location}/socket") as socket:
        await socket.send_str(msgspec.json.encode(RoomHello(token=token.token)).decode())
        command = SetMedia(rid=7, microphone=True, camera=False, screen=True)
        await socket.send_str(msgspec.json.encode(command).decode())
        while not isinstance(frame := _ROOM_FRAMES.decode(await socket.receive_str(timeout=5)), Refused):
            pass
        assert (frame.rid, frame.code) == (7, "screen_taken")


async def test_an_audio_only_room_has_no_cameras(desk: Desk, key: dict[str, str]) -> None:
    room = await create_room(desk, key, audio_only=True)
    refused = await join(desk.http, await issue(desk, key, room, "one"), "?camera=1")
    assert await problem_code(refused) == "audio_only"


async def test_the_room_socket_tells_who_is_inside_and_when_it_is_over(
    desk: Desk, key: dict[str, str]
) -> None:
    room = await create_room(desk, key)
    token = await issue(desk, key, room, "one")
    location = (await join(desk.http, token)).headers["Location"]
    async with desk.http.ws_connect(f"{location}/socket") as socket:
        await socket.send_str(msgspec.json.encode(RoomHello(token=token.token)).decode())
        state = _ROOM_FRAMES.decode(await socket.receive_str(timeout=5))
        assert isinstance(state, RoomState)
        assert [(one.name, one.microphone) for one in state.participants] == [("One", True)]
        await socket.send_str('{"type":"set_media","rid":1,"microphone":false,"camera":false,"screen":false}')
        while _ROOM_FRAMES.decode(await socket.receive_str(timeout=5)) != RoomDone(rid=1):
            pass
        async with desk.http.delete(f"/api/v1/rooms/{room.room_id}", headers=key):
            pass
        while not isinstance(frame := _ROOM_FRAMES.decode(await socket.receive_str(timeout=5)), Closed):
            pass
        assert frame.reason == "ended"
        await socket.receive(timeout=5)
        assert socket.close_code == CloseCode.FINISHED


async def test_a_second_join_of_the_same_person_replaces_the_first(desk: Desk, key: dict[str, str]) -> None:
    room = await create_room(desk, key)
    token = await issue(desk, key, room, "one")
    first = (await join(desk.http, token)).headers["Location"]
    async with desk.http.ws_connect(f"{first}/socket") as socket:
        await socket.send_str(msgspec.json.encode(RoomHello(token=token.token)).decode())
        assert (await join(desk.http, token)).status == 201
        while not isinstance(frame := _ROOM_FRAMES.decode(await socket.receive_str(timeout=5)), Closed):
            pass
        assert frame.reason == "replaced"
    async with desk.http.delete(first, headers=bearer(token.token)) as response:
        assert response.status == 404


async def test_a_muted_person_is_muted_again_with_a_new_token_until_the_switch_is_lifted(
    desk: Desk, key: dict[str, str]
) -> None:
    room = await create_room(desk, key)
    token = await issue(desk, key, room, "one")
    muted = SetMedia(rid=1, microphone=False, camera=False, screen=False)
    async with room_socket(desk, token, (await join(desk.http, token)).headers["Location"]) as socket:
        await command(socket, muted)
    token = await issue(desk, key, room, "one")
    async with room_socket(desk, token, (await join(desk.http, token)).headers["Location"]) as socket:
        assert await microphone_of(socket, "one") == (False, ["camera", "microphone"])
        louder = msgspec.structs.replace(muted, microphone=True)
        await command(socket, louder)
        assert await microphone_of(socket, "one") == (False, ["camera", "microphone"])
        await command(socket, msgspec.structs.replace(louder, lifted=[SlotKind.MICROPHONE]))
        assert await microphone_of(socket, "one") == (True, ["camera"])


@asynccontextmanager
async def room_socket(
    desk: Desk, token: TokenIssued, location: str
) -> AsyncIterator[ClientWebSocketResponse]:
    """Open a session's room socket and introduce ourselves."""
    async with desk.http.ws_connect(f"{location}/socket") as socket:
        await socket.send_str(msgspec.json.encode(RoomHello(token=token.token)).decode())
        yield socket


async def command(socket: ClientWebSocketResponse, frame: SetMedia) -> None:
    """Give a command; what the room tells next comes after its effect."""
    await socket.send_str(msgspec.json.encode(frame).decode())
    while not isinstance(_ROOM_FRAMES.decode(await socket.receive_str(timeout=5)), RoomDone):
        pass


async def microphone_of(socket: ClientWebSocketResponse, identity: str) -> tuple[bool, list[SlotKind]]:
    """Return whether a person's microphone is on in the room's next state, and what is held off for us."""
    while not isinstance(state := _ROOM_FRAMES.decode(await socket.receive_str(timeout=5)), RoomState):
        pass
    return next(one.microphone for one in state.participants if one.identity_id == identity), state.held


async def test_ice_restarts_with_a_token_that_has_expired(
    desk: Desk, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await create_room(desk, key)
    token = await issue(desk, key, room, "one", ttl_s=1)
    location = (await join(desk.http, token)).headers["Location"]
    monkeypatch.setattr("signalling.rooms.join.time_ns", lambda: (token.expires_at_ms + 1) * 1_000_000)
    late = await join(desk.http, token)
    assert (late.status, await problem_code(late)) == (401, "token_expired")
    headers = {**FRAGMENT, **bearer(token.token)}
    async with desk.http.patch(location, data=NEW_CREDENTIALS, headers=headers) as response:
        assert response.status == 200
        assert response.content_type == FRAGMENT["Content-Type"]
        assert "a=ice-ufrag:" in await response.text()


@pytest.mark.parametrize("offer", ["", "v=0", "not sdp at all", CHROMIUM[:400], "\x00" * 100])
async def test_an_offer_that_is_none_is_refused(desk: Desk, key: dict[str, str], offer: str) -> None:
    token = await issue(desk, key, await create_room(desk, key), "one")
    headers = {**SDP, **bearer(token.token)}
    async with desk.http.post(token.url, data=offer.encode(), headers=headers) as response:
        assert (response.status, await problem_code(response)) == (400, "bad_sdp")


async def test_the_join_needs_its_content_type_and_a_fitting_token(desk: Desk, key: dict[str, str]) -> None:
    room, other = await create_room(desk, key), await create_room(desk, key)
    token, elsewhere = await issue(desk, key, room, "one"), await issue(desk, key, other, "one")
    json_type = {"Content-Type": "application/json"}
    attempts = {
        415: {**json_type, **bearer(token.token)},
        401: {**SDP, **bearer(token.token[:-4] + "AAAA")},
        403: {**SDP, **bearer(elsewhere.token)},
    }
    for status, headers in attempts.items():
        async with desk.http.post(token.url, data=CHROMIUM, headers=headers) as response:
            assert response.status == status
    async with desk.http.post(token.url, data=CHROMIUM, headers=SDP) as response:
        assert response.status == 401


async def test_a_body_that_is_too_large_is_refused(desk: Desk, key: dict[str, str]) -> None:
    token = await issue(desk, key, await create_room(desk, key), "one")
    headers = {**SDP, **bearer(token.token)}
    async with desk.http.post(token.url, data="x" * 300_000, headers=headers) as response:
        assert (response.status, await problem_code(response)) == (413, "too_large")


async def test_anothers_session_is_as_good_as_none(desk: Desk, key: dict[str, str]) -> None:
    room = await create_room(desk, key)
    location = (await join(desk.http, await issue(desk, key, room, "one"))).headers["Location"]
    other = await issue(desk, key, room, "two")
    async with desk.http.delete(location, headers=bearer(other.token)) as response:
        assert response.status == 404
    async with desk.http.ws_connect(f"{location}/socket") as socket:
        await socket.send_str(msgspec.json.encode(RoomHello(token=other.token)).decode())
        refused = _ROOM_FRAMES.decode(await socket.receive_str(timeout=5))
        assert isinstance(refused, Refused)
        assert refused.code == "not_found"
        await socket.receive(timeout=5)
        assert socket.close_code == CloseCode.NOT_FOUND


@pytest.mark.parametrize("authorization", [None, "Bearer", "Basic abc", "Bearer sk_demo_wrong"])
async def test_the_machines_api_needs_a_key(desk: Desk, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with desk.http.get("/api/v1/rooms", headers=headers) as response:
        assert (response.status, await problem_code(response)) == (401, "unauthorized")


@pytest.mark.parametrize(
    "body",
    [{}, {"identity": "", "name": "x", "role": "operator"}, {"identity": "a", "name": "x", "role": "king"}],
)
async def test_a_token_request_that_is_wrong_is_refused(
    desk: Desk, key: dict[str, str], body: dict[str, str]
) -> None:
    room = await create_room(desk, key)
    async with desk.http.post(f"/api/v1/rooms/{room.room_id}/tokens", json=body, headers=key) as response:
        assert (response.status, await problem_code(response)) == (400, "bad_request")


async def test_the_description_names_every_address_of_the_machines_api(desk: Desk) -> None:
    async with desk.http.get("/api/v1/openapi.json") as response:
        document = await response.json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/api/v1/rooms",
        "/api/v1/rooms/{room_id}",
        "/api/v1/rooms/{room_id}/tokens",
        "/api/v1/rooms/{room_id}/sessions",
        "/api/v1/rooms/{room_id}/sessions/{session_id}",
    }
    assert "IssueToken" in document["components"]["schemas"]
