"""Duplicate groups: no chains, no hubs, one order."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import copies
from clustering.config import CopiesSettings
from clustering.tables import GROUPS, table
from clustering.text.tokens import tokenise
from tests import build
from tests.test_copies_verification import text

DEFAULT = CopiesSettings()


def through(articles, chosen=DEFAULT):
    tokens = tokenise(articles["text"])
    shingles = copies.shingle(tokens, chosen)
    candidates, _ = copies.find_candidates(tokens, shingles, copies.sign(shingles, chosen), chosen)
    pairs = copies.verify(tokens, shingles, candidates, chosen)
    groups = copies.group_duplicates(articles, tokens, pairs, chosen)
    assert groups.schema.equals(GROUPS)
    shuffled = pairs.take(np.random.default_rng(0).permutation(len(pairs)))
    assert copies.group_duplicates(articles, tokens, shuffled, chosen).equals(groups)
    return pairs, groups


def named(articles, chosen=DEFAULT):
    """(id -> representative's id, id -> relation)."""
    _, groups = through(articles, chosen)
    ids = articles["article_id"].to_pylist()
    return ({i: ids[g] for i, g in zip(ids, groups["group"].to_pylist(), strict=True)},
            dict(zip(ids, groups["relation"].to_pylist(), strict=True)))


def of(**texts: str):
    return build.articles(*({"article_id": name, "text": value} for name, value in texts.items()))


def test_copies_and_excerpts_join_the_longest_text():
    wire = text(("w", 0, 400))
    group, relation = named(of(a=text(("w", 50, 130)), b=text(("w", 0, 360)), c=wire, d=wire, e=text(("x", 0, 300)), f=""))
    assert group == {"a": "c", "b": "c", "c": "c", "d": "c", "e": "e", "f": "f"}
    assert relation == {"a": "excerpt", "b": "near_duplicate", "c": "representative", "d": "identical",
                        "e": "representative", "f": "representative"}
    group, _ = named(of(a=text(("w", 50, 130)), b=wire), CopiesSettings(group_excerpts=False))
    assert group == {"a": "a", "b": "b"}


def test_a_live_blog_is_not_the_text_of_half_a_report_but_of_a_brief_that_is_all_in_it():
    blog, report = text(("w", 0, 90), ("b", 0, 900)), text(("w", 0, 90), ("r", 0, 60))  # half of a report, a tenth of the blog
    assert named(of(blog=blog, report=report))[0] == {"blog": "blog", "report": "report"}
    assert named(of(blog=blog, report=report), CopiesSettings(excerpt_share=0.05))[0] == {"blog": "blog", "report": "blog"}
    assert named(of(blog=blog, brief=text(("w", 0, 90))))[0] == {"blog": "blog", "brief": "blog"}
    assert named(of(blog=text(("w", 0, 90), ("b", 0, 200)), report=report))[0] == {"blog": "blog", "report": "blog"}


def test_a_round_up_does_not_join_two_unrelated_wires():
    one, two = ("w", 0, 200), ("v", 0, 200)
    group, relation = named(of(hub=text(one, two, ("h", 0, 40)), one=text(one), two=text(two), copy=text(one, ("e", 0, 20))))
    assert group["one"] != group["two"]
    assert group["hub"] == group["one"] == group["copy"] == "copy"
    assert relation["hub"] == "excerpt"


def test_two_round_ups_of_the_same_wires_do_not_join_them_either():
    one, two = ("w", 0, 200), ("v", 0, 200)
    group, _ = named(of(big=text(one, two, ("h", 0, 500)), small=text(one, two), one=text(one), two=text(two)))
    assert group["one"] != group["two"]


def test_overlapping_leads_are_excerpts_of_one_text():
    group, _ = named(of(a=text(("w", 0, 500)), b=text(("w", 0, 80)), c=text(("w", 0, 120)), d=text(("w", 40, 140))))
    assert set(group.values()) == {"a"}


def test_a_text_with_more_copies_than_its_excerpts_leads_all_the_same():
    wire = text(("w", 0, 400))
    group, _ = named(of(a=wire, b=wire, c=wire, first=text(("w", 0, 100)), last=text(("w", 300, 400))))
    assert (group["first"], group["last"]) in {("a", "last"), ("first", "a")}
    assert group["b"] == group["c"] == "a"


def test_a_leader_takes_the_excerpt_it_shares_most_with():
    host = text(("w", 0, 500))
    longer, fuller = text(("w", 0, 160), ("e", 0, 140)), text(("w", 300, 500))
    group, _ = named(of(a=host, b=host, longer=longer, fuller=fuller))
    assert (group["fuller"], group["longer"]) == ("a", "longer")


def test_a_near_duplicate_follows_the_leader_it_resembles_most():
    texts = {"a": text(("w", 0, 300), ("x", 0, 60)), "b": text(("w", 60, 340)), "c": text(("w", 100, 400))}
    group, _ = named(of(**texts), CopiesSettings(group_excerpts=False))
    assert group == {"a": "a", "b": "c", "c": "c"}


def test_near_duplicates_do_not_chain():
    steps = {f"s{i}": text(("w", 60 * i, 60 * i + 300)) for i in range(8)}
    pairs, groups = through(of(**steps))
    assert (np.array([p["verdict"] == "near_duplicate" for p in pairs.to_pylist()])).sum() >= 7
    assert copies.count_groups(groups) > 1


def test_ties_go_to_the_earliest_then_to_the_id():
    wire = text(("w", 0, 100))
    dated = [{"article_id": "a", "text": wire}, {"article_id": "b", "text": wire, "published": "2021-01-03"},
             {"article_id": "d", "text": wire, "published": "2021-01-02"},
             {"article_id": "c", "text": wire, "published": "2021-01-02"}]
    assert set(named(build.articles(*dated))[0].values()) == {"c"}
    assert set(named(of(b=wire, a=wire))[0].values()) == {"a"}


def test_a_thousand_copies_are_one_group():
    wire = text(("w", 0, 60))
    _, groups = through(build.articles(*[wire + (f" outlet{i}" if i % 2 else "") for i in range(1000)]))
    assert copies.count_groups(groups) == 1
    assert len(set(groups["group"].to_pylist())) == 1


def test_nothing_and_one():
    for articles in (build.articles(), build.articles("one text"), build.articles("", "")):
        pairs, groups = through(articles)
        assert len(pairs) == 0
        assert groups["group"].to_pylist() == list(range(len(articles)))
        assert copies.count_groups(groups) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(1, 12), st.booleans()), min_size=1, max_size=14),
       st.randoms(use_true_random=False))
def test_every_member_verifies_and_the_order_of_input_is_nothing(cuts, random):
    records = [{"article_id": f"id{i:02d}", "published": f"2021-01-{1 + i:02d}",
                "text": text((f"s{s}x", 20 * at, 20 * (at + n)), *([(f"s{(s + 1) % 3}x", 0, 100)] if mixed else []))}
               for i, (s, at, n, mixed) in enumerate(cuts)]
    articles = build.articles(*records)
    pairs, groups = through(articles)
    verdicts = {(p["left"], p["right"]): p["verdict"] for p in pairs.to_pylist()}
    for row, (lead, relation) in enumerate(zip(*(groups[c].to_pylist() for c in ("group", "relation")), strict=True)):
        assert groups["group"][lead].as_py() == lead
        assert groups["relation"][lead].as_py() == "representative"
        if row != lead:
            assert verdicts[min(row, lead), max(row, lead)] == relation

    ids = [r["article_id"] for r in records]
    random.shuffle(ids)
    renamed = build.articles(*(r | {"article_id": i} for r, i in zip(records, ids, strict=True)))
    assert partition(renamed, through(renamed)[1]) == partition(articles, groups)


def partition(articles, groups):
    """Groups as sets of publication days, which the renaming leaves alone."""
    sets: dict[int, set[str]] = {}
    for day, group in zip(articles["published"].to_pylist(), groups["group"].to_pylist(), strict=True):
        sets.setdefault(group, set()).add(day)
    return {frozenset(s) for s in sets.values()}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_another_component_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    mine = [text(("w", int(a), int(a) + int(n))) for a, n in zip(rng.integers(0, 200, 6), rng.integers(20, 300, 6), strict=True)]
    others = [text(("q", int(a), int(a) + 200)) for a in rng.integers(0, 200, 4)]
    alone = through(build.articles(*mine))[1]
    together = through(build.articles(*mine, *others))[1]
    assert together.slice(0, 6).equals(alone)


def test_groups_table_counts_only_groups_of_more_than_one():
    groups = table(GROUPS, {"group": np.array([0, 0, 2, 3, 3, 3], np.int32), "relation": ["representative", "excerpt"] * 3})
    assert copies.count_groups(groups) == 2
