from collections.abc import Iterator

import pytest

from media.backgrounds.segmentation import MediapipeSegmenter


@pytest.fixture(scope="session")
def segmenter() -> Iterator[MediapipeSegmenter]:
    with MediapipeSegmenter() as segmenter:
        yield segmenter
