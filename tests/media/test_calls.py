"""Calls between real WebRTC clients through the SFU's socket."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import socket

import pytest
from aioice import ice as aioice_module

from benchmarks.network.profiles import PROFILES
from benchmarks.network.relay import Relay
from media.sfu.connection import Connection
from media.sfu.dtls import DtlsSession
from media.sfu.errors import RoomExists, RoomNotFound, SessionNotFound
from media.sfu.ice import IceCredentials
from media.sfu.messages import CloseReason, Line, LinePath, MediaState, SlotAssignment, SlotKind
from media.sfu.sdp.fragment import build_fragment, parse_fragment
from tests.media.peers import (
    ALL_OFF,
    ALL_ON,
    VISITOR,
    closing,
    next_state,
    operator,
    peers,
    running_sfu,
    until,
)

DROPPED = (
    "malformed_stun",
    "dropped_dtls_unknown_address",
    "dropped_unknown_address",
    "dropped_unknown_protocol",
)


async def test_two_clients_see_and_hear_each_other() -> None:
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(brightness=200)
        await b.join(brightness=60)
        await asyncio.gather(a.sees(60), b.sees(200), a.hears(), b.hears())
        assert set(listener.connected) == {a.session_id, b.session_id}


async def test_who_left_leaves_nothing_to_the_garbage_collector() -> None:
    def remains() -> list[object]:
        return [item for item in gc.get_objects() if isinstance(item, Connection | DtlsSession)]

    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await asyncio.gather(a.join(), b.join())
        await until(lambda: len(listener.connected) == 2)
        assert len(remains()) == 4
        gc.disable()
        try:
            for session in (a.session_id, b.session_id):
                await sfu.room("r").leave(session)
            await until(lambda: not remains())
        finally:
            gc.enable()


async def test_everyone_knows_who_is_in_which_slot() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = sfu.room("r")
        await a.join()
        await b.join(ALL_OFF)
        state = await next_state(room.watch(a.session_id), lambda s: all(p.connected for p in s.participants))
        assert [(p.identity_id, p.camera) for p in state.participants] == [
            ("operator:1", True),
            ("visitor:1", False),
        ]
        assert state.slots == {
            "3": SlotAssignment(b.session_id, SlotKind.MICROPHONE),
            "6": SlotAssignment(b.session_id, SlotKind.CAMERA),
        }


async def test_what_is_off_is_not_forwarded_and_comes_back_when_turned_on() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = sfu.room("r")
        await a.join(brightness=200)
        await b.join(ALL_OFF)
        await b.sees(200)
        room.set_media(a.session_id, ALL_OFF)
        sent, received = b.statistics().packets_out, a.statistics().packets_in
        await until(lambda: a.statistics().packets_in > received + 40)
        assert b.statistics().packets_out - sent <= 3, "only reports may still come"
        room.set_media(a.session_id, ALL_ON)
        await b.sees(200)


async def test_nothing_of_who_muted_is_forwarded_after_he_lost_his_connection_and_came_back() -> None:
    async with (
        running_sfu() as (sfu, listener),
        peers(sfu.create_room("r"), operator(), operator(), VISITOR) as (before, after, visitor),
    ):
        room = sfu.room("r")
        await visitor.join(ALL_OFF)
        await before.join(brightness=200)
        await asyncio.gather(visitor.sees(200), visitor.hears())
        room.set_media(before.session_id, ALL_OFF)
        await before.close()
        await listener.until(lambda: bool(listener.left))
        await after.join(brightness=60)
        await until(lambda: after.statistics().packets_in > 40)
        sent, received = visitor.statistics().packets_out, after.statistics().packets_in
        room.set_media(after.session_id, ALL_ON)
        await until(lambda: after.statistics().packets_in > received + 40)
        assert visitor.statistics().packets_out - sent <= 3, "only reports may come"
        room.set_media(after.session_id, ALL_ON, [SlotKind.MICROPHONE, SlotKind.CAMERA])
        await asyncio.gather(visitor.sees(60), visitor.hears())


async def test_a_line_that_carries_no_pictures_carries_sound_both_ways_until_it_is_better() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = sfu.room("r")
        await a.join(brightness=200)
        await b.join(brightness=60)
        await asyncio.gather(a.sees(60), b.sees(200))
        room.set_line(a.session_id, Line(LinePath.RELAY, audio_only=True))
        state = await next_state(room.watch(b.session_id), lambda _: True)
        weak = next(one for one in state.participants if one.session_id == a.session_id)
        assert (weak.path, weak.audio_only, weak.camera) == (LinePath.RELAY, True, True)
        pictures = a.pictures_received() + b.pictures_received()
        await asyncio.gather(a.hears(), b.hears())
        before = a.statistics().packets_in
        await until(lambda: a.statistics().packets_in > before + 80)
        assert a.pictures_received() + b.pictures_received() - pictures <= 4, "what was on its way"
        room.set_line(a.session_id, Line())
        await asyncio.gather(a.sees(60), b.sees(200))


async def test_a_screen_is_shown_in_its_own_slot() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(MediaState(microphone=False, camera=True, screen=True), brightness=200)
        await b.join(ALL_OFF)
        await asyncio.gather(b.sees(200), b.sees(40, place=3))


async def test_lost_packets_are_repaired_both_ways() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        with contextlib.closing(Relay(("127.0.0.1", 0), PROFILES["control"], seed=1)) as relay:
            relay.serve(("127.0.0.1", sfu.ports[0]))
            a.with_one_place()
            await a.join(brightness=200, port=relay.address[1])
            await b.join(brightness=60)
            await asyncio.gather(a.sees(60), b.sees(200))
            relay.change(PROFILES["loss-10"])
            await until(lambda: {"nacks_sent", "packets_retransmitted"} <= sfu.counters().keys())
            await asyncio.gather(a.sees(60), b.sees(200))
            assert all(fates.lost for fates in relay.totals())


async def test_ice_restarts_with_new_credentials_and_the_call_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aioice_module, "CONSENT_INTERVAL", 0.2)
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = sfu.room("r")
        await a.join(brightness=200)
        await b.join(brightness=60)
        await asyncio.gather(a.sees(60), b.sees(200))
        ice = a.connection.getTransceivers()[0].sender.transport.transport._connection  # noqa: SLF001 - aiortc cannot restart ICE
        fresh = parse_fragment(
            room.restart_ice(a.session_id, build_fragment(IceCredentials(ice.local_username, "x" * 22)))
        )
        assert fresh.ufrag != ice.remote_username
        checks = sfu.counters()["stun_checks"]
        ice.remote_username, ice.remote_password = fresh.ufrag, fresh.password
        await until(lambda: sfu.counters()["stun_checks"] > checks + 2)
        assert sfu.counters().get("dropped_stun_unauthenticated", 0) == 0
        await asyncio.gather(a.sees(60), b.sees(200))


async def test_a_silent_client_is_gone_after_the_consent_timeout() -> None:
    async with (
        running_sfu(consent_timeout_s=0.5) as (sfu, listener),
        peers(sfu.create_room("r"), VISITOR) as (a,),
    ):
        joined = await sfu.room("r").join(VISITOR, await a.offer(), ALL_ON)
        watch = sfu.room("r").watch(joined.session_id)
        assert await closing(watch) is CloseReason.TIMEOUT
        assert listener.left == [(joined.session_id, CloseReason.TIMEOUT)]


async def test_a_client_that_says_farewell_has_left() -> None:
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), VISITOR) as (a,):
        await a.join()
        await until(lambda: a.connection.connectionState == "connected")
        await a.close()
        await listener.until(lambda: listener.left == [(a.session_id, CloseReason.LEFT)])


async def test_a_second_join_of_a_person_replaces_the_first() -> None:
    async with (
        running_sfu() as (sfu, listener),
        peers(sfu.create_room("r"), VISITOR, VISITOR, operator()) as (a, b, c),
    ):
        room = sfu.room("r")
        await c.join(brightness=90)
        await a.join(brightness=200)
        await c.sees(200)
        watch = room.watch(a.session_id)
        await b.join(brightness=60)
        assert await closing(watch) is CloseReason.REPLACED
        await asyncio.gather(c.sees(60), b.sees(90))
        with pytest.raises(SessionNotFound):
            room.set_media(a.session_id, ALL_ON)
        assert (a.session_id, CloseReason.REPLACED) in listener.left


async def test_a_wrong_certificate_ends_the_session() -> None:
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), VISITOR) as (a,):
        offer = await a.offer()
        wrong = ":".join(["00"] * 32)
        lines = [f"a=fingerprint:sha-256 {wrong}" if "sha-256" in x else x for x in offer.split("\r\n")]
        joined = await sfu.room("r").join(VISITOR, "\r\n".join(lines), ALL_ON)
        await a.accept(joined.answer)
        await listener.until(lambda: bool(listener.left))
        assert listener.connected == []
        assert sfu.counters()["dtls_failed"] == 1


async def test_nonsense_from_a_foreign_address_does_not_disturb_a_call() -> None:
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(brightness=200)
        await b.join(brightness=60)
        await asyncio.gather(a.sees(60), b.sees(200))
        dice = random.Random(7)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as foreign:
            foreign.setblocking(False)
            for first in (0, 1, 22, 63, 64, 128, 144, 255):
                for _ in range(25):
                    foreign.sendto(
                        bytes((first,)) + dice.randbytes(dice.randrange(1, 300)), ("127.0.0.1", sfu.ports[0])
                    )
            foreign.sendto(b"", ("127.0.0.1", sfu.ports[0]))
            await until(lambda: all(sfu.counters().get(name, 0) >= 25 for name in DROPPED))
        await asyncio.gather(a.sees(60), b.sees(200), a.hears(), b.hears())
        assert listener.left == []


async def test_a_strangers_client_hello_does_not_get_before_the_participants_own() -> None:
    hello = b"\x16\xfe\xff" + bytes(8) + b"\x00\x0c\x01" + bytes(11)
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setblocking(False)
            address = ("127.0.0.1", sfu.ports[0])
            joining = asyncio.gather(a.join(brightness=200), b.join(brightness=60))
            await until(lambda: stranger.sendto(hello, address) > 0 and len(listener.connected) == 2)
            await joining
        await asyncio.gather(a.sees(60), b.sees(200))
        assert sfu.counters()["dropped_dtls_unknown_address"] > 0
        assert sfu.counters()["dtls_connected"] == 2
        assert "dtls_failed" not in sfu.counters()


async def test_rooms_are_opened_and_closed_once() -> None:
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), VISITOR) as (a,):
        room = sfu.room("r")
        with pytest.raises(RoomExists):
            sfu.create_room("r")
        await a.join()
        watch = room.watch(a.session_id)
        await sfu.close_room("r")
        assert await closing(watch) is CloseReason.ENDED
        assert listener.left == [(a.session_id, CloseReason.ENDED)]
        assert sfu.rooms() == []
        with pytest.raises(RoomNotFound):
            sfu.room("r")
        with pytest.raises(RoomNotFound):
            await room.join(VISITOR, "", ALL_ON)


async def test_the_end_of_the_server_ends_every_watch() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), VISITOR) as (a,):
        await a.join()
        watch = sfu.room("r").watch(a.session_id)
        await sfu.close()
        assert await closing(watch) is CloseReason.SHUTDOWN
        assert [message async for message in watch] == []
