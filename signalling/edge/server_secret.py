"""The server's secret: one file, from which a key for each purpose is derived."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32


class ServerSecret:
    """Derives keys (HKDF, RFC 5869). Servers with the same secret accept each other's tokens and cursors."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SECRET_BYTES:
            raise ValueError(f"a server secret has at least {SECRET_BYTES} bytes")
        self._secret = secret

    @classmethod
    def load(cls, path: Path) -> "ServerSecret":
        """Read the secret from `path`; make it at the first start, readable by its owner alone."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        return cls(path.read_bytes())

    def key(self, purpose: str, length: int) -> bytes:
        """A key of `length` bytes for one purpose; the same at every start."""
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(self._secret)
