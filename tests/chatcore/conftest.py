"""A desk on a real database file, with two accounts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chatcore.world import Template, World, furnish


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return asyncio.run(furnish(tmp_path_factory.mktemp("template") / "desk.db"))


@pytest.fixture
async def world(template: Template, tmp_path: Path) -> AsyncIterator[World]:
    async with template.open_copy(tmp_path / "desk.db") as opened:
        yield opened
