"""People's corrections: a file of JSON lines that every run honours.

::

    {"type": "must-link", "a": ARTICLE_ID, "b": ARTICLE_ID, "note": "the same accident"}
    {"type": "cannot-link", "a": ARTICLE_ID, "b": ARTICLE_ID, "note": "another year's fair"}
    {"type": "not-boilerplate", "outlet": OUTLET, "text": "words of the article", "note": null}

Links act on events. The order of the lines says nothing; the same line twice is one. Lines that contradict each other are
refused before any work is done, for nobody can tell which of them is meant.
"""

from __future__ import annotations

import hashlib
from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from clustering.config import Settings
from clustering.errors import SettingsError
from clustering.pipeline import Corrections, no_corrections
from clustering.tables import LINKS, NOT_BOILERPLATE, table


class _Line(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What every line may hold."""


class _MustLink(_Line, frozen=True, tag="must-link"):
    a: str
    b: str
    note: str | None = None


class _CannotLink(_Line, frozen=True, tag="cannot-link"):
    a: str
    b: str
    note: str | None = None


class _NotBoilerplate(_Line, frozen=True, tag="not-boilerplate"):
    outlet: str
    text: str
    note: str | None = None


_decoder: msgspec.json.Decoder[_MustLink | _CannotLink | _NotBoilerplate] = msgspec.json.Decoder(
    _MustLink | _CannotLink | _NotBoilerplate)
_Edge = tuple[str, int]
"""The other article, and the line that says so."""


class Told(NamedTuple):
    """What people said, checked."""

    corrections: Corrections
    digest: str
    """Equal digests mean the same corrections, however the file was written; empty when there are none."""
    records: list[dict[str, Any]]
    """The same as JSON objects, sorted, for the manifest."""


def load(path: str | None, settings: Settings) -> Told:
    """Read the corrections of a file; none when no file is named.

    Raises
    ------
    SettingsError
        when the file cannot be read, a line is none of the three kinds, or lines contradict each other.
    """
    if path is None:
        return Told(no_corrections(), "", [])
    try:
        lines = Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise SettingsError(f"{path}: the corrections cannot be read ({error.strerror})") from error
    must: dict[str, list[_Edge]] = {}
    links: dict[tuple[str, str, str, str | None], int] = {}
    texts: set[tuple[str, str, str | None]] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        said = _decode(line, where)
        if isinstance(said, _NotBoilerplate):
            if not said.text.strip():
                raise SettingsError(f"{where}: not-boilerplate needs the words that are no furniture as 'text'")
            texts.add((settings.outlets.aliases.get(said.outlet, said.outlet), said.text, said.note))
            continue
        a, b = sorted((said.a, said.b))
        if a == b:
            raise SettingsError(f"{where}: a and b are the same article {a!r}")
        links.setdefault((said.__struct_config__.tag, a, b, said.note), number)  # type: ignore[arg-type]
        if isinstance(said, _MustLink):
            must.setdefault(a, []).append((b, number))
            must.setdefault(b, []).append((a, number))
    for (kind, a, b, _), number in links.items():
        chain = _chain(must, a, b) if kind == "cannot-link" else []
        if chain:
            others = ", ".join(map(str, sorted(chain)))
            raise SettingsError(f"{path}, line {number}: cannot-link of {a!r} and {b!r} contradicts the must-links of line"
                                f"{'s' if len(chain) > 1 else ''} {others}; remove one of them")
    return _told(sorted(links, key=_order), sorted(texts, key=_order))


def _decode(line: bytes, where: str) -> _MustLink | _CannotLink | _NotBoilerplate:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{where}: is no correction ({error}); write must-link or cannot-link with a and b, or "
                            "not-boilerplate with outlet and text, and a note") from error


def _chain(must: dict[str, list[_Edge]], start: str, goal: str) -> list[int]:
    """Lines of the must-links that lead from one article to another, by the fewest; empty when none do."""
    lines: dict[str, list[int]] = {start: []}
    queue = deque([start])
    while queue:
        article = queue.popleft()
        if article == goal:
            return lines[article]
        for other, number in must.get(article, []):
            if other not in lines:
                lines[other] = [*lines[article], number]
                queue.append(other)
    return []


def _order(said: tuple[str | None, ...]) -> list[tuple[bool, str]]:
    return [(one is not None, one or "") for one in said]


def _told(links: list[tuple[str, str, str, str | None]], texts: list[tuple[str, str, str | None]]) -> Told:
    records = [dict(zip(("type", "a", "b", "note"), link, strict=True)) for link in links]
    uncovered = [dict(zip(("outlet", "text", "note"), text, strict=True)) for text in texts]
    corrections = Corrections(table(LINKS, records), table(NOT_BOILERPLATE, uncovered))
    every: list[dict[str, Any]] = [*records, *({"type": "not-boilerplate", **text} for text in uncovered)]
    return Told(corrections, hashlib.sha256(msgspec.json.encode(every)).hexdigest() if every else "", every)
