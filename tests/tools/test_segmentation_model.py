import io
import tarfile
from pathlib import Path

import pytest

from tools.segmentation_model import MEMBER, read_model


def package(folder: Path, member: str, content: bytes) -> Path:
    path = folder / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return path


def test_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the expected model"):
        read_model(package(tmp_path, MEMBER, b"another"))


def test_a_package_without_the_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no"):
        read_model(package(tmp_path, "package/README.md", b""))
