"""Is it right? Agreement of groups with a gold standard, and of found passages with true ones.

``clusters``: B-cubed (with and without singletons), pairwise precision and recall, adjusted Rand index and mutual
information. ``look_alikes``: the same over events that share much vocabulary with another one.
``spans``: PAN's plagdet with its granularity, plain character precision and recall, and how far off edges are; before them,
for a pair of articles, ``of_pair`` reads what a run found as pairwise labels do (``joined`` and ``trimmed``).
"""

from clustering.scoring.clusters import (
    Score,
    adjusted_mutual_information,
    adjusted_rand,
    bcubed,
    bcubed_of,
    bcubed_without_singletons,
    pairwise,
)
from clustering.scoring.look_alikes import LOOK_ALIKE_COSINE, look_alikes
from clustering.scoring.spans import Passage, SpanScore, boundary_errors, character_scores, joined, of_pair, plagdet, trimmed

__all__ = [
    "LOOK_ALIKE_COSINE", "Passage", "Score", "SpanScore", "adjusted_mutual_information", "adjusted_rand", "bcubed", "bcubed_of",
    "bcubed_without_singletons", "boundary_errors", "character_scores", "joined", "look_alikes",
    "of_pair", "pairwise", "plagdet", "trimmed",
]
