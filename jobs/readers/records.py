"""One record of the input, whatever file it came in, becomes one row of columns, or a reject with its reason.

Nothing is repaired or invented: dates keep their precision, a missing zone stays missing, the text is stored as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from clustering.config import Settings
from jobs.readers import dates, identity

FIELDS = ("id", "outlet", "url", "title", "text", "published", "modified", "seen", "lang", "authors", "status")
"""What a record may say; only ``text`` is required. Everything else passes through as ``extra``."""

RECORDS = pa.schema([
    ("article_id", pa.string()),
    ("content_hash", pa.string()),  # of everything below but seen_at and extra: two records with one hash say the same
    ("status", pa.string()),  # live or withdrawn
    ("outlet", pa.string()),  # as given or the registrable domain; aliases are resolved when a run begins
    ("url", pa.string()),
    ("title", pa.string()),
    ("text", pa.large_string()),
    ("published", pa.string()),
    ("published_at", pa.timestamp("us")),  # UTC
    ("published_precision", pa.string()),
    ("published_zone_known", pa.bool_()),
    ("modified_at", pa.timestamp("us")),  # UTC
    ("seen_at", pa.timestamp("us")),  # UTC
    ("lang", pa.string()),
    ("authors", pa.list_(pa.string())),
    ("extra", pa.string()),  # JSON object of all other fields; null when there are none
    ("file", pa.string()),
    ("line", pa.int64()),
])
"""What a reader hands to the store, one row a usable record."""

BLOCK_RECORDS = 2_000
BLOCK_CHARACTERS = 8_000_000
_LONGEST_ID = 1_000
_LONGEST_FIELD = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LANG = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)
_KINDS = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", bytes: "bytes"}


class Item(NamedTuple):
    """What a format reader yields: a record as a mapping, or the reason why there is none."""

    file: str
    line: int | None
    value: Mapping[str, Any] | str


class Reject(NamedTuple):
    """An input record that could not be used."""

    file: str
    line: int | None
    reason: str
    id: str | None = None


class Block(NamedTuple):
    """A handful of records: a RECORDS table, the rejects, and how many records were read (their sum)."""

    records: pa.Table
    rejects: list[Reject]
    read: int


class UnusableError(Exception):
    """A record that becomes a reject; the text is the reason."""


def blocks(items: Iterable[Item], settings: Settings) -> Iterator[Block]:
    """Validate items and hand them on in blocks whose size does not depend on the input's."""
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    read = characters = 0
    for item in items:
        read += 1
        if isinstance(item.value, str):
            rejects.append(Reject(item.file, item.line, item.value))
        else:
            named = renamed(item.value, settings.fields)
            try:
                row = validate(named, settings)
            except UnusableError as error:
                rejects.append(Reject(item.file, item.line, str(error), _id_for_reject(named.get("id"))))
            else:
                rows.append(row | {"file": item.file, "line": item.line})
                characters += len(row["text"])
        if len(rows) + len(rejects) >= BLOCK_RECORDS or characters >= BLOCK_CHARACTERS:
            yield Block(pa.Table.from_pylist(rows, schema=RECORDS), rejects, read)
            rows, rejects, read, characters = [], [], 0, 0
    if read:
        yield Block(pa.Table.from_pylist(rows, schema=RECORDS), rejects, read)


def renamed(value: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """The record under our names: a mapped field wins over one of the input that happens to have our name."""
    if not fields:
        return dict(value)
    taken = set(fields.values())
    ours = {name: entry for name, entry in value.items() if name not in taken and name not in fields}
    return ours | {name: value[theirs] for name, theirs in fields.items() if theirs in value}


def validate(given: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """One row of RECORDS (without ``file`` and ``line``).

    Raises
    ------
    UnusableError
        with the reason; the caller makes a reject of it.
    """
    limits = settings.limits
    withdrawn = (_text(given, "status", _LONGEST_FIELD) or "").strip().lower() == "withdrawn"
    url = _stripped(given, "url")
    title = _text(given, "title", limits.max_text_characters)
    outlet = _stripped(given, "outlet") or (identity.outlet_of(url) if url else None)
    text = _text(given, "text", limits.max_text_characters)
    if not withdrawn and (text is None or not text.strip()):
        elsewhere = f" (the settings read it from {settings.fields['text']!r})" if "text" in settings.fields else ""
        raise UnusableError(f"text is missing{elsewhere}" if text is None else "text is empty")
    published, modified, seen = (_when(given, name, limits.earliest_year) for name in ("published", "modified", "seen"))
    lang, authors = _lang(given), _authors(given)
    article_id = _id(given, url)
    if article_id is None:
        if withdrawn:
            raise UnusableError("status is withdrawn, but neither id nor url says of what")
        article_id = identity.from_content(outlet, title, text or "", published.iso if published else None)
    if withdrawn:
        said: list[object] = ["withdrawn"]
    else:
        said = [outlet, url, title, text, published.iso if published else None, lang, authors]
    said.append(modified.instant if modified else None)
    if withdrawn:  # nothing of it is kept but that it was withdrawn
        bare = dict.fromkeys(RECORDS.names[3:-2]) | {"text": "", "modified_at": modified.instant if modified else None}
        return {"article_id": article_id, "content_hash": identity.content_hash(said), "status": "withdrawn"} | bare
    return {
        "article_id": article_id, "content_hash": identity.content_hash(said), "status": "live",
        "outlet": outlet, "url": url, "title": title, "text": text,
        "published": published.iso if published else None, "published_at": published.instant if published else None,
        "published_precision": published.precision if published else None,
        "published_zone_known": published.zone_known if published else None,
        "modified_at": modified.instant if modified else None, "seen_at": seen.instant if seen else None,
        "lang": lang, "authors": authors, "extra": _extra(given),
    }


def _text(given: dict[str, Any], name: str, longest: int) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnusableError(f"{name} is {_KINDS.get(type(value), 'of a type')}, not a text")
    if len(value) > longest:
        raise UnusableError(f"{name} has more than {longest} characters")
    if "\0" in value:
        raise UnusableError(f"{name} holds a NUL character")
    return value if value or name == "text" else None


def _stripped(given: dict[str, Any], name: str) -> str | None:
    value = _text(given, name, _LONGEST_FIELD)
    return (value.strip() or None) if value else None


def _id(given: dict[str, Any], url: str | None) -> str | None:
    value = given.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    stripped = _stripped({"id": value}, "id")
    if stripped is None:
        return identity.from_url(url) if url else None
    if len(stripped) > _LONGEST_ID or _CONTROL.search(stripped):
        raise UnusableError(f"id has control characters or more than {_LONGEST_ID} characters")
    return stripped


def _id_for_reject(value: object) -> str | None:
    usable = isinstance(value, (str, int)) and not isinstance(value, bool) and len(str(value)) <= _LONGEST_ID
    return str(value) if usable and not _CONTROL.search(str(value)) else None


def _when(given: dict[str, Any], name: str, earliest_year: int) -> dates.When | None:
    value = given.get(name)
    if not isinstance(value, date):
        value = _stripped(given, name)
    try:
        return dates.parse(value, earliest_year) if value is not None else None
    except ValueError as error:
        raise UnusableError(f"{name} {error}") from None


def _lang(given: dict[str, Any]) -> str | None:
    match = _LANG.fullmatch(_stripped(given, "lang") or "")
    return match[1].lower() if match else None


def _authors(given: dict[str, Any]) -> list[str]:
    value = given.get("authors")
    names = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UnusableError("authors is neither a list of names nor one name")
    for name in names:
        _text({"authors": name}, "authors", _LONGEST_FIELD)
    return [name.strip() for name in names if name.strip()]


def _extra(given: dict[str, Any]) -> str | None:
    rest = {name: value for name, value in given.items() if name not in FIELDS and value is not None}
    if not rest:
        return None
    try:
        return msgspec.json.encode(rest, enc_hook=str, order="deterministic").decode()
    except (TypeError, ValueError, RecursionError):
        raise UnusableError("a field beyond the known ones cannot be kept as JSON") from None
