"""The packet path in C: a thread without the GIL on a UDP socket."""

from media.sfu.errors import NativePathMissing

try:
    from media.sfu.native._native import Loop, PathCore, Srtp, TcpRelay
except ImportError as error:
    raise NativePathMissing from error

__all__ = ["Loop", "PathCore", "Srtp", "TcpRelay"]
