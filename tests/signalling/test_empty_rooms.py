"""Rooms of machines that nobody uses vanish. Here time is given by hand."""

import asyncio
from pathlib import Path
from shutil import copytree
from time import monotonic

from aiohttp.test_utils import TestClient, TestServer

from chatcore.desk import Desk, StorageConfig
from media.backgrounds.studio import Studio
from media.backgrounds.supervisor import Supervisor
from media.sfu.config import SfuConfig
from media.sfu.sfu import Sfu
from signalling.application import EdgeConfig, Pictures, build_edge
from signalling.edge.server_secret import ServerSecret
from signalling.rooms.machines import EMPTY_LIFETIME_S
from signalling.rooms.sessions import RoomSessions
from signalling.site.files import FileStore
from sportello.backgrounds import OperatorBackgrounds
from sportello.group_backgrounds import GroupBackgrounds
from sportello.pictures import AdministratorsStudio
from tests.media.offers import CHROMIUM


async def test_a_room_vanishes_ten_minutes_after_the_last_one_left(tmp_path: Path, demo_data: Path) -> None:
    await asyncio.to_thread(copytree, demo_data, tmp_path, dirs_exist_ok=True)
    key = await asyncio.to_thread((tmp_path / "demo-api-key").read_text)
    bearer = {"Authorization": f"Bearer {key}"}
    desk = await Desk.open(StorageConfig(url=f"sqlite:///{tmp_path / 'sportello.db'}"))
    sessions = RoomSessions()
    sfu = await Sfu.start(SfuConfig(host="127.0.0.1"), sessions)
    backgrounds = GroupBackgrounds(desk.directory, sfu, OperatorBackgrounds(Supervisor(0)))
    pictures = Pictures(AdministratorsStudio(Studio()), backgrounds)
    edge = build_edge(EdgeConfig(), desk, sfu, sessions, ServerSecret(b"s" * 32), FileStore({}), pictures)
    async with TestClient(TestServer(edge.app)) as http:
        room = await (await http.post("/api/v1/rooms", json={}, headers=bearer)).json()
        path = f"/api/v1/rooms/{room['room_id']}"
        identity = {"identity": "one", "name": "One", "role": "operator"}
        token = await (await http.post(f"{path}/tokens", json=identity, headers=bearer)).json()
        own = {"Authorization": f"Bearer {token['token']}"}
        joined = await http.post(
            token["url"], data=CHROMIUM, headers={**own, "Content-Type": "application/sdp"}
        )

        occupied = monotonic() + 10 * EMPTY_LIFETIME_S
        await edge.machines.sweep(occupied)
        await http.delete(joined.headers["Location"], headers=own)
        await edge.machines.sweep(occupied + EMPTY_LIFETIME_S - 1)
        assert (await http.get(path, headers=bearer)).status == 200
        await edge.machines.sweep(occupied + EMPTY_LIFETIME_S + 1)
        assert (await http.get(path, headers=bearer)).status == 404
        assert sfu.rooms() == []
    await sfu.close()
    await desk.close()
