"""The command line and the environment."""

import os
import re
from ipaddress import ip_network
from pathlib import Path

import pytest

from sportello.config import NewAccountConfig, ServerConfig, read_command_line

DOCUMENT = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")


def server(*arguments: str, **environment: str) -> ServerConfig:
    command = read_command_line(["serve", *arguments], environment).command
    assert isinstance(command, ServerConfig)
    return command


def test_the_defaults_serve_http_on_this_machine_and_media_for_all() -> None:
    config = server()
    assert (config.host, config.port) == ("127.0.0.1", 8080)
    assert (config.media_host, config.media_port) == ("0.0.0.0", 8081)
    assert config.database == f"sqlite:///{Path('var').absolute()}/sportello.db"


def test_the_environment_is_read_and_the_command_line_wins() -> None:
    config = server("--port", "9001", SPORTELLO_PORT="9000", SPORTELLO_HOST="::1", SPORTELLO_DEMO="1")
    assert (config.port, config.host, config.demo) == (9001, "::1", True)


def test_lists_of_addresses_and_networks() -> None:
    config = server("--announce", "192.0.2.1, 2001:db8::1", "--trusted-proxies", "10.0.0.0/8,::1/128")
    assert config.announce == (("192.0.2.1", 0), ("2001:db8::1", 0))
    assert config.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def test_each_media_thread_may_have_a_core() -> None:
    core = min(os.sched_getaffinity(0))
    config = server("--media-port", "65534", "--media-threads", "2", "--media-cores", f"{core},{core}")
    assert (config.media_threads, config.media_cores) == (2, (core, core))
    with pytest.raises(SystemExit):
        server("--media-threads", "2", "--media-cores", str(core))


def test_how_many_clients_may_come_over_tcp() -> None:
    config = server("--tcp-connections", "1000", SPORTELLO_TCP_CONNECTIONS_PER_ADDRESS="500")
    assert (config.tcp_connections, config.tcp_connections_per_address) == (1_000, 500)


def test_an_announced_address_may_have_a_port_of_its_own() -> None:
    config = server("--announce", "203.0.113.7:40000,[2001:db8::1]:40001,[2001:db8::2]")
    assert config.announce == (("203.0.113.7", 40_000), ("2001:db8::1", 40_001), ("2001:db8::2", 0))


def test_turn_servers_and_their_secret() -> None:
    urls = "turn:turn.example:3478, turns:[2001:db8::1]:443?transport=tcp"
    config = server("--turn-urls", urls, SPORTELLO_TURN_SECRET="hidden")
    assert config.turn_urls == ("turn:turn.example:3478", "turns:[2001:db8::1]:443?transport=tcp")
    assert config.turn_secret == "hidden"
    assert "hidden" not in repr(config)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "70000"],
        ["--port", "http"],
        ["--media-threads", "0"],
        ["--media-threads", "1000"],
        ["--media-port", "65535", "--media-threads", "2"],
        ["--media-cores", "100000"],
        ["--media-cores", "first"],
        ["--turn-urls", "turn:turn.example"],
        ["--turn-secret", "secret"],
        ["--turn-secret", "secret", "--turn-urls", "stun:turn.example"],
        ["--turn-secret", "secret", "--turn-urls", "turn:turn.example?transport=sctp"],
        ["--turn-ttl", "0"],
        ["--tcp-connections", "0"],
        ["--tcp-connections-per-address", "many"],
        ["--announce", "desk.example"],
        ["--announce", "192.0.2.1:http"],
        ["--announce", "192.0.2.1:70000"],
        ["--announce", "192.0.2.1:65535", "--media-threads", "2"],
        ["--announce", "[2001:db8::1]40000"],
        ["--trusted-proxies", "10.0.0.1/8"],
        ["--rate-limit-factor", "0"],
        ["--tls-cert", "cert.pem"],
        ["--log-format", "xml"],
    ],
)
def test_what_cannot_be_ends_the_program_with_a_message(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        server(*arguments)
    assert "error: " in capsys.readouterr().err


def test_create_account_needs_everything_about_the_administrator() -> None:
    options = ["--code", "marini", "--company", "Ottica Marini", "--email", "a@b.example", "--name", "Anna"]
    command = read_command_line(["create-account", *options], {}).command
    assert isinstance(command, NewAccountConfig)
    assert (command.code, command.name) == ("marini", "Anna")
    with pytest.raises(SystemExit):
        read_command_line(["create-account", *options[:-2]], {})


@pytest.mark.parametrize("command", ["serve", "create-account"])
def test_every_option_is_documented(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_command_line([command, "--help"], {})
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options
    assert {option for option in options if option not in DOCUMENT} == set()
