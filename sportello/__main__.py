"""`python -m sportello`: the command line."""

import asyncio
import getpass
import os
import sys
from collections.abc import Coroutine
from typing import Any

import msgspec
import uvloop

from admin.administration import Administration
from admin.requests import NewOperator
from chatcore.desk import Desk, StorageConfig
from chatcore.errors import DeskError
from media.sfu.errors import NativePathMissing
from sportello.config import NewAccountConfig, ServerConfig, read_command_line
from sportello.logs import set_up_logging

try:
    from sportello.server import RunningServer, serve
except NativePathMissing as error:
    sys.exit(f"sportello: {error}")


def main() -> int:
    """Do what the command line says; returns the exit code."""
    line = read_command_line(sys.argv[1:])
    set_up_logging(line.logging)
    if isinstance(line.command, ServerConfig):
        announce = _print_ready if line.command.print_ready else _print_table
        return _run(serve(line.command, announce))
    return _run(_create_account(line.command, _ask_password()))


def _run(command: Coroutine[Any, Any, None]) -> int:
    try:
        uvloop.run(command)
    except DeskError as error:
        return _fail(error.message)
    except OSError as error:
        return _fail(str(error))
    return 0


def _fail(message: str) -> int:
    print(f"sportello: {message}", file=sys.stderr)
    return 1


async def _create_account(config: NewAccountConfig, password: str) -> None:
    await asyncio.to_thread(config.data_dir.mkdir, mode=0o700, parents=True, exist_ok=True)
    desk = await Desk.open(StorageConfig(url=config.database))
    try:
        administrator = NewOperator(email=config.email, name=config.name, password=password)
        await Administration(desk).found_account(config.code, config.company, administrator)
    finally:
        await desk.close()
    print(f"Created the account {config.code}; {config.email} can log in at /admin/.")


def _ask_password() -> str:
    """From the environment for scripts, else from the terminal."""
    return os.environ.get("SPORTELLO_PASSWORD") or getpass.getpass("Password of the administrator: ")


def _print_ready(server: RunningServer) -> None:
    """One line of JSON for programs."""
    ready = {
        "url": server.url,
        "media_ports": server.media_ports,
        "shop": f"{server.url}/shop/",
        "operator": f"{server.url}/operator/",
        "admin": f"{server.url}/admin/",
        "api_key": server.demo.api_key if server.demo else "",
        "logins": server.demo.logins if server.demo else [],
    }
    print(msgspec.json.encode(ready).decode(), flush=True)


def _print_table(server: RunningServer) -> None:
    """The addresses, and the demo's logins, for people."""
    rows = [("Operators", f"{server.url}/operator/"), ("Administrators", f"{server.url}/admin/")]
    if server.demo is not None:
        rows.insert(0, ("Demo shop", f"{server.url}/shop/"))
        rows += [(login.name, f"{login.email}  password {login.password}") for login in server.demo.logins]
        rows.append(("API key", server.demo.api_key))
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:<{width}}  {text}" for name, text in rows]
    print("\n".join(["", f"Sportello serves on {server.url}", "", *lines, ""]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
