"""Ids that stay while their members do, and an honest account of what changed."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from clustering import lineage
from clustering.tables import EVENTS_OF, GROUPS, MEMBERS, STORIES_OF, table
from tests.build import articles


def named(groups: dict[str, str], parent: lineage.Parent | None = None, days: dict[str, int] | None = None) -> lineage.Named:
    """Name events given as article id -> any label; every article is its own duplicate group, stories equal events."""
    ids = sorted(groups)
    rows = articles(*[{"article_id": i, "text": "", "published": f"2024-03-{(days or {}).get(i, 1):02d}"} for i in ids])
    first = {label: min(n for n, i in enumerate(ids) if groups[i] == label) for label in groups.values()}
    labels = [first[groups[i]] for i in ids]
    return lineage.name(rows, table(GROUPS, {"group": range(len(ids)), "relation": ["representative"] * len(ids)}),
                        table(EVENTS_OF, {"event": labels}), table(STORIES_OF, {"story": labels}), parent)


def event_ids(groups: dict[str, str], result: lineage.Named) -> dict[str, str]:
    ids = sorted(groups)
    by_label = dict(zip(result.events["label"].to_pylist(), result.events["id"].to_pylist(), strict=True))
    return {i: by_label[min(n for n, j in enumerate(ids) if groups[j] == groups[i])] for i in ids}


def parent_of(groups: dict[str, str], result: lineage.Named, **more: frozenset[str]) -> lineage.Parent:
    members = event_ids(groups, result)
    event = table(MEMBERS, {"article_id": list(members), "group_id": list(members.values())})
    return lineage.Parent("run", {"event": event, "story": table(MEMBERS, []), "duplicate_group": table(MEMBERS, [])}, **more)


def changes(result: lineage.Named) -> set[tuple]:
    rows = [r for r in result.lineage.to_pylist() if r["level"] == "event"]
    return {(r["change"], r["id"], r["previous_id"]) for r in rows}


def test_the_same_groups_keep_their_ids_and_leave_no_trace() -> None:
    groups = {"a": "x", "b": "x", "c": "y"}
    first = named(groups)
    again = named(groups, parent_of(groups, first))
    assert event_ids(groups, again) == event_ids(groups, first)
    assert set(again.events["status"].to_pylist()) == {"continued"}
    assert changes(again) == set()
    assert {c for c, _, _ in changes(first)} == {"born"}


def test_a_split_leaves_the_id_with_the_larger_side() -> None:
    before = dict.fromkeys("abcde", "x")
    old = named(before)
    after = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}
    new = named(after, parent_of(before, old))
    old_id, ids = event_ids(before, old)["a"], event_ids(after, new)
    assert ids["a"] == old_id != ids["d"]
    assert ("split", ids["d"], old_id) in changes(new)


def test_the_larger_side_is_the_one_with_more_articles() -> None:
    """Three copies of one text outnumber two texts."""
    old = named(dict.fromkeys("abcde", "x"))
    parent = parent_of(dict.fromkeys("abcde", "x"), old)
    groups = table(GROUPS, {"group": [0, 1, 2, 2, 2], "relation": [None, None, "representative", "identical", "identical"]})
    apart = [0, 0, 2, 2, 2]
    new = lineage.name(articles(*[{"article_id": i, "text": "", "published": "2024-03-01"} for i in "abcde"]), groups,
                       table(EVENTS_OF, {"event": apart}), table(STORIES_OF, {"story": apart}), parent)
    status = dict(zip(new.events["label"].to_pylist(), new.events["status"].to_pylist(), strict=True))
    assert status == {0: "split", 2: "continued"}
    share = {c["id"]: c["share"] for c in new.lineage.to_pylist() if c["level"] == "event" and c["change"] == "split"}
    assert list(share.values()) == [0.4]


def test_a_merge_names_what_it_swallowed() -> None:
    before = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y"}
    old = named(before)
    after = dict.fromkeys("abcde", "z")
    new = named(after, parent_of(before, old))
    assert event_ids(after, new)["d"] == event_ids(before, old)["a"]
    swallowed = event_ids(before, old)["d"]
    assert new.events["previous_ids"].to_pylist() == [[swallowed]]
    assert changes(new) == {("merged", event_ids(after, new)["a"], swallowed)}


def test_growth_revival_end_and_withdrawal() -> None:
    before = {"a": "x", "b": "y", "c": "z"}
    old = named(before)
    ids = event_ids(before, old)
    after = {"a": "x", "a2": "x", "b": "y", "b2": "y"}
    new = named(after, parent_of(before, old), days={"a": 1, "a2": 2, "b": 1, "b2": 28})
    assert changes(new) == {("grown", ids["a"], ids["a"]), ("revived", ids["b"], ids["b"]), ("ended", ids["c"], ids["c"])}
    gone = named({"a": "x"}, parent_of(before, old, withdrawn=frozenset("c")))
    assert ("withdrawn", ids["c"], ids["c"]) in changes(gone)
    assert ("ended", ids["b"], ids["b"]) in changes(gone)


def test_an_id_is_never_used_twice() -> None:
    groups = {"a": "x"}
    first = event_ids(groups, named(groups))["a"]
    empty = table(MEMBERS, [])
    parent = lineage.Parent("run", {"event": empty, "story": empty, "duplicate_group": empty}, used_ids=frozenset([first]))
    assert event_ids(groups, named(groups, parent))["a"] != first


partition = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("xyz"), min_size=1)


@given(partition, partition)
def test_ids_are_unique_stable_and_independent_of_order(before: dict, after: dict) -> None:
    old = named(before)
    new = named(after, parent_of(before, old))
    ids = new.events["id"].to_pylist()
    assert len(set(ids)) == len(ids) == len(set(after.values()))
    unchanged = [v for v in set(after.values()) if {k for k in after if after[k] == v} in
                 [{k for k in before if before[k] == w} for w in before.values()]]
    for label in unchanged:
        member = next(k for k in after if after[k] == label)
        assert event_ids(after, new)[member] == event_ids(before, old)[member]
    assert named(dict(reversed(after.items())), parent_of(before, old)) == new


def test_nothing_at_all() -> None:
    result = lineage.name(articles(), table(GROUPS, []), table(EVENTS_OF, []), table(STORIES_OF, []), None)
    assert isinstance(result.lineage, pa.Table)
    assert len(result.lineage) == len(result.events) == 0
