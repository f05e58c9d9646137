"""Work stays bounded where many articles hold the same words, and what a bound left out is counted."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa

from clustering import copies, passages, pipeline, text
from clustering.config import PassagesSettings, Settings
from clustering.passages.nominate import nominate
from clustering.tables import GROUPS, SPANS, table
from clustering.text.tokens import mark_zones, tokenise
from jobs.background import load_background
from tests.build import articles
from tests.test_passages_find import LOCAL, WIRE, words

STOCK = "who spoke on condition of anonymity because he was not authorised to talk to anybody about it"
DAYS = 28


def standing(count: int) -> list[dict]:
    """Unrelated articles of 40 outlets with one phrase of 17 words in the midst of each."""
    return [{"text": f"{words(k, 30)[:-1]} {STOCK} {words(k + count, 12)}", "outlet": f"Outlet {k % 40}",
             "published": f"2024-03-{1 + k % DAYS:02d}"} for k in range(count)]


def versions(count: int) -> list[dict]:
    """One wire at 50 outlets: cut, with words of one's own, and one word in twenty another."""
    out = []
    for k in range(count):
        rng = random.Random(k)
        wire = f"{WIRE} {LOCAL}" if rng.random() < 0.8 else WIRE
        edited = " ".join(f"z{rng.randrange(10**9)}" if rng.random() < 0.05 else word for word in wire.split())
        out.append({"text": f"{edited} {words(k, rng.choice([0, 0, 4, 12]))}".strip(), "outlet": f"Outlet {k % 50}",
                    "published": "2024-03-05"})
    return out


def alone(rows: pa.Table) -> pa.Table:
    return table(GROUPS, {"group": np.arange(len(rows), dtype=np.int32), "relation": ["representative"] * len(rows)})


def test_a_phrase_in_ten_thousand_articles_joins_nothing_and_is_counted() -> None:
    """And it does not hide what two of them share besides."""
    given = standing(10_000)
    for k in (17, 4_018):
        given[k] = given[k] | {"text": f"{WIRE} {given[k]['text']}", "published": "2024-03-05"}
    rows = articles(*given)
    ids = rows["article_id"].to_pylist()
    tokens, groups = tokenise(rows["text"]), alone(rows)
    found = passages.find(rows, tokens, groups, PassagesSettings())
    held = [(ids[o["row"]], rows["text"][o["row"]].as_py()[o["start"] : o["end"]]) for o in found.occurrences.to_pylist()]
    assert sorted(held) == sorted((f"a{k + 1:03d}", words_held) for k in (17, 4_018) for words_held in (WIRE, STOCK))
    assert found.skipped["runs_in_too_many_articles"] == len(STOCK.split()) - 5


def test_furniture_in_too_many_articles_is_counted_too() -> None:
    rows = articles(*standing(300))
    spans = [{"row": k, "zone": "boilerplate", "start": t.index(STOCK), "end": t.index(STOCK) + len(STOCK), "reason": ""}
             for k, t in enumerate(rows["text"].to_pylist())]
    tokens = mark_zones(tokenise(rows["text"]), table(SPANS, spans))
    left, _, skipped = nominate(rows, tokens, alone(rows)["group"].to_numpy(), PassagesSettings())
    assert not left.size
    assert skipped["runs_of_furniture_in_too_many_articles"] == len(STOCK.split()) - 5
    assert skipped["runs_in_too_many_articles"] == 0


def test_one_wire_in_a_thousand_articles() -> None:
    """Every article meets the wire in a few bases; pairs grow with the articles, not with their square."""
    rows = articles(*versions(1_000))
    settings = Settings()
    tokens = text.tokenise(rows["text"])
    shingles = copies.shingle(tokens, settings.copies)
    signatures = copies.sign(shingles, settings.copies, "fast")
    candidates, _ = copies.find_candidates(tokens, shingles, signatures, settings.copies, "fast")
    groups = copies.group_duplicates(rows, tokens, copies.verify(tokens, shingles, candidates, settings.copies), settings.copies)
    left, _, skipped = nominate(rows, tokens, groups["group"].to_numpy(), settings.passages)
    apart = len(set(groups["group"].to_pylist()))
    assert left.size <= 1_000 * (5 + 5 * apart)
    assert skipped["pairs_in_large_groups"] > 100_000
    found = passages.find(rows, tokens, groups, settings.passages)
    shares = passages.shares(tokens, found).to_pylist()
    copied = sum(s["copy_words"] for s in shares)
    of_wire = sum(not word.startswith("x") for t in rows["text"].to_pylist() for word in t.split())
    assert copied > 0.97 * of_wire
    assert min(s["copy_words"] for s in shares) > 0.8 * len(WIRE.split())


def test_what_was_capped_reaches_the_run() -> None:
    counted: dict[str, dict[str, int]] = {}

    class Stage:
        def __init__(self, name: str) -> None:
            self.counts = counted.setdefault(name, {})

        def __enter__(self) -> dict[str, int]:
            return self.counts

        def __exit__(self, *_: object) -> None:
            pass

    pipeline.run(articles(*standing(500)), Settings(), load_background(), observe=Stage)
    counts = counted["passages"]
    assert counts["pairs_in_large_groups"] == 0
    assert counts["runs_of_furniture_in_too_many_articles"] + counts["runs_in_too_many_articles"] > 0
