"""Points in time as the input wrote them: precision and a missing zone are kept, order of day and month is never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")
_ISO = re.compile(r"(?:\d{4}-\d{2}-\d{2}|\d{8})[Tt ](?P<time>\d{2}(?::?\d{2}(?P<seconds>:?\d{2}(?:[.,]\d+)?)?)?)\s*"
                  r"(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?")
_RFC_2822 = re.compile(r"(?:[A-Za-z]{3},?\s+)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{2}(?P<seconds>:\d{2})?"
                       r"(?:\s+\S+)?(?:\s*\([^)]*\))?")
_UNREADABLE = "is not an ISO 8601 or RFC 2822 date: write it as 2013-01-22 or 2013-01-22T14:05+01:00"
_LONGEST = 64


class When(NamedTuple):
    """A point in time: ``iso`` as the input meant it, ``instant`` in UTC (naive; start of the day, UTC when no zone is known)."""

    iso: str
    instant: datetime
    precision: str
    zone_known: bool


def parse(value: str | date, earliest_year: int) -> When:
    """A date or a time in ISO 8601 or RFC 2822.

    Raises
    ------
    ValueError
        with the reason in words.
    """
    if isinstance(value, str):
        moment, precision = _read(value.strip())
    elif isinstance(value, datetime):
        moment, precision = value, "second"
    else:
        moment, precision = datetime(value.year, value.month, value.day), "day"  # noqa: DTZ001 (no zone is known)
    if moment.year < earliest_year:
        raise ValueError(f"is before the year {earliest_year}")
    if precision == "day":
        return When(moment.date().isoformat(), moment, "day", zone_known=False)
    moment = moment.replace(microsecond=0)
    iso = moment.isoformat(timespec="minutes" if precision == "minute" else "seconds")
    offset = moment.utcoffset()
    try:
        instant = moment.replace(tzinfo=None) - (offset or timedelta())
    except OverflowError:
        raise ValueError("is out of range") from None
    return When(iso, instant, precision, zone_known=offset is not None)


def _read(text: str) -> tuple[datetime, str]:
    if len(text) > _LONGEST or not text.isascii():
        raise ValueError(_UNREADABLE)
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text), "day"
        if match := _ISO.fullmatch(text):
            clock = text[: match.end("time")].replace(",", ".")
            zone = match["zone"] or ""
            zone = "+00:00" if zone in ("Z", "z", "UTC", "GMT") else zone
            return datetime.fromisoformat(clock + zone), "second" if match["seconds"] else "minute"
        if match := _RFC_2822.fullmatch(text):
            return parsedate_to_datetime(text), "second" if match["seconds"] else "minute"
    except (ValueError, TypeError, IndexError, OverflowError):
        raise ValueError("is no date of the calendar") from None
    raise ValueError(_UNREADABLE)


def utc(instant: datetime) -> datetime:
    """A naive UTC instant with its zone."""
    return instant.replace(tzinfo=UTC)
