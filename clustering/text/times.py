"""When an article was published, and how far that is to be believed.

A date alone is a day wide, a time without a zone may be off by as much as local times reach from UTC, and an undated article
could be anywhere. Order is claimed only where one article's whole time window lies before all others'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

_K = TypeVar("_K", bound=Any)
_PRECISION_SECONDS = {"day": 86_400.0, "minute": 60.0, "second": 1.0}
_ZONE_SECONDS = 14 * 3600.0
"""Local times reach from UTC-12 to UTC+14: a time without a zone may be this far off, either way."""


class Moment(NamedTuple):
    """Seconds since 1970 UTC; the truth lies in the ``precision_seconds`` after that, ``zone_seconds`` more on either side."""

    seconds: float
    precision_seconds: float
    zone_seconds: float = 0.0

    @classmethod
    def of(cls, seconds: float, precision: str | None, zone_known: bool | None) -> Moment:  # noqa: FBT001 (as the table has it)
        """The moment of an instant as written: to the day, minute or second, in a known zone or not."""
        return cls(seconds, _PRECISION_SECONDS[precision or "day"], 0.0 if zone_known else _ZONE_SECONDS)

    @property
    def earliest(self) -> float:
        """Seconds before which it was not."""
        return self.seconds - self.zone_seconds

    @property
    def latest(self) -> float:
        """Seconds by which it was over."""
        return self.seconds + self.precision_seconds + self.zone_seconds

    @property
    def uncertainty_seconds(self) -> float:
        """By how many seconds the truth may lie elsewhere."""
        return self.precision_seconds + self.zone_seconds


def moments(articles: pa.Table) -> list[Moment | None]:
    """The moment of each row of an ARTICLES table; None for an undated one."""
    columns = (articles[name].to_pylist() for name in ("published_precision", "published_zone_known"))
    return [None if at is None else Moment.of(at, precision, zone)
            for at, precision, zone in zip(published_seconds(articles), *columns, strict=True)]


def published_seconds(articles: pa.Table) -> list[float | None]:
    """When each row of an ARTICLES table was published, in seconds since 1970 UTC; None for an undated one."""
    known = pc.divide(articles["published_at"].cast(pa.int64()).cast(pa.float64(), safe=False), 1e6)
    found: list[float | None] = known.to_pylist()
    return found


def certainly_first(times: Mapping[_K, Moment | None]) -> _K | None:
    """The key whose whole time window lies before all others'; None when that cannot be said, or there is only one."""
    dated = {key: moment for key, moment in times.items() if moment is not None}
    if len(dated) < max(2, len(times)):
        return None
    first = min(dated, key=lambda key: (dated[key].latest, key))
    clear = all(moment.earliest >= dated[first].latest for key, moment in dated.items() if key != first)
    return first if clear else None
