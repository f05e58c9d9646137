"""Counting terms: words and phrases of two words, from the token hashes every room shares.

A term's key is the token's hash for a word and a mix of two hashes for two words in a row. Keys become dense numbers in
an open-addressing table that grows between articles. Where a term stands in each text is remembered beside its count,
so that the words can be shown later without reading the text again.

Most phrases stand in one text only, once, and then say nothing. Where the caller does not want them, all phrases are met once
before they are counted, in a table of two bits each that is too small to be exact and errs on the side of counting; what is
met a single time never gets into the table of terms, which stays a tenth as large and in the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import get_num_threads, njit

from clustering.events.keys import grown, insert, met_again, note, phrase_key, want
from clustering.events.pieces import Some, in_one, join
from clustering.text.tokens import CAPITAL, NUMBER, SENTENCE_START, UPPER
from clustering.threads import each

SKIP, TITLE, BODY = 0, 1, 2
"""What a token is to the vectors."""
PLAIN = 4
"""Which of what is kept of an entry is only asked while its row is counted."""
MANY = 4_096
"""Fewer rows are not worth a second thread."""


class Stream(NamedTuple):
    """Tokens of all texts, or of all titles: columns of a TOKENS table and what each token is (uint8: SKIP, TITLE, BODY)."""

    hashes: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    flags: np.ndarray
    parts: np.ndarray
    offsets: np.ndarray


@dataclass(frozen=True, eq=False)
class Counts:
    """Term counts of some rows as CSR, with facts about each term.

    ``indptr`` int64[m + 1]; ``terms`` int32[nnz], in order of appearance inside a row; ``weights`` int32[nnz], weighted
    occurrences; ``starts`` and ``ends`` int32[nnz], one place of the term: in the text, or, with ``~start``, in the title;
    ``opening`` bool[nnz], whether it stands in the title or the lead.
    For each term: ``keys`` uint64; ``first`` and ``second`` int32, the terms of a phrase's two words (-1 for a word);
    ``middle`` and ``capitals`` int32, its places inside sentences and those of them with a capital; ``number`` bool.
    """

    indptr: np.ndarray
    terms: np.ndarray
    weights: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    opening: np.ndarray
    keys: np.ndarray
    first: np.ndarray
    second: np.ndarray
    middle: np.ndarray
    capitals: np.ndarray
    number: np.ndarray

    @property
    def phrase(self) -> np.ndarray:
        """Which terms are phrases, bool."""
        return self.first >= 0


@njit(cache=True, nogil=True)
def _meet_all(rows, stream, met):  # noqa: ANN001, ANN202
    """Note every phrase of these rows."""
    hashes, starts, ends, _, parts, offsets = stream
    for row in rows:
        previous = -1
        for i in range(offsets[row], offsets[row + 1]):
            if parts[i] == SKIP or ends[i] - starts[i] < 2:
                previous = -1
                continue
            if previous >= 0 and parts[previous] == parts[i]:
                note(phrase_key(hashes[previous], hashes[i]), met)
            previous = i


@njit(cache=True, nogil=True)
def _read(stream, row, begin, in_title, options, met, table, facts, out, state):  # noqa: ANN001, ANN202
    """Count the terms of one text or title into the row of ``out`` that begins at ``begin``."""
    hashes, starts, ends, flags, parts, offsets = stream
    title_weight, lead_weight, lead_tokens, bigrams = options
    keys, numbers = table
    place, firsts, seconds, middle, capitals, number = facts
    terms, weights, out_starts, out_ends, plain, opening = out
    previous, before, word = -1, -1, -1
    for i in range(offsets[row], offsets[row + 1]):
        part = parts[i]
        if part == SKIP:
            previous = -1
            continue
        weight, opens = title_weight, True
        if part == BODY:
            opens = state[2] < lead_tokens
            weight = 1 + (lead_weight if opens else 0)
            state[2] += 1
        if ends[i] - starts[i] < 2:  # one character: initials, the s of a genitive
            previous = -1
            continue
        for length in range(1, 3):
            if length == 2 and (not bigrams or previous < 0 or parts[previous] != part):
                continue
            first = i if length == 1 else previous
            key = hashes[i] if length == 1 else phrase_key(hashes[first], hashes[i])
            if length == 2 and not met_again(key, met):
                continue
            if length == 2 and part == BODY:
                weight = 1
            term = insert(keys, numbers, key, state[0])
            if term == state[0]:
                state[0] += 1
                firsts[term], seconds[term] = (before, word) if length == 2 else (-1, -1)
                number[term] = length == 1 and flags[i] & NUMBER != 0
            if length == 1:
                word = term
            inside = flags[first] & SENTENCE_START == 0
            if length == 1 and part == BODY and inside:
                middle[term] += 1
                capitals[term] += flags[i] & CAPITAL != 0
            if place[term] < begin:
                p = state[1]
                state[1] += 1
                place[term] = p
                terms[p], weights[p], out_ends[p], plain[p], opening[p] = term, 0, -1, False, False
            p = place[term]
            weights[p] += weight
            opening[p] |= opens
            if not plain[p] and (out_ends[p] < 0 or (inside and flags[first] & UPPER == 0)):  # the first plain spelling
                out_starts[p], out_ends[p] = -1 - starts[first] if in_title else starts[first], ends[i]
                plain[p] = inside and flags[first] & UPPER == 0
        previous, before = i, word


@njit(cache=True, nogil=True)
def _count(rows, begin, text, title, options, met, table, facts, out, indptr, state):  # noqa: ANN001, ANN202
    """Count rows from ``begin`` on while the table has room; returns the first row not counted."""
    room = table[0].size // 2
    for r in range(begin, rows.size):
        row = rows[r]
        tokens = text[5][row + 1] - text[5][row] + title[5][row + 1] - title[5][row]
        if state[0] + 2 * tokens > room:
            return r
        state[2] = 0
        _read(text, row, indptr[r], False, options, met, table, facts, out, state)
        _read(title, row, indptr[r], True, options, met, table, facts, out, state)
        indptr[r + 1] = state[1]
    return rows.size


def _room_for_facts(terms: int) -> tuple[np.ndarray, ...]:
    """Last entry, halves of a phrase, places inside sentences, those with a capital, number."""
    return (np.full(terms, -1, np.int64), np.empty(terms, np.int32), np.empty(terms, np.int32),
            np.zeros(terms, np.int32), np.zeros(terms, np.int32), np.zeros(terms, np.bool_))


def _count_some(rows: np.ndarray, text: Stream, title: Stream, options: tuple[int, int, int, bool], met: np.ndarray) -> Some:
    """Count the terms of some rows."""
    room = int(2 * (np.diff(text.offsets)[rows].sum() + np.diff(title.offsets)[rows].sum())) + 1
    # terms, weights, starts, ends, plain, opening: pages never written to take no memory
    out = (*(np.empty(room, np.int32) for _ in range(4)), *(np.empty(room, np.bool_) for _ in range(2)))
    indptr = np.zeros(rows.size + 1, np.int64)
    state = np.zeros(3, np.int64)  # terms, entries, body tokens of the current article
    table = (np.zeros(1 << 16, np.uint64), np.empty(1 << 16, np.int32))
    facts = _room_for_facts(1 << 15)
    done = 0
    while True:
        done = _count(rows, done, tuple(text), tuple(title), options, met, table, facts, out, indptr, state)
        if done == rows.size:
            break
        table = grown(table, table[0].size)
        more = _room_for_facts(table[0].size // 2)
        for new, old in zip(more, facts, strict=True):
            new[: old.size] = old
        facts = more
    used, keys = np.flatnonzero(table[0]), np.empty(int(state[0]), np.uint64)
    keys[table[1][used]] = table[0][used]
    entries = [array[: indptr[-1]] for i, array in enumerate(out) if i != PLAIN]
    return Some(entries, indptr, table, keys, *(array[: keys.size].copy() for array in facts[1:]))


_MOST_TABLES = 4
"""A thread of those that look for phrases met again has a table of the whole window."""


def _met(rows: np.ndarray, threads: int, text: Stream, title: Stream, always: np.ndarray) -> np.ndarray:
    """The table of two bits a phrase: those that are met again in the rows, and ``always``."""
    pieces = np.array_split(rows, min(threads, _MOST_TABLES))
    size = 1 << max(int(text.hashes.size + title.hashes.size).bit_length(), 6)
    tables = [np.zeros(size, np.uint8) for _ in pieces]

    def meet(i: int) -> None:
        _meet_all(pieces[i], tuple(text), tables[i])
        _meet_all(pieces[i], tuple(title), tables[i])

    each(meet, len(pieces))
    met = tables[0]
    for other in tables[1:]:
        met |= other | (met & other & 0b01010101) << 1
    want(always, met)
    return met


def count_terms(rows: np.ndarray, text: Stream, title: Stream, *, title_weight: int, lead_weight: int, lead_tokens: int,
                bigrams: bool, always: np.ndarray | None = None, threads: int | None = None) -> Counts:
    """Weighted counts of the terms of each of ``rows`` (int32): body once, title ``title_weight`` times, words among the
    first ``lead_tokens`` body tokens ``lead_weight`` times more. Words of one character are no terms. With ``always`` (uint64,
    keys of phrases), other phrases that are met once in all rows are left out, hardly any excepted. ``threads`` changes nothing
    but the time it takes.
    """
    threads = threads or (get_num_threads() if rows.size > MANY else 1)
    pieces = np.array_split(rows, max(min(threads, rows.size), 1))
    met = np.zeros(0, np.uint8) if always is None or not bigrams else _met(rows, len(pieces), text, title, always)
    counted: list[Some | None] = [None] * len(pieces)

    def count(i: int) -> None:
        counted[i] = _count_some(pieces[i], text, title, (title_weight, lead_weight, lead_tokens, bigrams), met)

    each(count, len(pieces))
    found, *others = [some for some in counted if some is not None]
    counted.clear()
    for some in others:
        join(found, some)
    found.forget_table()
    terms, weights, starts, ends, opening = in_one([found, *others])
    return Counts(found.indptr, terms, weights, starts, ends, opening, found.keys, found.first, found.second, found.middle,
                  found.capitals, found.number)
