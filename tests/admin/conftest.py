"""A desk with the people of two accounts."""

from tests.chatcore.conftest import template, world

__all__ = ["template", "world"]
