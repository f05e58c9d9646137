"""What a run read and wrote, as events of OpenLineage 2-0-2 (https://openlineage.io/spec): JSON objects, one a line."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_PRODUCER = "urn:samestory"
_SPEC = "https://openlineage.io/spec"


def _facet(schema: str, schema_version: str, **values: Any) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": f"{_SPEC}/facets/{schema_version}/{schema}.json#/$defs/{schema}", **values}


class Emitter:
    """The events of one run: START, then one of COMPLETE, FAIL and ABORT, all of one run id.

    Parameters
    ----------
    path
        File that is appended to.
    namespace
        Of the job; datasets are files.
    """

    def __init__(self, path: Path, namespace: str) -> None:
        self._path = path
        self._job = {"namespace": namespace, "name": "samestory.run", "facets": {"jobType": _facet(
            "JobTypeJobFacet", "2-0-4", processingType="BATCH", integration="SAMESTORY", jobType="JOB")}}
        self._run_id = str(uuid.uuid4())

    def start(self, inputs: Sequence[Path], engine_version: str) -> None:
        """Work begins."""
        self._emit("START", inputs=[_dataset(path) for path in inputs], facets={"processing_engine": _facet(
            "ProcessingEngineRunFacet", "1-1-1", name="samestory", version=engine_version)})

    def complete(self, inputs: Sequence[Mapping[str, Any]], directory: Path | None, artifacts: Sequence[Mapping[str, Any]],
                 as_of: datetime | None) -> None:
        """The run is published; without a directory there was nothing new."""
        read = [_dataset(given["path"]) | {"inputFacets": {"inputStatistics": _facet(
            "InputStatisticsInputDatasetFacet", "1-0-0", rowCount=given["records"], size=given["bytes"])}} for given in inputs]
        wrote = [_dataset(directory / artifact["name"]) | {"outputFacets": {"outputStatistics": _facet(
            "OutputStatisticsOutputDatasetFacet", "1-0-2", rowCount=artifact["rows"], size=artifact["bytes"])}}
            for artifact in artifacts] if directory else []
        facets = {"nominalTime": _facet("NominalTimeRunFacet", "1-0-1", nominalStartTime=_stamp(as_of))} if as_of else {}
        self._emit("COMPLETE", inputs=read, outputs=wrote, facets=facets)

    def fail(self, message: str) -> None:
        """It failed and published nothing."""
        self._emit("FAIL", facets={"errorMessage": _facet(
            "ErrorMessageRunFacet", "1-0-1", message=message, programmingLanguage="Python")})

    def abort(self) -> None:
        """Somebody stopped it."""
        self._emit("ABORT", facets={})

    def _emit(self, kind: str, *, facets: dict[str, Any], inputs: Sequence[Any] = (), outputs: Sequence[Any] = ()) -> None:
        event = {
            "eventType": kind, "eventTime": _stamp(datetime.now(UTC)), "run": {"runId": self._run_id, "facets": facets},
            "job": self._job, "inputs": list(inputs), "outputs": list(outputs), "producer": _PRODUCER,
            "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")


def _dataset(path: Path | str) -> dict[str, Any]:
    return {"namespace": "file", "name": str(Path(path).absolute()), "facets": {}}


def _stamp(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
