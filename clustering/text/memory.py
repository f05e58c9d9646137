"""What the rules said of an article yesterday they say today: only new and changed articles are read by them again.

Languages and the zones that rules find are the dearest part of reading, and they hang on nothing but the article and the
settings. So a run hands on what it read, by a digest of all that the rules look at, and the next one asks here first. What
hangs on the window as well (furniture, and through it credits) is never remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.config import Settings
from clustering.engine import Engine, here
from clustering.tables import LANGUAGES, REMEMBERED, SPANS, stream, table
from clustering.text.language import detect_languages
from clustering.text.tokens import tokenise
from clustering.text.zones import find_zones

READ = ("text", "title", "outlet", "authors", "lang")
"""The columns of ARTICLES that the rules read."""
_GIVEN = list(READ)
_KEY_BYTES = 16


class Read(NamedTuple):
    """What the rules say of every article."""

    languages: pa.Table
    """LANGUAGES."""
    zones: pa.Table
    """SPANS."""
    remembered: pa.Table
    """REMEMBERED of exactly these articles: for the next run."""
    new: int
    """Articles that were not remembered."""


def read_by_rules(articles: pa.Table, settings: Settings, remembered: pa.Table | None, engine: Engine = here) -> Read:
    """Languages and rule zones of all articles, equal to those of :func:`detect_languages` and :func:`find_zones`.

    Parameters
    ----------
    articles
        ARTICLES.
    settings
        Those that ``remembered`` was made with too.
    remembered
        REMEMBERED of an earlier run; None remembers nothing.
    engine
        Where the articles that are not remembered are read.
    """
    keys = _keys(articles)
    earlier = remembered if remembered is not None else REMEMBERED.empty_table()
    known = pc.index_in(keys, value_set=earlier["key"].combine_chunks())
    fresh = np.flatnonzero(known.is_null().to_numpy(zero_copy_only=False))
    some = len(fresh) < len(articles)
    said = engine(_read, articles.select(_GIVEN).take(fresh) if some else articles.select(_GIVEN), settings)
    said = said.add_column(0, REMEMBERED.field("key"), keys.take(pa.array(fresh))).combine_chunks()
    if some:
        place = known.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        place[fresh] = len(earlier) + np.arange(fresh.size)
        said = pa.concat_tables([earlier, said]).take(place).combine_chunks()
    return Read(said.select(LANGUAGES.names).cast(LANGUAGES), _unpacked(said["spans"]), said, len(fresh))


def _read(articles: pa.Table, settings: Settings) -> pa.Table:
    """What the rules say of each article, as REMEMBERED without its key: a rule for an engine."""
    tokens = tokenise(articles["text"])
    return _packed(detect_languages(articles, tokens), find_zones(articles, tokens, settings.text, settings.agencies))


def _keys(articles: pa.Table) -> pa.Array:
    """binary(16): a digest of what the rules read of each article."""
    return pa.array([_key(row) for row in stream(articles, READ)], pa.binary(_KEY_BYTES))


def _key(values: Iterable[str | list[str | None] | None]) -> bytes:
    lengths: list[int] = []  # of each value its parts, then the characters of each part, -1 where there is none
    said: list[str] = []
    for value in values:
        parts = value if isinstance(value, list) else [value]
        lengths.append(len(parts))
        for part in parts:
            lengths.append(-1 if part is None else len(part))
            said.append(part or "")
    return blake2b(f"{lengths}{''.join(said)}".encode(), digest_size=_KEY_BYTES).digest()


def _packed(languages: pa.Table, zones: pa.Table) -> pa.Table:
    """A REMEMBERED row an article, without its key."""
    offsets = np.searchsorted(zones["row"].to_numpy(), np.arange(len(languages) + 1))
    kind = REMEMBERED.field("spans").type
    spans = pa.StructArray.from_arrays([zones[field.name].combine_chunks() for field in kind.value_type],
                                       fields=list(kind.value_type))
    return table(REMEMBERED.remove(0), {**{name: languages[name] for name in LANGUAGES.names},
                                        "spans": pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), spans, type=kind)})


def _unpacked(column: pa.ChunkedArray) -> pa.Table:
    """SPANS of the rows of a column."""
    lists = column.combine_chunks()
    rows = np.repeat(np.arange(len(lists), dtype=np.int32), pc.list_value_length(lists).to_numpy(zero_copy_only=False))
    spans = lists.flatten()
    return table(SPANS, {"row": rows} | {name: spans.field(name) for name in SPANS.names if name != "row"})
