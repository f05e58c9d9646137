"""Ids of passages: made from the words, kept while the words stand in the same articles."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import lineage
from clustering.lineage.passages import passage_ids
from clustering.tables import MEMBERS, OCCURRENCES, PASSAGE_PLACES, PASSAGES, table
from tests.build import articles

TEXT = "The harbour authority closed the northern channel on Tuesday after a freighter lost forty containers in heavy swell."
Places = list[tuple[str, str, int, int]]
"""Kind, article, start and end of each passage's occurrences, by passage."""


def named(passages: list[Places], parent: lineage.Parent | None = None, sketches: list[list[int]] | None = None) -> list[str]:
    ids = [f"a{n}" for n in range(6)]
    rows = articles(*({"article_id": i, "text": TEXT} for i in ids))
    found = table(PASSAGES, [
        {"passage": n, "kind": here[0][0], "reference_row": ids.index(here[0][1]), "sketch": (sketches or [[7, n]] * (n + 1))[n],
         "evidence": []} for n, here in enumerate(passages)])
    places = table(OCCURRENCES, [{"passage": n, "row": ids.index(a), "start": s, "end": e, "identity": 1.0}
                                 for n, here in enumerate(passages) for _, a, s, e in here])
    return lineage.name_passages(rows, found, places, parent)["id"].to_pylist()


def parent_of(passages: list[Places], names: list[str], held: str = "a0 a1 a2 a3") -> lineage.Parent:
    known = table(PASSAGE_PLACES, [{"id": name, "kind": k, "article_id": a, "start": s, "end": e}
                                   for name, here in zip(names, passages, strict=True) for k, a, s, e in here])
    members = table(MEMBERS, [{"article_id": a, "group_id": "e"} for a in held.split()])
    return lineage.Parent("run", {"event": members}, passages=known)


BEFORE = [[("copy", "a0", 0, 60), ("copy", "a1", 0, 60)]]


def test_a_passage_that_more_outlets_run_keeps_its_id() -> None:
    name = named(BEFORE)
    grown = [[("copy", "a0", 0, 80), ("copy", "a1", 0, 60), ("copy", "a4", 0, 80), ("copy", "a5", 0, 80)]]
    assert named(grown, parent_of(BEFORE, name), [[99]]) == name != named(grown, None, [[99]])


def test_other_words_of_the_same_articles_are_another_passage() -> None:
    other = [[("copy", "a0", 45, 110), ("copy", "a1", 45, 110)]]
    assert named(other, parent_of(BEFORE, ["p-00000000000a"])) == named(other)


def test_of_two_pieces_the_larger_keeps_the_id_and_equal_kinds_come_first() -> None:
    parent = parent_of(BEFORE, ["p-00000000000a"])
    split = [[("copy", "a0", 0, 20), ("copy", "a1", 0, 20)], [("copy", "a0", 22, 60), ("copy", "a1", 22, 60)]]
    assert named(split, parent)[1] == "p-00000000000a" != named(split, parent)[0]
    quoted = [[("quote", "a0", 0, 60), ("quote", "a1", 0, 60)], [("copy", "a0", 0, 50), ("copy", "a1", 0, 50)]]
    assert named(quoted, parent)[1] == "p-00000000000a" != named(quoted, parent)[0]


def test_a_kept_id_is_given_to_nobody_else() -> None:
    name = named(BEFORE, None, [[1, 2]])
    both = [[("copy", "a0", 0, 60), ("copy", "a1", 0, 60)], [("copy", "a4", 0, 60), ("copy", "a5", 0, 60)]]
    ids = named(both, parent_of(BEFORE, name), [[5], [1, 2]])
    assert ids[0] == name[0] != ids[1]


def by_place(keyed: list) -> dict:
    sketches, texts, places = ([one[i] for one in keyed] for i in range(3))
    return dict(zip(places, passage_ids(sketches, texts, places, [None] * len(places)), strict=True))


@given(st.lists(st.tuples(st.sampled_from([(), (1, 2), (3,)]), st.sampled_from(["x", "y"])), max_size=8), st.randoms())
@settings(max_examples=50)
def test_passage_ids_are_unique_and_independent_of_order(passages: list, random) -> None:
    keyed = [(list(sketch), text, (f"a{i}", i)) for i, (sketch, text) in enumerate(passages)]
    ids = by_place(keyed)
    assert len(set(ids.values())) == len(ids)
    random.shuffle(keyed)
    assert by_place(keyed) == ids


def test_equal_sketches_are_told_apart_by_their_text() -> None:
    both = passage_ids([[1, 2], [1, 2]], ["x", "y"], [("a", 0), ("b", 0)], [None, None])
    assert both[0] == passage_ids([[1, 2]], ["anything"], [("z", 9)], [None])[0]
    assert both[0] != both[1]
