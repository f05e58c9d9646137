"""What a date rests on, what volume does to time, how events are merged, how stable they are, what a model adds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.config import EventsSettings
from clustering.events import find_neighbours, fit, group_events, probe_stability, texts_a_day
from clustering.events.dating import (
    BASES,
    CONTRADICTED,
    DENIED,
    PUBLISHED,
    REPEATED,
    UNKNOWN,
    WRITTEN,
    Dating,
    date_texts,
    time_kernel,
    time_weight,
)
from clustering.events.doubts import doubt
from clustering.events.merging import merge
from clustering.events.weights import PairWeights
from clustering.text import find_dates, tokenise
from tests.build import articles, nothing_shared
from tests.oracles.events import denied, misdated_twins
from tests.test_events_vectors import alone, make

DAY = 15_706  # 2013-01-01


def dating(*records) -> Dating:
    table = articles(*records)
    return date_texts(table, find_dates(table, tokenise(table["text"])), alone(len(table)))


def test_what_a_date_rests_on() -> None:
    minute = "2013-01-05T12:15:00+00:00"
    found = dating(
        {"text": "Nothing.", "published": "2013-01-01"},
        {"text": "One.", "outlet": "a", "published": minute}, {"text": "Two.", "outlet": "a", "published": minute},
        {"text": "Three.", "outlet": "b", "published": minute},
        {"text": "The vote of May 4, 2016 was lost.", "published": "2013-01-01"},
        {"text": "Published January 3, 2013 by a desk."}, "x " * 300 + "January 3, 2013", "Nothing.")
    assert found.basis.tolist() == [PUBLISHED, REPEATED, REPEATED, PUBLISHED, DENIED, WRITTEN, UNKNOWN, UNKNOWN]
    assert found.days[5] == DAY + 2
    assert np.isnan(found.days[[6, 7]]).all()
    assert len(BASES) == len({*BASES}) == CONTRADICTED + 1


def test_a_day_without_a_year_is_the_nearest_one_and_mostly_past() -> None:
    texts = ("Shot on Dec. 30.", "A trial on Jan. 2.", "In the attack of July 1.", "On Feb. 29.")
    found = dating(*({"text": text, "published": "2013-01-01"} for text in texts))
    assert found.named.tolist() == [DAY - 2, DAY + 1, DAY - 184, DAY - 307]


def test_a_report_that_names_the_day_is_near_to_it_whatever_its_own_date() -> None:
    settings = EventsSettings()
    near, far = (dating({"text": "Four shot.", "published": "2013-01-07"}, {"text": text, "published": "2013-04-20"})
                 for text in ("Trial over the shooting of Jan. 7.", "Trial over a shooting."))
    weights = [time_weight(0, 1, d.arrays(), time_kernel(settings)) for d in (near, far)]
    assert weights[0] == pytest.approx(settings.named_day_weight)
    assert weights[1] == pytest.approx(settings.time_floor, abs=0.01)


def test_a_feed_asks_for_more_than_an_archive() -> None:
    def spread(texts: int, days: int) -> Dating:
        at = np.sort(np.arange(texts) % days).astype(float)
        return Dating(at, np.full(texts, PUBLISHED, np.uint8), np.zeros(texts + 1, np.int64), np.zeros(0))

    settings = EventsSettings()
    archive, feed = fit(spread(100, 400), settings), fit(spread(6_000, 20), settings)
    assert texts_a_day(spread(6_000, 20)) == pytest.approx(300, rel=0.05)
    assert archive.min_weight == pytest.approx(settings.min_weight, abs=0.01)
    assert feed.min_weight == pytest.approx(settings.feed_min_weight, abs=0.01)
    assert feed.half_life_days < archive.half_life_days
    assert fit(spread(0, 1), settings) == settings  # nothing dated: an archive


def test_in_a_feed_the_news_stands_in_title_and_lead() -> None:
    settings = EventsSettings()
    days = np.repeat(np.arange(20.0), 300)
    feed = fit(Dating(days, np.full(6_000, PUBLISHED, np.uint8), np.zeros(6_001, np.int64), np.zeros(0)), settings)
    assert (feed.title_weight, feed.lead_weight) == (settings.feed_title_weight, settings.feed_lead_weight)
    assert feed.passage_weight == pytest.approx(settings.feed_passage_weight, abs=0.001)
    assert settings.feed_passage_weight < settings.passage_weight / 5
    assert feed.same_day_outlet_weight == pytest.approx(settings.feed_same_day_outlet_weight, abs=0.01)
    assert isinstance(feed.title_weight, int)


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=9).flatmap(lambda texts: st.tuples(
    st.just(texts), st.dictionaries(st.tuples(st.integers(0, len(texts) - 1), st.integers(0, len(texts) - 1)).filter(
        lambda pair: pair[0] < pair[1]), st.sampled_from([0.05, 0.1, 0.2, 0.3, 0.5])), st.text("ab", min_size=9, max_size=9))))
def test_dates_are_doubted_as_their_company_says(case: tuple) -> None:
    texts, pairs, outlets = case
    days, sure = [float(day) for day, _ in texts], [known for _, known in texts]
    given = Dating(np.array(days), np.where(sure, PUBLISHED, WRITTEN).astype(np.uint8), np.zeros(len(texts) + 1, np.int64),
                   np.zeros(0))
    ends = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    of = np.array([ord(outlet) for outlet in outlets[: len(texts)]])
    found = doubt(given, of, ends[:, 0], ends[:, 1], np.array([pairs[pair] for pair in sorted(pairs)]))
    want = denied(days, sure, pairs) | misdated_twins(days, sure, outlets, pairs)
    assert set(np.flatnonzero(found.basis == CONTRADICTED)) == want
    assert (np.where(found.basis == CONTRADICTED, PUBLISHED, found.basis) == given.basis).all()


def test_one_of_two_reports_that_stand_out_is_misdated() -> None:
    def doubted(outlets: str, *cosines: float) -> list[int]:
        days = np.array([0.0, 200.0, 200.0, 400.0, 600.0])
        given = Dating(days, np.full(5, PUBLISHED, np.uint8), np.zeros(6, np.int64), np.zeros(0))
        ends = np.array([(0, 1), (0, 2), (0, 3), (0, 4)])
        found = doubt(given, np.array([ord(o) for o in outlets]), ends[:, 0], ends[:, 1], np.array(cosines))
        return np.flatnonzero(found.basis == CONTRADICTED).tolist()

    assert doubted("abcde", 0.4, 0.1, 0.1, 0.1) == [0, 1]
    assert doubted("aacde", 0.4, 0.1, 0.1, 0.1) == []  # one outlet's two texts are alike anyhow
    assert doubted("abcde", 0.4, 0.15, 0.15, 0.15) == [1]  # a crowd of look-alikes around the one
    assert doubted("abcde", 0.2, 0.01, 0.01, 0.01) == []  # too unlike


FLOOD = ["River flood in Konna drowns the bridge, mayor Traore says", "Konna bridge drowned by river flood, says mayor Traore",
         "Mayor Traore: flood of the river took the Konna bridge", "Flood drowns Konna bridge, says mayor Traore by the river"]
VOTE = ["Parliament elects Bakari speaker after recount of ballots", "Bakari is speaker: parliament ends recount of ballots"]


def test_a_misdated_report_is_not_held_away_from_its_event() -> None:
    days = ["2013-01-08", "2013-01-08", "2013-01-09", "2012-06-01", "2013-01-08", "2013-01-08"]
    records = [{"text": text, "published": day} for text, day in zip([*FLOOD, *VOTE], days, strict=True)]
    table, vectors = articles(*records), make(*records, background_share=0.0)
    settings = EventsSettings(background_share=0.0)
    near = find_neighbours(table, alone(6), vectors, nothing_shared(), settings)
    times = {(n["left"], n["right"]): n["time_weight"] for n in near.to_pylist()}
    assert all(times[text, 3] == pytest.approx(settings.undated_weight, abs=0.01) for text in (0, 1, 2))
    assert group_events(table, alone(6), vectors, near, settings)["event"].to_pylist() == [0, 0, 0, 0, 4, 4]


def test_halves_of_an_event_are_merged_and_look_alikes_are_not() -> None:
    table, vectors = articles(*FLOOD, *VOTE), make(*FLOOD, *VOTE, background_share=0.0)
    settings = EventsSettings(background_share=0.0)
    none = np.zeros(0, np.int64)
    weights = PairWeights(table, vectors, none, none, none, settings)
    left, right = np.triu_indices(6, 1)
    got = merge(np.array([0, 0, 1, 1, 2, 2]), left, right, vectors, weights, 0.4)
    assert len(set(got[:4].tolist())) == 1
    assert got[4] == got[5] != got[0]
    assert len(set(merge(np.array([0, 0, 1, 1, 2, 2]), none, none, vectors, weights, 0.1).tolist())) == 3  # strangers never meet


@pytest.mark.parametrize("grouping", ["consensus", "average_link"])
def test_either_way_of_grouping_finds_two_happenings_that_stand(grouping) -> None:
    settings = EventsSettings(background_share=0.0, grouping=grouping)
    table, vectors = articles(*FLOOD, *VOTE), make(*FLOOD, *VOTE, background_share=0.0)
    near = find_neighbours(table, alone(6), vectors, nothing_shared(), settings)
    of = group_events(table, alone(6), vectors, near, settings)
    assert of["event"].to_pylist() == [0, 0, 0, 0, 4, 4]
    assert probe_stability(table, vectors, near, of, settings).tolist() == [1.0] * 6
    assert (near["needed"].to_numpy() >= settings.min_weight).all()


def test_an_event_that_hangs_on_the_threshold_says_so() -> None:
    settings = EventsSettings(background_share=0.0)
    table, vectors = articles(*VOTE), make(*VOTE, background_share=0.0)
    near = find_neighbours(table, alone(2), vectors, nothing_shared(), settings)
    weight = near["weight"][0].as_py()
    loose = EventsSettings(background_share=0.0, min_weight=round(weight, 3) - 0.002, split_cut=0.0)
    near = find_neighbours(table, alone(2), vectors, nothing_shared(), loose)
    of = group_events(table, alone(2), vectors, near, loose)
    assert of["event"].to_pylist() == [0, 0]
    assert probe_stability(table, vectors, near, of, loose).tolist() == [0.5, 0.5]


def test_sentence_embeddings_are_one_term_of_the_weight() -> None:
    table, vectors = articles(*VOTE), make(*VOTE, background_share=0.0)
    none, pair = np.zeros(0, np.int64), (np.array([0]), np.array([1]))
    settings = EventsSettings(semantic_weight=0.25, time=False)
    plain = PairWeights(table, vectors, none, none, none, settings).weigh(*pair, np.array([0.4]))
    import dataclasses

    same = dataclasses.replace(vectors, sentences=np.array([[0.6, 0.8], [0.6, 0.8]]))
    opposite = dataclasses.replace(vectors, sentences=np.array([[0.6, 0.8], [-0.6, -0.8]]))
    fused = [PairWeights(table, v, none, none, none, settings).weigh(*pair, np.array([0.4]))[0] for v in (same, opposite)]
    assert plain[0] == pytest.approx(0.4)
    assert fused == pytest.approx([0.75 * 0.4 + 0.25, 0.75 * 0.4])
