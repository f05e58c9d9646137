"""Is it right? Agreement of groups with a gold standard, and of found passages with true ones.

``clusters``: B-cubed (with and without singletons), pairwise precision and recall, adjusted Rand index.
``spans``: PAN's plagdet with its granularity, plain character precision and recall, and how far off edges are; before them,
for a pair of articles, ``of_pair`` reads what a run found as pairwise labels do (``joined`` and ``trimmed``).
"""

from clustering.scoring.clusters import Score, adjusted_rand, bcubed, bcubed_without_singletons, pairwise
from clustering.scoring.spans import Passage, SpanScore, boundary_errors, character_scores, joined, of_pair, plagdet, trimmed

__all__ = [
    "Passage", "Score", "SpanScore", "adjusted_rand", "bcubed", "bcubed_without_singletons", "boundary_errors",
    "character_scores", "joined", "of_pair", "pairwise", "plagdet", "trimmed",
]
