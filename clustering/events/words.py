"""The words behind the terms: read back from the place where an article has them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from clustering.events.vectors import Vectors


class Words:
    """Reads terms of a vector back from the text or title they were counted in."""

    def __init__(self, articles: pa.Table, vectors: Vectors) -> None:
        self._texts, self._titles, self._vectors = articles["text"], articles["title"], vectors

    def best(self, vector: int, terms: np.ndarray, scores: np.ndarray, count: int) -> list[tuple[str, float]]:
        """The ``count`` best of some terms of one vector, as that article spells them, each with its score.

        ``terms`` int, ascending, ``scores`` float64 beside them; terms the vector lacks are left out. Of a word and a
        phrase with it only one is named: the phrase, unless both its words are.
        """
        begin, end = self._vectors.indptr[vector : vector + 2]
        have = self._vectors.indices[begin:end]
        place_in_row = np.searchsorted(have, terms)
        known = np.flatnonzero(place_in_row < have.size)
        known = known[have[place_in_row[known]] == terms[known]]
        scores, terms, entries = scores[known], terms[known], begin + place_in_row[known]
        row = int(self._vectors.rows[vector])
        text, title = self._texts[row].as_py() or "", self._titles[row].as_py() or ""
        chosen: list[tuple[str, float]] = []
        place: dict[str, int] = {}  # folded word -> its place in the list
        for i in np.lexsort((self._vectors.keys[terms], -np.round(scores, 6))):
            if len(chosen) == count:
                break
            start, stop = int(self._vectors.starts[entries[i]]), int(self._vectors.ends[entries[i]])
            words = " ".join((text[start:stop] if start >= 0 else title[~start:stop]).split())
            parts = words.casefold().split() if self._vectors.phrase[terms[i]] else [words.casefold()]
            taken = [p for p in parts if p in place]
            if not taken:
                place |= dict.fromkeys(parts, len(chosen))
                chosen.append((words, float(scores[i])))
            elif len(taken) < len(parts) and chosen[place[taken[0]]][0].casefold() == taken[0]:
                chosen[place[taken[0]]] = (words, chosen[place[taken[0]]][1])
                place |= dict.fromkeys(parts, place[taken[0]])
        return chosen


def shared_terms(matrix: sp.csr_matrix, left: int, right: int) -> tuple[np.ndarray, np.ndarray]:
    """The terms that two rows share, ascending, and what each contributes to their cosine."""
    a, b = slice(*matrix.indptr[left : left + 2]), slice(*matrix.indptr[right : right + 2])
    terms, i, j = np.intersect1d(matrix.indices[a], matrix.indices[b], assume_unique=True, return_indices=True)
    return terms, matrix.data[a][i] * matrix.data[b][j]
