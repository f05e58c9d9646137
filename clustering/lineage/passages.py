"""Ids of passages: made from the words once, then kept while the passage stands in the same articles.

A passage grows when further outlets run its words, and where it begins and ends may shift by a sentence when they do. So it
keeps the id of the parent run's passage that it overlaps most, counted in characters of the articles both runs hold; what
overlaps none by half of the smaller gets an id made from its own words. The same words therefore get the same id in any store
that meets them first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import xxhash

from clustering.lineage.naming import Parent
from clustering.tables import PASSAGE_IDS, table

Span = tuple[int, int]

LEAST_OVERLAP = 0.5
"""Of the smaller of the two, in the articles both runs hold."""


def name_passages(articles: pa.Table, passages: pa.Table, occurrences: pa.Table, parent: Parent | None) -> pa.Table:
    """The id of every passage, as a PASSAGE_IDS table.

    Parameters
    ----------
    articles, passages, occurrences
        ARTICLES, PASSAGES and OCCURRENCES of this run.
    parent
        The parent run, with the places of its passages; None for a first run.
    """
    numbers: list[int] = passages["passage"].to_pylist()
    names: list[str] = articles["article_id"].to_pylist()
    columns = (occurrences[name].to_pylist() for name in ("passage", "row", "start", "end"))
    places: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for passage, row, start, end in zip(*columns, strict=True):
        places[passage].append((names[row], start, end))
    kinds = dict(zip(numbers, passages["kind"].to_pylist(), strict=True))
    kept = _kept(places, kinds, parent) if parent is not None and parent.passages is not None else {}
    texts = articles["text"]
    rows = passages["reference_row"].to_pylist()
    words: list[str] = []
    for number, row in zip(numbers, rows, strict=True):
        start, end = next((s, e) for article, s, e in places[number] if article == names[row])
        words.append((texts[row].as_py() or "")[start:end])
    ids = passage_ids(passages["sketch"].to_pylist(), words, [places[n][0][:2] for n in numbers], [kept.get(n) for n in numbers])
    return table(PASSAGE_IDS, {"passage": numbers, "id": ids})


def passage_ids(sketches: list[list[int]], texts: list[str], places: list[tuple[str, int]],
                kept: list[str | None]) -> list[str]:
    """An id for each passage: the one it keeps, else 'p-' and 48 bits of xxh3 over its sketch, or over its words without one.

    Passages of equal sketches are told apart by their text, then by where they occur: the first in that order gets the
    plain id, unless another keeps that; the others are hashed again together with their text until the id is free.
    """
    plain = [_hexadecimal(np.array(sketch, "<u8").tobytes() if sketch else text.encode("utf-8", "surrogatepass"))
             for sketch, text in zip(sketches, texts, strict=True)]
    given = {name.removeprefix("p-") for name in kept if name is not None}
    ids, taken, first = [name or "" for name in kept], set(plain) | given, set(plain) - given
    for i in sorted((i for i in range(len(plain)) if not ids[i]), key=lambda i: (plain[i], texts[i], places[i])):
        name, turn = plain[i], 0
        if name in first:
            first.remove(name)
        else:
            while name in taken:
                name, turn = _hexadecimal(f"{plain[i]}\0{turn}\0{texts[i]}".encode("utf-8", "surrogatepass")), turn + 1
            taken.add(name)
        ids[i] = "p-" + name
    return ids


def _hexadecimal(data: bytes) -> str:
    return xxhash.xxh3_64_hexdigest(data)[:12]


def _kept(places: dict[int, list[tuple[str, int, int]]], kinds: dict[int, str], parent: Parent) -> dict[int, str]:
    """Passage -> the id it keeps: greedily, equal kinds first, then the larger overlap; each id and each passage once."""
    assert parent.passages is not None
    held = set(parent.members["event"]["article_id"].to_pylist())
    live = {article for here in places.values() for article, _, _ in here}
    before: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    size_before: dict[str, int] = defaultdict(int)
    kind_before: dict[str, str] = {}
    columns = (parent.passages[name].to_pylist() for name in ("id", "kind", "article_id", "start", "end"))
    for name, kind, article, start, end in zip(*columns, strict=True):
        kind_before[name] = kind
        if article in live:
            before[article].append((start, end, name))
            size_before[name] += end - start
    common: dict[tuple[int, str], int] = defaultdict(int)
    size: dict[int, int] = defaultdict(int)
    for number, here in places.items():
        for article, start, end in here:
            if article in held:
                size[number] += end - start
                for name, shared in _overlaps(before[article], (start, end)):
                    common[number, name] += shared
    fits = [(kinds[number] != kind_before[name], -shared, name, number) for (number, name), shared in common.items()
            if shared >= LEAST_OVERLAP * min(size[number], size_before[name])]
    kept: dict[int, str] = {}
    given: set[str] = set()
    for _, _, name, number in sorted(fits):
        if number not in kept and name not in given:
            kept[number] = name
            given.add(name)
    return kept


def _overlaps(spans: Iterable[tuple[int, int, str]], span: Span) -> Iterable[tuple[str, int]]:
    for start, end, name in spans:
        shared = min(end, span[1]) - max(start, span[0])
        if shared > 0:
            yield name, shared
