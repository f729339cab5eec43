"""What is configured, from the command line and the environment; docs/configuration.md explains each setting.

Every option `--some-name` may also be given as `SPORTELLO_SOME_NAME`; the command line wins.
"""

import argparse
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from media.backgrounds.effects import BlurStrength
from signalling.edge.client_address import Network

_TURN_URL = re.compile(r"turns?:([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\?transport=(udp|tcp))?")
"""RFC 7065 section 3.1."""

MAX_PORT = 65_535
MAX_THREADS = 64
WEB_DIR = Path(__file__).parents[1] / "web" / "dist"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """The settings of `serve`."""

    host: str
    port: int
    media_host: str
    media_port: int
    media_threads: int
    media_cores: tuple[int, ...]
    tcp_connections: int
    tcp_connections_per_address: int
    announce: tuple[tuple[str, int], ...]
    background: str
    background_workers: int
    turn_urls: tuple[str, ...]
    turn_secret: str = field(repr=False)
    turn_ttl_s: int
    data_dir: Path
    database: str
    tls_cert: Path | None
    tls_key: Path | None
    trusted_proxies: tuple[Network, ...]
    metrics_readers: tuple[Network, ...]
    rate_limit_factor: float
    send_timeout_s: float
    web_dir: Path
    demo: bool
    print_ready: bool

    @property
    def secret_file(self) -> Path:
        """Where the server's secret is kept."""
        return self.data_dir / "secret"


@dataclass(frozen=True, slots=True)
class NewAccountConfig:
    """The settings of `create-account`."""

    data_dir: Path
    database: str
    code: str
    company: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Logging:
    """How the program logs; for all commands."""

    format: str
    level: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What the program is asked to do."""

    logging: Logging
    command: ServerConfig | NewAccountConfig


def read_command_line(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> CommandLine:
    """Parse the arguments. Wrong ones end the program with a message, as argparse does."""
    parser = _parser(environment)
    options = parser.parse_args(arguments)
    if options.command == "create-account":
        return CommandLine(_logging(options), _new_account(options))
    if (options.tls_cert is None) != (options.tls_key is None):
        parser.error("--tls-cert and --tls-key belong together")
    if bool(options.turn_urls) != bool(options.turn_secret):
        parser.error("--turn-urls and --turn-secret belong together")
    first_ports = (options.media_port, *(port for _, port in options.announce))
    if max(first_ports) + options.media_threads - 1 > MAX_PORT:
        parser.error(f"each media thread has a port, and the last would be above {MAX_PORT}")
    if options.media_cores and len(options.media_cores) != options.media_threads:
        parser.error("--media-cores needs one core for each of --media-threads")
    return CommandLine(_logging(options), _server(options))


def _logging(options: argparse.Namespace) -> Logging:
    return Logging(options.log_format, options.log_level)


def _new_account(options: argparse.Namespace) -> NewAccountConfig:
    return NewAccountConfig(
        data_dir=options.data_dir,
        database=_database(options),
        code=options.code,
        company=options.company,
        email=options.email,
        name=options.name,
    )


def _server(options: argparse.Namespace) -> ServerConfig:
    return ServerConfig(
        host=options.host,
        port=options.port,
        media_host=options.media_host,
        media_port=options.media_port,
        media_threads=options.media_threads,
        media_cores=options.media_cores,
        tcp_connections=options.tcp_connections,
        tcp_connections_per_address=options.tcp_connections_per_address,
        announce=options.announce,
        background=options.background,
        background_workers=options.background_workers,
        turn_urls=options.turn_urls,
        turn_secret=options.turn_secret,
        turn_ttl_s=options.turn_ttl,
        data_dir=options.data_dir,
        database=_database(options),
        tls_cert=options.tls_cert,
        tls_key=options.tls_key,
        trusted_proxies=options.trusted_proxies,
        metrics_readers=options.metrics_readers,
        rate_limit_factor=options.rate_limit_factor,
        send_timeout_s=options.send_timeout,
        web_dir=options.web_dir,
        demo=options.demo,
        print_ready=options.print_ready,
    )


def _database(options: argparse.Namespace) -> str:
    return options.database or f"sqlite:///{options.data_dir.absolute() / 'sportello.db'}"


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sportello", description="Video-engagement desk.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server")
    create = commands.add_parser("create-account", help="create an account and its first administrator")
    for command in (serve, create):
        _add_common(_Adder(command, environment))
    _add_serving(_Adder(serve, environment))
    for name, text in _ACCOUNT_OPTIONS.items():
        create.add_argument(f"--{name}", required=True, help=text)
    return parser


_ACCOUNT_OPTIONS = {
    "code": "the account's public code in addresses",
    "company": "the company's name",
    "email": "the administrator's mail address",
    "name": "the administrator's name",
}


class _Adder:
    """Adds options whose default may come from the environment."""

    def __init__(self, parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
        self._parser = parser
        self._environment = environment

    def value(self, name: str, kind: Callable[[str], Any], default: Any, text: str, **further: Any) -> None:
        """An option with a value; argparse converts a default that is text, as from the environment."""
        given = self._environment.get(_variable(name), default)
        self._parser.add_argument(f"--{name}", type=kind, default=given, help=text, **further)

    def switch(self, name: str, text: str) -> None:
        """An option without a value; in the environment `1` turns it on."""
        given = self._environment.get(_variable(name)) == "1"
        self._parser.add_argument(f"--{name}", action="store_true", default=given, help=text)


def _variable(name: str) -> str:
    return "SPORTELLO_" + name.upper().replace("-", "_")


def _add_common(add: _Adder) -> None:
    add.value("data-dir", Path, "var", "folder of the database and the server's secret (var)", metavar="DIR")
    add.value("database", str, None, "SQLAlchemy URL (an SQLite file in the data folder)", metavar="URL")
    formats = ["console", "json"]
    add.value("log-format", str, "console", "console or json (console)", choices=formats, metavar="FORMAT")
    levels = ["debug", "info", "warning", "error"]
    add.value(
        "log-level", str, "info", "debug, info, warning or error (info)", choices=levels, metavar="LEVEL"
    )


def _add_serving(add: _Adder) -> None:
    add.value("host", str, "127.0.0.1", "address for HTTP (127.0.0.1)", metavar="ADDRESS")
    add.value("port", _port, "8080", "TCP port for HTTP, 0 for any free one (8080)", metavar="PORT")
    add.value("media-host", str, "0.0.0.0", "address for media (all)", metavar="ADDRESS")
    add.value("media-port", _port, "8081", "first UDP port for media, 0 for any free (8081)", metavar="PORT")
    add.value("media-threads", _threads, "1", "media threads, each on a port (1)", metavar="NUMBER")
    add.value("media-cores", _cores, "", "the CPU core of each media thread", metavar="CORE[,CORE]")
    add.value("tcp-connections", _whole, "256", "media over TCP, to each port (256)", metavar="NUMBER")
    add.value("tcp-connections-per-address", _whole, "64", "of these from one address (64)", metavar="NUMBER")
    add.value("announce", _addresses, "", "addresses told to clients for media", metavar="IP[:PORT][,…]")
    backgrounds = ["none", *BlurStrength]
    add.value(
        "background", str, "none", "blur the room behind operators (none)", choices=backgrounds, metavar="HOW"
    )
    cores = str(len(os.sched_getaffinity(0)))
    add.value("background-workers", _threads, cores, "processes for backgrounds (cores)", metavar="NUMBER")
    add.value("turn-urls", _turn_urls, "", "TURN servers told to clients", metavar="URL[,URL]")
    add.value("turn-secret", str, "", "the secret shared with the TURN servers", metavar="SECRET")
    add.value("turn-ttl", _whole, "43200", "how long TURN credentials last (43200)", metavar="SECONDS")
    add.value("tls-cert", Path, None, "certificate chain (PEM); then HTTPS is served", metavar="FILE")
    add.value("tls-key", Path, None, "the certificate's private key (PEM)", metavar="FILE")
    add.value("trusted-proxies", _networks, "", "proxies whose X-Forwarded-* count", metavar="CIDR[,CIDR]")
    add.value("metrics-readers", _networks, "", "who else may read /metrics", metavar="CIDR[,CIDR]")
    add.value("rate-limit-factor", _positive, "1", "multiplies all rate limits (1)", metavar="NUMBER")
    add.value("send-timeout", _positive, "10", "seconds until a slow client is cut (10)", metavar="SECONDS")
    add.value("web-dir", Path, WEB_DIR, "folder of the built web apps", metavar="DIR")
    add.switch("demo", "create the demo's account, groups and people")
    add.switch("print-ready", "print the addresses as one line of JSON when serving")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"{port} is no port")
    return port


def _threads(text: str) -> int:
    threads = int(text)
    if not 1 <= threads <= MAX_THREADS:
        raise argparse.ArgumentTypeError(f"there are 1 to {MAX_THREADS} threads, not {threads}")
    return threads


def _cores(text: str) -> tuple[int, ...]:
    usable = os.sched_getaffinity(0)
    cores = tuple(int(part) for part in text.split(",") if part.strip())
    for core in cores:
        if core not in usable:
            raise argparse.ArgumentTypeError(f"this process may not use a core {core}")
    return cores


def _positive(text: str) -> float:
    number = float(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _addresses(text: str) -> tuple[tuple[str, int], ...]:
    return tuple(_address(part.strip()) for part in text.split(",") if part.strip())


def _address(text: str) -> tuple[str, int]:
    """An IP address and a port, 0 if none is given; one of IPv6 with a port stands in brackets."""
    match = re.fullmatch(r"(?:\[(.+)\]|([^:]+))(?::(\d+))?", text)
    if match is None:
        return str(ip_address(text)), 0
    return str(ip_address(match[1] or match[2])), _port(match[3] or "0")


def _whole(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _turn_urls(text: str) -> tuple[str, ...]:
    urls = tuple(part.strip() for part in text.split(",") if part.strip())
    for url in urls:
        if not _TURN_URL.fullmatch(url):
            raise argparse.ArgumentTypeError(f"{url} is no URL of a TURN server")
    return urls


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
