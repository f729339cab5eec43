import os
from pathlib import Path

from tools.budgets import (
    FILE_LINES,
    FUNCTION_LINES,
    heavy_downloads,
    long_files,
    long_functions,
    source_files,
)


def build(dist: Path, loader_bytes: int, widget_bytes: int) -> Path:
    (dist / "widget" / "assets").mkdir(parents=True)
    (dist / "loader.js").write_bytes(os.urandom(loader_bytes))
    (dist / "widget" / "assets" / "app.js").write_bytes(os.urandom(widget_bytes))
    return dist


def test_downloads_within_their_budget_pass(tmp_path: Path) -> None:
    assert not list(heavy_downloads(build(tmp_path, 1_900, 59_000)))


def test_a_heavy_download_is_named(tmp_path: Path) -> None:
    (line,) = heavy_downloads(build(tmp_path, 2_001, 59_000))
    assert line.startswith("the loader weighs 20")


def test_a_missing_build_is_named(tmp_path: Path) -> None:
    assert list(heavy_downloads(tmp_path)) == ["the loader is not built", "the widget is not built"]


def test_a_long_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "short.ts").write_text("x\n" * FILE_LINES)
    (tmp_path / "long.ts").write_text("x\n" * (FILE_LINES + 1))
    (line,) = long_files(source_files(tmp_path))
    assert "long.ts has 601 lines" in line


def test_a_long_function_is_named(tmp_path: Path) -> None:
    function = "async def {}():\n" + "    x = 1\n"
    (tmp_path / "a.py").write_text(
        function.format("fits") + "    x = 1\n" * (FUNCTION_LINES - 2)
        + function.format("grew") + "    x = 1\n" * (FUNCTION_LINES - 1)
    )  # fmt: skip
    (line,) = long_functions(source_files(tmp_path))
    assert "grew has 61 lines" in line


def test_installed_and_hidden_files_are_not_ours(tmp_path: Path) -> None:
    for folder in ("node_modules", "dist", ".venv", "ours"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file.py").touch()
    assert list(source_files(tmp_path)) == [tmp_path / "ours" / "file.py"]
