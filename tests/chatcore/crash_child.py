"""Sends messages one after another and prints each receipt once it is acknowledged, until it is killed."""

import asyncio
import sys
from pathlib import Path

from chatcore.desk import Desk, StorageConfig

SENDERS = 8


async def send(desk: Desk, token: str, sender: int) -> None:
    visitor = await desk.directory.visitor_by_token(token)
    assert visitor is not None
    number = 0
    while True:
        client_id = f"crash-{sender}-{number:06d}"
        receipt = await desk.conversations.send_message(visitor.actor, None, client_id, client_id)
        sys.stdout.write(f"{client_id} {receipt.conversation_id} {receipt.message_id}\n")
        sys.stdout.flush()
        number += 1


async def main(path: Path, token: str) -> None:
    desk = await Desk.open(StorageConfig(f"sqlite:///{path}"))
    await asyncio.gather(*(send(desk, token, sender) for sender in range(SENDERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
