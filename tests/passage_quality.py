"""How right the passages of a run over the invented newsroom are: spans, kinds, furniture, edges, changed facts, credits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq

from clustering import scoring
from clustering.passages.provenance import STRONG
from tests.command import records

Key = tuple[str, str]
Span = tuple[int, int]
Piece = tuple[scoring.Passage, str]
"""Spans in two articles, and the kind."""

WORD = re.compile(r"\w+")


class Judged(NamedTuple):
    """A pair of articles: what is true of it and what was found."""

    a: str
    b: str
    true: list[Piece]
    found: list[Piece]

    def sides(self) -> Iterable[tuple[list[Span], list[Span]]]:
        """True and found spans in the first article, then in the second."""
        for side in (0, 2):
            true, found = ([(q[side], q[side + 1]) for q, _ in some] for some in (self.true, self.found))
            yield true, found


def passage_scores(run: Path, truth: Path) -> dict[str, float]:
    """Passages of the newsroom against the generator's spans.

    Every pair of articles of different outlets that the truth or the run lists is judged. The truth of a pair is its passages;
    what it calls too short to count, and the furniture, captions, datelines and bylines of the two articles, count neither
    way (a shared caption is right, yet no passage of the text). Whether furniture is *called* furniture is asked apart.
    """
    passages = records(run / "passages.jsonl")
    pairs = judged(records(truth / "passages.jsonl"), found_pieces(passages), zones_beside(truth))
    texts = pq.read_table(run / "texts.parquet", columns=["article_id", "text"]).to_pydict()
    starts = {i: np.array([m.start() for m in WORD.finditer(text)])
              for i, text in zip(texts["article_id"], texts["text"], strict=True)}
    plagdet = scoring.plagdet(([q for q, _ in p.true], [q for q, _ in p.found]) for p in pairs)
    precision, recall, _ = scoring.character_scores(side for p in pairs for side in p.sides())
    errors = [error for p in pairs for error in scoring.boundary_errors(
        [q for q, _ in p.true], [q for q, _ in p.found], starts[p.a], starts[p.b])]
    return {"passages": len(passages), "plagdet": plagdet.plagdet, "granularity": plagdet.granularity,
            "character_precision": precision, "character_recall": recall, "boundary_error_tokens": median(errors),
            **_kind_scores(pairs), **_furniture_scores(passages, truth)}


def zones_beside(truth: Path) -> dict[str, list[Span]]:
    """Article -> what stands beside its text and counts neither way."""
    return {z["id"]: [tuple(s) for zone in ("boilerplate", "caption", "dateline", "byline") for s in z[zone]]
            for z in records(truth / "spans.jsonl")}


def found_pieces(passages: list[dict]) -> dict[Key, list[Piece]]:
    """What the run says that two articles of different outlets share, the smaller id first."""
    pieces: dict[Key, list[Piece]] = defaultdict(list)
    for passage in passages:
        spans = [(o["article_id"], o["outlet"], o["start"], o["end"]) for o in passage["occurrences"]]
        for n, (a, outlet_a, *at_a) in enumerate(spans):
            for b, outlet_b, *at_b in spans[n + 1:]:
                if outlet_a != outlet_b:
                    key, both = ((a, b), (*at_a, *at_b)) if a < b else ((b, a), (*at_b, *at_a))
                    pieces[key].append((both, passage["kind"]))
    return pieces


def judged(listed: list[dict], pieces: dict[Key, list[Piece]], beside: dict[str, list[Span]]) -> list[Judged]:
    """Each pair with its true and its found passages, what counts neither way (``beside``, by article) trimmed off."""
    gold = {(t["a"], t["b"]): t for t in listed}
    out = []
    for a, b in sorted(gold.keys() | pieces.keys()):
        here = gold.get((a, b), {"passages": [], "ignore": []})
        true = [((*p["a"], *p["b"]), p["kind"]) for p in here["passages"]]
        ignored = [[*(tuple(p[side]) for p in here["ignore"]), *beside[article]]
                   for side, article in zip("ab", (a, b), strict=True)]
        out.append(Judged(a, b, true, scoring.of_pair(pieces.get((a, b), []), [q for q, _ in true], *ignored)))
    return out


def _kind_scores(pairs: list[Judged]) -> dict[str, float]:
    """F1 of each kind and the share of rightly found characters that have the right kind."""
    right = {kind: [0, 0, 0] for kind in ("copy", "quote", "background")}  # characters of both, true, found
    for pair in pairs:
        for side in (0, 2):
            at = [[(q[side], q[side + 1], kind) for q, kind in some] for some in (pair.true, pair.found)]
            every = union([(s, e) for s, e, _ in at[0]])
            for kind, counts in right.items():
                here, there = (union([(s, e) for s, e, k in some if k == kind]) for some in at)
                counts[0] += overlap(here, there)
                counts[1] += sum(e - s for s, e in here)
                counts[2] += overlap(there, every)
    return {"kind_accuracy": sum(c[0] for c in right.values()) / max(1, sum(c[2] for c in right.values())),
            **{f"{kind}_f1": 2 * both / max(1, true + found) for kind, (both, true, found) in right.items()}}


def _furniture_scores(passages: list[dict], truth: Path) -> dict[str, float]:
    """Furniture among what is called copy, furniture that is called copy, and shared furniture called what it is."""
    marked: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for passage in passages:
        for o in passage["occurrences"]:
            marked[o["article_id"]].append((o["start"], o["end"], passage["kind"]))
    copied = wrong = furniture = named = shared = 0
    for zone in records(truth / "spans.jsonl"):
        article, true = zone["id"], union([tuple(s) for s in zone["boilerplate"]])
        copy = union([(s, e) for s, e, kind in marked[article] if kind == "copy"])
        furniture += sum(e - s for s, e in true)
        copied += sum(e - s for s, e in copy)
        wrong += overlap(copy, true)
        named += overlap(union([(s, e) for s, e, kind in marked[article] if kind == "boilerplate"]), true)
        shared += overlap(union([(s, e) for s, e, _ in marked[article]]), true)
    return {"furniture_share_of_copy": wrong / max(1, copied), "furniture_called_copy": wrong / max(1, furniture),
            "furniture_called_furniture": named / max(1, shared)}


def change_scores(run: Path, truth: Path) -> dict[str, float]:
    """Changed numbers and altered quotes of copies, pair by pair, against what the generator changed.

    A run says how each occurrence differs from its passage's reference. So the pairs asked are those; what is true of one are
    the facts that either article changed and both hold the sentence of. A fact no such pair holds is one miss.
    """
    facts = {kind: [c for c in records(truth / "changes.jsonl") if c["type"] == kind] for kind in ("number", "quote")}
    sentences = _common_sentences(truth)
    scores: dict[str, float] = {}
    for kind, changed in facts.items():
        by_article: dict[str, list[dict]] = defaultdict(list)
        for fact in changed:
            by_article[fact["id"]].append(fact)
        found: set[tuple[str, str, str, int, str]] = set()
        true: set[tuple[str, str, str, int, str]] = set()
        false, seen = 0, set()
        for passage in records(run / "passages.jsonl"):
            reference = passage["reference_article_id"]
            for o in passage["occurrences"]:
                here = o["article_id"]
                if passage["kind"] not in ("copy", "quote") or here == reference:
                    continue
                key = (min(here, reference), max(here, reference))
                expected = [f for f in by_article[here] if o["start"] <= f["start"] < o["end"] and _both(sentences, key, here, f)]
                expected += [f for f in by_article[reference] if _both(sentences, key, reference, f)
                             and _spans(passage, reference, f)]
                true |= {_named(key, f) for f in expected}
                for change in o["changes"]:
                    if change["type"] != kind:
                        continue
                    hits = [f for f in expected if (f["id"] == here and _touches(change, f))
                            or (f["id"] == reference and f["here"] in change["there"])]
                    if hits:
                        found |= {_named(key, f) for f in hits}
                        seen |= {(f["id"], f["start"]) for f in hits}
                    else:
                        false += 1
        asked = {(name[2], name[3]) for name in true}
        unasked = sum((f["id"], f["start"]) not in asked and _shared(sentences, f) for f in changed)
        precision = len(found) / max(1, len(found) + false)
        recall = len(found) / max(1, len(true) + unasked)
        scores |= {f"{kind}_changes": len(changed), f"{kind}_changes_precision": precision, f"{kind}_changes_recall": recall,
                   f"{kind}_changes_f1": 2 * precision * recall / max(1e-9, precision + recall)}
    return scores


def _common_sentences(truth: Path) -> dict[Key, dict[str, list[Span]]]:
    """Pair of articles -> for each of the two, the spans of what it shares with the other."""
    return {(t["a"], t["b"]): {t["a"]: [tuple(p["a"]) for p in t["passages"]], t["b"]: [tuple(p["b"]) for p in t["passages"]]}
            for t in records(truth / "passages.jsonl")}


def _both(sentences: dict[Key, dict[str, list[Span]]], key: Key, article: str, fact: dict) -> bool:
    return any(s <= fact["start"] < e for s, e in sentences.get(key, {}).get(article, ()))


def _shared(sentences: dict[Key, dict[str, list[Span]]], fact: dict) -> bool:
    return any(_both(sentences, key, fact["id"], fact) for key in sentences if fact["id"] in key)


def _spans(passage: dict, article: str, fact: dict) -> bool:
    return any(o["start"] <= fact["start"] < o["end"] for o in passage["occurrences"] if o["article_id"] == article)


def _touches(change: dict, fact: dict) -> bool:
    return change["start"] < fact["end"] and fact["start"] < max(change["end"], change["start"] + 1)


def _named(key: Key, fact: dict) -> tuple[str, str, str, int, str]:
    return (*key, fact["id"], fact["start"], fact["here"])


def credit_scores(run: Path, truth: Path) -> dict[str, float]:
    """Agencies credited for the text: (article, agency) claimed against what stands in the text by the generator's hand."""
    gold = {(c["id"], agency) for c in records(truth / "credits.jsonl") for agency in c["agencies"]}
    claimed = {(a["article_id"], e["agency"]) for event in records(run / "clusters.jsonl") for a in event["articles"]
               for e in a["agency"]["evidence"] if e["type"] in STRONG}
    right = len(gold & claimed)
    return {"credits": len(gold), "credits_precision": right / max(1, len(claimed)), "credits_recall": right / max(1, len(gold))}


def overlap(left: list[Span], right: list[Span]) -> int:
    """Characters in both of two unions."""
    return sum(max(0, min(e, f) - max(s, t)) for s, e in left for t, f in right)


def union(spans: list[Span]) -> list[Span]:
    """The spans merged where they touch, sorted."""
    edges = sorted(spans)
    merged: list[list[int]] = []
    for start, end in edges:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    assert all(one[1] < other[0] for one, other in pairwise(merged))
    return [(s, e) for s, e in merged]
