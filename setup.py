"""Builds the native parts in place: `python setup.py build_ext --inplace`."""

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

NATIVE = Path("media/sfu/native")
LOAD = Path("benchmarks/native")
FORWARDING = Path("benchmarks/forwarding")
BACKGROUNDS = Path("media/backgrounds/native")
# What the load generator takes from the packet path.
SHARED = ("arrivals", "replay", "rtcp", "rtp", "sequence", "srtp", "transport_cc")
INLINE = "-flto=auto"  # Across files: the small ones of the path call each other for every packet.
WARNINGS = ["-Wall", "-Wextra", "-Wno-sign-compare"]


def extension(
    name: str, folder: Path, *others: Path, library: str = "crypto", optimize: str = "-O2"
) -> Extension:
    """One Cython wrapper with all C files of its folder, and some of another."""
    return Extension(
        ".".join((*folder.parts, name)),
        [str(folder / f"{name}.pyx"), *map(str, sorted(folder.glob("[!_]*.c"))), *map(str, others)],
        depends=[str(header) for path in (folder, NATIVE) for header in path.glob("*.h")],
        include_dirs=[str(folder), str(NATIVE)],
        libraries=[library],
        extra_compile_args=["-std=gnu11", optimize, INLINE, *WARNINGS, "-fvisibility=hidden"],
        extra_link_args=[optimize, INLINE],
    )


setup(
    name="sportello",
    packages=[],
    ext_modules=cythonize(
        [
            extension("_native", NATIVE),
            extension("_load", LOAD, *(NATIVE / f"{name}.c" for name in SHARED)),
            extension(
                "_forwarding",
                FORWARDING,
                *(NATIVE / f"{name}.c" for name in ("outbox", "replay", "srtp", "udp")),
            ),
            # At -O2 GCC leaves loops over samples unvectorised.
            extension("_native", BACKGROUNDS, library="vpx", optimize="-O3"),
        ],
        build_dir="build",
    ),
)
