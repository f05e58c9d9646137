"""The background table that comes with the product: in how many articles of general news a word or phrase occurs."""

from __future__ import annotations

import lzma
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
from pyarrow import csv

from clustering.events import UNSEEN, Background, DocumentShares, phrase_keys
from clustering.tables import flat
from clustering.text import tokenise

LANGUAGES = ("de", "en")
"""A file ``jobs/data/background-LANG.tsv.xz`` each; its README says what was counted."""


@cache
def load_background() -> Background:
    """Document shares of every language that has a table (read once a process)."""
    return Background({lang: _parse(lzma.decompress(files("jobs").joinpath("data", f"background-{lang}.tsv.xz").read_bytes()))
                       for lang in LANGUAGES})


def _parse(data: bytes) -> DocumentShares:
    """Term, tab, articles; the first two lines say how many articles words and phrases were counted in."""
    lines = csv.read_csv(
        pa.BufferReader(data), csv.ReadOptions(column_names=["term", "articles"]),
        csv.ParseOptions(delimiter="\t", quote_char=False),
        csv.ConvertOptions(column_types={"term": pa.large_string(), "articles": pa.int64()}, strings_can_be_null=False))
    terms, counts = lines["term"].combine_chunks(), lines["articles"].to_numpy()
    words, phrases = int(counts[0]), int(counts[1])
    hashes, offsets = flat(tokenise(terms)["hashes"])
    sizes = np.diff(offsets)
    sizes[:2] = 0  # the two head lines
    one, two = np.flatnonzero(sizes == 1), np.flatnonzero(sizes == 2)
    keys = np.r_[hashes[offsets[one]], phrase_keys(hashes[offsets[two]], hashes[offsets[two] + 1])]
    shares = np.r_[counts[one] / words, counts[two] / phrases]
    order = np.lexsort((-shares, keys))  # spellings that fold alike: the most frequent one counts
    keys, shares = keys[order], shares[order]
    first = np.r_[True, keys[1:] != keys[:-1]]
    return DocumentShares(keys[first], shares[first], UNSEEN / words, UNSEEN / phrases)
