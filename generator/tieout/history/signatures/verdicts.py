"""What the readers of signatures have in common: their verdict, and fields that come one after another."""

from dataclasses import dataclass
from typing import Literal

Checked = Literal["good", "bad", "unreadable", "unverifiable"]


class Malformed(Exception):  # noqa: N818 - not a fault of the program: the signature is not in the format
    """The bytes are not a signature or key of the format."""


class Unverifiable(Exception):  # noqa: N818 - as above
    """A signature of the format, by an algorithm or in a version that is not verified here."""


@dataclass(frozen=True, slots=True)
class Mathematics:
    """Whether the bytes are signed by the key that the signature names. Says nothing about whose key it is."""

    state: Checked
    key: bytes = b""  # public key blob of an SSH signature, which carries it


class Reader:
    """Numbers and stretches of bytes, big-endian, as RFC 4251 and RFC 9580 write them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise Malformed
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def string(self) -> bytes:
        return self.take(self.number(4))

    def mpint(self) -> int:
        """A positive integer of RFC 4251 in its one shortest form."""
        data = self.string()
        if not data or data[0] & 0x80 or (data[0] == 0 and not (len(data) > 1 and data[1] & 0x80)):
            raise Malformed
        return int.from_bytes(data, "big")

    def end(self) -> None:
        if self.left:
            raise Malformed
