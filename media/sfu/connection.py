"""The life of one client's connection: first check, DTLS, media, silence or farewell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from media.sfu.dtls import DtlsError, DtlsSession
from media.sfu.endpoint import Peer
from media.sfu.ice import IceCredentials
from media.sfu.messages import CloseReason
from media.sfu.negotiation import Negotiated
from media.sfu.packet_path import TransportId
from media.sfu.plane import MediaPlane
from media.sfu.stun import Address


class Connection:
    """Binds a session's ICE credentials, its DTLS session and its transport together.

    `on_connected` is called once, when media can flow; `on_ended` at most once, when the client said
    farewell or the handshake failed, but not after `close`.
    """

    def __init__(
        self,
        plane: MediaPlane,
        session_id: str,
        negotiated: Negotiated,
        *,
        on_connected: Callable[[], None],
        on_ended: Callable[[CloseReason], None],
    ) -> None:
        self._plane = plane
        self._session_id = session_id
        self._fingerprints = negotiated.fingerprints
        self._on_connected = on_connected
        self._on_ended = on_ended
        self._address: Address | None = None
        self._dtls: DtlsSession | None = None
        self._task: asyncio.Task[None] | None = None
        self._last_check = plane.clock()
        self.transport: TransportId = plane.path.add_transport(negotiated.transport)
        plane.endpoint.add_peer(session_id, Peer(self._checked, self._dtls_received))

    def accept(self, local: IceCredentials, remote_ufrag: str) -> None:
        """Accept checks with these credentials, besides earlier ones until these are used."""
        self._plane.ice.register(self._session_id, local, remote_ufrag)

    def silent_for(self, now: float) -> float:
        """Return the time (s) since the client last proved to be there."""
        received = self._plane.path.statistics(self.transport).last_received
        return now - max(self._last_check, received or self._last_check)

    def close(self) -> None:
        """Release everything; the client is told by DTLS if it still listens."""
        self._plane.ice.unregister(self._session_id)
        self._plane.endpoint.remove_peer(self._session_id)
        self._plane.path.remove_transport(self.transport)
        task, self._task, self._dtls = self._task, None, None  # They hold this object in turn.
        if task is not None:
            task.cancel()

    def _checked(self, address: Address) -> None:
        self._last_check = self._plane.clock()
        self._address = address
        self._plane.path.set_address(self.transport, address)
        if self._task is None:
            self._dtls = DtlsSession(self._plane.certificate, self._send)
            self._task = asyncio.create_task(self._run(self._dtls))
            self._plane.tasks.add(self._task)
            self._task.add_done_callback(self._plane.tasks.discard)

    def _dtls_received(self, datagram: bytes) -> bool:
        return self._dtls is not None and self._dtls.feed(datagram)

    def _send(self, datagram: bytes) -> None:
        if self._address is not None:
            self._plane.endpoint.send(datagram, self._address)

    async def _run(self, dtls: DtlsSession) -> None:
        reason = CloseReason.LEFT
        try:
            keys = await dtls.handshake(self._fingerprints)
            self._plane.path.set_keys(self.transport, keys)
            self._plane.counters["dtls_connected"] += 1
            self._on_connected()
            await dtls.wait_closed()
        except DtlsError:
            self._plane.counters["dtls_failed"] += 1
            reason = CloseReason.TIMEOUT
        finally:
            await dtls.close()
        self._on_ended(reason)
