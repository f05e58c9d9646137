"""When an article was published, and how far that is to be believed."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

DAY_SECONDS = 86_400.0
ZONE_SECONDS = 14 * 3600.0
"""Local times reach from UTC-12 to UTC+14: a time without a zone may be this far off."""
PRECISION_SECONDS = {"day": DAY_SECONDS, "minute": 60.0, "second": 1.0}


class Moment(NamedTuple):
    """Seconds since 1970 UTC, and by how many seconds the truth may lie elsewhere."""

    seconds: float
    uncertainty_seconds: float


def moments(articles: pa.Table) -> list[Moment | None]:
    """The moment of each article; None for an undated one."""
    columns = (articles[name].to_pylist() for name in ("published_at", "published_precision", "published_zone_known"))
    return [
        None if at is None else Moment(at.timestamp(), PRECISION_SECONDS[precision or "second"] + (0 if zone else ZONE_SECONDS))
        for at, precision, zone in zip(*columns, strict=True)
    ]


def certainly_first(by_outlet: dict[str, Moment | None]) -> str | None:
    """The outlet whose moment precedes every other by more than both uncertainties; None when that cannot be said."""
    if any(moment is None for moment in by_outlet.values()):
        return None
    dated = sorted((moment, outlet) for outlet, moment in by_outlet.items() if moment is not None)
    (first, outlet), rest = dated[0], [moment for moment, _ in dated[1:]]
    clear = all(m.seconds - first.seconds > m.uncertainty_seconds + first.uncertainty_seconds for m in rest)
    return outlet if clear and rest else None
