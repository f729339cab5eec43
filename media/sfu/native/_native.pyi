"""The native packet path. Identifiers are positive; times are microseconds of any steady clock."""

from typing import TypedDict, final

class CongestionFigures(TypedDict):
    """What `PathCore.congestion` returns; None is 'not known yet'. See congestion.h."""

    feedback_us: int | None
    acked_bps: int | None
    sent_bps: int
    packets_acked: int
    packets_lost: int
    delay_state: str
    overuses: int
    trend_ms: float
    queue_us: int | None
    round_trip_us: int | None
    in_flight_bytes: int
    probe: tuple[int, int] | None

@final
class PathCore:
    """A packet path. Commands may come from any thread; each is done when it returns.

    `uplink_bps` limits what one client may send in all. Unknown identifiers raise KeyError. Addresses are 16
    bytes of IPv6, or of IPv4 in its mapped form, and a port.
    """

    def __init__(self, uplink_bps: int) -> None: ...
    def add_transport(self, ssrc: int, extension_ids: bytes, reduced_size_rtcp: bool) -> int:
        """Create a transport; `extension_ids` follow `enum extension` in transport.h, 0 is none."""

    def add_source(
        self,
        transport: int,
        *,
        is_video: bool,
        mid: bytes,
        rid: bytes,
        payload_type: int,
        rtx_payload_type: int | None,
        red_payload_type: int | None,
        ssrc: int | None,
        rtx_ssrc: int | None,
        nack: bool,
        pli: bool,
        fir: bool,
        remb: bool,
    ) -> int:
        """Expect a stream; KeyError also for a 17th one, ValueError for a mid or rid over 16 bytes."""

    def add_slot(
        self,
        transport: int,
        *,
        is_video: bool,
        payload_type: int,
        rtx_payload_type: int | None,
        red_payload_type: int | None,
        ssrc: int,
        rtx_ssrc: int | None,
        transport_cc_id: int,
    ) -> int:
        """Create an empty slot; KeyError also for a 17th one.

        `transport_cc_id` is the identifier of the transport-wide number's header extension, 0 for none.
        """

    def set_address(self, transport: int, ip: bytes, port: int, now_us: int) -> None:
        """Send to this address from now on, and accept packets from it."""

    def set_keys(self, transport: int, receive: bytes, send: bytes, now_us: int, *, gcm: bool) -> None:
        """Begin to receive and to send; a key is master key and salt, ValueError if its size is wrong."""

    def remove_transport(self, transport: int) -> None:
        """Forget a transport with its sources and slots."""

    def route(self, slot: int, source: int, now_us: int) -> None:
        """Forward a source into a slot, or nothing if it is 0."""

    def select(self, slot: int, source: int, max_temporal: int, now_us: int) -> None:
        """Forward another layer into a slot from its next key frame on, up to a temporal layer of 0 to 3."""

    def request_key_frame(self, source: int, now_us: int) -> None:
        """Ask a source for a key frame."""

    def statistics(
        self, transport: int
    ) -> tuple[int, int, int, int, float | None, float | None, int | None, int | None]:
        """Return packets and bytes in and out, up- and downlink loss, round trip and last received (µs)."""

    def set_pacing(self, transport: int, bps: int, now_us: int) -> None:
        """Spread what goes to a client over time at this rate; 0: not at all."""

    def probe(self, transport: int, bps: int, duration_us: int, now_us: int) -> int:
        """Begin a probe; return its number, 0 if there is nothing to probe with. See path.h for the limits.

        Raises ValueError for a rate or a duration beyond them.
        """

    def congestion(self, transport: int, now_us: int) -> CongestionFigures:
        """Return what transport-wide feedback says of the way to a client."""

    def take_audio_levels(self) -> dict[int, int]:
        """Return the loudest level (-dBov) of each source that was heard since the last call."""

    def layers(self) -> dict[int, tuple[int, int, tuple[int, int, int, int], int]]:
        """Return width, height, bytes by temporal layer and last received (µs) of each video source begun."""

    def counters(self) -> dict[str, int]:
        """Return the totals since the start, by name."""

    def receive(self, datagram: bytes, ip: bytes, port: int, now_us: int) -> bool:
        """Take a datagram of up to 2048 bytes. For a path without a loop.

        Returns whether it is STUN or DTLS and is to be handed over.
        """

    def poll(self, now_us: int) -> None:
        """Do what has fallen due. For a path without a loop, which is to call it every 20 ms, or every
        millisecond or two while packets are paced.
        """

    def take_outgoing(self) -> list[tuple[bytes, bytes, int]]:
        """Return the datagrams sent since the last call, each with IP and port. For a path without a loop.

        Those to one address are in order.
        """

@final
class Loop:
    """The thread that runs a path on a bound UDP socket, given by file descriptor; see loop.h.

    `handover` is one end of a datagram socket pair: STUN and DTLS appear at the other. After each batch the
    thread rests until `batch_us` have passed since it began. It is bound to the core `cpu`, unless negative.

    Raises:
        OSError: the thread cannot be started, or not on that core.
    """

    def __init__(self, core: PathCore, socket: int, handover: int, batch_us: int, cpu: int) -> None: ...
    def stop(self) -> None:
        """End the thread."""

@final
class TcpRelay:
    """The thread that serves ICE-TCP on a listening socket, given by file descriptor; see tcp_relay.h.

    `ip` and `port` are where the media port can be reached. It closes connections to which the path has sent
    nothing for `answer_timeout_us` from the beginning, or for `idle_timeout_us` later.

    Raises:
        OSError: the thread cannot be started.
    """

    def __init__(
        self,
        listener: int,
        ip: bytes,
        port: int,
        *,
        answer_timeout_us: int,
        idle_timeout_us: int,
        connections: int,
        connections_per_client: int,
    ) -> None: ...
    def client(self, udp_port: int) -> tuple[bytes, int] | None:
        """Return the address of the client whose packets come from this UDP port, if there is one."""

    def counters(self) -> dict[str, int]:
        """Return what was counted since the start, by name; see tcp_counters.h."""

    def stop(self) -> None:
        """Close all connections and end the thread, also a second time."""

@final
class Srtp:
    """SRTP and SRTCP in one direction with one master key (key and salt, joined).

    All methods raise ValueError when a packet is refused, naming the reason.
    """

    def __init__(self, key: bytes, *, gcm: bool) -> None: ...
    def protect(self, packet: bytes) -> bytes:
        """Return the SRTP datagram for an RTP packet."""

    def unprotect(self, datagram: bytes) -> bytes:
        """Return the RTP packet in an SRTP datagram."""

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Return the SRTCP datagram for a compound packet."""

    def unprotect_rtcp(self, datagram: bytes) -> bytes:
        """Return the compound packet in an SRTCP datagram."""
