"""What was read of an article yesterday it says today: only new and changed articles are read again.

Languages, zones by rules and dates are the dearest part of reading, and they hang on nothing but the article and the
settings; credits hang on its furniture besides. So a run hands on what it read, by a digest of all that was looked at, and the
next one asks here first. Of what hangs on the window (furniture, duplicates, passages) one thing is handed on, since it makes
looking for the rest faster and decides nothing: which runs of words stood in several articles (:mod:`clustering.text.alone`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.config import Agency, Settings
from clustering.engine import Engine, here
from clustering.tables import CREDITS, DATES, LANGUAGES, REMEMBERED, SPANS, stream, table, whole
from clustering.text.alone import pack_repeats
from clustering.text.credits import CREDIT_ZONES, find_credits
from clustering.text.dates import find_dates
from clustering.text.language import detect_languages
from clustering.text.tokens import tokenise, utf8
from clustering.text.zones import find_zones

READ = ("text", "title", "outlet", "authors", "lang", "url")
"""The columns of ARTICLES that are read."""
_GIVEN = list(READ)
_BY_RULES = (*LANGUAGES.names, "spans", "dates")
_KEY_BYTES = 16


class Read(NamedTuple):
    """What the rules say of every article."""

    languages: pa.Table
    """LANGUAGES."""
    zones: pa.Table
    """SPANS."""
    dates: pa.Table
    """DATES."""
    remembered: pa.Table
    """REMEMBERED of exactly these articles; of new ones without what hangs on the window, which :func:`remember` adds."""
    new: int
    """Articles that were not remembered."""


def read_by_rules(articles: pa.Table, settings: Settings, remembered: pa.Table | None, engine: Engine = here) -> Read:
    """What :func:`detect_languages`, :func:`find_zones` and :func:`find_dates` say of all articles.

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
    columns = {"key": keys.take(pa.array(fresh))} | {name: whole(said[name]) for name in _BY_RULES}
    said = table(REMEMBERED, {field.name: columns.get(field.name, pa.nulls(len(said), field.type)) for field in REMEMBERED})
    if some:
        place = known.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        place[fresh] = len(earlier) + np.arange(fresh.size)
        said = pa.concat_tables([earlier, said]).take(place).combine_chunks()
    return Read(said.select(LANGUAGES.names).cast(LANGUAGES), _unpacked(said["spans"], SPANS), _unpacked(said["dates"], DATES),
                said, len(fresh))


def _read(articles: pa.Table, settings: Settings) -> pa.Table:
    """What the rules say of each article, the columns of REMEMBERED that hang on nothing else: a rule for an engine."""
    tokens = tokenise(articles["text"])
    languages, zones = detect_languages(articles, tokens), find_zones(articles, tokens, settings.text, settings.agencies)
    found = {name: languages[name] for name in LANGUAGES.names}
    return pa.table(found | {"spans": _packed(zones, "spans", len(articles)),
                             "dates": _packed(find_dates(articles, tokens), "dates", len(articles))})


def credit(articles: pa.Table, tokens: pa.Table, zones: pa.Table, agencies: Mapping[str, Agency],
           remembered: pa.Table) -> tuple[pa.Table, pa.Table]:
    """CREDITS as :func:`find_credits` says, and the same REMEMBERED with them.

    Parameters
    ----------
    articles, tokens, zones, agencies
        As :func:`find_credits` takes them.
    remembered
        REMEMBERED of the same rows.
    """
    read = zones.filter(pc.is_in(zones["zone"], pa.array(CREDIT_ZONES)))
    digests = _digests(read, len(articles))
    known = pc.fill_null(pc.equal(digests, whole(remembered["credits_of"])), False).to_numpy(zero_copy_only=False)
    fresh = np.flatnonzero(~known)
    if fresh.size < known.size:
        articles, tokens = articles.take(fresh), tokens.select(["hashes", "starts"]).take(fresh)
        read = read.filter(pa.array(~known[read["row"].to_numpy()]))
        rows = np.searchsorted(fresh, read["row"].to_numpy()).astype(np.int32)
        read = read.set_column(0, SPANS.field("row"), pa.array(rows))
    said = _packed(find_credits(articles, tokens, read, agencies), "credits", fresh.size)
    if fresh.size < known.size:
        place = np.arange(known.size)
        place[fresh] = known.size + np.arange(fresh.size)
        said = pa.concat_arrays([whole(remembered["credits"]), said]).take(pa.array(place))
    for name, column in (("credits_of", digests), ("credits", said)):
        place_of = REMEMBERED.get_field_index(name)
        remembered = remembered.set_column(place_of, REMEMBERED.field(name), column)
    return _unpacked(said, CREDITS), remembered


def remember(remembered: pa.Table, tokens: pa.Table) -> pa.Table:
    """REMEMBERED for the next run: with what the window says of the words of each article.

    ``tokens`` are TOKENS of the same rows, as :func:`clustering.text.alone.mark_repeats` returns them.
    """
    place = REMEMBERED.get_field_index("repeats")
    return remembered.set_column(place, REMEMBERED.field(place), pack_repeats(tokens))


def _digests(spans: pa.Table, articles: int) -> pa.Array:
    """binary(16): a digest of the spans of each article (SPANS of few zones, sorted by row)."""
    which = pc.index_in(spans["zone"], value_set=pa.array(CREDIT_ZONES)).to_numpy()
    packed = np.stack([which, spans["start"].to_numpy(), spans["end"].to_numpy()], axis=1).astype("<i4")
    data, size = packed.tobytes(), packed.strides[0]
    found = [blake2b(digest_size=_KEY_BYTES).digest()] * articles
    rows = spans["row"].to_numpy()
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    for row, low, high in zip(rows[first].tolist(), first.tolist(), [*first[1:].tolist(), rows.size], strict=False):
        found[row] = blake2b(data[low * size : high * size], digest_size=_KEY_BYTES).digest()
    return pa.array(found, pa.binary(_KEY_BYTES))


def _keys(articles: pa.Table) -> pa.Array:
    """binary(16): a digest of what the rules read of each article."""
    texts, bounds = utf8(articles["text"])
    others = stream(articles, [name for name in READ if name != "text"])
    return pa.array([_key(texts[low:high], row) for low, high, row in zip(bounds[:-1].tolist(), bounds[1:].tolist(), others,
                                                                          strict=True)], pa.binary(_KEY_BYTES))


def _key(text: memoryview, values: Iterable[str | list[str | None] | None]) -> bytes:
    lengths: list[int] = []  # of each value its parts, then the characters of each part, -1 where there is none
    said: list[str] = []
    for value in values:
        parts = value if isinstance(value, list) else [value]
        lengths.append(len(parts))
        for part in parts:
            lengths.append(-1 if part is None else len(part))
            said.append(part or "")
    digest = blake2b(f"{len(text)}{lengths}{''.join(said)}".encode(), digest_size=_KEY_BYTES)
    digest.update(text)
    return digest.digest()


def _packed(found: pa.Table, name: str, articles: int) -> pa.Array:
    """A table with rows of articles, sorted by them, as the column ``name`` of REMEMBERED."""
    offsets = np.searchsorted(found["row"].to_numpy(), np.arange(articles + 1))
    kind = REMEMBERED.field(name).type
    one = pa.StructArray.from_arrays([whole(found[field.name]) for field in kind.value_type], fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), one, type=kind)


def _unpacked(column: pa.ChunkedArray | pa.Array, schema: pa.Schema) -> pa.Table:
    """The inverse of :func:`_packed`: a table of the schema."""
    lists = whole(column)
    rows = np.repeat(np.arange(len(lists), dtype=np.int32), pc.list_value_length(lists).to_numpy(zero_copy_only=False))
    one = lists.flatten()
    return table(schema, {"row": rows} | {name: one.field(name) for name in schema.names if name != "row"})
