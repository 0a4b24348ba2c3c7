"""Records to JSON and back; a record is equal to what it becomes on the round trip."""

from __future__ import annotations

import json
from typing import Any, cast, get_args

from llm_conformance.records import Fitness, Observation, SubjectInfo, Verdict
from llm_conformance.records.json_form import from_json, to_json

_OBSERVATIONS: dict[str, type[Any]] = {record.kind: record for record in get_args(Observation)}


def encode(observation: Observation) -> dict[str, Any]:
    """An observation as JSON data, with its kind named."""
    return {"kind": observation.kind, **to_json(observation)}


def decode(data: dict[str, Any]) -> Observation:
    """The observation that `encode` made the data of; ValueError where the data is not of that form."""
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _OBSERVATIONS:
        raise ValueError(f"an observation of kind {kind!r}; the kinds are {', '.join(_OBSERVATIONS)}")
    record = _decoded({key: value for key, value in data.items() if key != "kind"}, _OBSERVATIONS[kind])
    return cast("Observation", record)


def through_json(observation: Observation) -> Observation:
    """The observation as a saved run would give it back: what a live run judges."""
    return decode(json.loads(json.dumps(encode(observation))))


def encode_subject(about: SubjectInfo) -> dict[str, Any]:
    """A subject's facts as JSON data."""
    return cast("dict[str, Any]", to_json(about))


def decode_subject(data: dict[str, Any]) -> SubjectInfo:
    """The facts that `encode_subject` made the data of; ValueError where the data is not of that form."""
    return cast("SubjectInfo", _decoded(data, SubjectInfo))


def encode_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON data."""
    return cast("dict[str, Any]", to_json(verdict))


def encode_fitness(fitness: Fitness) -> dict[str, Any]:
    """A fitness as JSON data."""
    return cast("dict[str, Any]", to_json(fitness))


def decode_verdict(data: dict[str, Any]) -> Verdict:
    """The verdict that `encode_verdict` made the data of; ValueError where the data is not of that form."""
    return cast("Verdict", _decoded(data, Verdict))


def _decoded(data: object, kind: type[Any]) -> object:
    try:
        return from_json(data, kind)
    except (ValueError, TypeError) as error:
        raise ValueError(f"not a {kind.__name__.lower()}: {error}") from error
