"""Bytes of a plain or compressed file as lines of bounded length: no line, however long, is ever held whole beyond the bound."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from clustering.config import Limits
from clustering.errors import InputError

MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"\xfd7zXZ\x00": "xz"}
_CHUNK_BYTES = 1 << 16


class Trouble(Enum):
    """What can be wrong with a line before anybody looks inside."""

    TOO_LONG = "line is too long for any text within [limits] max_text_characters"
    DAMAGED = "the compressed file is damaged or cut off here"


def compression(path: Path) -> str | None:
    """``gz``, ``zst``, ``xz`` by the first bytes, whatever the name says; null for a plain file."""
    start = first_bytes(path, 6, None)
    return next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), None)


def first_bytes(path: Path, count: int, packed: str | None) -> bytes:
    """The first bytes of the (unpacked) file."""
    try:
        with open_bytes(path, packed) as stream:
            return stream.read(count)
    except (EOFError, zlib.error, lzma.LZMAError):
        return b""
    except OSError as error:
        if packed is not None and error.errno is None:  # the decompressor's complaint, not the file system's
            return b""
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


def open_bytes(path: Path, packed: str | None) -> BinaryIO:
    """The file, unpacked as it is read."""
    if packed == "gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if packed == "xz":
        return cast("BinaryIO", lzma.open(path, "rb"))
    if packed == "zst":
        return cast("BinaryIO", pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
    return path.open("rb")


def longest_line_bytes(limits: Limits) -> int:
    """Room for a text at its limit whose every character is escaped (six bytes each), and for the other fields."""
    return 6 * limits.max_text_characters + (1 << 20)


def lines(path: Path, packed: str | None, limits: Limits) -> Iterator[tuple[int, bytes | Trouble]]:
    """Numbered lines without their line feed; a UTF-8 byte order mark at the start is dropped."""
    longest = longest_line_bytes(limits)
    pending: list[bytes] = []
    size = 0
    number = 1
    with open_bytes(path, packed) as stream:
        read = getattr(stream, "read1", stream.read)
        while True:
            try:
                chunk = read(_CHUNK_BYTES)
            except (EOFError, zlib.error, lzma.LZMAError, OSError):
                if packed is None:
                    raise
                yield number, Trouble.DAMAGED
                return
            if not chunk:
                break
            *ended, rest = chunk.split(b"\n")
            for part in ended:
                whole = b"".join((*pending, part)) if size + len(part) <= longest else Trouble.TOO_LONG
                yield number, _unmarked(whole) if number == 1 else whole
                pending, size, number = [], 0, number + 1
            size += len(rest)
            if size <= longest:
                pending.append(rest)
            else:
                pending.clear()  # the line is lost already: only its end matters now
    if size:
        whole = b"".join(pending) if size <= longest else Trouble.TOO_LONG
        yield number, _unmarked(whole) if number == 1 else whole


def _unmarked(line: bytes | Trouble) -> bytes | Trouble:
    return line.removeprefix(b"\xef\xbb\xbf") if isinstance(line, bytes) else line
