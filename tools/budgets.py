"""Check that what visitors download stays small, and that files and functions stay short."""

import ast
import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Built files, by pattern below web/dist: the most that all of them together may weigh compressed, in bytes.
DOWNLOADS = {
    "the loader": (["loader.js"], 2_000),
    "the widget": (["widget/**/*.js", "widget/**/*.css"], 60_000),
}

FILE_LINES = 600
FUNCTION_LINES = 60

SOURCE_SUFFIXES = {".py", ".pyx", ".c", ".h", ".ts", ".tsx", ".css", ".mjs"}
NOT_OURS = {"node_modules", "dist", "build", "var"}
GENERATED = {"protocol.ts"}


def heavy_downloads(dist: Path) -> Iterator[str]:
    """A line for each download that is over its budget, or that was not built."""
    for name, (patterns, budget) in DOWNLOADS.items():
        files = [file for pattern in patterns for file in dist.glob(pattern)]
        size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
        if not files:
            yield f"{name} is not built"
        elif size > budget:
            yield f"{name} weighs {size} bytes compressed, may weigh {budget}"


def source_files(root: Path) -> Iterator[Path]:
    """Our source files, without what is installed, built, generated or hidden."""
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and entry.name not in NOT_OURS and not entry.name.startswith("."):
            yield from source_files(entry)
        elif entry.suffix in SOURCE_SUFFIXES and entry.name not in GENERATED:
            yield entry


def long_files(files: Iterable[Path]) -> Iterator[str]:
    """A line for each file that has too many lines."""
    for file in files:
        count = len(file.read_text().splitlines())
        if count > FILE_LINES:
            yield f"{file} has {count} lines, may have {FILE_LINES}"


def long_functions(files: Iterable[Path]) -> Iterator[str]:
    """A line for each Python function that has too many lines."""
    for file in files:
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    count = (node.end_lineno or node.lineno) - node.lineno + 1
                    if count > FUNCTION_LINES:
                        yield f"{file}:{node.lineno} {node.name} has {count} lines, may have {FUNCTION_LINES}"


def main() -> int:
    """Print what is over budget; the exit status tells."""
    files = list(source_files(ROOT))
    found = [*heavy_downloads(ROOT / "web" / "dist"), *long_files(files), *long_functions(files)]
    for line in found:
        print(line)
    if not found:
        print(f"budgets: the downloads and {len(files)} source files are within them")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
