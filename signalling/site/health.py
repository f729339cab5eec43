"""Whether the server works, and what it counts: for who runs it."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from signalling.edge.client_address import Network
from signalling.edge.errors import RefusedError
from signalling.edge.metrics import Metrics
from signalling.edge.requests import Front


class Health:
    """`GET /healthz` and `GET /metrics`, answered to this machine and the networks named."""

    def __init__(self, metrics: Metrics, front: Front, readers: tuple[Network, ...]) -> None:
        self._metrics = metrics
        self._front = front
        self._readers = readers

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [web.get("/healthz", self.health), web.get("/metrics", self.metrics)]

    async def health(self, request: web.Request) -> web.Response:
        """Say that requests are answered."""
        self._require_reader(request)
        return web.Response(text="ok\n")

    async def metrics(self, request: web.Request) -> web.Response:
        """All counters in Prometheus' text format."""
        self._require_reader(request)
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _require_reader(self, request: web.Request) -> None:
        peer = self._front.peer(request)
        if not peer.loopback and not peer.within(self._readers):
            raise RefusedError("forbidden", "Not for this address.")
