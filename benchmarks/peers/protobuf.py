"""As much of Protocol Buffers as LiveKit's signalling needs (protobuf.dev/programming-guides/encoding).

A message is a sequence of fields: a tag, which is the field's number and the wire type, and a value. Here a
value is a number (varint) or bytes (a string, or a message within); the other wire types are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED_64: 8, _FIXED_32: 4}
_MAX_VARINT_BITS = 64

Value = int | str | bytes


class ProtobufError(ValueError):
    """The bytes are no message."""


class Message:
    """A decoded message. Fields that are missing have their type's default, as proto3 has it."""

    def __init__(self, data: bytes) -> None:
        """Decode a message; of fields that come more than once, the last counts. Raises ProtobufError."""
        self._fields: dict[int, int | bytes] = {}
        at = 0
        while at < len(data):
            tag, at = _read_varint(data, at)
            at = self._read_field(data, at, tag >> 3, tag & 7)

    def __contains__(self, field: int) -> bool:
        return field in self._fields

    def number(self, field: int) -> int:
        """A number. Raises ProtobufError if the field is of another type."""
        value = self._fields.get(field, 0)
        if not isinstance(value, int):
            raise ProtobufError(f"field {field} is no number")
        return value

    def text(self, field: int) -> str:
        """A string. Raises ProtobufError if the field is of another type, or not UTF-8."""
        try:
            return self._bytes(field).decode()
        except UnicodeDecodeError:
            raise ProtobufError(f"field {field} is no text") from None

    def message(self, field: int) -> Message:
        """A message within. Raises ProtobufError if the field is of another type."""
        return Message(self._bytes(field))

    def _bytes(self, field: int) -> bytes:
        value = self._fields.get(field, b"")
        if not isinstance(value, bytes):
            raise ProtobufError(f"field {field} is not made of bytes")
        return value

    def _read_field(self, data: bytes, at: int, field: int, wire_type: int) -> int:
        """Take in a field's value, and return where the next field begins."""
        if wire_type == _VARINT:
            self._fields[field], at = _read_varint(data, at)
            return at
        if wire_type == _BYTES:
            size, at = _read_varint(data, at)
            self._fields[field] = data[at : at + size]
        elif wire_type in _FIXED_SIZES:
            size = _FIXED_SIZES[wire_type]
        else:
            raise ProtobufError(f"wire type {wire_type} is unknown")
        if at + size > len(data):
            raise ProtobufError("a field is cut off")
        return at + size


def encode(fields: Iterable[tuple[int, Value]]) -> bytes:
    """Return a message with these fields, by their numbers; numbers must not be negative."""
    message = bytearray()
    for field, value in fields:
        if isinstance(value, int):
            message += _varint(field << 3 | _VARINT) + _varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            message += _varint(field << 3 | _BYTES) + _varint(len(data)) + data
    return bytes(message)


def _varint(number: int) -> bytes:
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, _MAX_VARINT_BITS, 7):
        if at == len(data):
            raise ProtobufError("a number is cut off")
        number |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return number, at
    raise ProtobufError("a number has more than 64 bits")
