"""Fixtures and settings of the whole suite."""

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

OUR_PACKAGES = ["sportello", "signalling", "chatcore", "admin", "media"]

# A machine that is busy makes an example slow, not wrong.
settings.register_profile("sportello", deadline=None)
settings.load_profile("sportello")


@pytest.fixture(autouse=True)
def no_blocking_call() -> Iterator[None]:
    """Make a call that blocks the event loop from our code raise `blockbuster.BlockingError`."""
    with blockbuster_ctx(OUR_PACKAGES):
        yield
