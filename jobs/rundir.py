"""Opening a finished run for the reading verbs: its artifacts on demand, ids by any prefix that leaves no doubt.

Readers look at run directories only, never at the store's database, so a run in progress never blocks them.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click
import msgspec
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct
from rapidfuzz import process

from clustering.errors import IncompatibleError, InputError
from jobs import documents as d
from jobs.readers.dates import parse, utc
from jobs.show import safe
from jobs.store import latest_run_id

if TYPE_CHECKING:
    from clustering.text import Moment

DEFAULT_STORE = "./samestory-store"
KINDS: tuple[d.Kind, ...] = ("copy", "quote", "background", "boilerplate")
"""Of passages, in the order they are shown."""

_NEAR = 50
"""Least rapidfuzz score of a name that is offered instead of an unknown one."""

_GROUP_ID = re.compile(r"[des]-[0-9a-f]{12}")

_S = TypeVar("_S", bound=Struct)
_F = TypeVar("_F", bound=Callable[..., Any])


class Found(NamedTuple):
    """What an id names: kind is article, duplicate_group, event, story or passage."""

    kind: str
    id: str


class _Versioned(Struct):
    schema_version: str


class Run:
    """The artifacts of one run directory, each read when first asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.run_id = directory.name
        written = self._document("manifest.json", _Versioned).schema_version
        if written != d.SCHEMA_VERSION:
            raise IncompatibleError(f"run {self.run_id} was written as schema {safe(written)}, this samestory reads "
                                    f"{d.SCHEMA_VERSION}: read it with the samestory that wrote it")

    @cached_property
    def manifest(self) -> d.Manifest:
        """What the run knew."""
        return self._document("manifest.json", d.Manifest)

    @cached_property
    def run_results(self) -> d.RunResults:
        """What happened."""
        return self._document("run_results.json", d.RunResults)

    @cached_property
    def events(self) -> Mapping[str, d.Cluster]:
        """Event id -> event."""
        return {e.event_id: e for e in self._lines("clusters.jsonl", d.Cluster)}

    @cached_property
    def stories(self) -> Mapping[str, d.Story]:
        """Story id -> story."""
        return {s.story_id: s for s in self._lines("stories.jsonl", d.Story)}

    @cached_property
    def passages(self) -> Mapping[str, d.Passage]:
        """Passage id -> passage."""
        return {p.passage_id: p for p in self._lines("passages.jsonl", d.Passage)}

    @cached_property
    def duplicate_groups(self) -> Mapping[str, d.DuplicateGroup]:
        """Id -> duplicate group of more than one article."""
        return {g.duplicate_group_id: g for g in self._lines("duplicate_groups.jsonl", d.DuplicateGroup)}

    @cached_property
    def lineage(self) -> list[d.LineageChange]:
        """What changed since the parent run."""
        return self._lines("lineage.jsonl", d.LineageChange)

    @cached_property
    def redirects(self) -> dict[str, str]:
        """Id of an earlier run that was merged away -> id of this run that it leads to."""
        exists = (self.directory / "redirects.jsonl").exists()  # runs of the first version have none
        return {r.id: r.became_id for r in self._lines("redirects.jsonl", d.Redirect)} if exists else {}

    @cached_property
    def rejects(self) -> list[d.Reject]:
        """Input records that could not be used; empty when the run wrote none."""
        return self._lines("rejects.jsonl", d.Reject) if (self.directory / "rejects.jsonl").exists() else []

    @cached_property
    def articles(self) -> Mapping[str, dict[str, Any]]:
        """Article id -> its row of articles.parquet."""
        return {row["article_id"]: row for row in self.rows("articles.parquet")}

    @cached_property
    def moments(self) -> Mapping[str, Moment]:
        """Dated article -> its moment, from precision and zone as printed."""
        return {article_id: moment_of(row["published"]) for article_id, row in self.articles.items()
                if row["published"] is not None}

    def when(self, article_id: str) -> float:
        """Something to sort articles by in time: undated ones come last."""
        return self.moments[article_id].seconds if article_id in self.moments else inf

    def rows(self, name: str, **equal: str) -> list[dict[str, Any]]:
        """Rows of a Parquet artifact whose columns equal the values given."""
        try:
            table = pq.read_table(self._existing(name), filters=[(key, "=", value) for key, value in equal.items()] or None)
        except (OSError, ValueError) as error:
            raise InputError(f"{self.directory / name} cannot be read: {error}") from error
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def texts(self, article_ids: set[str]) -> dict[str, str]:
        """The texts of some articles."""
        table = pq.read_table(self._existing("texts.parquet"), columns=["article_id", "text"],
                              filters=pc.field("article_id").isin(sorted(article_ids)))
        return dict(zip(table["article_id"].to_pylist(), table["text"].to_pylist(), strict=True))

    def outlet(self, given: str) -> str:
        """The outlet of this name; letter case may differ where that leaves no doubt.

        Raises
        ------
        InputError
            when there is none (the nearest ones are named).
        """
        known: list[str] = sorted({row["outlet"] for row in self.articles.values() if row["outlet"]})
        near = [given] if given in known else [name for name in known if name.casefold() == given.casefold()]
        if len(near) == 1:
            return near[0]
        nearest = ", ".join(safe(name) for name, _, _ in process.extract(given, known, limit=3, score_cutoff=_NEAR))
        hint = f"; nearest: {nearest}" if nearest else ""
        raise InputError(f"no outlet of run {self.run_id} is called {safe(given)!r}{hint}")

    def passages_of(self, *article_ids: str) -> list[d.Passage]:
        """Passages that occur in all of these articles, in order of their place in the first."""
        first, *others = (self._places.get(article_id, {}) for article_id in article_ids)
        shared = [p for p in first if all(p in other for other in others)]
        return [self.passages[p] for p in sorted(shared, key=lambda p: (first[p], p))]

    def passages_between(self, a: str, b: str) -> list[d.Passage]:
        """Passages that occur in both outlets, in order of id."""
        return [p for p in self.passages.values() if {a, b} <= {o.outlet for o in p.occurrences}]

    def events_between(self, a: str, b: str) -> list[d.Cluster]:
        """Events both outlets have an article in, in order of id."""
        return [e for e in self.events.values() if {a, b} <= set(e.outlets)]

    @cached_property
    def outlet_pairs(self) -> dict[tuple[str, str], dict[str, str]]:
        """Ordered pair of outlets, as written -> its row of outlet_pairs.csv."""
        with self._existing("outlet_pairs.csv").open(encoding="utf-8", newline="") as file:
            return {(row["outlet_a"], row["outlet_b"]): row for row in csv.DictReader(file)}

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        """Article id -> passage id -> where it first stands there."""
        places: dict[str, dict[str, int]] = defaultdict(dict)
        for passage in self.passages.values():
            for o in passage.occurrences:
                places[o.article_id].setdefault(passage.passage_id, o.start)
        return places

    def find(self, given: str, *kinds: str) -> Found:
        """What an id, or a prefix of only one id, names; an id that was merged away names what it became.

        Parameters
        ----------
        given
            The id or prefix.
        kinds
            Restrict the search to these; all by default.

        Raises
        ------
        InputError
            when several ids start so, or none does (the nearest ones are named).
        """
        known, asked = self._ids, given
        given = self.redirects.get(given, given)
        hits = [Found(kind, given) for kind, ids in known.items() if given in ids]
        if not hits and given:
            hits = [Found(kind, one) for kind, ids in known.items() for one in ids if one.startswith(given)]
        wanted = [hit for hit in hits if not kinds or hit.kind in kinds]
        if len(wanted) == 1 or (wanted and wanted[0].id == given):
            return wanted[0]
        if wanted:
            some = ", ".join(sorted(safe(hit.id) for hit in wanted)[:5])
            raise InputError(f"{len(wanted)} ids start with {safe(given)!r}: {some}{' ...' if len(wanted) > 5 else ''}; "
                             "give more of it")
        what = " or ".join(kind.replace("_", " ") for kind in kinds) or "article, group, event, story or passage"
        if hits:
            raise InputError(f"{safe(given)!r} is a {hits[0].kind.replace('_', ' ')}; {what} is needed here")
        pool = sorted({one for kind, ids in known.items() if not kinds or kind in kinds for one in ids})
        nearest = ", ".join(safe(name) for name, _, _ in process.extract(given, pool, limit=3, score_cutoff=_NEAR))
        hint = f"; nearest: {nearest}" if nearest else "" if pool else "; the run has none"
        last = self._last_run_with(asked)
        if last:
            raise InputError(f"{safe(asked)} is not in run {self.run_id}; the last run that has it is {last}: add --run {last}")
        raise InputError(f"no {what} of run {self.run_id} is called {safe(given)!r}{hint}")

    def _last_run_with(self, given: str) -> str | None:
        """The newest other run of the store that knows a group of this id."""
        if not _GROUP_ID.fullmatch(given):
            return None
        column = {"d": "duplicate_group_id", "e": "event_id", "s": "story_id"}[given[0]]
        others = [p for p in self.directory.parent.iterdir() if p != self.directory and not p.name.startswith(".")]
        for directory in sorted(others, reverse=True):
            path = directory / "articles.parquet"
            if path.is_file() and pq.read_table(path, columns=[column], filters=[(column, "=", given)]).num_rows:
                return directory.name
        return None

    @cached_property
    def _ids(self) -> dict[str, dict[str, None]]:
        return {
            "event": dict.fromkeys(self.events), "story": dict.fromkeys(self.stories),
            "duplicate_group": dict.fromkeys(row["duplicate_group_id"] for row in self.articles.values()),
            "passage": dict.fromkeys(self.passages), "article": dict.fromkeys(self.articles),
        }

    def _existing(self, name: str) -> Path:
        path = self.directory / name
        if not path.is_file():
            raise InputError(f"run {self.run_id} has no {name} (looked for {path}): was it pruned or copied in part?")
        return path

    def _document(self, name: str, kind: type[_S]) -> _S:
        try:
            return msgspec.json.decode(self._existing(name).read_bytes(), type=kind)
        except msgspec.DecodeError as error:
            raise InputError(f"{self.directory / name} is damaged: {error}") from error

    def _lines(self, name: str, kind: type[_S]) -> list[_S]:
        decoder = msgspec.json.Decoder(kind)
        try:
            with self._existing(name).open("rb") as file:
                return [decoder.decode(line) for line in file]
        except msgspec.DecodeError as error:
            raise InputError(f"{self.directory / name} is damaged: {error}") from error


def moment_of(published: str) -> Moment:
    """The moment of a time as the artifacts print it, from the precision and the zone it was given with."""
    from clustering.text import Moment  # noqa: PLC0415  loads the kernels, which most reading verbs do not need

    when = parse(published, earliest_year=1)
    return Moment.of(utc(when.instant).timestamp(), when.precision, when.zone_known)


def run_ids(store: Path) -> list[str]:
    """Ids of the finished runs of a store, sorted.

    Raises
    ------
    InputError
        when there is no store.
    """
    if not store.is_dir():
        raise InputError(f"no store at {store}: name it with --store, or make one with `samestory run`")
    runs = store / "runs"
    if not runs.is_dir():
        return []
    return sorted(p.name for p in runs.iterdir() if not p.name.startswith(".") and (p / "manifest.json").is_file())


def open_run(store: Path, run_id: str | None = None) -> Run:
    """Open a run of a store: by id or unique prefix, the latest by default.

    Raises
    ------
    InputError
        when the store, the run or its files are missing.
    """
    known = run_ids(store)
    wanted = run_id or latest_run_id(store)
    if wanted is None:
        raise InputError(f"the store at {store} has no finished run yet")
    if run_id is None and wanted not in known:
        raise InputError(f"`latest` of {store} names the run {safe(wanted)}, which is not there; name another with --run, or "
                         f"start `samestory run`, which says how to mend it; there are: {', '.join(known[-5:]) or 'none'}")
    hits = [wanted] if wanted in known else [one for one in known if one.startswith(wanted)]
    if len(hits) != 1:
        what = "several runs start" if hits else "no run starts"
        raise InputError(f"{what} with {safe(wanted)!r} in {store}; there are: {', '.join(known[-5:]) or 'none'}")
    return Run(store / "runs" / hits[0])


def store_option(function: _F) -> _F:
    """The option ``--store``."""
    return click.option("--store", type=click.Path(path_type=Path), default=DEFAULT_STORE, show_default=True,
                        metavar="DIR", help="Where the runs are.")(function)


def run_options(function: _F) -> _F:
    """The options ``--store`` and ``--run`` of every reading verb."""
    return store_option(click.option("--run", "run_id", metavar="RUN", help="Run id or prefix; the latest by default.")(function))
