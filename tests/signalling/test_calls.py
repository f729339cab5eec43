"""Calls from the invitation to the end, with real media connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import msgspec
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription

from chatcore.model import (
    CallEnded,
    CallEndReason,
    CallInvited,
    CallJoined,
    CallLeft,
    CallStarted,
    CallUnreached,
    InvitationClosed,
    PersonKind,
)
from media.sfu.messages import Closed, CloseReason, RoomMessage
from signalling.protocol import chat
from signalling.protocol.room import Enter, RoomDone, RoomHello
from tests.media.offers import CHROMIUM
from tests.signalling.clients import ChatClient, Desk

_ROOM_FRAMES = msgspec.json.Decoder(RoomMessage | RoomDone)


@dataclass
class Inside:
    """Somebody who is in a room."""

    desk: Desk
    grant: chat.JoinGrant
    location: str

    async def leave(self, *, unreachable: bool = False) -> None:
        headers = {"Authorization": f"Bearer {self.grant.token}"}
        url = f"{self.location}?unreachable={int(unreachable)}"
        async with self.desk.http.delete(url, headers=headers) as response:
            assert response.status == 204

    async def enter(self) -> None:
        """Go in from the lobby."""
        async with self.desk.http.ws_connect(f"{self.location}/socket") as socket:
            for frame in (RoomHello(token=self.grant.token), Enter(rid=1)):
                await socket.send_str(msgspec.json.encode(frame).decode())
            while _ROOM_FRAMES.decode(await socket.receive_str(timeout=10)) != RoomDone(rid=1):
                pass

    async def reason_of_end(self) -> CloseReason:
        """Follow the room until it is over for us."""
        async with self.desk.http.ws_connect(f"{self.location}/socket") as socket:
            await socket.send_str(msgspec.json.encode(RoomHello(token=self.grant.token)).decode())
            while True:
                frame = _ROOM_FRAMES.decode(await socket.receive_str(timeout=10))
                if isinstance(frame, Closed):
                    return frame.reason


@asynccontextmanager
async def inside(desk: Desk, grant: chat.JoinGrant | None, *, lobby: bool = False) -> AsyncIterator[Inside]:
    """Join a room, or its lobby, with a real peer connection that sends and receives nothing."""
    assert grant is not None
    peer = RTCPeerConnection()
    for kind in ("audio", "video"):
        peer.addTransceiver(kind, direction="recvonly")
    try:
        await peer.setLocalDescription(await peer.createOffer())
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {grant.token}"}
        url = f"{grant.url}?lobby={int(lobby)}"
        async with desk.http.post(url, data=peer.localDescription.sdp, headers=headers) as response:
            assert response.status == 201, await response.text()
            await peer.setRemoteDescription(RTCSessionDescription(await response.text(), "answer"))
            yield Inside(desk, grant, response.headers["Location"])
    finally:
        await peer.close()


@dataclass
class Pair:
    """A visitor and the operator who took his conversation."""

    conversation_id: str
    anna: ChatClient
    giulia: ChatClient


@pytest.fixture
async def pair(desk: Desk) -> AsyncIterator[Pair]:
    await desk.login()
    visitor = await desk.visitor()
    async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
        opened = await anna.done(chat.OpenConversation, client_id="conversation-1")
        await anna.done(chat.RequestCall, conversation_id=opened.conversation_id)
        await giulia.done(chat.TakeConversation, conversation_id=opened.conversation_id)
        assert opened.conversation_id is not None
        yield Pair(opened.conversation_id, anna, giulia)


async def test_a_call_from_the_invitation_to_the_end(desk: Desk, pair: Pair) -> None:
    started = await pair.giulia.done(chat.StartCall, conversation_id=pair.conversation_id)
    invited = await pair.anna.event(CallInvited)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(inside(desk, started.grant))
        assert (await pair.anna.event(CallJoined)).person.kind is PersonKind.OPERATOR
        accepted = await pair.anna.done(chat.AcceptInvitation, invitation_id=invited.invitation_id)
        assert accepted.grant is not None
        visitor = await stack.enter_async_context(inside(desk, accepted.grant))
        joined = await pair.giulia.event(CallJoined)
        while joined.person.kind is not PersonKind.VISITOR:
            joined = await pair.giulia.event(CallJoined)
        ending = asyncio.create_task(visitor.reason_of_end())
        await pair.giulia.done(chat.EndCall, call_id=invited.call_id)
        assert (await pair.anna.event(CallEnded)).reason is CallEndReason.ENDED
        assert await ending is CloseReason.ENDED
    code = await pair.anna.refused(chat.JoinCall, call_id=invited.call_id)
    assert code == "call_over"


async def test_a_second_join_is_one_stay_and_leaving_ends_it(desk: Desk, pair: Pair) -> None:
    started = await pair.giulia.done(chat.StartCall, conversation_id=pair.conversation_id)
    assert started.grant is not None
    async with inside(desk, started.grant) as first:
        await pair.anna.event(CallJoined)
        again = await pair.giulia.done(chat.JoinCall, call_id=started.grant.call_id)
        replaced = asyncio.create_task(first.reason_of_end())
        async with inside(desk, again.grant) as second:
            assert await replaced is CloseReason.REPLACED
            await second.leave()
            assert (await pair.anna.event(CallLeft)).person.name == "Giulia Ferri"
    joins = [frame for frame in pair.anna.seen if isinstance(frame, chat.EventHappened)]
    assert [type(frame.event.body) for frame in joins].count(CallJoined) == 1


async def test_who_finds_no_way_into_the_call_is_told_to_both_sides_and_may_come_again(
    desk: Desk, pair: Pair
) -> None:
    await pair.giulia.done(chat.StartCall, conversation_id=pair.conversation_id)
    invited = await pair.anna.event(CallInvited)
    accepted = await pair.anna.done(chat.AcceptInvitation, invitation_id=invited.invitation_id)
    assert accepted.grant is not None
    sdp = {"Content-Type": "application/sdp", "Authorization": f"Bearer {accepted.grant.token}"}
    async with desk.http.post(accepted.grant.url, data=CHROMIUM, headers=sdp) as response:
        assert response.status == 201
    location = response.headers["Location"]
    async with desk.http.delete(f"{location}?unreachable=1", headers=sdp) as response:
        assert response.status == 204
    for side in (pair.giulia, pair.anna):
        assert (await side.event(CallUnreached)).person.kind is PersonKind.VISITOR
    again = await pair.anna.done(chat.JoinCall, call_id=invited.call_id)
    async with inside(desk, again.grant) as visitor:
        assert (await pair.giulia.event(CallJoined)).person.kind is PersonKind.VISITOR
        await visitor.leave(unreachable=True)
        assert (await pair.giulia.event(CallLeft)).person.kind is PersonKind.VISITOR
        await pair.giulia.done(chat.Ping)
    seen = [frame.event.body for frame in pair.giulia.seen if isinstance(frame, chat.EventHappened)]
    assert sum(isinstance(body, CallUnreached) for body in seen) == 1


async def test_a_prepared_call_is_unknown_until_it_starts_and_is_entered_from_its_lobby(
    desk: Desk, pair: Pair
) -> None:
    prepared = await pair.giulia.done(chat.PrepareCall, conversation_id=pair.conversation_id)
    async with inside(desk, prepared.grant, lobby=True) as waiting:
        await pair.anna.done(chat.Ping)
        assert not _calls_in(pair.anna)
        started = await pair.giulia.done(chat.StartCall, conversation_id=pair.conversation_id)
        assert started.grant is not None
        assert started.grant.call_id == waiting.grant.call_id
        await waiting.enter()
        assert (await pair.anna.event(CallJoined)).call_id == started.grant.call_id
        assert _calls_in(pair.anna) == [CallStarted, CallInvited, CallJoined]


async def test_a_colleague_prepares_to_join_the_call_that_runs(pair: Pair) -> None:
    started = await pair.giulia.done(chat.StartCall, conversation_id=pair.conversation_id)
    prepared = await pair.giulia.done(chat.PrepareCall, conversation_id=pair.conversation_id)
    assert started.grant is not None
    assert prepared.grant is not None
    assert prepared.grant.call_id == started.grant.call_id


async def test_a_prepared_call_that_is_given_up_leaves_no_room(desk: Desk, pair: Pair) -> None:
    prepared = await pair.giulia.done(chat.PrepareCall, conversation_id=pair.conversation_id)
    assert prepared.grant is not None
    again = await pair.giulia.done(chat.PrepareCall, conversation_id=pair.conversation_id)
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {prepared.grant.token}"}
    async with desk.http.post(prepared.grant.url, data="v=0", headers=headers) as response:
        assert response.status == 404
    async with inside(desk, again.grant, lobby=True) as waiting:
        await waiting.leave()
        started = await pair.giulia.done(chat.StartCall, conversation_id=pair.conversation_id)
        assert started.grant is not None
        assert started.grant.call_id != waiting.grant.call_id


def _calls_in(client: ChatClient) -> list[type]:
    """Return the kinds of the events about calls that a client was told of, without requests for one."""
    bodies = [frame.event.body for frame in client.seen if isinstance(frame, chat.EventHappened)]
    return [type(body) for body in bodies if isinstance(body, CallStarted | CallInvited | CallJoined)]


async def test_a_visitor_who_declines_gets_no_grant_and_may_be_asked_again(desk: Desk, pair: Pair) -> None:
    started = await pair.giulia.done(chat.StartCall, conversation_id=pair.conversation_id)
    invited = await pair.anna.event(CallInvited)
    async with inside(desk, started.grant):
        assert (await pair.anna.refused(chat.JoinCall, call_id=invited.call_id)) == "not_admitted"
        await pair.anna.done(chat.DeclineInvitation, invitation_id=invited.invitation_id)
        assert (await pair.giulia.event(InvitationClosed)).invitation_id == invited.invitation_id
        await pair.giulia.done(chat.InviteVisitor, call_id=invited.call_id)
        again = await pair.anna.event(CallInvited)
        accepted = await pair.anna.done(chat.AcceptInvitation, invitation_id=again.invitation_id)
        assert accepted.grant is not None


async def test_an_audio_only_group_calls_without_cameras(desk: Desk) -> None:
    await desk.login()
    visitor = await desk.visitor("telefono")
    async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
        opened = await anna.done(chat.OpenConversation, client_id="conversation-1")
        await anna.done(chat.RequestCall, conversation_id=opened.conversation_id)
        await giulia.done(chat.TakeConversation, conversation_id=opened.conversation_id)
        started = await giulia.done(chat.StartCall, conversation_id=opened.conversation_id)
        assert started.grant is not None
        assert started.grant.audio_only
