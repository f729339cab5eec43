"""The server's life: everything is opened in order, and closed in the opposite one."""

import asyncio
import gc
import resource
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import structlog
from aiohttp import web

from chatcore.desk import Desk, StorageConfig
from media.backgrounds.effects import NO_EFFECT, Blur, BlurStrength, Effect
from media.backgrounds.studio import Studio
from media.backgrounds.supervisor import Supervisor
from media.sfu.config import SfuConfig, TcpLimits, primary_address
from media.sfu.sfu import Sfu
from signalling.application import Edge, EdgeConfig, Pictures, build_edge
from signalling.edge.frame_socket import SocketLimits
from signalling.edge.limits import Rates
from signalling.edge.server_secret import ServerSecret
from signalling.rooms.sessions import RoomSessions
from signalling.rooms.turn import Turn
from signalling.site.files import FileStore
from signalling.time_limits import watch_time
from sportello.background_metrics import BackgroundCollector
from sportello.backgrounds import OperatorBackgrounds
from sportello.config import ServerConfig
from sportello.demo import Demo, prepare_demo
from sportello.group_backgrounds import GroupBackgrounds
from sportello.pictures import AdministratorsStudio

DRAIN_S = 5.0
LOOPBACK_NAMES = ("127.0.0.1", "localhost")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RunningServer:
    """Where a server serves, and the demo that it shows, if any."""

    url: str
    media_ports: tuple[int, ...]
    demo: Demo | None


@asynccontextmanager
async def running_server(config: ServerConfig) -> AsyncIterator[RunningServer]:
    """Serve until the block ends. Raises OSError when an address cannot be bound."""
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(_bind(config))
        secret, files = await asyncio.to_thread(_load_files, config)
        desk = await Desk.open(StorageConfig(url=config.database))
        stack.push_async_callback(desk.close)
        await desk.calls.interrupt_all()
        url, origins = _addresses(config, listener.getsockname()[1])
        demo = None
        if config.demo:
            demo = await prepare_demo(desk, origins, config.data_dir / "demo-api-key")
        sessions = RoomSessions()
        backgrounds = await stack.enter_async_context(_backgrounds(config))
        media = await asyncio.to_thread(_sfu_config, config)
        sfu = await Sfu.start(media, sessions, backgrounds)
        pictures = await stack.enter_async_context(_pictures(desk, sfu, backgrounds))
        edge = build_edge(_edge_config(config), desk, sfu, sessions, secret, files, pictures)
        edge.metrics.registry.register(BackgroundCollector(backgrounds.statistics))
        await stack.enter_async_context(_serving(edge, listener, _tls(config)))
        stack.push_async_callback(sfu.close)
        stack.push_async_callback(desk.calls.interrupt_all)
        tasks = _in_background(edge.calls.run, edge.machines.run, partial(watch_time, desk))
        await stack.enter_async_context(tasks)
        _log.info("serving", port=listener.getsockname()[1], media_ports=sfu.ports)
        yield RunningServer(url, sfu.ports, demo)
        _log.info("stopping")


async def serve(config: ServerConfig, announce: Callable[[RunningServer], None]) -> None:
    """Serve until the process is asked to stop (SIGTERM, SIGINT); `announce` is called once it serves."""
    _allow_many_descriptors()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running_server(config) as server:
        # What serves from start to end need not be looked through again: collections become short and timely.
        gc.collect()
        gc.freeze()
        announce(server)
        await stop.wait()


def _allow_many_descriptors() -> None:
    """Raise the soft limit, which on many systems is that of 1983; the administrator's is the hard one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _load_files(config: ServerConfig) -> tuple[ServerSecret, FileStore]:
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return ServerSecret.load(config.secret_file), FileStore.load(config.web_dir)


def _bind(config: ServerConfig) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    return socket.create_server((config.host, config.port), family=family, backlog=512)


def _addresses(config: ServerConfig, port: int) -> tuple[str, list[str]]:
    """The address to show, and the origins by which our own pages may be known."""
    scheme = "https" if config.tls_cert else "http"
    names: tuple[str, ...] = LOOPBACK_NAMES
    if config.host not in {*LOOPBACK_NAMES, "0.0.0.0", "::"}:
        names = (f"[{config.host}]" if ":" in config.host else config.host, *LOOPBACK_NAMES)
    default_port = 443 if config.tls_cert else 80
    suffix = "" if port == default_port else f":{port}"
    origins = [f"{scheme}://{name}{suffix}" for name in names]
    return origins[0], origins


@asynccontextmanager
async def _backgrounds(config: ServerConfig) -> AsyncIterator[OperatorBackgrounds]:
    """Give operators backgrounds; the workers run once there is anything for them to do."""
    supervisor = Supervisor(config.background_workers)
    blurred = config.background != "none"
    effect = Effect(Blur(BlurStrength(config.background))) if blurred else NO_EFFECT
    backgrounds = OperatorBackgrounds(supervisor, effect)
    if blurred:
        backgrounds.prepare()
    try:
        yield backgrounds
    finally:
        await supervisor.stop()


@asynccontextmanager
async def _pictures(desk: Desk, sfu: Sfu, backgrounds: OperatorBackgrounds) -> AsyncIterator[Pictures]:
    """Join the desk's groups and images with the media; workers that will be needed start now."""
    studio = Studio()
    groups = GroupBackgrounds(desk.directory, sfu, backgrounds)
    if await desk.directory.has_effects():
        backgrounds.prepare()
    try:
        yield Pictures(AdministratorsStudio(studio), groups)
    finally:
        await groups.close()
        await studio.close()


def _sfu_config(config: ServerConfig) -> SfuConfig:
    return SfuConfig(
        host=config.media_host,
        port=config.media_port,
        threads=config.media_threads,
        cores=config.media_cores,
        announced=config.announce or _own_addresses(config),
        tcp=TcpLimits(
            connections=config.tcp_connections,
            connections_per_client=config.tcp_connections_per_address,
        ),
    )


def _own_addresses(config: ServerConfig) -> tuple[tuple[str, int], ...]:
    """What a demo announces by itself; any other server what the SFU finds.

    Its visitors are on this machine: most browsers reach loopback, even without a network, but Firefox sends
    from an address of the network, and from there nothing to a loopback address.
    """
    if not config.demo or config.media_host != "0.0.0.0":
        return ()
    return tuple((host, 0) for host in dict.fromkeys(("127.0.0.1", primary_address(4))))


def _edge_config(config: ServerConfig) -> EdgeConfig:
    return EdgeConfig(
        rates=Rates.standard(config.rate_limit_factor),
        socket_limits=SocketLimits(send_timeout_s=config.send_timeout_s),
        trusted_proxies=config.trusted_proxies,
        metrics_readers=config.metrics_readers,
        turn=Turn(config.turn_urls, config.turn_secret, config.turn_ttl_s),
    )


def _tls(config: ServerConfig) -> ssl.SSLContext | None:
    if config.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(config.tls_cert, config.tls_key)
    return context


@asynccontextmanager
async def _serving(edge: Edge, listener: socket.socket, tls: ssl.SSLContext | None) -> AsyncIterator[None]:
    runner = web.AppRunner(edge.app, access_log=None, shutdown_timeout=DRAIN_S)
    await runner.setup()
    try:
        await web.SockSite(runner, listener, ssl_context=tls).start()
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _in_background(*runs: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(run()) for run in runs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
