"""When a text was published, as far as that is to be believed, and which days it names itself.

Dates in the wild are wrong by months (a site's crawl day, a re-launch), missing, or right and yet misleading (a trial's report
a year after the deed). So a date is evidence, not a filter:

- a *published* date counts in full, unless it is doubted: because the outlet gives the very same minute to other texts of the
  window as well, which is how a re-import looks, or because the text names a day more than ``DENIED_DAYS`` later, or because
  its nearest texts agree on another time (:mod:`clustering.events.doubts`). Then it counts as one read off the text does;
- without one, the first full date among the first ``HEAD_CHARACTERS`` of the text stands in ("Published July 5, 2013", a
  dateline): it can speak for two texts, hardly against them;
- the days a text names speak for it too: "the shooting of Jan. 7" in a report of April is as near to January's reports as
  they are to each other, and no two wars in one place name the same days.

The weight of the time between two texts that are ``gap`` days apart is

    low + (1 - low) / (1 + (gap / half_life_days)^2)      low = time_floor; undated_weight where a date is not believed in full
    undated_weight                                    where one has no date
    named_day_weight x the first line                 with the gap from a day that one names to the other's date, if that is more
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numba import njit

from clustering.config import EventsSettings

HEAD_CHARACTERS = 400
"""A date in here is taken for the day of publication, when none is given."""
DENIED_DAYS = 366
"""Who names a day with its year further ahead than this wrote later than the date says; plans are mostly nearer."""
MOST_NAMED_DAYS = 16
"""A chronicle names more days than say anything; the first ones count."""
FUTURE_DAYS = 2
"""A day without a year is the nearest one; one that lies ahead by more than this must be twice as near."""
PUBLISHED, REPEATED, DENIED, WRITTEN, UNKNOWN, CONTRADICTED = range(6)
BASES = ("published", "published, the outlet gives this minute to other texts too", "published, the text names a much later day",
         "read off the first lines", "unknown", "published, its nearest texts agree on another time")
"""What each basis is called."""
_DAY_US = 86_400e6


@dataclass(frozen=True, eq=False)
class Dating:
    """The day of each vector's text and the days it names.

    ``days`` float64[m], days since 1970, NaN when unknown; ``basis`` uint8[m], where that comes from (:data:`BASES`). CSR:
    ``indptr`` int64[m + 1], ``named`` float64, ascending in a row: the days the text names.
    """

    days: np.ndarray
    basis: np.ndarray
    indptr: np.ndarray
    named: np.ndarray

    @property
    def sure(self) -> np.ndarray:
        """Whether it is a published date believed in full, bool[m]."""
        return np.asarray(self.basis == PUBLISHED)

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """All of it, as the kernels take it."""
        return self.days, self.sure, self.indptr, self.named


Kernel = tuple[float, float, float, float]
"""Floor, half-life in days, weight of an undated pair, weight of a named day."""

ALL_ALIKE: Kernel = (1.0, 1.0, 1.0, 0.0)
"""Time weighs nothing."""


def undated(m: int) -> Dating:
    """The dating of ``m`` texts of which nothing is known."""
    return Dating(np.full(m, np.nan), np.full(m, UNKNOWN, np.uint8), np.zeros(m + 1, np.int64), np.zeros(0))


def time_kernel(settings: EventsSettings) -> Kernel:
    """The constants of the formula; all one when time is switched off."""
    if not settings.time:
        return ALL_ALIKE
    return settings.time_floor, max(settings.half_life_days, 1e-9), settings.undated_weight, settings.named_day_weight


@njit(cache=True, nogil=True)
def time_weight(a, b, dating, kernel):  # noqa: ANN001, ANN201
    """Weight (0 to 1) of the time between the texts ``a`` and ``b``; ``dating`` as of :meth:`Dating.arrays`."""
    days, sure, indptr, named = dating
    floor, half_life, unknown, of_named = kernel
    x, y = days[a], days[b]
    weight = unknown
    if not (np.isnan(x) or np.isnan(y)):
        low = floor if sure[a] and sure[b] else max(floor, unknown)
        weight = low + (1.0 - low) / (1.0 + ((x - y) / half_life) ** 2)
    if of_named <= weight:
        return weight
    gap = np.inf
    for p in range(indptr[a], indptr[a + 1]):
        gap = min(gap, abs(named[p] - y)) if not np.isnan(y) else gap
    for p in range(indptr[b], indptr[b + 1]):
        gap = min(gap, abs(named[p] - x)) if not np.isnan(x) else gap
    return max(weight, of_named * (floor + (1.0 - floor) / (1.0 + (gap / half_life) ** 2)))


@njit(cache=True, nogil=True)
def time_weights(left, right, dating, kernel):  # noqa: ANN001, ANN201
    """:func:`time_weight` of many pairs, float64 beside ``left`` and ``right``."""
    weights = np.empty(left.size)
    for i in range(left.size):
        weights[i] = time_weight(left[i], right[i], dating, kernel)
    return weights


def date_texts(articles: pa.Table, dates: pa.Table, groups: pa.Table) -> Dating:
    """The dating of each duplicate group, in order of its representative's row.

    Parameters
    ----------
    articles, dates, groups
        ARTICLES, DATES, GROUPS. A group's published date is its representative's, else the lower median of its dated copies'.
    """
    group = groups["group"].to_numpy()
    rows = np.unique(group)
    days = _published(articles, group, rows)
    basis = np.where(np.isnan(days), UNKNOWN, np.where(_repeated_minutes(articles, rows), REPEATED, PUBLISHED)).astype(np.uint8)

    row = dates["row"].to_numpy()
    year = dates["year"].fill_null(0).to_numpy()
    month, day, start = (dates[c].to_numpy() for c in ("month", "day", "start"))
    place = np.minimum(np.searchsorted(rows, row), max(rows.size - 1, 0))
    of_rows = np.flatnonzero(rows[place] == row) if rows.size else np.zeros(0, np.int64)
    named: list[list[float]] = [[] for _ in range(rows.size)]
    bare: list[list[tuple[int, int]]] = [[] for _ in range(rows.size)]
    for i in of_rows:
        text = int(place[i])
        if year[i]:
            full = float(_day_number(int(year[i]), int(month[i]), int(day[i])))
            if np.isnan(days[text]) and not named[text] and start[i] < HEAD_CHARACTERS:
                days[text], basis[text] = full, WRITTEN
            elif basis[text] in (PUBLISHED, REPEATED) and full > days[text] + DENIED_DAYS:
                basis[text] = DENIED
            named[text].append(full)
        else:
            bare[text].append((int(month[i]), int(day[i])))
    for text, found in enumerate(bare):
        near = days[text] if not np.isnan(days[text]) else next(iter(named[text]), np.nan)
        if not np.isnan(near):
            named[text] += [known for m, d in found if (known := _nearest(m, d, near)) is not None]
    kept = [sorted(set(found[:MOST_NAMED_DAYS])) for found in named]
    indptr = np.r_[0, np.cumsum([len(k) for k in kept])].astype(np.int64)
    return Dating(days, basis, indptr, np.array([day for k in kept for day in k], np.float64))


def _published(articles: pa.Table, group: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Published day of each duplicate group, NaN when no copy is dated."""
    column = articles["published_at"].combine_chunks().cast(pa.int64())
    days = np.where(np.asarray(column.is_null()), np.nan, column.fill_null(0).to_numpy(zero_copy_only=False) / _DAY_US)
    found: np.ndarray = days[rows]
    dated = np.flatnonzero(~np.isnan(days) & np.isin(group, rows[np.isnan(found)]))
    dated = dated[np.lexsort((days[dated], group[dated]))]
    heads, first, sizes = np.unique(group[dated], return_index=True, return_counts=True)
    found[np.searchsorted(rows, heads)] = days[dated[first + (sizes - 1) // 2]]
    return found


def _repeated_minutes(articles: pa.Table, rows: np.ndarray) -> np.ndarray:
    """Whether a text's time of day, to the minute or better, is that of another text of its outlet too (bool).

    Midnight is how a day without a time is often written: it says nothing.
    """
    chosen = articles.select(["outlet_key", "published_at", "published_precision"]).take(pa.array(rows)).to_pylist()
    marks = [(a["outlet_key"], a["published_at"]) if a["published_at"] is not None and a["published_precision"] != "day"
             and (a["published_at"].hour or a["published_at"].minute or a["published_at"].second) else None for a in chosen]
    counted = Counter(mark for mark in marks if mark)
    return np.array([mark is not None and counted[mark] > 1 for mark in marks], np.bool_)


def _nearest(month: int, day: int, near: float) -> float | None:
    """The day of that name nearest to another one; the years around it are tried."""
    year = int(np.datetime64(int(near), "D").astype("M8[Y]").astype(np.int64)) + 1970
    found: list[tuple[float, float]] = []
    for candidate in (year - 1, year, year + 1):
        known = float(_day_number(candidate, month, day))
        if known >= _day_number(candidate + month // 12, month % 12 + 1, 1):
            continue  # the 29th of February, in a year without one
        ahead = known > near + FUTURE_DAYS
        found.append((abs(known - near) * (2 if ahead else 1), known))
    return min(found)[1] if found else None


def _day_number(year: int, month: int, day: int) -> int:
    """Days since 1970 of the calendar's day; one too many in a month counts into the next."""
    first = np.datetime64(12 * (year - 1970) + month - 1, "M").astype("M8[D]").astype(np.int64)
    return int(first) + day - 1
