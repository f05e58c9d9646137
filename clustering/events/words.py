"""The words behind the terms: read back from the place where an article has them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from clustering.events.vectors import Vectors

SPARE = 3
"""So many times the words that are wanted are looked at: phrases weigh less than their words and come after them."""


class Words:
    """Reads terms of a vector back from the text or title they were counted in."""

    def __init__(self, articles: pa.Table, vectors: Vectors) -> None:
        self._texts, self._titles, self._vectors = articles["text"], articles["title"], vectors

    def best(self, vector: int, terms: np.ndarray, scores: np.ndarray, count: int) -> list[tuple[str, float]]:
        """The ``count`` best of some terms of one vector, as that article spells them, each with its score.

        ``terms`` int, ascending, ``scores`` float64 beside them; terms the vector lacks are left out. Nothing is said twice:
        see :class:`_Chosen`.
        """
        begin, end = self._vectors.indptr[vector : vector + 2]
        have = self._vectors.indices[begin:end]
        place_in_row = np.searchsorted(have, terms)
        known = np.flatnonzero(place_in_row < have.size)
        known = known[have[place_in_row[known]] == terms[known]]
        scores, terms, entries = scores[known], terms[known], begin + place_in_row[known]
        row = int(self._vectors.rows[vector])
        text, title = self._texts[row].as_py() or "", self._titles[row].as_py() or ""
        chosen = _Chosen(count)
        for i in np.lexsort((self._vectors.keys[terms], -np.round(scores, 6)))[: SPARE * count]:
            start, stop = int(self._vectors.starts[entries[i]]), int(self._vectors.ends[entries[i]])
            words = " ".join((text[start:stop] if start >= 0 else title[~start:stop]).split())
            chosen.offer(words, phrase=bool(self._vectors.phrase[terms[i]]), score=float(scores[i]))
        return chosen.best()


class _Chosen:
    """The best of some words and phrases that are offered best first, without saying anything twice.

    A phrase takes the place of its words; its score is theirs. When there are enough words, only phrases of two that are named
    are still taken. Of ``Nawalny`` and ``Nawalnys`` the shorter one is named, where the better one stood.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._words: list[tuple[str, float] | None] = []  # None: went into a phrase
        self._place: dict[str, int] = {}  # folded word -> its place in the list

    def offer(self, words: str, *, phrase: bool, score: float) -> None:
        """The next best."""
        if phrase and not all(word[0].isalnum() and word[-1].isalnum() for word in words.split()):
            return  # "Nice, France"
        parts = words.casefold().split() if phrase else [words.casefold()]
        full = len(self._words) - self._words.count(None) >= self._count
        taken = sorted({self._place[p] for p in parts if p in self._place})
        other = None if phrase else self._other_form(parts[0])
        if other is not None:
            self._words[other] = (min(words, self._word(other)[0], key=len), self._word(other)[1])
            self._place[parts[0]] = other
        elif not taken and not full:
            self._place |= dict.fromkeys(parts, len(self._words))
            self._words.append((words, score))
        elif taken and all(self._is_word(place) for place in taken) and (len(taken) == len(parts) > 1 or not full):
            self._words[taken[0]] = (words, sum(self._word(place)[1] for place in taken))
            for place in taken[1:]:
                self._words[place] = None
            self._place |= dict.fromkeys(parts, taken[0])

    def best(self) -> list[tuple[str, float]]:
        """As many as were asked for."""
        return [word for word in self._words if word][: self._count]

    def _other_form(self, word: str) -> int | None:
        """The place of the same word with an s more or less, when it stands there by itself."""
        for form in (word + "s", word[:-1] if word.endswith("s") else ""):
            if form in self._place and self._is_word(self._place[form]):
                return self._place[form]
        return None

    def _word(self, place: int) -> tuple[str, float]:
        word = self._words[place]
        assert word is not None  # only a word that went into a phrase is gone, and its folded form leads to the phrase
        return word

    def _is_word(self, place: int) -> bool:
        return " " not in self._word(place)[0]


def shared_terms(matrix: sp.csr_matrix, left: int, right: int) -> tuple[np.ndarray, np.ndarray]:
    """The terms that two rows share, ascending, and what each contributes to their cosine."""
    a, b = slice(*matrix.indptr[left : left + 2]), slice(*matrix.indptr[right : right + 2])
    terms, i, j = np.intersect1d(matrix.indices[a], matrix.indices[b], assume_unique=True, return_indices=True)
    return terms, matrix.data[a][i] * matrix.data[b][j]
