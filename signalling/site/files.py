"""The built web files, kept in memory: they are small, and nothing outside the folder can be asked for."""

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import hdrs, web

from signalling.edge.errors import RefusedError

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"

_COMPRESSIBLE = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is sent: plain, and compressed where that makes it smaller."""

    body: bytes
    compressed: bytes | None
    content_type: str
    etag: str


class FileStore:
    """The files below one folder, by path relative to it (with `/`)."""

    def __init__(self, files: dict[str, StoredFile]) -> None:
        self._files = files

    @classmethod
    def load(cls, folder: Path) -> "FileStore":
        """Read all files of the folder; a missing folder has none."""
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return cls({path.relative_to(folder).as_posix(): _store(path) for path in paths})

    def respond(self, request: web.Request, path: str, headers: dict[str, str]) -> web.Response:
        """Send a file with the given headers, or that it has not changed. Refused with `not_found`."""
        file = self._files.get(path)
        if file is None:
            raise RefusedError("not_found", "There is no such file.")
        headers = {**headers, hdrs.ETAG: file.etag, hdrs.VARY: hdrs.ACCEPT_ENCODING}
        if file.etag in request.headers.get(hdrs.IF_NONE_MATCH, ""):
            return web.Response(status=304, headers=headers)
        body = file.body
        if file.compressed is not None and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            headers[hdrs.CONTENT_ENCODING] = "gzip"
            body = file.compressed
        charset = "utf-8" if file.content_type.startswith("text/") else None
        return web.Response(body=body, content_type=file.content_type, charset=charset, headers=headers)


def _store(path: Path) -> StoredFile:
    body = path.read_bytes()
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    compressed = gzip.compress(body, mtime=0) if content_type.startswith(_COMPRESSIBLE) else None
    return StoredFile(
        body=body,
        compressed=compressed if compressed is not None and len(compressed) < len(body) else None,
        content_type=content_type,
        etag=f'W/"{sha256(body).hexdigest()[:32]}"',
    )
