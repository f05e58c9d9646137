"""The shipped configuration on the invented newsroom: nothing is below its floor."""

from __future__ import annotations

import json

import pytest

from tests.quality import FLOORS, below_floor, measure_newsroom


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    return measure_newsroom(tmp_path_factory.mktemp("newsroom"))


def floors() -> dict[str, float]:
    return json.loads(FLOORS.read_text(encoding="utf-8"))["newsroom"]


def test_nothing_is_below_its_floor(figures: dict[str, float]) -> None:
    assert below_floor(figures, "newsroom") == []


def test_every_figure_that_has_a_floor_is_measured(figures: dict[str, float]) -> None:
    assert {name.removeprefix("max ") for name in floors()} <= figures.keys()


@pytest.mark.parametrize("name", floors())
def test_one_figure_on_the_wrong_side_is_named(name: str) -> None:
    perfect = {other.removeprefix("max "): float(not other.startswith("max ")) for other in floors()}
    assert below_floor(perfect, "newsroom") == []
    worse = floors()[name] + (0.001 if name.startswith("max ") else -0.001)
    fallen = below_floor(perfect | {name.removeprefix("max "): worse}, "newsroom")
    assert [line.split(":")[0] for line in fallen] == [f"newsroom {name}"]
