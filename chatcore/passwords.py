"""Passwords, as argon2id hashes. Hashing is slow on purpose: it runs in two threads beside the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

THREADS = 2

_hasher = PasswordHasher()
# Checked when a mail is unknown, so that the time of the answer does not tell which mails exist.
_NOBODYS_HASH = _hasher.hash("nobody's password")


class Passwords:
    """Hashes and checks passwords off the event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")

    async def hash(self, password: str) -> str:
        """Return the salted hash to keep."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _hasher.hash, password)

    async def check(self, kept: str | None, password: str) -> bool:
        """Say whether the password fits the kept hash; with none kept, take as long to say no."""
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(self._threads, _verify, kept or _NOBODYS_HASH, password)
        return fits and kept is not None

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False)


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
