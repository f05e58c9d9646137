"""Who ran what? Every known outlet by itself, and every ordered pair of outlets that met in an event or a passage.

Containment is directional on purpose: a small site that takes everything from a large one shares all of its words, the large
one hardly any. Time is claimed only with its uncertainty beside it.
"""

from clustering.outlets.comparison import compare

__all__ = ["compare"]
