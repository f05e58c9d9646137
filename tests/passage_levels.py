"""Passages by how hard the wording is edited: ``python -m tests.passage_levels [--rates 0,0.05,0.1,0.2]``.

For each rate an edition of the invented newsroom is composed in which *every* version of a wire is edited (heavily edited ones
by 25 % and more, as ever), run through the installed command, and scored against its truth. Prints JSON: rate -> figures.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from fixtures import compose
from tests.command import SETTINGS
from tests.passage_quality import change_scores, credit_scores, passage_scores
from tests.quality import run_once

RATES = (0.0, 0.05, 0.1, 0.2)


def figures_of(run: Path, truth: Path) -> dict[str, float]:
    """Every figure of a run over an edition."""
    return passage_scores(run, truth) | change_scores(run, truth) | credit_scores(run, truth)


def measure(rate: float, folder: Path, seed: int = 7) -> dict[str, float]:
    """Compose an edition at one rate in ``folder``, run it, score it."""
    compose.write(folder, seed, compose.Edits(rate, every=True))
    return figures_of(run_once(folder / "articles.jsonl", folder / "store", SETTINGS), folder / "truth")


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", default=",".join(map(str, RATES)))
    parser.add_argument("--seed", type=int, default=7, help="of the generator; rules were developed on 7")
    given = parser.parse_args()
    found = {}
    for rate in given.rates.split(","):
        with tempfile.TemporaryDirectory() as folder:
            found[rate] = {name: round(value, 4) for name, value in measure(float(rate), Path(folder), given.seed).items()}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
