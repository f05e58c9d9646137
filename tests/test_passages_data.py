"""Passages of hand-labelled real articles stay above what is asked of them (skipped without the labelled news)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import basil_copies, wire_passages
from tests.quality import run_once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("SAMESTORY_DATA" not in os.environ, reason="needs the labelled news in the folder SAMESTORY_DATA")]


def test_labelled_pairs(tmp_path: Path) -> None:
    folder = Path(os.environ["SAMESTORY_DATA"]) / "wire-passages"
    found = wire_passages.measure(folder, run_once(folder / "articles.jsonl.xz", tmp_path / "store"))
    assert found["all.kinds_macro_f1"] >= 0.85
    assert found["all.copy_character_f1"] >= 0.9
    assert found["all.credits_precision"] >= 0.97
    assert found["all.credits_recall"] >= 0.9
    assert found["all.boilerplate_character_f1"] >= 0.85
    for half in ("even", "odd"):
        assert found[f"{half}.kinds_macro_f1"] >= 0.85
        assert found[f"{half}.boilerplate_character_f1"] >= 0.85


def test_independent_coverage_is_not_called_copy(tmp_path: Path) -> None:
    folder = Path(os.environ["SAMESTORY_DATA"]) / "basil"
    found = basil_copies.measure(folder, run_once(folder / "articles.jsonl.xz", tmp_path / "store"))
    assert found["pairs"] == 300
    assert found["share"] <= 0.05
    assert found["listed_and_missed"] == []
