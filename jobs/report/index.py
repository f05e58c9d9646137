"""A run opened for many questions: any record at hand without reading a whole file, whatever the size of the run.

Opening reads every artifact once and keeps places, not records: byte offsets into the JSON lines, columns of ``articles.parquet``
and the texts in a mapped temporary file, so that memory holds little more than ids. It answers as :class:`jobs.rundir.Run` does;
what is kept beside are the heads the front page lists and which outlets meet in which passage.
"""

from __future__ import annotations

import mmap
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from clustering.errors import InputError
from clustering.tables import SPANS
from clustering.text import Moment
from jobs import documents as d
from jobs.columns import guarded
from jobs.rundir import KINDS, Run, moment_of

_S = TypeVar("_S", bound=Struct)
_CACHED_RECORDS = 2_000


class EventHead(Struct, frozen=True, gc=False):
    """What lists say of an event."""

    event_id: str
    story_id: str
    title: str | None
    keywords: list[str]
    first_published: str | None
    last_published: str | None
    article_count: int
    outlet_count: int
    independent_text_count: int
    outlets: list[str]
    languages: list[str]
    status: str


class StoryHead(Struct, frozen=True, gc=False):
    """What lists say of a story."""

    story_id: str
    article_count: int
    event_count: int


class _Place(Struct, frozen=True, gc=False):
    outlet: str | None


class _PassageHead(Struct, frozen=True, gc=False):
    passage_id: str
    kind: d.Kind
    event_ids: list[str]
    occurrences: list[_Place]


class _GroupHead(Struct, frozen=True, gc=False):
    duplicate_group_id: str


class Lines(Mapping[str, _S], Generic[_S]):
    """Records of a JSON lines artifact by id, decoded when asked for; ``heads`` are filled by whoever iterates the scan."""

    def __init__(self, path: Path, kind: type[_S]) -> None:
        self._path, self._places = path, dict[str, tuple[int, int]]()
        decode = msgspec.json.Decoder(kind).decode
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""

        @lru_cache(_CACHED_RECORDS)
        def read(id: str) -> _S:
            start, end = self._places[id]
            return decode(self._bytes[start:end])

        self._read = read

    def scan(self, key: str, head: type[Any]) -> Iterator[Any]:
        """Each record's head, in the file's order, its place noted under the attribute ``key``."""
        decode, start = msgspec.json.Decoder(head).decode, 0
        try:
            while (end := self._bytes.find(b"\n", start)) >= 0:
                found = decode(self._bytes[start:end])
                self._places[getattr(found, key)] = (start, end)
                yield found
                start = end + 1
        except msgspec.DecodeError as error:
            raise InputError(f"{self._path} is damaged: {error}") from error

    def __getitem__(self, id: str) -> _S:
        return self._read(id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, id: object) -> bool:
        return id in self._places


class _Rows(Mapping[str, dict[str, Any]]):
    """Rows of articles.parquet by article id."""

    def __init__(self, table: pa.Table, row_of: dict[str, int]) -> None:
        self._batch: Any = next(iter(table.to_batches()), None)  # in one piece; a slice of it costs a tenth of a table's
        self._row_of = row_of

    def __getitem__(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._batch.slice(self._row_of[id], 1).to_pylist()[0]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._row_of)

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, id: object) -> bool:
        return id in self._row_of


class _Moments(Mapping[str, Moment]):
    """Moments of the dated articles."""

    def __init__(self, published: pa.ChunkedArray, row_of: dict[str, int]) -> None:
        self._published, self._row_of, self._known = published, row_of, dict[str, Moment]()

    def __getitem__(self, id: str) -> Moment:
        if id not in self._known:
            given = self._published[self._row_of[id]].as_py()
            if given is None:
                raise KeyError(id)
            self._known[id] = moment_of(given)
        return self._known[id]

    def __iter__(self) -> Iterator[str]:
        return (id for id in self._row_of if id in self)

    def __len__(self) -> int:
        return int(len(self._published) - self._published.null_count)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and id in self._row_of and bool(self._published[self._row_of[id]].is_valid)


class IndexedRun(Run):
    """A run with an index; opening one takes about ten seconds for 100,000 articles, a page then milliseconds."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.table = self._parquet("articles.parquet")
        ids: list[str] = self.table["article_id"].to_pylist()
        self.row_of = {id: row for row, id in enumerate(ids)}
        self._rows, self._moments = _Rows(self.table, self.row_of), _Moments(self.table["published"], self.row_of)
        self._events = Lines(self._existing("clusters.jsonl"), d.Cluster)
        self.heads: dict[str, EventHead] = {head.event_id: head for head in self._events.scan("event_id", EventHead)}
        self._stories = Lines(self._existing("stories.jsonl"), d.Story)
        self.story_heads: list[StoryHead] = list(self._stories.scan("story_id", StoryHead))
        self._groups = Lines(self._existing("duplicate_groups.jsonl"), d.DuplicateGroup)
        for _ in self._groups.scan("duplicate_group_id", _GroupHead):
            pass
        self._passages = Lines(self._existing("passages.jsonl"), d.Passage)
        self.outlet_names: list[str] = sorted({name for name in self.table["outlet"].unique().to_pylist() if name is not None})
        self.kinds_of: dict[str, set[str]] = defaultdict(set)
        """Event -> kinds of passages in it."""
        self.passage_counts = dict.fromkeys(KINDS, 0)
        self._passages_in: dict[str, list[int]] = defaultdict(list)  # outlet -> numbers of passages, rising
        self._passage_ids: list[str] = []
        for number, head in enumerate(self._passages.scan("passage_id", _PassageHead)):
            self._passage_ids.append(head.passage_id)
            self.passage_counts[head.kind] += 1
            for event_id in head.event_ids:
                self.kinds_of[event_id].add(head.kind)
            for outlet in {place.outlet for place in head.occurrences}:
                if outlet is not None:
                    self._passages_in[outlet].append(number)
        self._texts = self._mapped_texts()
        self._zones, self._zone_offsets = self._by_article("zones.parquet")

    @property
    def events(self) -> Mapping[str, d.Cluster]:
        """Event id -> event."""
        return self._events

    @property
    def stories(self) -> Mapping[str, d.Story]:
        """Story id -> story."""
        return self._stories

    @property
    def passages(self) -> Mapping[str, d.Passage]:
        """Passage id -> passage."""
        return self._passages

    @property
    def duplicate_groups(self) -> Mapping[str, d.DuplicateGroup]:
        """Id -> duplicate group of more than one article."""
        return self._groups

    @property
    def articles(self) -> Mapping[str, dict[str, Any]]:
        """Article id -> its row of articles.parquet."""
        return self._rows

    @property
    def moments(self) -> Mapping[str, Moment]:
        """Dated article -> its moment."""
        return self._moments

    def text(self, article_id: str) -> str:
        """The text of an article."""
        found: str = self._texts[self.row_of[article_id]].as_py()
        return found

    def texts(self, article_ids: set[str]) -> dict[str, str]:
        """The texts of some articles."""
        return {id: self.text(id) for id in sorted(article_ids)}

    def zones(self, article_ids: list[str]) -> pa.Table:
        """SPANS of some articles; ``row`` is the place in the list given."""
        rows = [self.row_of[id] for id in article_ids]
        slices = [self._zones.slice(self._zone_offsets[r], self._zone_offsets[r + 1] - self._zone_offsets[r]) for r in rows]
        table = pa.concat_tables(slices) if slices else self._zones.slice(0, 0)
        number = np.repeat(np.arange(len(rows), dtype=np.int32), [len(s) for s in slices])
        return table.append_column("row", pa.array(number)).select(SPANS.names).cast(SPANS)

    def rows_of_outlet(self, outlet: str) -> pa.Table:
        """The rows of articles.parquet of one outlet."""
        return self.table.filter(pc.field("outlet") == outlet)

    def passages_between(self, a: str, b: str) -> list[d.Passage]:
        """Passages that occur in both outlets, in order of id."""
        both = np.intersect1d(self._passages_in.get(a, []), self._passages_in.get(b, []), assume_unique=True)
        return [self._passages[self._passage_ids[int(number)]] for number in both]

    def partners(self, outlet: str) -> list[str]:
        """Outlets it shares copy with, most shared words first."""
        shared = {other: int(pair["shared_words"]) for other in self.outlet_names
                  if (pair := self.outlet_pairs.get((guarded(outlet), guarded(other))))}
        return sorted((other for other, words in shared.items() if words), key=lambda other: (-shared[other], other))

    def events_between(self, a: str, b: str) -> list[d.Cluster]:
        """Events both outlets have an article in, in order of id."""
        ids: list[str] = sorted(self._events_in.get(a, set()) & self._events_in.get(b, set()))
        return [self._events[id] for id in ids]

    @cached_property
    def _events_in(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for head in self.heads.values():
            for outlet in head.outlets:
                found[outlet].add(head.event_id)
        return found

    def _parquet(self, name: str) -> pa.Table:
        try:
            return pq.read_table(self._existing(name)).combine_chunks()
        except (OSError, ValueError) as error:
            raise InputError(f"{self.directory / name} cannot be read: {error}") from error

    def _mapped_texts(self) -> pa.ChunkedArray:
        """The texts in a temporary Arrow file, mapped and unlinked: the system keeps in memory what is looked at."""
        source = pq.ParquetFile(self._existing("texts.parquet"))
        with tempfile.NamedTemporaryFile(suffix=".arrow") as file:
            with pa.ipc.new_file(file, pa.schema([("text", pa.large_string())])) as sink:
                row = 0
                for batch in source.iter_batches(columns=["article_id", "text"]):
                    if batch["article_id"].to_pylist() != self.table["article_id"].slice(row, len(batch)).to_pylist():
                        raise InputError(f"{self.directory}: texts.parquet and articles.parquet do not list the same articles")
                    sink.write_batch(pa.record_batch([batch["text"].cast(pa.large_string())], ["text"]))
                    row += len(batch)
            file.flush()
            table = pa.ipc.open_file(pa.memory_map(file.name)).read_all()
        return table["text"]

    def _by_article(self, name: str) -> tuple[pa.Table, np.ndarray]:
        """A table sorted by article, without the ids, and where each article's rows begin (articles + 1 places)."""
        table = self._parquet(name)
        rows = pc.index_in(table["article_id"], self.table["article_id"]).to_numpy()
        return table.drop_columns("article_id"), np.searchsorted(rows, np.arange(len(self.row_of) + 1))
