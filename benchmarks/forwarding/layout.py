"""What the clients and the forwarders agree on; the same as layout.h."""

ROOM_SIZE = 4
VIDEO_TYPE = 96
AUDIO_TYPE = 111


def video_ssrc(client: int) -> int:
    """Return the SSRC of a client's video."""
    return 1000 + 100 * client


def audio_ssrc(client: int) -> int:
    """Return the SSRC of a client's audio."""
    return video_ssrc(client) + 1


def video_slot_ssrc(client: int, place: int) -> int:
    """Return the SSRC with which a client receives the video of another."""
    return video_ssrc(client) + 10 + place


def audio_slot_ssrc(client: int, place: int) -> int:
    """Return the SSRC with which a client receives the audio of another."""
    return video_ssrc(client) + 20 + place


def place_of(sender: int, receiver: int) -> int:
    """Return which of a receiver's places another client of its room has."""
    return sender % ROOM_SIZE - (sender % ROOM_SIZE > receiver % ROOM_SIZE)


def client_key(client: int, *, up: bool) -> bytes:
    """Return the key and salt (AEAD_AES_128_GCM) of what a client sends (`up`) or receives."""
    return bytes((client, up)) + b"\x5a" * 26
