"""What the specification of OpenLineage 2-0-2 (https://openlineage.io/spec) asks of a run event and of the facets used here,
written down as a JSON Schema.
"""

from __future__ import annotations

_URI = {"type": "string", "format": "uri", "pattern": "^[a-z]+:"}
_MOMENT = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_COUNT = {"type": "integer", "minimum": 0}


def _facet(schema: str, required: list[str], **properties: dict) -> dict:
    return {"type": "object", "required": ["_producer", "_schemaURL", *required], "properties": {
        "_producer": _URI, "_schemaURL": {**_URI, "pattern": rf"^https://openlineage\.io/spec/facets/\d+-\d+-\d+/{schema}\.json#/"},
        **properties}}


def _facets(**known: dict) -> dict:
    return {"type": "object", "properties": known, "additionalProperties": False}


def _dataset(**facets: dict) -> dict:
    return {"type": "object", "required": ["namespace", "name"], "properties": {
        "namespace": {"type": "string"}, "name": {"type": "string"}, "facets": {"type": "object"}, **facets}}


SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["eventTime", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "eventTime": _MOMENT,
        "producer": _URI,
        "schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
        "run": {"type": "object", "required": ["runId"], "properties": {
            "runId": {"type": "string", "format": "uuid"},
            "facets": _facets(
                nominalTime=_facet("NominalTimeRunFacet", ["nominalStartTime"], nominalStartTime=_MOMENT, nominalEndTime=_MOMENT),
                errorMessage=_facet("ErrorMessageRunFacet", ["message", "programmingLanguage"], message={"type": "string"},
                                    programmingLanguage={"type": "string"}, stackTrace={"type": "string"}),
                processing_engine=_facet("ProcessingEngineRunFacet", ["version"], version={"type": "string"},
                                         name={"type": "string"}))}},
        "job": {"type": "object", "required": ["namespace", "name"], "properties": {
            "namespace": {"type": "string"}, "name": {"type": "string"},
            "facets": _facets(jobType=_facet("JobTypeJobFacet", ["processingType", "integration"],
                                             processingType={"enum": ["BATCH", "STREAMING", "NONE", "SERVICE"]},
                                             integration={"type": "string"}, jobType={"type": "string"}))}},
        "inputs": {"type": "array", "items": _dataset(inputFacets=_facets(inputStatistics=_facet(
            "InputStatisticsInputDatasetFacet", [], rowCount=_COUNT, size=_COUNT, fileCount=_COUNT)))},
        "outputs": {"type": "array", "items": _dataset(outputFacets=_facets(outputStatistics=_facet(
            "OutputStatisticsOutputDatasetFacet", [], rowCount=_COUNT, size=_COUNT, fileCount=_COUNT)))},
    },
}
