"""Dates written in a text: "Jan. 21", "21. Januar 2013", "le 1er février", "21 de enero de 2013", 2013-01-21, 21.01.2013.

Read off the token arrays every room shares: a month is a token whose hash is on the list, a day and a year are tokens whose
hashes are numbers, and what stands beside what makes the date. The order of day and month is never guessed: of dates in
figures only those are read that can mean one thing.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa

from clustering.tables import DATES, flat, table
from clustering.text.membership import member
from clustering.text.places import MONTHS
from clustering.text.tokens import CAPITAL, NUMBER, word_hashes

FIRST_YEAR, LAST_YEAR = 1900, 2099
_GAP = 3
"""Characters between the parts at most: "Jan. 21", "January 21 , 2013"."""
_ALSO_WORDS = ("ago", "gen", "mag", "mar", "march", "may", "out", "set")
"""Words of the language too, when they stand in lower case."""
_LINKS = ("de", "del", "of")
_SUFFIXES = ("st", "nd", "rd", "th", "er", "o")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@cache
def _lists() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Token hashes (uint64, sorted), what each is (1 month, 2 day, 3 year, 4 link) and its number (int16)."""
    days = {f"{day}{suffix}": day for day in range(1, 32) for suffix in ("", *_SUFFIXES)}
    days |= {f"0{day}": day for day in range(1, 10)}
    words = [*((month, 1, number) for month, number in MONTHS.items()), *((word, 2, day) for word, day in days.items()),
             *((str(year), 3, year) for year in range(FIRST_YEAR, LAST_YEAR + 1)), *((word, 4, 0) for word in _LINKS)]
    hashes = word_hashes([word for word, _, _ in words])
    order = np.argsort(hashes, kind="stable")
    return hashes[order], np.array([w[1] for w in words], np.int8)[order], np.array([w[2] for w in words], np.int16)[order]


def find_dates(articles: pa.Table, tokens: pa.Table) -> pa.Table:
    """Every date that an article's text names: a DATES table.

    Parameters
    ----------
    articles, tokens
        ARTICLES and TOKENS of their texts.
    """
    hashes, offsets = flat(tokens["hashes"])
    starts, ends, flags = (flat(tokens[name])[0] for name in ("starts", "ends", "flags"))
    known, kinds, numbers = _lists()
    # only listed tokens and what stands up to four places behind them matter; the rest of the text is never looked at
    listed = np.flatnonzero(member(hashes, known))
    place = np.searchsorted(known, hashes[listed])
    kind = np.zeros(hashes.size, np.int8)
    kind[listed] = kinds[place]

    def number(at: np.ndarray) -> np.ndarray:
        """What listed tokens stand for: a month, a day, a year."""
        found: np.ndarray = numbers[place[np.searchsorted(listed, at)]]
        return found

    def behind(at: np.ndarray, steps: int, kind_wanted: int) -> np.ndarray:
        """Whether the token ``steps`` further on is of this kind, in the same text and close by."""
        there = np.minimum(at + steps, hashes.size - 1)
        near: np.ndarray = (at + steps < hashes.size) & (kind[there] == kind_wanted)
        here, there = at[near], there[near]
        near[near] = (_rows(offsets, there) == _rows(offsets, here)) & (starts[there] - ends[there - 1] <= _GAP)
        return near

    def tight(at: np.ndarray) -> np.ndarray:
        """Whether one character parts each of the two next tokens from the one before, as in 2013-01-21."""
        found: np.ndarray = np.less(at + 2, hashes.size)
        for step in (1, 2):
            there = np.minimum(at + step, hashes.size - 1)
            found &= starts[there] - ends[there - 1] == 1
        return found

    months, days, years = (listed[kind[listed] == wanted] for wanted in (1, 2, 3))
    month_first = months[(flags[months] & CAPITAL != 0) & behind(months, 1, 2)]
    linked = days[behind(days, 1, 4) & behind(days, 2, 1)]
    day_first = days[behind(days, 1, 1)]
    small = np.isin(hashes[day_first + 1], word_hashes(list(_ALSO_WORDS))) & (flags[day_first + 1] & CAPITAL == 0)
    day_first = day_first[~small]
    twice = linked[behind(linked, 3, 4)]
    pieces = [  # where it begins; tokens on to month, day and year; how many tokens it is long
        *_with_year(month_first, 0, 1, behind(month_first, 2, 3), 2),
        *_with_year(day_first, 1, 0, behind(day_first, 2, 3), 2),
        *_with_year(linked, 2, 0, behind(linked, 3, 3), 3),
        *_with_year(twice, 2, 0, behind(twice, 4, 3), 4, bare=False),
        (years[behind(years, 1, 2) & behind(years, 2, 2) & tight(years)], 1, 2, 0, 3),
    ]
    figures = days[behind(days, 1, 2) & behind(days, 2, 3) & tight(days)]
    one, other = number(figures), number(figures + 1)
    pieces += [(figures[(one <= 12) & ((other > 12) | (other == one))], 0, 1, 2, 3),
               (figures[(one > 12) & (other <= 12)], 1, 0, 2, 3)]

    columns: list[tuple[np.ndarray, ...]] = [
        (at, at + length - 1, number(at + y) if y is not None else np.zeros(at.size, np.int16), number(at + m), number(at + d))
        for at, m, d, y, length in pieces]
    columns += _dotted(articles, offsets, starts, ends, np.flatnonzero(flags & NUMBER != 0))
    first, last, year, month_, day_ = (np.concatenate(c) for c in zip(*columns, strict=True))
    return _distinct(offsets, starts, ends, first, last, year, month_, day_)


def _with_year(at: np.ndarray, month: int, day: int, dated: np.ndarray, length: int, *, bare: bool = True,
               ) -> list[tuple[np.ndarray, int, int, int | None, int]]:
    """The dates that begin at ``at``, those with a year behind them (``dated``) and, unless ``bare`` is false, those without."""
    found: list[tuple[np.ndarray, int, int, int | None, int]] = [(at[dated], month, day, length, length + 1)]
    return [*found, (at[~dated], month, day, None, length)] if bare else found


def _rows(offsets: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """The article of each of some tokens, int32."""
    found: np.ndarray = np.searchsorted(offsets, tokens, side="right").astype(np.int32) - np.int32(1)
    return found


def _dotted(articles: pa.Table, offsets: np.ndarray, starts: np.ndarray, ends: np.ndarray, numbers: np.ndarray,
            ) -> list[tuple[np.ndarray, ...]]:
    """21.01.2013 is one token: of the numbers of that length the text is read."""
    length = ends[numbers] - starts[numbers]
    found = []
    text, read = "", -1
    tokens = numbers[(length >= len("1.1.2013")) & (length <= len("21.01.2013"))]
    for token, row in zip(tokens.tolist(), _rows(offsets, tokens).tolist(), strict=True):
        if row != read:
            read = row
            text = articles["text"][read].as_py()
        match = _DOTTED.fullmatch(text[starts[token] : ends[token]])
        if match:
            day, month, year = map(int, match.groups())
            found.append((token, token, year, month, day))
    return [tuple(np.array(column, np.int64) for column in zip(*found, strict=True))] if found else []


def _distinct(offsets: np.ndarray, starts: np.ndarray, ends: np.ndarray, first: np.ndarray, last: np.ndarray, year: np.ndarray,
              month: np.ndarray, day: np.ndarray) -> pa.Table:
    """Days of the calendar only (without a year the 29th of February is one), and of overlapping readings the longest."""
    days = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    real = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 0) & (year <= LAST_YEAR) & ((year == 0) | (year >= FIRST_YEAR))
    real &= day <= days[np.clip(month, 0, 12)]
    leap = (year == 0) | ((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)))
    real &= ~((month == 2) & (day == 29) & ~leap)
    order = np.flatnonzero(real)
    order = order[np.lexsort((-last[order], first[order]))]
    kept, reached = [], -1
    for i in order:
        if first[i] > reached:
            kept.append(i)
            reached = last[i]
    chosen = np.array(kept, np.int64)
    named = year[chosen] > 0
    return table(DATES, {
        "row": _rows(offsets, first[chosen]), "start": starts[first[chosen]], "end": ends[last[chosen]],
        "year": pa.array(year[chosen].astype(np.int16), mask=~named), "month": month[chosen].astype(np.int8),
        "day": day[chosen].astype(np.int8),
    })
