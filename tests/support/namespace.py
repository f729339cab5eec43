"""A network namespace: a computer of its own, whose network can be taken away and replaced."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.browser import chromium


class Namespace:
    """A computer with one network at a time; the host is reached at `host` over each of them."""

    host = "10.213.1.1"

    def __init__(self) -> None:
        self._name = f"sportello-{os.getpid()}"
        self._networks = 0

    def start(self) -> None:
        """Create it, with a first network."""
        _ip("netns", "add", self._name)
        self._inside("link", "set", "lo", "up")
        # Else the new network's own address of that kind comes a second later, and is a change of its own.
        _ip("netns", "exec", self._name, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
        self.connect()

    def stop(self) -> None:
        """Remove it and all its networks."""
        for number in range(1, self._networks + 1):
            _ip("link", "delete", self._outer(number))
        _ip("netns", "delete", self._name)

    def connect(self) -> None:
        """Connect to another network, with another address."""
        self._networks += 1
        number = self._networks
        outer, inner = self._outer(number), f"net{number}"
        _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", self._name)
        _ip("address", "add", f"10.213.{number}.1/24", "dev", outer)
        _ip("link", "set", outer, "up")
        self._inside("address", "add", f"10.213.{number}.2/24", "dev", inner)
        self._inside("link", "set", inner, "up")
        self._inside("route", "replace", "default", "via", f"10.213.{number}.1")

    def disconnect(self) -> None:
        """Take the present network and the address in it away; the host keeps its own."""
        device = f"net{self._networks}"
        self._inside("link", "set", device, "down")
        # Else packets go out from the old address by way of the next network, which no real one lets through.
        self._inside("address", "flush", "dev", device)

    def browser(self, directory: Path) -> Path:
        """Return a program that runs Chromium inside."""
        program = directory / "chromium-inside"
        program.write_text(f'#!/bin/sh\nexec ip netns exec {self._name} {chromium()} "$@"\n')
        program.chmod(0o755)
        return program

    def _inside(self, *arguments: str) -> None:
        _ip("-n", self._name, *arguments)

    def _outer(self, number: int) -> str:
        return f"sp{number}-{os.getpid()}"


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@contextmanager
def namespace() -> Iterator[Namespace]:
    """Run a namespace. Needs the right to make one."""
    created = Namespace()
    created.start()
    try:
        yield created
    finally:
        created.stop()
