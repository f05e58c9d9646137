"""MinHash signatures, equal bit for bit to datasketch's (scheme ``affine32``), and the recipe that travels with them.

datasketch 2's affine32 mixes a 32-bit hash with MurmurHash3's 32-bit finaliser and applies ``a * h + b`` modulo 2^32 per
permutation; a signature holds the smallest value of each. The multipliers come from datasketch itself, so a signature may
be handed to any of its indexes as a :func:`lean_minhash`. A hash value does not tell how it was made: the recipe, kept as
schema metadata of the table, does, and two recipes never meet in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
from numba import njit, uint32

from clustering.config import CopiesSettings
from clustering.copies.shingles import HASH_VERSION
from clustering.errors import IncompatibleError
from clustering.tables import SIGNATURES, flat, table
from clustering.text.tokens import VERSION
from clustering.threads import spread

if TYPE_CHECKING:
    from datasketch import LeanMinHash, MinHash

SCHEME: Literal["affine32"] = "affine32"
EMPTY = np.uint32(0xFFFFFFFF)
"""The value of every slot of a signature without shingles; such articles never match anything."""

_WORDS = {
    "scheme": "permutation scheme", "seed": "seed", "num_perm": "number of permutations",
    "shingle_tokens": "shingle size", "shingle_hash": "shingle hash", "tokens": "tokeniser version", "unicode": "Unicode version",
}
_MIX1, _MIX2 = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
_S16, _S13 = np.uint32(16), np.uint32(13)


def _recipe(settings: CopiesSettings) -> str:
    return (f"scheme={SCHEME};seed={settings.seed};num_perm={settings.num_perm};"
            f"shingle_tokens={settings.shingle_tokens};shingle_hash={HASH_VERSION};{VERSION}")


def _read_recipe(signatures: pa.Table) -> dict[str, str]:
    """The parts of the recipe a SIGNATURES table carries; refuses a table without one."""
    recipe = (signatures.schema.metadata or {}).get(b"recipe")
    if recipe is None:
        raise IncompatibleError("these signatures carry no recipe (schema metadata 'recipe'), so nothing may be compared "
                                "with them; sign the articles again")
    return dict(part.partition("=")[::2] for part in recipe.decode().split(";"))


def check_recipe(signatures: pa.Table, expected: CopiesSettings | pa.Table) -> None:
    """Refuse signatures made by another recipe than the settings', or than another SIGNATURES table's.

    Raises
    ------
    IncompatibleError
        naming the parts that differ, here and there.
    """
    here = _read_recipe(signatures)
    there = (_read_recipe(expected) if isinstance(expected, pa.Table)
             else dict(part.partition("=")[::2] for part in _recipe(expected).split(";")))
    parts = [*_WORDS, *sorted((here.keys() | there.keys()) - _WORDS.keys())]
    differing = [f"{_WORDS.get(part, part)} {here.get(part, 'unknown')} against {there.get(part, 'unknown')}"
                 for part in parts if here.get(part) != there.get(part)]
    if differing:
        raise IncompatibleError(f"signatures of two recipes cannot be compared: {', '.join(differing)}; "
                                "sign the articles again with one recipe")


def _minhash(settings: CopiesSettings) -> MinHash:
    """An empty MinHash of datasketch with the settings' permutations, taking shingle hashes as they are."""
    from datasketch import MinHash  # noqa: PLC0415 - a third of a second (it imports scipy); only runs that sign pay for it

    return MinHash(num_perm=settings.num_perm, seed=settings.seed, scheme=SCHEME, hashfunc=int)


@njit(cache=True, nogil=True)
def _sign(shingles, offsets, a, b, out):  # noqa: ANN001, ANN202 - a kernel; shapes are in sign()
    """Four permutations at a time, their minima in registers: the order of the loops is worth a factor of three."""
    longest = 1
    for article in range(offsets.size - 1):
        longest = max(longest, offsets[article + 1] - offsets[article])
    mixed = np.empty(longest, np.uint32)
    for article in range(offsets.size - 1):
        first = offsets[article]
        n = offsets[article + 1] - first
        for i in range(n):
            h = uint32(shingles[first + i])
            h = uint32((h ^ (h >> _S16)) * _MIX1)
            h = uint32((h ^ (h >> _S13)) * _MIX2)
            mixed[i] = h ^ (h >> _S16)
        for j in range(0, a.size, 4):
            a0, a1, a2, a3 = a[j], a[j + 1], a[j + 2], a[j + 3]
            b0, b1, b2, b3 = b[j], b[j + 1], b[j + 2], b[j + 3]
            m0 = m1 = m2 = m3 = EMPTY
            for i in range(n):
                h = mixed[i]
                m0 = min(m0, uint32(a0 * h + b0))
                m1 = min(m1, uint32(a1 * h + b1))
                m2 = min(m2, uint32(a2 * h + b2))
                m3 = min(m3, uint32(a3 * h + b3))
            out[article, j], out[article, j + 1], out[article, j + 2], out[article, j + 3] = m0, m1, m2, m3


def sign(shingles: pa.Table, settings: CopiesSettings, kernels: Literal["fast", "reference"] = "fast") -> pa.Table:
    """The MinHash signature of each article, as a SIGNATURES table with its recipe as schema metadata.

    Parameters
    ----------
    shingles
        A SHINGLES table of the same ``shingle_tokens``.
    settings
        ``num_perm`` and ``seed`` of the permutations.
    kernels
        ``reference`` lets datasketch's MinHash do the work, article by article.
    """
    values, offsets = flat(shingles["hashes"])
    empty = _minhash(settings)
    if kernels == "reference":
        rows = np.full((len(shingles), settings.num_perm), EMPTY, np.uint32)
        for row in range(len(shingles)):
            one = empty.copy()
            one.update_batch(values[offsets[row] : offsets[row + 1]].tolist())
            rows[row] = one.hashvalues
    else:
        spare = -settings.num_perm % 4  # the kernel takes four permutations at a time
        a, b = (np.append(p, np.zeros(spare, np.uint32)).astype(np.uint32) for p in empty.permutations)
        rows = np.empty((len(shingles), a.size), np.uint32)
        spread(lambda first, last: _sign(values, offsets[first : last + 1], a, b, rows[first:last]), len(shingles))
        rows = rows[:, : settings.num_perm]
    starts = np.arange(len(shingles) + 1, dtype=np.int32) * settings.num_perm
    column = pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.array(rows.reshape(-1)))
    return table(SIGNATURES, {"signature": column}).replace_schema_metadata({"recipe": _recipe(settings)})


def signature_rows(signatures: pa.Table, num_perm: int) -> np.ndarray:
    """The signatures as one uint32 matrix of shape (articles, num_perm)."""
    values, _ = flat(signatures["signature"])
    return np.ascontiguousarray(values.reshape(len(signatures), num_perm))


def lean_minhash(signatures: pa.Table, row: int) -> LeanMinHash:
    """One article's signature as datasketch's own object, for its indexes and for exchange.

    Raises
    ------
    IncompatibleError
        when the table has no recipe, or one of another scheme, shingle hash, tokeniser or signature length.
    """
    from datasketch import LeanMinHash  # noqa: PLC0415 - as above

    recipe = _read_recipe(signatures)
    values = signatures["signature"][row].values.to_numpy()
    # size and seed may be anyone's choice; what makes the values mean something may not
    ours = CopiesSettings(seed=_number(recipe, "seed"), num_perm=values.size, shingle_tokens=_number(recipe, "shingle_tokens"))
    check_recipe(signatures, ours)
    return LeanMinHash(seed=ours.seed, hashvalues=values, scheme=SCHEME)


def _number(recipe: dict[str, str], part: str) -> int:
    text = recipe.get(part, "")
    if not text.isdecimal() or int(text) < 1:
        raise IncompatibleError(f"the recipe of these signatures names no {_WORDS[part]}; sign the articles again")
    return int(text)


def recall_at(jaccard: float, bands: int, rows: int) -> float:
    """How likely banding meets a pair of this Jaccard: ``1 - (1 - J^rows)^bands``.

    Source: Leskovec, Rajaraman & Ullman, *Mining of Massive Datasets*, section 3.4.
    """
    return float(1.0 - (1.0 - jaccard**rows) ** bands)
