"""Round-ups: texts that tell of several happenings -- a morning briefing, a live ticker, an overview, the year in numbers.

Such a text resembles the reports on everything it mentions and would weld them. It is known by two things together, neither of
which needs a list of words or a language:

- its parts have little to do with each other: the mean cosine between stretches of ``PART_TOKENS`` body words is below
  ``MOST_COHERENCE``;
- they are what other texts of these days are about: for ``THEMES`` parts and more the text most like that part (cosine
  ``PART_COSINE`` and more) is another one, and these texts are unlike each other (cosines below ``UNLIKE``).

A column or an interview that wanders lacks the second, a report with background the first. What is shorter than ``LEAST_PARTS``
parts is not asked. A round-up takes no part in grouping (:func:`clustering.events.group_events`): it is about no one happening,
and stands alone with its duplicates. The words of the parts weigh what they weigh in the vector of the whole text.

Found with texts of a German feed in view; what is found there and elsewhere says ``docs/quality.md``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit, uint64
from scipy.sparse import csr_matrix

from clustering.config import EventsSettings
from clustering.events.vectors import Vectors
from clustering.tables import ROUND_UPS, flat, table
from clustering.text.tokens import NOT_BODY

PART_TOKENS, LEAST_PARTS, MOST_PARTS = 60, 5, 64
"""A part has about so many tokens; a very long text has larger parts instead of more."""
MOST_COHERENCE = 0.06
THEMES, PART_COSINE, UNLIKE = 3, 0.15, 0.1
NEAR_COSINE, NEAR_DAYS = 0.05, 3
"""A neighbour less alike than this as a whole, or further away, is not compared with the parts."""
LEAST_TEXTS = 200
"""Of fewer texts nobody is asked: what a word is worth, and thus how alike two parts are, cannot be told from so few."""
_SLOTS = 16_384


def find_round_ups(tokens: pa.Table, vectors: Vectors, neighbours: pa.Table, settings: EventsSettings) -> pa.Table:
    """The round-ups among the duplicate groups: a ROUND_UPS table.

    Parameters
    ----------
    tokens, vectors, neighbours
        TOKENS with zones marked, the vectors, NEIGHBOURS. A text is compared with its neighbours only, so whether it is a
        round-up hangs on its connected component alone.
    settings
        Whether they are looked for at all.
    """
    if not settings.round_ups or vectors.rows.size < LEAST_TEXTS:
        return table(ROUND_UPS, [])
    left, right = (np.searchsorted(vectors.rows, neighbours[side].to_numpy()) for side in ("left", "right"))
    days = vectors.dating.days
    far = np.abs(days[left] - days[right]) > NEAR_DAYS  # false when a day is not known
    near = (neighbours["cosine"].to_numpy() >= NEAR_COSINE) & ~far
    left, right = left[near], right[near]
    text, other = np.r_[left, right], np.r_[right, left]
    order = np.lexsort((other, text))
    other, bounds = other[order], np.searchsorted(text[order], np.arange(vectors.rows.size + 1))
    asked = np.flatnonzero(np.diff(bounds) >= THEMES)

    (hashes, offsets), (zones, _) = flat(tokens["hashes"]), flat(tokens["zones"])
    masks, parts = np.zeros(vectors.indices.size, np.uint64), np.zeros(asked.size, np.int64)
    coherence = np.ones(asked.size)
    _read_parts(asked, vectors.rows, hashes, zones, offsets, vectors.indptr, vectors.indices, vectors.data, vectors.keys,
                vectors.phrase, masks, parts, coherence)
    matrix = vectors.matrix()
    found = []
    for i in np.flatnonzero((parts >= LEAST_PARTS) & (np.round(coherence, 6) < MOST_COHERENCE)):
        here = slice(*vectors.indptr[asked[i] : asked[i] + 2])
        inside = (masks[here, None] >> np.arange(parts[i], dtype=np.uint64)) & np.uint64(1)
        themes = _themes(matrix, vectors.indices[here], vectors.data[here, None] * inside, other[slice(*bounds[asked[i] :][:2])])
        if len(themes) >= THEMES:
            found.append({"row": int(vectors.rows[asked[i]]), "near_rows": [int(vectors.rows[t]) for t in themes]})
    return table(ROUND_UPS, found)


def _themes(matrix: csr_matrix, terms: np.ndarray, parts: np.ndarray, near: np.ndarray) -> list[int]:
    """Texts that parts of one text are most like, no two of them alike; the likest first.

    ``parts`` float64[terms, parts], ``near`` numbers of the texts it is compared with, ascending.
    """
    norms = np.sqrt((parts**2).sum(axis=0))
    cosines = np.round(matrix[near][:, terms] @ (parts / np.maximum(norms, 1e-12)), 6)
    best = cosines.argmax(axis=0)
    likest = cosines[best, np.arange(best.size)]
    themes: list[int] = []
    for part in np.lexsort((near[best], -likest)):
        text = int(near[best[part]])
        if likest[part] < PART_COSINE:
            break
        if not themes or (matrix[themes] @ matrix[text].T).max() < UNLIKE:
            themes.append(text)
    return themes


@njit(cache=True, nogil=True)
def _read_parts(asked, rows, hashes, zones, offsets, indptr, indices, data, keys, phrase, masks, parts, coherence):  # noqa: ANN001, ANN202
    """In which parts of its text each word of a vector stands (bits of ``masks``), and the mean cosine between the parts."""
    slots, entry = np.zeros(_SLOTS, np.uint64), np.empty(_SLOTS, np.int64)
    for a in range(asked.size):
        begin, end = indptr[asked[a]], indptr[asked[a] + 1]
        first, last = offsets[rows[asked[a]]], offsets[rows[asked[a]] + 1]
        body = 0
        for i in range(first, last):
            body += zones[i] & NOT_BODY == 0
        count = min((body + PART_TOKENS // 2) // PART_TOKENS, MOST_PARTS)
        parts[a] = count
        if count < LEAST_PARTS or 2 * (end - begin) > _SLOTS:
            continue
        slots[:] = 0
        for p in range(begin, end):
            if not phrase[indices[p]] and data[p] > 0.0:  # what weighs nothing here says nothing of a part
                slot = keys[indices[p]] & uint64(_SLOTS - 1)
                while slots[slot] != 0:
                    slot = (slot + uint64(1)) & uint64(_SLOTS - 1)
                slots[slot], entry[slot] = keys[indices[p]], p
        read = 0
        for i in range(first, last):
            if zones[i] & NOT_BODY != 0:
                continue
            slot = hashes[i] & uint64(_SLOTS - 1)
            while slots[slot] != 0 and slots[slot] != hashes[i]:
                slot = (slot + uint64(1)) & uint64(_SLOTS - 1)
            if slots[slot] != 0:
                masks[entry[slot]] |= uint64(1) << uint64(read * count // body)
            read += 1
        norms = np.zeros(count)
        for p in range(begin, end):
            for k in range(count):
                if masks[p] >> uint64(k) & uint64(1):
                    norms[k] += data[p] * data[p]
        total = 0.0
        for p in range(begin, end):
            once = twice = 0.0
            for k in range(count):
                if masks[p] >> uint64(k) & uint64(1):
                    once += 1.0 / np.sqrt(norms[k])
                    twice += 1.0 / norms[k]
            total += data[p] * data[p] * (once * once - twice)
        coherence[a] = total / (count * (count - 1))
