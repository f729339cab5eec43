"""Logs: in the form asked for, and without what people wrote."""

import logging
import subprocess
import sys

import msgspec
import pytest

PROGRAM = """
import logging, structlog
from sportello.config import Logging
from sportello.logs import set_up_logging

set_up_logging(Logging({form!r}, {level!r}))
log = structlog.get_logger("chatcore.test")

def fail(text):
    raise ValueError("no secret here")

log.debug("heard at debug level")
log.info("started", port=1)
logging.getLogger("aiohttp.server").warning("from a library")
logging.getLogger("aiohttp.server").info("chatter of a library")
try:
    fail("what " + "somebody wrote")
except ValueError:
    log.exception("command_failed")
"""


def logged(form: str, level: str = "info") -> str:
    program = PROGRAM.format(form=form, level=level)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_does_not_tell_what_people_wrote(form: str) -> None:
    text = logged(form)
    assert "no secret here" in text
    assert "what somebody wrote" not in text


@pytest.mark.parametrize("form", ["console", "json"])
def test_libraries_are_heard_from_warnings_on(form: str) -> None:
    text = logged(form)
    assert "from a library" in text
    assert "chatter" not in text


def test_json_is_one_object_a_line() -> None:
    lines = [msgspec.json.decode(line) for line in logged("json").splitlines()]
    assert [line["event"] for line in lines] == ["started", "from a library", "command_failed"]
    assert lines[0]["port"] == 1


def test_the_level_is_for_our_own_modules() -> None:
    assert "heard at debug level" in logged("console", "debug")
    assert "started" not in logged("console", logging.getLevelName(logging.WARNING).lower())
