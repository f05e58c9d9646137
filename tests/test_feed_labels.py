"""The hand labels of the German feed can be used: no contradiction, and the figures mean what they say."""

from __future__ import annotations

from pathlib import Path

from benchmarks.feed import Part, read_labels, round_up_figures


def test_the_labels_agree_with_themselves() -> None:
    for part in read_labels().values():
        read = set(part.read)
        assert len(read) == len(part.read)
        labelled = [article for group in part.same for article in group]
        assert len(labelled) == len(set(labelled))
        assert read.issuperset(labelled)
        assert all(read.issuperset(pair) for pair in part.open)


def test_open_pairs_count_neither_way() -> None:
    part = Part()
    part.read, part.same, part.open = list("abcdef"), [["a", "b"]], {frozenset("bc"), frozenset("ac")}
    assert part.figures(dict.fromkeys("abc", 1) | {"d": 2, "e": 3, "f": 4}) == {
        "events": 1, "right": 1, "pair_precision": 1.0, "pair_recall": 1.0}
    assert part.figures({"a": 1, "b": 2, "c": 3, "d": 3, "e": 4, "f": 4}) == {
        "events": 2, "right": 0, "pair_precision": 0.0, "pair_recall": 0.0}


def test_round_ups_that_could_be_either_count_neither_way(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    labels = {"a": "true", "b": "true", "c": "null"}
    path.write_text("".join(f'{{"id": "{i}", "round_up": {label}}}\n' for i, label in labels.items()), encoding="utf-8")
    assert round_up_figures({"a", "c", "d"}, path) == {"right": 1, "open": 1, "wrong": 1, "missed": 1}
