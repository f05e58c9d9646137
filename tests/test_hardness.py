"""The invented newsroom is hard: with any one room switched off, a figure that this room answers for is below its floor.

That nothing is below with everything on is in ``test_quality_newsroom.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import SETTINGS
from tests.quality import below_floor, measure_newsroom

SWITCHES = {
    "mask": ("[text]\nboilerplate = false\n", ("event.", "duplicates.", "max passages.furniture_share_of_copy")),
    "containment": ("[copies]\ncontainment_join = false\n", ("duplicates.containment_recall",)),
    "kinds": ("[passages]\nkinds = false\n", ("passages.kind_accuracy",)),
    "time": ("[events]\ntime = false\n", ("event.",)),
}
"""What switches a room off, and which figures may suffer from it."""


@pytest.mark.parametrize("switch", SWITCHES)
def test_without_a_room_a_figure_is_below_its_floor(switch: str, tmp_path: Path) -> None:
    off, families = SWITCHES[switch]
    settings = tmp_path / "samestory.toml"
    settings.write_text(SETTINGS.read_text(encoding="utf-8") + "\n" + off, encoding="utf-8")
    fallen = below_floor(measure_newsroom(tmp_path, settings), "newsroom")
    assert [line for line in fallen if line.removeprefix("newsroom ").startswith(families)], fallen
