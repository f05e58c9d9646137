"""Settled articles keep their event: what was decided with everything in view is not decided anew with half of it gone.

Articles older than the window are still read along for some days, so that those inside it keep their company. Which events
they are in was settled while the texts around them were all there. So they stay in them; an event of this run that holds
settled texts is that settled event going on, and takes its younger texts along.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from clustering.events.vectors import Vectors
from clustering.tables import EVENTS_OF, table


def keep_settled(groups: pa.Table, vectors: Vectors, events_of: pa.Table, settled: np.ndarray | None) -> pa.Table:
    """The events with every settled article in its own: an EVENTS_OF table.

    A settled event goes on in the one event of this run that holds most of its texts, and an event of this run carries on the
    one settled event that most of its settled texts are of. Its younger texts go with it; those of any other event stay.

    Parameters
    ----------
    groups, vectors, events_of
        GROUPS, the vectors and EVENTS_OF of this run.
    settled
        The settled event of each article, int32, numbered from 0; -1 for one inside the window; None for a
        first run. Articles with the same text are in one event: that of the first settled one.
    """
    if settled is None or settled.max(initial=-1) < 0:
        return events_of
    text = vectors.of_articles(groups)
    event = events_of["event"].to_numpy().astype(np.int64)[vectors.rows]
    home = np.full(event.size, -1, np.int64)
    for row in np.flatnonzero(settled >= 0)[::-1]:
        home[text[row]] = settled[row]
    held = home >= 0
    (old, new), shared = np.unique(np.stack([home[held], event[held]]), axis=1, return_counts=True)
    goes_on: dict[int, int] = {}
    taken: set[int] = set()
    for place in np.lexsort((new, old, -shared)):
        if int(old[place]) not in taken and int(new[place]) not in goes_on:
            goes_on[int(new[place])] = int(old[place])
            taken.add(int(old[place]))
    # settled events are numbered below zero here, so that they cannot be taken for events of this run
    label = np.array([-1 - goes_on[e] if e in goes_on else e for e in event.tolist()], np.int64)
    label[held] = -1 - home[held]
    _, first, number = np.unique(label[text], return_index=True, return_inverse=True)
    return table(EVENTS_OF, {"event": first[number.ravel()].astype(np.int32)})
