"""Words of events and of why: the kernels' rankings and margins against plain Python."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.events.naming import SPARE
from clustering.events.vectors import Vectors
from clustering.events.why import BINDING, _margins
from clustering.events.within import groups_of
from clustering.events.words import Words, _choose
from clustering.tables import NEIGHBOURS, table
from tests.build import articles
from tests.test_events_vectors import make

NAMES = ["Konna", "Mopti", "Traore", "Bakari", "flood", "river", "bridge", "Niger", "rain", "town", "mayor", "camp"]
TEXTS = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=25).map(" ".join), min_size=1, max_size=7)


def ranked(vectors: Vectors, texts: list[str], vector: int, scores: dict[int, float], count: int) -> list[tuple[str, float]]:
    """All terms of a vector that have a score, best first, read in full."""
    entries = [p for p in range(*vectors.indptr[vector : vector + 2]) if vectors.indices[p] in scores]
    entries.sort(key=lambda p: (-np.round(scores[vectors.indices[p]], 6), vectors.keys[vectors.indices[p]]))
    found = ((int(vectors.starts[p]), int(vectors.ends[p]), bool(vectors.phrase[vectors.indices[p]]), scores[vectors.indices[p]])
             for p in entries)
    return _choose(texts[int(vectors.rows[vector])], "", found, count)


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.data(), st.integers(1, 4))
def test_words_are_those_of_a_full_ranking(texts: list[str], data: st.DataObject, count: int) -> None:
    vectors, words = make(*texts, background_share=0.0), Words(articles(*texts), make(*texts, background_share=0.0))
    labels = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts))), np.int64)
    order, bounds = groups_of(labels)
    medoids = order[bounds[:-1]]
    got = list(words.of_groups(order, bounds, medoids, count, data=1.0, topics=0.5))
    matrix = vectors.matrix().toarray() + 0.5 * vectors.topic_matrix().toarray()
    for group, medoid in enumerate(medoids):
        total = matrix[order[bounds[group] : bounds[group + 1]]].sum(axis=0)
        want = ranked(vectors, texts, medoid, {t: float(total[t]) for t in np.flatnonzero(total)}, count)
        assert [word for word, _ in got[group]] == [word for word, _ in want]
        assert [score for _, score in got[group]] == pytest.approx([score for _, score in want], abs=1e-12)

    left, right = (m.ravel().astype(np.int64) for m in np.meshgrid(np.arange(len(texts)), np.arange(len(texts))))
    dense = vectors.matrix().toarray()
    for i, found in enumerate(words.shared(left, right, count)):
        product = dense[left[i]] * dense[right[i]]
        scores = {t: float(product[t]) for t in np.flatnonzero(product)}
        assert found == ranked(vectors, texts, left[i], scores, count)
        terms = np.array(sorted(scores), np.int32)
        assert words.best(int(left[i]), terms, np.array([scores[t] for t in terms.tolist()]), count) == found


def test_more_terms_are_ranked_where_phrases_take_up_the_first() -> None:
    text = " ".join(f"Alpha Name{n}" for n in range(30))
    vectors = make(text, text, background_share=0.0)
    scores = np.where(vectors.phrase, 2.0, 1.0)  # every phrase has Alpha in it, so that only one is named
    count = 6
    assert vectors.phrase.sum() > SPARE * count
    got = Words(articles(text, text), vectors).best(0, np.arange(scores.size), scores, count)
    assert [len(word.split()) for word, _ in got] == [2, 1, 1, 1, 1, 1]
    assert got == ranked(vectors, [text, text], 0, dict(enumerate(scores.tolist())), count)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.integers(0, 200), st.randoms(use_true_random=False))
def test_margins_are_those_of_plain_means(m: int, pairs: int, chance) -> None:
    vectors = make(*["word"] * m, background_share=0.0)
    event = np.array([chance.randint(0, 3) for _ in range(m)])
    weights = {tuple(sorted(chance.sample(range(m), 2))): chance.randint(0, 1_200_000) / 1e6
               for _ in range(pairs if m > 1 else 0)}
    blank = dict.fromkeys(NEIGHBOURS.names, 0)
    near = table(NEIGHBOURS, [blank | {"left": a, "right": b, "weight": w} for (a, b), w in sorted(weights.items())])
    got = _margins(vectors, near, event)
    for text in range(m):
        towards: dict[int, list[float]] = defaultdict(list)
        for (a, b), weight in weights.items():
            if text in (a, b):
                towards[event[b if text == a else a]].append(weight)
        others = {label: int((event == label).sum()) - (label == event[text]) for label in towards}
        means = {label: sum(sorted(found, reverse=True)[:BINDING]) / max(1, min(others[label], BINDING))
                 for label, found in towards.items()}
        if (event == event[text]).sum() == 1:
            assert np.isnan(got[text])
        else:
            want = means.get(event[text], 0.0) - max((v for label, v in means.items() if label != event[text]), default=0.0)
            assert got[text] == pytest.approx(want, abs=2e-6)
