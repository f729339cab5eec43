"""The load's thread; what each command does is told in load.h."""

from typing import final

HISTOGRAM_FLOORS_US: tuple[int, ...]
"""The least value of each bucket of a histogram, in microseconds."""

@final
class LoadThread:
    """Sends what every participant sends, and judges what each receives, without the interpreter's lock.

    `events` is the descriptor from which its records are read, one by one.
    """

    events: int
    def __init__(self) -> None: ...
    def add(self, fd: int, room: int, member: int) -> int:
        """Read from a connected UDP socket from now on; return the transport's number.

        Raises OSError if the system refuses, ValueError for a member that is not 0 to 31.
        """

    def connect(
        self,
        transport: int,
        *,
        gcm: bool,
        send_key: bytes,
        receive_key: bytes,
        ssrc: int,
        audio_payload_type: int,
        rtx_payload_type: int,
        transport_cc_id: int,
        media: list[tuple[bool, int, bytes, int, int, int, int, int, int]],
    ) -> None:
        """Begin to send and to decrypt.

        `transport_cc_id` identifies the header extension with transport-wide numbers, 0 for none: packets are
        numbered, and those that come answered with feedback.
        Each of `media` is: whether it is video, payload type, header extensions (at most 16 bytes, one-byte
        form), SSRC, packets a second, packets to a frame, payload size, number of the camera (0: its only
        stream), height of the picture. Raises ValueError if the keys or the media cannot be used.
        """

    def remove(self, transport: int) -> None:
        """Forget a transport; its socket may then be closed."""

    def begin_window(self) -> None:
        """Measure the packets that are sent from now on."""

    def end_window(self) -> None:
        """Measure no longer what is sent from now on."""

    def read(self) -> tuple[dict[str, int], bytes, bytes]:
        """Return the counters, and the histograms of latency and of lag as 64-bit numbers."""

    def close(self) -> None:
        """End the thread."""
