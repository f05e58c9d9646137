"""Shared passages of the invented newsroom by samestory, by passim and by difflib: one table, by how hard the wording is edited.

    python -m benchmarks.passage_rivals [--rates 0,0.05,0.1,0.2] [--passim-python VENV/bin/python] [--out FOLDER]

All are given the same articles and scored by the same scorer on what they say each pair of articles of different outlets shares:
once as PAN scores (what samestory itself names furniture is no claim), once with furniture, captions, datelines and bylines left
out, so that nobody loses by them. Other kinds are not asked: only samestory names any.

- *samestory*: the installed command on a fresh store, everything it does included (groups, events, pages of figures);
- *passim*: local Spark, pairwise output of all pairs, default parameters, outlets as ``gid`` so that no outlet is compared with
  itself. Needs a Java runtime and an environment of its own with passim, whose Python is ``--passim-python``; without it passim
  is left out;
- *difflib*: ``SequenceMatcher`` over folded words, ``autojunk`` off, equal runs of eight words and more. It is spared the pairs
  that have no eight words in a row in common, found by a set of hashes: it would say nothing of them and take most of its time
  (seconds count the set and the pairs that are left, so they flatter it).

Seconds are wall clock from start to exit, the start of the Java machine and of Python included.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from clustering import scoring
from fixtures import compose
from tests.command import SETTINGS, records, samestory
from tests.passage_quality import Key, Piece, found_pieces, judged, zones_beside

ROOT = Path(__file__).resolve().parent.parent
LEAST_WORDS = 8
WORD = re.compile(r"\w+")

Finder = Callable[[Path, Path], dict[Key, list[Piece]]]
"""(articles.jsonl, folder to work in) -> what each pair shares."""


def by_samestory(articles: Path, work: Path) -> dict[Key, list[Piece]]:
    """The installed command."""
    samestory("run", articles, "--store", work / "store", "--config", SETTINGS, "--quiet", cwd=work)
    return found_pieces(records(work / "store" / "latest" / "passages.jsonl"))


def by_difflib(articles: Path, _work: Path) -> dict[Key, list[Piece]]:
    """Every pair of different outlets that could have anything, one after the other."""
    texts = {r["id"]: (r["outlet"], list(WORD.finditer(r["text"]))) for r in records(articles)}
    words = {name: [m[0].casefold() for m in found] for name, (_, found) in texts.items()}
    pieces: dict[Key, list[Piece]] = defaultdict(list)
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    for b, a in sorted((b, a) for a, b in _with_a_run_in_common(words)):
        (outlet_a, at_a), (outlet_b, at_b) = texts[a], texts[b]
        if outlet_a == outlet_b:
            continue
        if matcher.b is not words[b]:
            matcher.set_seq2(words[b])
        matcher.set_seq1(words[a])
        for i, j, size in matcher.get_matching_blocks():
            if size >= LEAST_WORDS:
                place = (at_a[i].start(), at_a[i + size - 1].end(), at_b[j].start(), at_b[j + size - 1].end())
                pieces[a, b].append((place, "copy"))
    return pieces


def _with_a_run_in_common(words: dict[str, list[str]]) -> set[Key]:
    """Pairs of articles, the smaller id first, with ``LEAST_WORDS`` words in a row in common."""
    holders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, said in words.items():
        for k in range(len(said) - LEAST_WORDS + 1):
            holders[tuple(said[k : k + LEAST_WORDS])].add(name)
    return {pair for held in {frozenset(h) for h in holders.values()} for pair in combinations(sorted(held), 2)}


def by_passim(python: Path) -> Finder:
    """What passim says, as installed beside that Python."""
    def find(articles: Path, work: Path) -> dict[Key, list[Piece]]:
        number: dict[str, int] = {}
        with (work / "in.json").open("w", encoding="utf-8") as lines:
            for r in records(articles):
                gid = number.setdefault(r["outlet"], len(number))
                lines.write(json.dumps({"id": r["id"], "gid": gid, "text": r["text"]}) + "\n")
        command = "import sys; from passim.seriatim import main; main(sys.argv[1:])"
        subprocess.run([python, "-c", command, "--pairwise", "--all-pairs", "--fields", "gid", "--filterpairs", "gid < gid2",
                        work / "in.json", work / "out"], check=True, cwd=work, capture_output=True,
                       env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PATH": f"{python.parent}:{os.environ['PATH']}"})
        pieces: dict[Key, list[Piece]] = defaultdict(list)
        for part in sorted((work / "out" / "align.json").glob("*.json")):
            for r in records(part):
                ends = ((r["id"], r["begin"], r["end"]), (r["id2"], r["begin2"], r["end2"]))
                (a, *at_a), (b, *at_b) = sorted(ends)
                pieces[a, b].append(((*at_a, *at_b), "copy"))
        return pieces
    return find


def score(pieces: dict[Key, list[Piece]], truth: Path) -> dict[str, float]:
    """Figures over all pairs: as PAN scores them (named furniture is no claim), and with what stands beside the text left out."""
    listed, figures = records(truth / "passages.jsonl"), {}
    claims = {key: [piece for piece in found if piece[1] != "boilerplate"] for key, found in pieces.items()}
    for name, given, beside in (("", claims, defaultdict(list)), ("_beside_furniture", pieces, zones_beside(truth))):
        pairs = judged(listed, given, beside)
        spans = scoring.plagdet(([q for q, _ in p.true], [q for q, _ in p.found]) for p in pairs)
        precision, recall, _ = scoring.character_scores(side for p in pairs for side in p.sides())
        figures |= {f"plagdet{name}": spans.plagdet, f"character_precision{name}": precision, f"character_recall{name}": recall}
    return figures


def markdown(rows: list[dict]) -> str:
    """One row an edit level and finder."""
    names = ("plagdet", "character_precision", "character_recall")
    columns = [name + more for more in ("", "_beside_furniture") for name in names]
    lines = [f"| word edits asked | finder | {' | '.join(c.replace('_', ' ') for c in columns)} | wall, s |", "|---:" * 9 + "|"]
    lines += [f"| {r['rate']:.0%} | {r['finder']} | {' | '.join(format(r[c], '.3f') for c in columns)} | {r['seconds']:.1f} |"
              for r in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", default="0,0.05,0.1,0.2", help="shares of the words edited, separated by commas")
    parser.add_argument("--only", choices=("samestory", "difflib", "passim"), help="measure one of them alone")
    parser.add_argument("--passim-python", type=Path, help="Python of an environment that has passim")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    given = parser.parse_args()
    finders: dict[str, Finder] = {"samestory": by_samestory, "difflib": by_difflib}
    if given.passim_python:
        finders["passim"] = by_passim(given.passim_python.absolute())
    rows = []
    for rate in map(float, given.rates.split(",")):
        for name, find in finders.items():
            if given.only not in (None, name):
                continue
            with tempfile.TemporaryDirectory() as folder:
                work = Path(folder)
                compose.write(work, edits=compose.Edits(rate, every=True))
                start = time.perf_counter()
                pieces = find(work / "articles.jsonl", work)
                seconds = round(time.perf_counter() - start, 2)
                rows.append({"rate": rate, "finder": name, "seconds": seconds, **score(pieces, work / "truth")})
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "passage_rivals.json").write_text(json.dumps(rows, indent=1) + "\n")
    (given.out / "passage_rivals.md").write_text(markdown(rows))
    print(markdown(rows), end="")


if __name__ == "__main__":
    main()
