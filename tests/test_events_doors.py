"""Stories, labels and reasons over a small invented newsroom, through the doors the pipeline uses."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from clustering import events
from clustering.config import EventsSettings, StoriesSettings
from clustering.tables import (
    EVENTS,
    EVENTS_OF,
    GROUPS,
    LANGUAGES,
    NEIGHBOURS,
    SHARES,
    STORIES,
    STORIES_OF,
    STORY_LINKS,
    WHY,
    table,
)
from clustering.text import find_dates
from clustering.text.tokens import tokenise
from jobs.background import load_background
from tests.build import articles, nothing_shared
from tests.test_events_vectors import alone

FLOOD = [
    ("a1", "2020-03-01", "Harbour gates of Vellmar fail in storm | The Vellmar Post",
     ("The harbour gates of Vellmar failed on Sunday as storm Odalys pushed the tide over the quay. Mayor Ines Corvey said "
      "forty families left the Kessel quarter, and engineer Tomas Brandt could not close gate three.")),
    ("a2", "2020-03-01", "Storm Odalys breaks harbour gates",
     ("Storm Odalys broke the harbour gates of Vellmar on Sunday and flooded the Kessel quarter. Forty families were led "
      "out, mayor Ines Corvey said. Gate three stayed open, according to engineer Tomas Brandt.")),
    ("a3", "2020-03-02", "Kessel quarter flooded after gates fail",
     ("Water stood a metre high in the Kessel quarter of Vellmar after storm Odalys. The harbour gates failed, said mayor "
      "Ines Corvey, and forty families had to leave. Engineer Tomas Brandt blamed gate three.")),
]
INQUIRY = [
    ("b1", "2020-03-09", "Corvey opens inquiry into warnings",
     ("An inquiry will hear what the council of Vellmar knew, mayor Ines Corvey told reporters in the Kessel quarter. Its "
      "chair, judge Rosalind Ahn, wants letters that Tomas Brandt wrote about maintenance before Odalys.")),
    ("b2", "2020-03-09", "Judge Ahn to chair Vellmar inquiry",
     ("Judge Rosalind Ahn will chair the inquiry into maintenance letters that Tomas Brandt sent the council of Vellmar "
      "before Odalys, mayor Ines Corvey told reporters. Residents of the Kessel quarter asked for it.")),
]
CHEESE = [
    ("c1", "2020-03-02", "Goat cheese from Pirrin wins first prize",
     ("A goat cheese from the valley of Pirrin won first prize at the Ostrava fair, where the dairyman Jakub Novotny beat "
      "ninety entries. The jury praised its rind.")),
]


def newsroom() -> pa.Table:
    return articles(*({"article_id": i, "published": day, "title": title, "text": text,
                       "outlet": "The Vellmar Post" if i == "a1" else i} for i, day, title, text in FLOOD + INQUIRY + CHEESE))


def walk(table_: pa.Table, groups: pa.Table | None = None, background: events.Background | None = None, lang: str = "en"):
    """All doors in the order of the pipeline."""
    groups = groups or alone(len(table_))
    tokens, title_tokens = tokenise(table_["text"]), tokenise(table_["title"])
    languages = table(LANGUAGES, {"lang": [lang] * len(table_), "source": ["given"] * len(table_)})
    settings = EventsSettings()
    vectors = events.vectorise(table_, tokens, title_tokens, languages, find_dates(table_, tokens), groups,
                               background or load_background(), settings)
    neighbours = events.find_neighbours(table_, groups, vectors, nothing_shared(), settings)
    round_ups = events.find_round_ups(tokens, vectors, neighbours, settings)
    events_of = events.group_events(table_, groups, vectors, neighbours, settings, round_ups)
    stories_of, links = events.chain_stories(table_, vectors, events_of, StoriesSettings())
    stability = events.probe_stability(table_, vectors, neighbours, events_of, settings)
    described = events.describe(table_, tokens, vectors, events_of, stories_of, stability)
    shares = table(SHARES, {name: [0 if name != "copy_words" else 5 * (row == 4) for row in range(len(table_))]
                            if name != "words" else [10] * len(table_) for name in SHARES.names})
    why = events.explain(table_, groups, vectors, neighbours, events_of, shares, round_ups)
    for made, schema in ((neighbours, NEIGHBOURS), (events_of, EVENTS_OF), (stories_of, STORIES_OF), (links, STORY_LINKS),
                         (described.events, EVENTS), (described.stories, STORIES), (why, WHY)):
        assert made.schema == schema
    return events_of, stories_of, links, described, why


def test_events_and_the_story_that_links_them() -> None:
    events_of, stories_of, links, described, why = walk(newsroom())
    assert events_of["event"].to_pylist() == [0, 0, 0, 3, 3, 5]
    assert stories_of["story"].to_pylist() == [0, 0, 0, 0, 0, 5]
    link = links.to_pylist()[0]
    assert (link["left_event"], link["right_event"], link["gap_days"]) == (0, 3, 7.0)
    assert {"Vellmar", "Corvey"} <= {w for terms in link["shared_terms"] for w in terms.split()}
    flood, inquiry, cheese = described.events.to_pylist()
    assert flood["story"] == inquiry["story"] == 0
    assert flood["title"] in {title.split(" | ")[0] for _, _, title, _ in FLOOD}
    assert flood["weakest_row"] != flood["representative_row"]
    assert 0 < flood["cohesion"] < 1
    assert cheese["weakest_row"] is None
    assert cheese["cohesion"] is None
    assert {"Novotny", "Pirrin"} <= {w for k in cheese["keywords"] for w in k.split()}
    assert {"Vellmar", "Odalys"} <= {w for name in flood["names"] for w in name.split()}
    assert 0 <= flood["stability"] <= cheese["stability"] == 1
    reasons = why.to_pylist()
    assert [r["role"] for r in reasons] == ["independent"] * 4 + ["rewrite", "independent"]
    assert reasons[3]["nearest_row"] == 4
    assert reasons[3]["margin"] > 0
    assert reasons[5] == {"role": "independent", "nearest_row": None, "cosine": None, "shared_terms": [], "margin": None,
                          "shared_term_weights": [], "dating": "published", "named_days": [],
                          "round_up_rows": []}
    for row, reason in enumerate(reasons[:5]):
        both = (newsroom()["text"][row].as_py() + newsroom()["title"][row].as_py()).casefold()
        assert reason["shared_terms"]
        assert 0 < sum(reason["shared_term_weights"]) <= reason["cosine"] + 1e-5
        assert len(reason["shared_term_weights"]) == len(reason["shared_terms"])
        assert all(" ".join(term.split()).casefold() in " ".join(both.split()) for term in reason["shared_terms"])


def test_a_long_gap_or_a_missing_date_asks_for_more() -> None:
    later = [{**r, "published": "2020-09-01", "published_at": None} if r["article_id"][0] == "b" else r
             for r in newsroom().to_pylist()]
    stories_of = walk(articles(*later))[1]
    assert len(set(stories_of["story"].to_pylist())) == 3
    strict = StoriesSettings(min_cosine_strict=1.0)
    undated = articles(*({**r, "published": None, "published_at": None} for r in newsroom().to_pylist()))
    events_of = walk(undated)[0]
    tokens = tokenise(undated["text"])
    languages = table(LANGUAGES, {"lang": ["en"] * 6, "source": ["given"] * 6})
    vectors = events.vectorise(undated, tokens, tokenise(undated["title"]), languages, find_dates(undated, tokens),
                               alone(6), load_background(), EventsSettings())
    stories_of, _ = events.chain_stories(undated, vectors, events_of, strict)
    assert stories_of["story"].to_pylist() == events_of["event"].to_pylist()


def test_copies_share_one_vector_and_say_so() -> None:
    rows = newsroom().to_pylist()
    copy = {**rows[0], "article_id": "a0"}
    table_ = articles(copy, *rows)
    groups = table(GROUPS, {"group": [1, 1, *range(2, 7)], "relation": ["identical", *["representative"] * 6]})
    events_of, _, _, described, why = walk(table_, groups)
    assert events_of["event"].to_pylist() == [0, 0, 0, 0, 4, 4, 6]
    assert why["role"].to_pylist()[:3] == ["copy", "copy", "independent"]  # of two equal texts none is the original
    assert why["nearest_row"][0].as_py() == why["nearest_row"][1].as_py() not in (0, 1, None)
    assert described.events["representative_row"][0].as_py() != 0


def test_groups_follow_the_ids_and_not_the_order() -> None:
    rows = newsroom().to_pylist()
    renamed = [{**r, "article_id": f"z{9 - n}"} for n, r in enumerate(rows)]  # the table is sorted by id: reversed
    mine = walk(articles(*rows))[0]["event"].to_numpy()
    theirs = walk(articles(*renamed))[0]["event"].to_numpy()[::-1]
    assert np.array_equal(mine[:, None] == mine, theirs[:, None] == theirs)


@pytest.mark.parametrize("texts", [(), ("",), ("", " …"), ("word",), ("word word", "word word"),
                                   ("\u202e\u0301 x", "=cmd|' /C", "a\nb")])
def test_any_input_works(texts) -> None:
    events_of, stories_of, _, described, why = walk(articles(*texts))
    assert len(events_of) == len(stories_of) == len(why) == len(texts)
    assert set(described.events["event"].to_pylist()) == set(events_of["event"].to_pylist())
    assert set(described.stories["story"].to_pylist()) == set(stories_of["story"].to_pylist())


def test_a_language_without_a_table_groups_by_its_own_counts() -> None:
    found = walk(newsroom(), background=events.Background(), lang="xx")[0]["event"].to_numpy()
    assert found[0] == found[1] != found[3]
    assert found[5] == 5


def test_titles_fall_back_to_the_first_line() -> None:
    long = "word " * 60
    described = walk(articles("First line here\nsecond line", long, ""))[3]
    titles = described.events["title"].to_pylist()
    assert titles[0] == "First line here"
    assert titles[1].endswith(" …")
    assert len(titles[1]) < 170
    assert titles[2] is None


def test_the_background_table_knows_common_words() -> None:
    table_ = load_background().languages["en"]
    keys = tokenise(pa.array(["the harbour"], pa.large_string()))["hashes"].combine_chunks().values.to_numpy()
    shares, listed = table_.look_up(keys, np.zeros(2, np.bool_))
    assert shares[0] > 0.9
    assert 0.05 > shares[1] > 0
    assert listed.all()
    phrase, known = table_.look_up(events.phrase_keys(keys[:1], keys[1:]), np.ones(1, np.bool_))
    assert phrase[0] < shares[1]
    assert known.size == 1
