"""A run's result as the writers need it: plain lists by row, ids instead of labels, members of every group."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from clustering.pipeline import Result
from clustering.tables import whole
from jobs import documents


class Name(NamedTuple):
    """What lasts of a group beyond the run."""

    id: str
    status: documents.Become
    previous_ids: list[str]


class Span(NamedTuple):
    """When a set of articles was published, as printed, and the earliest instant to sort by."""

    first: str | None
    last: str | None
    first_at: int | None


def number(value: float | None) -> float | None:
    """A float fit to print: six digits, no negative zero, null instead of NaN and infinity."""
    return None if value is None or not math.isfinite(value) else round(float(value), 6) + 0.0


def utf16_offsets(text: str, places: list[int]) -> list[int]:
    """Code point places of ``text`` as UTF-16 code units: each character above U+FFFF before a place adds one."""
    wide = len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)
    if not wide:
        return places
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    above = np.flatnonzero(points > 0xFFFF)
    return [place + int(np.searchsorted(above, place)) for place in places]


class View:
    """Lists by row of what the writers print of a :class:`clustering.pipeline.Result`; everything else on demand."""

    def __init__(self, result: Result) -> None:
        self.result = result
        articles = result.articles
        self.article_ids: list[str] = articles["article_id"].to_pylist()
        self.outlets: list[str | None] = articles["outlet"].to_pylist()
        self.outlet_keys: list[str] = articles["outlet_key"].to_pylist()
        self._texts = whole(articles["text"])
        self.published: list[str | None] = articles["published"].to_pylist()
        self.published_at: list[int | None] = articles["published_at"].cast(pa.int64()).to_pylist()
        self.langs: list[str] = result.languages["lang"].to_pylist()
        self.group_of: list[int] = result.groups["group"].to_pylist()
        self.relations: list[documents.Relation] = result.groups["relation"].to_pylist()
        self.event_of: list[int] = result.events_of["event"].to_pylist()
        self.story_of: list[int] = result.stories_of["story"].to_pylist()
        self.group_names = _names(result.group_ids)
        self.event_names = _names(result.event_ids)
        self.story_names = _names(result.story_ids)
        self.group_rows = _members(self.group_of)
        self.event_rows = _members(self.event_of)
        self.story_rows = _members(self.story_of)

    def text(self, row: int) -> str:
        """The text of an article; all of them as Python strings would be a second copy of the window."""
        found: str | None = self._texts[row].as_py()
        return found or ""

    def article(self, row: int | None) -> str | None:
        """Article id of a row that may be missing."""
        return None if row is None else self.article_ids[row]

    def span(self, rows: Iterable[int]) -> Span:
        """First and last publication among the rows; equal instants are told apart by article id."""
        dated = [(at, row) for row in rows if (at := self.published_at[row]) is not None]
        if not dated:
            return Span(None, None, None)
        return Span(self.published[min(dated)[1]], self.published[max(dated)[1]], min(dated)[0])

    def outlet_names(self, rows: Iterable[int]) -> list[str]:
        """The known outlets of the rows, sorted."""
        return sorted({name for row in rows if (name := self.outlets[row]) is not None})

    def outlet_count(self, rows: Iterable[int]) -> int:
        """Different outlets, unknown ones included."""
        return len({self.outlet_keys[row] for row in rows})

    @cached_property
    def shares(self) -> list[dict[str, Any]]:
        """Word counts and shares of each article; the five shares have body and boilerplate words as their whole."""
        given = self.result.shares
        whole = given["words"].to_numpy() + given["boilerplate_words"].to_numpy()
        for kind in ("copy", "quote", "background", "boilerplate", "own"):
            shares = given[f"{kind}_words"].to_numpy() / np.maximum(whole, 1)
            given = given.append_column(f"{kind}_share", pa.array(list(map(number, shares.tolist())), mask=whole == 0))
        rows: list[dict[str, Any]] = given.to_pylist()
        return rows

    @cached_property
    def occurrences(self) -> dict[int, list[dict[str, Any]]]:
        """Passage number -> its occurrences, each with the changes inside it and its UTF-16 places."""
        changes: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        for change in self.result.changes.to_pylist():
            changes[change["passage"], change["row"]].append(change)
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        by_row: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for occurrence in self.result.occurrences.to_pylist():
            occurrence["changes"] = [
                {key: change[key] for key in ("type", "here", "there", "start", "end")}
                for change in changes[occurrence["passage"], occurrence["row"]]
                if occurrence["start"] <= change["start"] and change["end"] <= occurrence["end"]]
            found[occurrence["passage"]].append(occurrence)
            by_row[occurrence["row"]].append(occurrence)
        for row, here in by_row.items():
            places = utf16_offsets(self.text(row), [place for o in here for place in (o["start"], o["end"])])
            for i, occurrence in enumerate(here):
                occurrence["start_utf16"], occurrence["end_utf16"] = places[2 * i], places[2 * i + 1]
        return found

    @cached_property
    def passage_texts(self) -> dict[int, str]:
        """Passage number -> the words of its reference occurrence."""
        rows = dict(zip(*(self.result.passages[name].to_pylist() for name in ("passage", "reference_row")), strict=True))
        chosen = {passage: next(o for o in here if o["row"] == rows[passage]) for passage, here in self.occurrences.items()}
        return {passage: self.text(o["row"])[o["start"] : o["end"]] for passage, o in chosen.items()}

    @cached_property
    def passage_names(self) -> dict[int, str]:
        """Passage number -> passage id."""
        found = self.result.passage_ids
        return dict(zip(found["passage"].to_pylist(), found["id"].to_pylist(), strict=True))

    def digests(self) -> list[str]:
        """SHA-256 of the UTF-8 bytes of each text."""
        offsets = np.frombuffer(self._texts.buffers()[1], np.int64)[self._texts.offset :].tolist()
        data = memoryview(self._texts.buffers()[2] or b"")
        return [hashlib.sha256(data[offsets[row] : offsets[row + 1]]).hexdigest() for row in range(len(self._texts))]


def _names(ids: pa.Table) -> dict[int, Name]:
    return {row["label"]: Name(row["id"], row["status"], row["previous_ids"]) for row in ids.to_pylist()}


def _members(labels: list[int]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        members[label].append(row)
    return members
