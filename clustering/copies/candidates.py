"""Which pairs of articles are worth an exact look, by three channels.

identical
    the same sequence of body tokens;
band
    some band of the signature is equal (locality-sensitive hashing: Indyk & Motwani 1998), for resemblance;
sample
    enough shingles are shared, counted on a sample, for containment: a short extract of a long article.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pyarrow as pa
import xxhash

from clustering.config import CopiesSettings
from clustering.copies.joins import LONG_RUN, join_equal_keys, join_shared_shingles
from clustering.copies.shingles import body_tokens
from clustering.copies.signatures import check_recipe, lean_minhash, signature_rows
from clustering.errors import SettingsError
from clustering.tables import CANDIDATES, flat, table

_CHANNELS = ("identical", "band", "sample")
_MANY = 1 << 20
"""Pairs that may wait, repeated from band to band, before they are made distinct."""
_LOW32, _S32 = np.uint64(0xFFFFFFFF), np.uint64(32)


def find_candidates(
    tokens: pa.Table, shingles: pa.Table, signatures: pa.Table, settings: CopiesSettings,
    kernels: Literal["fast", "reference"] = "fast",
) -> tuple[pa.Table, dict[str, int]]:
    """Candidate pairs as a CANDIDATES table, and what each channel counted.

    Parameters
    ----------
    tokens, shingles, signatures
        Of the same articles, one row each. Articles without body tokens meet nobody.
    settings
        Banding (``bands``, ``rows``) and the sampled-shingle join (``containment_join``, ``sample_*``, ``small_shingles``).
    kernels
        ``reference`` asks datasketch's MinHashLSH for the bands; the pairs are the same.

    Returns
    -------
    The table, and the counts ``candidates_identical``, ``candidates_band``, ``candidates_sample``, ``long_runs`` (keys
    under which so many articles stood that they were linked as a star) and ``frequent_shingles`` (skipped by the sample).

    Raises
    ------
    SettingsError
        when bands times rows exceed the permutations.
    IncompatibleError
        when the signatures were made by another recipe.
    """
    check_banding(settings)
    check_recipe(signatures, settings)
    values, offsets = flat(shingles["hashes"])
    sizes = np.diff(offsets)
    hashes, places = body_tokens(tokens)
    lengths = np.diff(places)
    rows = np.flatnonzero(lengths)
    none = np.empty(0, np.uint64)

    digests = np.zeros((lengths.size, 1), np.uint64)
    for row in rows.tolist():
        digests[row] = xxhash.xxh3_64_intdigest(hashes[places[row] : places[row + 1]].data)
    identical, long_runs = join_equal_keys(digests, rows, lengths)

    by_band, long_bands = (_reference_bands if kernels == "reference" else _bands)(signatures, rows, lengths, settings)

    sampled, frequent = none, 0
    if settings.containment_join:
        alone = _one_of_many(digests, rows)
        sampled, frequent = join_shared_shingles(
            values[np.repeat(alone, sizes)], np.r_[0, np.cumsum(sizes * alone)], sizes < settings.small_shingles,
            settings.sample_one_in, settings.sample_min_shared, settings.min_shared_shingles,
            settings.sample_min_containment, settings.sample_max_articles)

    channels = (identical, by_band, sampled)
    pairs = _distinct(list(channels))
    bits = np.zeros(pairs.size, np.int64)
    for bit, channel in enumerate(channels):
        bits[np.searchsorted(pairs, channel)] |= 1 << bit
    names = pa.array(["+".join(name for bit, name in enumerate(_CHANNELS) if mask >> bit & 1) for mask in range(8)])
    candidates = table(CANDIDATES, {
        "left": (pairs >> _S32).astype(np.int32), "right": (pairs & _LOW32).astype(np.int32),
        "channel": names.take(pa.array(bits)),
    })
    counted = {f"candidates_{name}": channel.size for name, channel in zip(_CHANNELS, channels, strict=True)}
    return candidates, counted | {"long_runs": long_runs + long_bands, "frequent_shingles": frequent}


def _one_of_many(digests: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Which articles (bool) the sampled join looks at: of more than ``LONG_RUN`` identical bodies the first speaks for all."""
    _, first, text, articles = np.unique(digests[rows, 0], return_index=True, return_inverse=True, return_counts=True)
    alone = np.ones(len(digests), np.bool_)
    alone[rows] = (articles[text] <= LONG_RUN) | (first[text] == np.arange(rows.size))
    return alone


def check_banding(settings: CopiesSettings) -> None:
    """Refuse a banding that needs more permutations than a signature has."""
    if settings.bands * settings.rows > settings.num_perm:
        raise SettingsError(f"copies.bands {settings.bands} times copies.rows {settings.rows} is more than copies.num_perm "
                            f"{settings.num_perm}: lower the first two or raise the third")


def _bands(signatures: pa.Table, rows: np.ndarray, lengths: np.ndarray, settings: CopiesSettings) -> tuple[np.ndarray, int]:
    """Pairs that agree in all rows of some band, one band at a time: memory for one band's keys, and for few pairs twice."""
    matrix = signature_rows(signatures, settings.num_perm)
    found, long_runs = [np.empty(0, np.uint64)], 0
    for band in range(settings.bands):
        pairs, over = join_equal_keys(matrix[:, band * settings.rows : (band + 1) * settings.rows], rows, lengths)
        found.append(pairs)
        long_runs += over
        if sum(part.size for part in found) > 2 * found[0].size + _MANY:
            found = [_distinct(found)]
    return _distinct(found), long_runs


def _distinct(parts: list[np.ndarray]) -> np.ndarray:
    """All pairs of the parts, each once, sorted."""
    pairs: np.ndarray = np.concatenate(parts)
    pairs.sort()
    new = np.r_[True, pairs[1:] != pairs[:-1]][: pairs.size]
    kept: np.ndarray = pairs[new]
    return kept


def _reference_bands(
    signatures: pa.Table, rows: np.ndarray, lengths: np.ndarray, settings: CopiesSettings,
) -> tuple[np.ndarray, int]:
    """The same from the buckets of datasketch's MinHashLSH, linked by the same rule."""
    from datasketch import MinHashLSH  # noqa: PLC0415 - imports scipy; the fast kernels do without

    index = MinHashLSH(num_perm=settings.num_perm, params=(settings.bands, settings.rows))
    for row in rows.tolist():
        index.insert(row, lean_minhash(signatures, row), check_duplication=False)
    found: set[int] = set()
    long_runs = 0
    for band in index.hashtables:
        for key in band.keys():  # noqa: SIM118 - datasketch's storage is not a mapping
            members = sorted(band.get(key))
            if len(members) <= LONG_RUN:
                found.update(a << 32 | b for i, a in enumerate(members) for b in members[i + 1 :])
                continue
            long_runs += 1
            centre = max(members, key=lambda row: (lengths[row], -row))
            found.update(min(centre, row) << 32 | max(centre, row) for row in members if row != centre)
            found.update(a << 32 | b for a, b in pairwise(members))
    return np.array(sorted(found), np.uint64), long_runs
