"""The packet path in C: one thread without the GIL on the one UDP socket."""

try:
    from media.sfu.native._native import Loop, PathCore, Srtp
except ImportError as error:
    raise ImportError("the native packet path is not built; `make build` builds it") from error

__all__ = ["Loop", "PathCore", "Srtp"]
