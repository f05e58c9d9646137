"""The same text? Which articles carry the same words from end to end, or one inside the other.

Six steps, each a table (``clustering.tables``) that the next one reads::

    tokens ── shingle ─── every run of k consecutive body tokens as a 32-bit hash, a sorted set an article
                 │
                sign ──── MinHash, equal bit for bit to datasketch's affine32, with its recipe
                 │
          find_candidates  identical bodies, equal bands of the signature, shared shingles of a sample
                 │
               verify ─── exact Jaccard, containment both ways, longest common run; a verdict and its reason
                 │
          part_issues ─── near-duplicates of different days whose numbers changed are issues of a template: rejected
                 │
         group_duplicates  groups in which everyone verifies against the representative

Nothing is decided on an estimate: signatures and samples only nominate. Banding finds resemblance and is blind to a short
extract of a long article; the sampled-shingle join finds containment. Every candidate keeps its numbers, rejected ones too.
Articles without body tokens never match. What is not found: paraphrase and translation.

:func:`check_recipe` and :func:`lean_minhash` are for those who store signatures or hand them to datasketch's own indexes;
:func:`recall_at` tells what a banding can see.
"""

from clustering.copies.candidates import find_candidates
from clustering.copies.groups import count_groups, group_duplicates
from clustering.copies.issues import part_issues
from clustering.copies.shingles import shingle
from clustering.copies.signatures import check_recipe, lean_minhash, recall_at, sign
from clustering.copies.verification import verify

__all__ = [
    "check_recipe", "count_groups", "find_candidates", "group_duplicates", "lean_minhash", "part_issues", "recall_at",
    "shingle", "sign", "verify",
]
