"""The copies room, slow and obviously right: plain Python, sets, difflib and datasketch itself."""

from __future__ import annotations

from difflib import SequenceMatcher

from datasketch import LeanMinHash, MinHash, MinHashLSH

from clustering.text.tokens import NOT_BODY

_64 = 2**64 - 1


def body(tokens) -> list[list[int]]:
    """Hashes of the body tokens of each article of a TOKENS table."""
    return [[h for h, z in zip(row["hashes"], row["zones"], strict=True) if not z & NOT_BODY] for row in tokens.to_pylist()]


def shingles(hashes: list[int], size: int) -> list[int]:
    """Every run of ``size`` hashes as a polynomial, mixed by fmix64, upper 32 bits; in order, with repeats."""
    windows = [hashes[i : i + size] for i in range(len(hashes) - size + 1)] or ([hashes] if hashes else [])
    out = []
    for window in windows:
        value = 0
        for h in window:
            value = (value * 0x9E3779B97F4A7C15 + h) & _64
        value = ((value ^ value >> 33) * 0xFF51AFD7ED558CCD) & _64
        value = ((value ^ value >> 33) * 0xC4CEB9FE1A85EC53) & _64
        out.append((value ^ value >> 33) >> 32)
    return out


def signature(shingle_set: list[int], num_perm: int, seed: int) -> list[int]:
    one = MinHash(num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=int)
    one.update_batch(shingle_set)
    return one.hashvalues.tolist()


def band_pairs(signatures: list[list[int]], occupied: list[int], seed: int, bands: int, rows: int) -> set[tuple[int, int]]:
    """Pairs that MinHashLSH's queries return."""
    minhashes = {i: LeanMinHash(seed=seed, hashvalues=signatures[i], scheme="affine32") for i in occupied}
    index = MinHashLSH(num_perm=len(signatures[0]), params=(bands, rows))
    for i, minhash in minhashes.items():
        index.insert(i, minhash)
    return {(min(i, j), max(i, j)) for i, minhash in minhashes.items() for j in index.query(minhash) if i != j}


def sample_pairs(
    sets: list[set[int]], small: list[bool], one_in: int, least_sampled: int, least_counted: int, least_share: float,
    max_articles: int,
) -> set[tuple[int, int]]:
    """All pairs, every shingle looked at."""
    carriers: dict[int, int] = {}
    for one in sets:
        for shingle in one:
            carriers[shingle] = carriers.get(shingle, 0) + 1
    found = set()
    for j, b in enumerate(sets):
        for i, a in enumerate(sets[:j]):
            counted = small[i] or small[j]
            shared = [s for s in a & b if carriers[s] <= max_articles and (counted or s * one_in < 2**32)]
            estimate = len(shared) * (1 if counted else one_in)
            least = max(least_counted if counted else least_sampled, 1)
            if len(shared) >= least and estimate >= least_share * min(len(a), len(b)):
                found.add((i, j))
    return found


def longest_run(a: list[int], b: list[int]) -> int:
    """Tokens of the longest common run."""
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size
