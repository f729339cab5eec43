"""The settings that docs/operations.md gives for coturn, tried on coturn."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aioice import stun
from aioice.turn import TurnClientUdpProtocol

from signalling.rooms.turn import Turn
from tests.support.turn_server import SECRET, TurnServer, running_turn_server

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("turnserver") is None, reason="needs Debian's package coturn"),
]

MEDIA_SERVER = "203.0.113.7"
QUOTA = 12
SPECIAL = (
    *("0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.1"),
    *("192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.8", "224.0.0.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255", "::1", "::ffff:127.0.0.1", "fc00::1", "fe80::1", "ff02::1"),
)


def documented_settings() -> str:
    """What operations.md says, without what differs from one installation to the next."""
    text = Path("docs/operations.md").read_text()
    section = text.partition("\n## TURN\n")[2]
    block = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert block is not None
    own = ("listening-port", "tls-listening-port", "static-auth-secret", "cert", "pkey")
    lines = [line for line in block[1].splitlines() if line.partition("=")[0] not in own]
    return "\n".join(lines) + "\n"


@pytest.fixture
async def turn(tmp_path: Path) -> AsyncIterator[TurnServer]:
    settings = tmp_path / "turnserver.conf"
    settings.write_text(documented_settings())
    async with running_turn_server(None, settings) as server:
        yield server


@asynccontextmanager
async def allocation(server: TurnServer, person: str, now_s: float) -> AsyncIterator[TurnClientUdpProtocol]:
    """Relay ports for a person, with credentials that the desk gave him at some time."""
    (grant,) = Turn((server.url("udp"),), SECRET).servers_for(person, now_s)
    _, client = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: TurnClientUdpProtocol(("127.0.0.1", server.port), grant.username, grant.credential, 600, 500),
        remote_addr=("127.0.0.1", server.port),
    )
    try:
        await client.connect()
        yield client
        await client.delete()
    finally:
        client.transport.close()


async def test_the_relay_reaches_the_media_server_and_no_address_of_special_purpose(turn: TurnServer) -> None:
    async with allocation(turn, "anna", time.time()) as client:
        await client.channel_bind(0x4000, (MEDIA_SERVER, 8081))
        for number, address in enumerate((*SPECIAL, "8.8.8.8"), 0x4001):
            with pytest.raises(stun.TransactionFailed) as refused:
                await client.channel_bind(number, (address, 8081))
            code, _ = refused.value.response.attributes["ERROR-CODE"]
            assert code == (443 if ":" in address else 403), address


async def test_one_person_cannot_take_all_relay_ports_even_with_credentials_of_several_calls(
    turn: TurnServer,
) -> None:
    async with AsyncExitStack() as held:
        for number in range(QUOTA):
            await held.enter_async_context(allocation(turn, "anna", time.time() + number))
        with pytest.raises(stun.TransactionFailed) as refused:
            await held.enter_async_context(allocation(turn, "anna", time.time() + QUOTA))
        assert refused.value.response.attributes["ERROR-CODE"][0] == 486
        await held.enter_async_context(allocation(turn, "bruno", time.time()))
