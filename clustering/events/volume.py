"""How much happens: what it takes to be one happening depends on how many texts a day there are to be mistaken for it.

In an archive of a few texts a day two look-alikes that are weeks apart are mostly one affair, or a date is wrong; in a feed of
sixty texts a day, two days apart they are mostly two happenings of one theme (of 160 pairs of a German feed read by hand, 2 of 53
that were two days apart or more told one happening). And the tail of a report there is background that every report on the affair
shares, often to the letter: what is new stands in title and lead, and a shared sentence says little. So thresholds, time kernel,
what hangs on openings, and the weights of title, lead, shared passages and one outlet's texts stand between two settings each, by

    share = v^4 / (v^4 + feed_texts_a_day^4)

(ten texts a day are an archive, sixty a feed) where v is the volume: the median, over the texts with a published date believed in
full, of the texts a day around it. Like the idf it is computed once, from the whole window, and holds for all of it.
"""

from __future__ import annotations

import msgspec
import numpy as np

from clustering.config import EventsSettings
from clustering.events.dating import Dating

OF_FEED = ("title_weight", "lead_weight", "time_floor", "half_life_days", "named_day_weight", "min_weight",
           "same_day_outlet_weight", "passage_weight", "opening_share", "split_cut")
"""The settings that have a twin for a feed; weights of words are whole numbers, so they move in steps."""
AROUND_DAYS = 3.5
"""Before and after a text: a week in all, so that weekends do not matter."""


_WHOLE = ("title_weight", "lead_weight")
"""Settings that count words."""


def texts_a_day(dating: Dating) -> float:
    """The volume; 0 without dates."""
    days = np.sort(dating.days[dating.sure])
    if not days.size:
        return 0.0
    around = np.searchsorted(days, days + AROUND_DAYS, "right") - np.searchsorted(days, days - AROUND_DAYS)
    # near an edge only a part of the week lies in the window, but at least the day of the text itself does
    seen = np.minimum(days + AROUND_DAYS, days[-1]) - np.maximum(days - AROUND_DAYS, days[0])
    return float(np.round(np.median(around / np.minimum(seen + 1, 2 * AROUND_DAYS)), 6))


def fit(dating: Dating, settings: EventsSettings) -> EventsSettings:
    """The settings with everything that has a ``feed_`` twin as this window's volume asks."""
    volume = texts_a_day(dating)
    share = volume**4 / (volume**4 + settings.feed_texts_a_day**4) if volume else 0.0

    found = {}
    for name in OF_FEED:
        sparse, feed = getattr(settings, name), getattr(settings, f"feed_{name}")
        between = sparse + share * (feed - sparse)
        found[name] = round(between) if name in _WHOLE else round(between, 6)
    return msgspec.structs.replace(settings, **found)
