"""Neighbours and events: kernels against slow twins; what a component's events may depend on."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from clustering import passages, text
from clustering.config import EventsSettings, PassagesSettings, TextSettings
from clustering.events import find_neighbours, group_events, neighbours, search, tiles
from clustering.events.dating import PUBLISHED, UNKNOWN, WRITTEN, Dating, time_weights
from clustering.events.grouping import SWEEPS, _propagate, _shuffles, propagate
from clustering.events.trees import average_link
from tests.build import articles, nothing_shared
from tests.oracles import events as slow
from tests.test_events_vectors import alone, make

THRESHOLDS = np.linspace(0.1, 0.4, 10)
GRAINS = st.integers(0, 8).map(lambda n: n / 16)


@st.composite
def matrices(draw) -> np.ndarray:
    rows = draw(st.lists(st.lists(GRAINS, min_size=5, max_size=5), min_size=1, max_size=9))
    return np.array(rows)


@st.composite
def datings(draw, m: int) -> Dating:
    """Days, what they rest on, and a few named days."""
    days = np.array([draw(st.sampled_from([0.0, 1.0, 9.5, np.nan])) for _ in range(m)])
    basis = np.array([4 if np.isnan(day) else draw(st.integers(0, 3)) for day in days], np.uint8)
    named = [sorted(draw(st.sets(st.sampled_from([-40.0, 0.0, 9.0]), max_size=2))) for _ in range(m)]
    flat = np.array([day for days_ in named for day in days_], float)
    return Dating(days, basis, np.r_[0, np.cumsum([len(n) for n in named])].astype(np.int64), flat)


@settings(max_examples=150, deadline=None)
@given(matrices(), st.data(), st.integers(1, 4), st.integers(1, 5), st.sampled_from([0, 1, 3, 64]), st.integers(1, 3),
       st.sampled_from([0, 0, 0, neighbours.FEW]))
def test_neighbours_are_those_of_comparing_all_with_all(matrix, data, k, tile, rare, threads, few) -> None:
    dating = data.draw(datings(len(matrix)))
    kernel = tuple(data.draw(st.sampled_from(choices)) for choices in ((0.05, 0.4), (1.5,), (0.3, 0.85), (0.0, 0.7)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "FEW", few)
        patch.setattr(tiles, "TILE", tile)
        patch.setattr(tiles, "RARE", rare)
        patch.setattr(search, "get_num_threads", lambda: threads)
        found = neighbours.heaviest_pairs(sp.csr_matrix(matrix), dating, k, 0.02, kernel)
    got = {(int(i), int(j)): (float(c), float(w)) for i, j, c, w in zip(*found, strict=True)}
    assert got == slow.heaviest_pairs(matrix, dating, k, 0.02, kernel)
    assert list(got) == sorted(got)


@pytest.mark.parametrize(("dated", "named", "threads"), [(1.0, 0.7, 1), (0.8, 0.7, 2), (0.8, 0.3, 5), (0.0, 0.7, 2),
                                                         (1.0, 0.0, 2)])
def test_bounds_lose_no_neighbour(dated, named, threads, monkeypatch) -> None:
    """Enough rows for every level, kind of tile and list to be used; against all cosines by matrix product."""
    rng = np.random.default_rng(5)
    m, vocabulary, k, least = 700, 3_000, 6, 0.02
    kernel = (0.05, 1.5, 0.85, named)
    places = (vocabulary * rng.random((m, 60)) ** 3).astype(np.int64)
    places[1::3, :25] = places[0:-1:3, :25][: places[1::3].shape[0]]  # look-alikes, next to each other in no order of time
    places = places.ravel()
    matrix = sp.csr_matrix((1.0 + np.log(1 + places), (np.repeat(np.arange(m), 60), places)), shape=(m, vocabulary))
    matrix.sum_duplicates()
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sp.csr_matrix(sp.diags(1 / norms) @ matrix)
    matrix.data = np.round(matrix.data * 2.0**24) / 2.0**24
    matrix.data[::17] = 0.0  # terms that only stories weigh
    days = np.where(rng.random(m) < dated, np.round(40 * rng.random(m), 2), np.nan)
    basis = np.where(np.isnan(days), UNKNOWN, np.where(rng.random(m) < 0.1, WRITTEN, PUBLISHED)).astype(np.uint8)
    naming = rng.integers(0, 3, m)
    dating = Dating(days, basis, np.r_[0, np.cumsum(naming)], np.concatenate([np.sort(40 * rng.random(n)) for n in naming]))
    monkeypatch.setattr(tiles, "TILE", 50)
    monkeypatch.setattr(tiles, "RARE", 4)
    rows, cosines, weights = search.heaviest(matrix, dating, k, least, kernel, threads)

    left, right = np.triu_indices(m, 1)
    products = (matrix @ matrix.T).toarray()
    exact = products[left, right]
    heavy = np.round(exact * time_weights(left, right, dating.arrays(), kernel), 6)
    everything = sp.coo_matrix((m, m)).toarray()
    everything[left, right] = everything[right, left] = np.where((exact >= least) & (heavy >= least), heavy, 0)
    order = np.argsort(-everything, axis=1, kind="stable")[:, :k]
    best = np.take_along_axis(everything, order, 1)
    assert np.array_equal(np.where(best > 0, order, -1), rows)
    assert np.array_equal(best, weights)
    assert (rows >= 0).mean() > 0.5
    assert np.array_equal(np.where(rows >= 0, np.round(products[np.arange(m)[:, None], rows], 6), 0), cosines)


@st.composite
def graphs(draw) -> tuple[int, list[tuple[int, int, float]]]:
    n = draw(st.integers(2, 14))
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40, unique=True))
    return n, [(i, j, draw(st.integers(1, 9)) / 10) for i, j in sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]})]


def columns(edges: list[tuple[int, int, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(np.array([e[c] for e in edges], float if c == 2 else np.int64) for c in range(3))  # type: ignore[return-value]


@settings(max_examples=60, deadline=None)
@given(graphs(), st.integers(1, 4))
def test_a_pair_ranks_by_the_better_of_its_two_places(graph, k) -> None:
    n, edges = graph
    of_left, of_right = neighbours.ranks(*columns(edges), n)
    assert (np.minimum(of_left, of_right) < k).tolist() == slow.among_heaviest(edges, k)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_propagation_is_that_of_dictionaries(graph, random) -> None:
    n, edges = graph
    rank = list(range(n))
    random.shuffle(rank)
    order = np.argsort(rank)
    left, right, weights = columns(edges)
    heavy = np.rint(weights * 10).astype(np.int64)
    adjacency = sp.csr_matrix((np.r_[heavy, heavy], (np.r_[left, right], np.r_[right, left])), shape=(n, n))
    labels = np.arange(n)
    _propagate(adjacency.indptr, adjacency.indices, adjacency.data, order, np.array(rank), labels, SWEEPS)
    want = slow.propagate([(i, j, int(w)) for (i, j, _), w in zip(edges, heavy, strict=True)], n, order.tolist(), rank, SWEEPS)
    assert labels.tolist() == want


def partition(labels: np.ndarray, ids: list[str]) -> set[frozenset[str]]:
    return {frozenset(i for i, other in zip(ids, labels, strict=True) if other == label) for label in set(labels.tolist())}


@settings(max_examples=40, deadline=None)
@given(graphs(), graphs(), st.randoms(use_true_random=False))
def test_another_component_and_another_numbering_change_nothing(one, two, random) -> None:
    (n, edges), (m, more) = one, two
    ids = [f"id{i}" for i in range(n + m)]
    alone_ = partition(propagate(*columns(edges), ids[:n], THRESHOLDS), ids[:n])
    numbers = list(range(n + m))
    random.shuffle(numbers)
    together = [(*sorted((numbers[i + s], numbers[j + s])), w) for s, e in ((0, edges), (n, more)) for i, j, w in e]
    named = [""] * (n + m)
    for i, number in enumerate(numbers):
        named[number] = ids[i]
    both = partition(propagate(*columns(together), named, THRESHOLDS), named)
    assert alone_ <= both


def test_orders_come_from_ids_alone() -> None:
    ranks = _shuffles(("b", "a", "c"), 8)
    again = _shuffles(("c", "x", "a", "b"), 8)
    for one, other in zip(ranks, again, strict=True):
        assert (one[0] < one[1]) == (other[3] < other[2])
        assert (one[0] < one[2]) == (other[3] < other[0])
    assert len({tuple(r) for r in ranks.tolist()}) > 1


FLOOD = ["River flood in Konna drowns the bridge, mayor Traore says", "Konna bridge drowned by river flood, says mayor Traore",
         "Mayor Traore: flood of the river took the Konna bridge"]
VOTE = ["Parliament elects Bakari speaker after recount of ballots", "Bakari is speaker: parliament ends recount of ballots",
        "After a recount of ballots Bakari is parliament speaker"]


def events(*records, **options) -> list[int]:
    options = {"background_share": 0.0, **options}
    vectors = make(*records, **options)
    table_ = articles(*records)
    found = find_neighbours(table_, alone(len(table_)), vectors, nothing_shared(), EventsSettings(**options))
    return group_events(table_, alone(len(table_)), vectors, found, EventsSettings(**options))["event"].to_pylist()


def test_two_happenings_are_two_events() -> None:
    assert events(*FLOOD, *VOTE) == [0, 0, 0, 3, 3, 3]


def test_no_two_articles_without_a_shared_word_meet() -> None:
    assert events("flood river", "speaker vote", "", "") == [0, 1, 2, 3]
    assert events() == []


def test_time_separates_look_alikes() -> None:
    fire = "Fire in a warehouse on Mill Street, people injured by smoke, police said on {}"
    records = [{"text": fire.format(day), "published": date} for day, date in (
        ("Monday", "2020-01-01"), ("Tuesday", "2020-01-02"), ("Friday", "2020-06-01"), ("Saturday", "2020-06-02"))]
    assert events(*records, min_weight=0.5, split_cut=0.4) == [0, 0, 2, 2]
    assert events(*records, min_weight=0.5, split_cut=0.4, time=False) == [0, 0, 0, 0]


def test_a_shared_quotation_speaks_for_one_happening() -> None:
    quoted = "nobody on this council was told that the bridge would be closed before spring"
    told = [f"River watch. “{quoted},” said Traore of Konna.", f"Ballots wait. “{quoted},” Bakari heard in parliament.",
            "Mayor and ballots and river and parliament."]
    table_ = articles(*({"text": t, "outlet": o} for t, o in zip(told, "abc", strict=True)))
    tokens = text.tokenise(table_["text"])
    tokens = text.mark_zones(tokens, text.find_zones(table_, tokens, TextSettings()))
    found = passages.find(table_, tokens, alone(3), PassagesSettings())
    assert found.passages["kind"].to_pylist() == ["quote"]
    vectors = make(*told, background_share=0.0)
    for weight in (0.0, 0.1):
        options = EventsSettings(background_share=0.0, passage_weight=weight)
        plain = find_neighbours(table_, alone(3), vectors, nothing_shared(), options)
        near = find_neighbours(table_, alone(3), vectors, found, options)
        pairs = {(r["left"], r["right"]): r for r in near.to_pylist()}
        before = {(r["left"], r["right"]): r for r in plain.to_pylist()}
        full = pairs[0, 1]["shared_tokens"] / options.passage_tokens
        assert full > 0.9
        assert pairs[0, 1]["weight"] == pytest.approx(before[0, 1]["weight"] + weight * min(1, full), abs=2e-6)
        assert all(pairs[key]["weight"] == before[key]["weight"] for key in before.keys() - {(0, 1)})


def test_one_outlet_on_different_days_counts_less() -> None:
    told = [{"text": FLOOD[n], "outlet": outlet, "published": f"2024-03-{day}"}
            for n, outlet, day in ((0, "a", "01"), (1, "a", "01"), (2, "a", "09"), (2, "b", "09"))]
    table_, vectors = articles(*told), make(*told, background_share=0.0)
    weights = {}
    for share in (1.0, 0.5):
        options = EventsSettings(background_share=0.0, same_outlet_weight=share)
        near = find_neighbours(table_, alone(4), vectors, nothing_shared(), options)
        weights[share] = {(r["left"], r["right"]): r["weight"] for r in near.to_pylist()}
    factor = {pair: round(weights[0.5][pair] / weights[1.0][pair], 3) for pair in weights[1.0]}
    assert factor == {(0, 1): 1, (0, 2): 0.5, (1, 2): 0.5, (0, 3): 1, (1, 3): 1, (2, 3): 1}


def test_texts_of_one_outlet_are_taken_to_be_far_apart_where_a_date_is_missing() -> None:
    told = [{"text": FLOOD[0], "outlet": "a", "published": "2024-03-01"}, {"text": FLOOD[1], "outlet": "a"},
            {"text": FLOOD[2], "outlet": "b"}]
    table_, vectors = articles(*told), make(*told, background_share=0.0)
    for time, same, other in ((True, 0.4 * 0.5, 0.85), (False, 0.5, 1.0)):
        near = find_neighbours(table_, alone(3), vectors, nothing_shared(), EventsSettings(background_share=0.0, time=time))
        factor = {(r["left"], r["right"]): round(r["weight"] / r["cosine"], 3) for r in near.to_pylist()}
        assert factor == {(0, 1): pytest.approx(same, abs=0.002), (0, 2): pytest.approx(other, abs=0.002),
                          (1, 2): pytest.approx(other, abs=0.002)}


@given(st.integers(2, 30), st.integers(1, 6), st.integers(0, 2**32 - 1), st.floats(0, 1))
@settings(deadline=None)
def test_a_cut_tree_is_that_of_scipy(things: int, grains: int, seed: int, height: float) -> None:
    distances = np.round(np.random.default_rng(seed).integers(0, grains + 1, things * (things - 1) // 2) / grains, 6)  # many ties
    assert np.array_equal(average_link(distances, height), fcluster(linkage(distances, "average"), height, "distance"))
