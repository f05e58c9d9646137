"""Passages of an edition that every desk edited and reworked stay above what is asked of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.passage_levels import measure


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "plagdet"), [(0.0, 0.9), (0.05, 0.9), (0.1, 0.86), (0.2, 0.8)])
def test_floors_by_edit_level(rate: float, plagdet: float, tmp_path: Path) -> None:
    figures = measure(rate, tmp_path)
    assert figures["plagdet"] >= plagdet
    assert figures["character_precision"] >= 0.95
    assert figures["character_recall"] >= 0.97
    assert figures["boundary_error_tokens"] <= 3
    assert figures["furniture_share_of_copy"] <= 0.005
    assert figures["number_changes_f1"] >= 0.95
    assert figures["quote_changes_f1"] >= 0.95
    assert figures["credits_precision"] >= 0.98
    assert figures["credits_recall"] >= 0.95
