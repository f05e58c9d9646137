"""events: the same happening?

Which articles tell one happening, and which happenings follow from one another. Read it in the order of the doors:

1. :func:`vectorise` -- one TF-IDF vector for each duplicate group, over the tokens every room shares (``terms.py`` counts, with
   ``keys.py`` and ``pieces.py``; ``vectors.py`` weighs, ``titles.py`` takes outlet names out of headlines). The idf is blended
   from general news (:class:`Background`) and the window, so that it means the same in any size of input (``idf.py``).
   ``reference.py`` has scikit-learn do the same.
2. :func:`fit` -- how many texts a day there are decides how much a pair must weigh and how time counts (``volume.py``).
   :func:`find_neighbours` -- exact cosines (``neighbours.py``), weighed by time, outlet, openings (``openings.py``) and shared
   words (``weights.py``); when a text was published, and which days it names, says ``dating.py``; ``doubts.py`` doubts dates
   that the nearest texts deny. :func:`find_round_ups` -- texts that tell of several happenings are kept out of what follows
   (``round_ups.py``).
3. :func:`group_events` -- consensus of label propagations, average link inside each group (``grouping.py``), centroids between
   groups (``merging.py``); :func:`probe_stability` asks what hangs on the thresholds. Every choice of order comes from hashes
   of article ids: the events of a connected component depend on it alone. :func:`keep_settled` leaves articles older than the
   window in the events they were in (``settling.py``); :func:`correct_events` lets people overrule it.
4. :func:`chain_stories` -- events linked by the names they share and by time (``stories.py``).
   :func:`correct_events` has the last word on events: what people said belongs together or does not (``corrections.py``).
5. :func:`describe` -- title, keywords, medoid, weakest member (``labels.py``).
6. :func:`explain` -- role, nearest text, shared words, margin of every article (``why.py``).

Nothing here looks at ids of earlier runs, and nothing is random.
"""

from clustering.events.corrections import Corrected, correct_events
from clustering.events.grouping import group_events, probe_stability
from clustering.events.idf import UNSEEN, Background, DocumentShares
from clustering.events.keys import phrase_keys
from clustering.events.labels import Described, describe
from clustering.events.neighbours import find_neighbours
from clustering.events.round_ups import find_round_ups
from clustering.events.settling import keep_settled
from clustering.events.stories import chain_stories
from clustering.events.vectors import Vectors, vectorise
from clustering.events.volume import fit, texts_a_day
from clustering.events.why import explain

__all__ = [
    "UNSEEN", "Background", "Corrected", "Described", "DocumentShares", "Vectors", "chain_stories", "correct_events", "describe",
    "explain", "find_neighbours", "find_round_ups", "fit", "group_events", "keep_settled", "phrase_keys", "probe_stability",
    "texts_a_day", "vectorise",
]
