"""Floors on labelled real news: the shipped configuration, untuned, through the installed command."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.command import records, samestory
from tests.quality import EVENT_SETS, below_floor, labels, macro, measure_real

DATA = os.environ.get("SAMESTORY_DATA")
SAMPLES = os.environ.get("SAMESTORY_SAMPLES")


@pytest.mark.skipif(not DATA, reason="SAMESTORY_DATA names no folder of labelled news")
def test_labelled_sets_stay_above_their_floors(tmp_path: Path) -> None:
    measured = measure_real(Path(str(DATA)), tmp_path, (*EVENT_SETS, "page-dedup-cases", "same-news-pairs"))
    figures = {f"{name}.{figure}": value for name, found in measured.items() for figure, value in found.items()}
    assert below_floor(figures | {
        "macro_bcubed_f1": macro(measured), "macro_pairwise_f1": macro(measured, "pairwise_f1")}, "real") == []


@pytest.mark.skipif(not SAMPLES, reason="SAMESTORY_SAMPLES does not name the folder of the five sample articles")
def test_the_five_first_articles(tmp_path: Path) -> None:
    """One story told in 4 or 5 moments, no near-duplicates, no wire copy, and no agency taken from a photo credit."""
    samestory("run", SAMPLES, "--store", tmp_path / "store", cwd=tmp_path)
    run = tmp_path / "store" / "latest"
    articles = pq.read_table(run / "articles.parquet").to_pylist()
    assert len(articles) == 5
    assert len({a["story_id"] for a in articles}) == 1
    assert len({a["event_id"] for a in articles}) in {4, 5}
    assert len({a["duplicate_group_id"] for a in articles}) == 5
    assert {p["kind"] for p in records(run / "passages.jsonl")} <= {"background", "quote"}
    credited = {a["article_id"]: a["agency"] for c in records(run / "clusters.jsonl") for a in c["articles"]}
    assert all(agency["level"] in {"unknown", "inferred"} for agency in credited.values())
    assert all(agency["name"] != "Reuters" for agency in credited.values())
    furniture = labels_of_furniture(run)
    assert any("list" in reason for reason in furniture)
    assert len(furniture) >= 4
    assert labels(run, "event_id").keys() == credited.keys()


def labels_of_furniture(run: Path) -> set[str]:
    """The reasons of the boilerplate zones; all of them rules, for there is no history to learn from."""
    zones = pq.read_table(run / "zones.parquet").to_pylist()
    return {z["reason"] for z in zones if z["zone"] == "boilerplate"}
