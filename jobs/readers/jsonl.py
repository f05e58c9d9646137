"""JSON lines: one object a line; blank lines are nothing, every other line is a record or a reject."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from clustering.config import Limits
from jobs.readers.records import Item
from jobs.readers.streams import Trouble, lines


def read(path: Path, name: str, packed: str | None, limits: Limits) -> Iterator[Item]:
    """Every record of the file, streamed."""
    for number, line in lines(path, packed, limits):
        if isinstance(line, Trouble):
            yield Item(name, number, line.value)
        elif line.strip():
            yield Item(name, number, _decode(line))


def _decode(line: bytes) -> dict[str, object] | str:
    """The object, or the reason why there is none."""
    try:
        value = msgspec.json.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return f"invalid UTF-8 (byte {error.start + 1} of the line)"
    except RecursionError:
        return "JSON is nested too deeply"
    except (msgspec.DecodeError, ValueError) as error:
        if _has_lone_surrogate(line):
            return "a lone surrogate in the JSON (half of a character written as \\ud800 to \\udfff)"
        detail = str(error).removeprefix("JSON is malformed: ").replace("Input data was truncated", "the line ends too early")
        return f"broken JSON: {detail}"
    return value if isinstance(value, dict) else "not a JSON object"


def _has_lone_surrogate(line: bytes) -> bool:
    """Whether half a surrogate pair is what the strict parser minded; the lenient one of the standard library lets it pass."""
    try:
        json.dumps(json.loads(line), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False
