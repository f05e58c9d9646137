"""Build ``jobs/data/background-LANG.tsv.xz`` from counted news.

    python benchmarks/build_background.py FOLDER [OUT]

FOLDER holds ``LANG-words.tsv.xz`` and ``LANG-bigrams.tsv.xz``: a first line ``#articles<TAB>number``, then lines of
term, tab, number of articles with it. What is written: a line ``#words<TAB>articles``, a line ``#phrases<TAB>articles``,
then term, tab, count, sorted by term. Rare phrases and phrases with a word of one character (no terms of ours) are left
out, counts of 20 and more are rounded to two digits: their logarithm is what is used.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

LEAST_PHRASE = {"en": 20, "de": 8}
"""A phrase in fewer articles is left out: what a table of this size can carry."""


def read(path: Path) -> tuple[int, list[tuple[str, int]]]:
    """The number of articles and the counted terms."""
    head, *lines = lzma.decompress(path.read_bytes()).decode().splitlines()
    return int(head.split("\t")[1]), [(term, int(count)) for term, count in (line.split("\t") for line in lines)]


def rounded(count: int) -> int:
    return count if count < 20 else round(count, 2 - len(str(count)))


def build(folder: Path, out: Path, lang: str) -> None:
    word_articles, words = read(folder / f"{lang}-words.tsv.xz")
    phrase_articles, phrases = read(folder / f"{lang}-bigrams.tsv.xz")
    phrases = [(term, count) for term, count in phrases
               if count >= LEAST_PHRASE[lang] and all(len(word) > 1 for word in term.split(" "))]
    lines = [f"#words\t{word_articles}", f"#phrases\t{phrase_articles}"]
    lines += [f"{term}\t{rounded(count)}" for term, count in sorted(words + phrases) if len(term) > 1]
    data = lzma.compress(("\n".join(lines) + "\n").encode(), preset=9 | lzma.PRESET_EXTREME)
    (out / f"background-{lang}.tsv.xz").write_bytes(data)
    print(f"{lang}: {len(words)} words, {len(phrases)} phrases, {len(data)} bytes")


if __name__ == "__main__":
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent.parent / "jobs" / "data"
    for language in LEAST_PHRASE:
        build(Path(sys.argv[1]), target, language)
