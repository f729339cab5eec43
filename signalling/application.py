"""The web application: every module gets what it needs, and no more."""

from dataclasses import dataclass, field

from aiohttp import web

from admin.administration import Administration
from admin.images import Images, Studio
from chatcore.desk import Desk
from media.sfu.sfu import Sfu
from signalling.chat.commands import Services
from signalling.chat.cursors import CursorCodec
from signalling.chat.limits import ChatLimits
from signalling.chat.sockets import ChatSockets
from signalling.edge.client_address import Network
from signalling.edge.frame_socket import SocketLimits, SocketRegistry
from signalling.edge.headers import SecurityHeaders
from signalling.edge.limits import Rates
from signalling.edge.metrics import Metrics
from signalling.edge.middleware import problems
from signalling.edge.requests import Front
from signalling.edge.server_secret import ServerSecret
from signalling.people.administrators import Administrators
from signalling.people.images import AdministratorsImages
from signalling.people.operator_sessions import OperatorSessions
from signalling.people.visitors import Visitors
from signalling.rooms.backgrounds import CallBackgrounds
from signalling.rooms.calls import CallBridge
from signalling.rooms.join import RoomJoin
from signalling.rooms.join_tokens import JoinTokens
from signalling.rooms.machines import MachineRooms
from signalling.rooms.sessions import RoomSessions
from signalling.rooms.socket import RoomSocket
from signalling.rooms.turn import Turn
from signalling.site.files import FileStore
from signalling.site.health import Health
from signalling.site.openapi import OpenApi
from signalling.site.pages import Pages
from signalling.site.widget import WidgetPages

MAX_BODY_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    """What the operator of the server decides about the edge."""

    rates: Rates = field(default_factory=Rates.standard)
    socket_limits: SocketLimits = field(default_factory=SocketLimits)
    trusted_proxies: tuple[Network, ...] = ()
    metrics_readers: tuple[Network, ...] = ()
    turn: Turn = field(default_factory=Turn)


@dataclass(frozen=True, slots=True)
class Edge:
    """The application, and what must run beside it."""

    app: web.Application
    calls: CallBridge
    machines: MachineRooms
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is done to pictures: for administrators, and in calls."""

    studio: Studio
    backgrounds: CallBackgrounds


def build_edge(
    config: EdgeConfig,
    desk: Desk,
    sfu: Sfu,
    sessions: RoomSessions,
    secret: ServerSecret,
    files: FileStore,
    pictures: Pictures,
) -> Edge:
    """Put the edge together. `sessions` is the listener with which the SFU was started."""
    metrics = Metrics()
    metrics.add_media(sfu.counters, sfu.rooms_by_port)
    front = Front(config.trusted_proxies)
    sockets = SocketRegistry(config.socket_limits, metrics)
    tokens = JoinTokens(secret)
    calls = CallBridge(desk.calls, sfu, sessions, tokens, config.turn, pictures.backgrounds)
    machines = MachineRooms(desk.directory, sfu, sessions, tokens, config.turn)
    join = RoomJoin(sfu, sessions, tokens)
    logins = OperatorSessions(desk.directory, front, sockets, config.rates)
    services = Services(desk, calls, ChatLimits(config.rates))
    administration = Administration(desk)
    administration.on_effect_changed.append(pictures.backgrounds.effect_changed)
    operations = [*machines.operations(), *join.operations()]
    modules = (
        ChatSockets(services, logins, sockets, CursorCodec(secret), config.rates, front, metrics),
        Visitors(desk.directory, front, config.rates),
        logins,
        Administrators(administration, logins),
        AdministratorsImages(Images(desk, pictures.studio), logins, config.rates),
        RoomSocket(sfu, sessions, tokens, sockets),
        WidgetPages(desk, files, front),
        Pages(files, front),
        Health(metrics, front, config.metrics_readers),
        OpenApi(operations),
    )
    app = web.Application(middlewares=[problems(metrics)], client_max_size=MAX_BODY_BYTES)
    app.add_routes([route for module in modules for route in module.routes()])
    app.add_routes([operation.route() for operation in operations])
    app.on_response_prepare.append(SecurityHeaders(front).add)

    async def close_sockets(_app: web.Application) -> None:
        await sockets.close_all()

    app.on_shutdown.append(close_sockets)
    return Edge(app, calls, machines, metrics)
