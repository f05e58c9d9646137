"""How much happens: what it takes to be one happening depends on how many texts a day there are to be mistaken for it.

In an archive of a few texts a day two look-alikes that are weeks apart are mostly one affair, or a date is wrong; in a feed of
sixty texts a day, two days apart they are mostly two happenings of one theme (of 160 pairs of a German feed read by hand, 2 of 53
that were two days apart or more told one happening). So the thresholds and the time kernel stand between two settings each, by

    share = v^2 / (v^2 + feed_texts_a_day^2)

where v is the volume: the median, over the texts with a published date believed in full, of the texts a day around it. Like the
idf it is computed once, from the whole window, and holds for all of it.
"""

from __future__ import annotations

import msgspec
import numpy as np

from clustering.config import EventsSettings
from clustering.events.dating import Dating

AROUND_DAYS = 3.5
"""Before and after a text: a week in all, so that weekends do not matter."""


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
    """The settings with ``time_floor``, ``half_life_days``, ``min_weight`` and ``split_cut`` as this window's volume asks."""
    volume = texts_a_day(dating)
    share = volume**2 / (volume**2 + settings.feed_texts_a_day**2) if volume else 0.0

    def between(sparse: float, feed: float) -> float:
        return round(sparse + share * (feed - sparse), 6)

    return msgspec.structs.replace(
        settings, time_floor=between(settings.time_floor, settings.feed_time_floor),
        half_life_days=between(settings.half_life_days, settings.feed_half_life_days),
        min_weight=between(settings.min_weight, settings.feed_min_weight),
        split_cut=between(settings.split_cut, settings.feed_split_cut))
