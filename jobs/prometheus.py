"""Metrics for the textfile collector of Prometheus' node exporter: what an alert on a scheduled job asks for.

The collector takes no timestamps, so moments are gauges. The file is written beside itself and renamed, as the collector
wants it, and a run that failed keeps the moment of the last one that did not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_LAST_SUCCESS = "samestory_last_success_timestamp_seconds"
_HELP = {
    "samestory_last_run_timestamp_seconds": "When the last run ended.",
    _LAST_SUCCESS: "When the last run ended that published or found nothing new.",
    "samestory_last_run_success": "1 when the last run published or found nothing new, 0 when it failed.",
    "samestory_last_run_duration_seconds": "How long the last run took.",
    "samestory_records": "Records the last run read, by what became of them.",
    "samestory_found": "What the last run found.",
    "samestory_stage_duration_seconds": "How long each stage of the last run took.",
    "samestory_stage_peak_memory_bytes": "Peak memory of the process in each stage of the last run.",
    "samestory_warnings": "Warnings of the last run.",
}
_FOUND = ("articles", "duplicate_groups", "passages", "events", "stories")


def write(path: Path, *, ended: float, seconds: float, success: bool, counts: Mapping[str, int],
          stages: Sequence[Mapping[str, Any]], warnings: int, fates: Sequence[str]) -> None:
    """Write the metrics of a run.

    Parameters
    ----------
    path
        Ends in ``.prom`` for the collector to see it.
    ended, seconds
        Clock time in seconds since 1970, and how long it took.
    success
        Whether it published or found nothing new.
    counts, stages, warnings, fates
        As ``run_results.json`` has them.
    """
    stages = [stage for stage in stages if stage["seconds"] is not None]
    values: dict[str, list[tuple[dict[str, str], float]]] = {
        "samestory_last_run_timestamp_seconds": [({}, ended)],
        _LAST_SUCCESS: [({}, value) for value in ([ended] if success else _last_success(path))],
        "samestory_last_run_success": [({}, int(success))],
        "samestory_last_run_duration_seconds": [({}, seconds)],
        "samestory_records": [({"fate": fate}, counts[fate]) for fate in fates if fate in counts],
        "samestory_found": [({"what": name}, counts[name]) for name in _FOUND if name in counts],
        "samestory_stage_duration_seconds": [({"stage": s["name"]}, s["seconds"]) for s in stages],
        "samestory_stage_peak_memory_bytes": [({"stage": s["name"]}, s["peak_memory_mb"] * 2**20) for s in stages],
        "samestory_warnings": [({}, warnings)],
    }
    lines = []
    for name, samples in values.items():
        if samples:
            lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} gauge"]
            lines += [f"{name}{_labels(labels)} {value}" for labels, value in samples]
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text("\n".join(lines) + "\n")
    fresh.replace(path)


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}" if labels else ""


def _last_success(path: Path) -> list[float]:
    try:
        found = re.search(rf"^{_LAST_SUCCESS} (\S+)$", path.read_text(), re.MULTILINE)
        return [float(found[1])] if found else []
    except (OSError, ValueError):
        return []
