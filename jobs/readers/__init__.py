"""What an input file says, one block of records after the other.

``detect`` looks at a path before work starts and refuses what cannot be used at all; ``open_input`` streams it: a format
reader (``jsonl``, ``table``, ``folder``) yields records or reasons, ``records`` validates each and gathers them into
blocks. A file may be larger than memory; a broken record is a reject with file, line and reason, never an error.

The bytes decide, not only the name: a packed file is known by its first bytes, and so is Parquet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from clustering.config import Settings
from clustering.errors import InputError
from jobs.readers import folder, jsonl, streams, table
from jobs.readers.folder import printable
from jobs.readers.records import RECORDS, Block, Reject, blocks

__all__ = ["RECORDS", "Block", "Reject", "Source", "detect", "fingerprint", "open_input"]

_JSONL, _CSV, _PARQUET = {".jsonl", ".ndjson", ".jsonlines"}, {".csv", ".tsv"}, {".parquet", ".pq"}
_PACKED = {".gz", ".zst", ".xz"}


class Source(NamedTuple):
    """An input that can be read: its path, its name as the user gave it, its format and how it is packed."""

    path: Path
    name: str
    format: str
    packed: str | None


def detect(given: str | Path, settings: Settings) -> Source:
    """What kind of input this is.

    Raises
    ------
    InputError
        when it does not exist, cannot be read, is of an unknown format, or has no column for the text.
    """
    path, name = Path(given), printable(given)
    try:
        if path.is_dir():
            folder.check(path, settings.limits)
            return Source(path, name, "folder", None)
        if not path.exists():
            raise InputError(f"{name}: there is no such file or folder")
        if not path.is_file():
            raise InputError(f"{name}: is neither a file nor a folder")
        packed = streams.compression(path)
        source = Source(path, name, _format(path, name, packed), packed)
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if source.format == "csv":
        table.check_columns(name, table.csv_header(path, packed, settings.limits), settings)
    elif source.format == "parquet":
        table.check_columns(name, table.parquet_columns(path), settings)
    return source


def open_input(given: str | Path | Source, settings: Settings) -> Iterator[Block]:
    """The records of an input in blocks of bounded size."""
    source = given if isinstance(given, Source) else detect(given, settings)
    path, name, limits = source.path, source.name, settings.limits
    if source.format == "jsonl":
        items = jsonl.read(path, name, source.packed, limits)
    elif source.format == "csv":
        items = table.read_csv(path, name, source.packed, limits)
    elif source.format == "parquet":
        items = table.read_parquet(path, name)
    else:
        items = folder.read(path, name, limits)
    return blocks(items, settings)


def fingerprint(source: Source) -> dict[str, Any]:
    """Path as given, bytes and SHA-256 of an input, for the manifest; of a folder those of its files in order of name."""
    if source.format != "folder":
        return {"path": source.name, "bytes": source.path.stat().st_size, "sha256": _digest(source.path).hex()}
    whole, size = hashlib.sha256(), 0
    side_car = source.path / folder.SIDE_CAR
    for path in [*([side_car] if side_car.is_file() else []), *folder.members(source.path)]:
        if path.is_file():
            whole.update(path.name.encode("utf-8", "surrogateescape") + b"\0" + _digest(path))
            size += path.stat().st_size
    return {"path": source.name, "bytes": size, "sha256": whole.hexdigest()}


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _format(path: Path, name: str, packed: str | None) -> str:
    start = streams.first_bytes(path, 4096, packed)
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _PACKED]
    suffix = suffixes[-1] if suffixes else ""
    if start.startswith(b"PAR1"):
        if packed:
            raise InputError(f"{name}: is a packed Parquet file; unpack it, Parquet is compressed inside")
        return "parquet"
    if suffix in _PARQUET:
        raise InputError(f"{name}: is not a Parquet file, whatever its name says")
    shown = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in _CSV:
        return "csv"
    if suffix in _JSONL:
        return "jsonl"
    if shown.startswith(b"["):
        raise InputError(f"{name}: is one JSON array; write one object a line, for example: jq -c '.[]' {name} > articles.jsonl")
    if shown.startswith(b"{") or not start:
        return "jsonl"
    raise InputError(f"{name}: is of no known format (JSON lines, CSV, Parquet, packed with .gz, .zst or .xz; "
                     "or a folder of .txt and .html)")
