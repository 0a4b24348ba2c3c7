"""The requests that an adapter sends: the same through every entry point, without arguments of earlier calls."""

from __future__ import annotations

from llm_conformance.checks.hints import KEPT_STATE
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import Control, Finding, Findings, Requests

# The fields that have one name and one meaning in requests with and without streaming.
_SAME = {
    "model",
    "temperature",
    "top_p",
    "max_tokens",
    "max_new_tokens",
    "num_predict",
    "stop",
    "stop_sequences",
    "seed",
}


@check("wire.same-request", SHOULD, clause="WIRE-010", control=Control.WIRE)
def every_entry_point_sends_the_same_request(requests: Requests) -> Findings:
    """A prompt with `stop` makes the same request through every entry point, apart from the fields for streaming."""
    first, *others = requests.by_label
    for name in others:
        body, other_body = requests.by_label[first], requests.by_label[name]
        for key in _differing(body, other_body):
            if key.rpartition(".")[2] in _SAME:
                yield Finding(
                    f"{_field(body, key)}, as {first} sends it",
                    _field(other_body, key),
                    code="field-differs",
                    where=name,
                )


@check("wire.no-leftover-arguments", MUST, clause="STREAM-013", control=Control.WIRE)
def arguments_apply_to_one_request(requests_in_turn: Requests) -> Findings:
    """An argument of one call, such as `stop`, is not sent in the requests of later calls."""
    for style in ("invoke", "stream"):
        before, given, after = (
            requests_in_turn.by_label[f"{style} {when}"] for when in ("before", "given more", "after")
        )
        for key in _differing(before, after):
            # Some providers get a different number with each request.
            if key in given and after.get(key) == given[key]:
                yield Finding(
                    f"{_field(before, key)}, as before the call that was given it",
                    _field(after, key),
                    code="argument-left-over",
                    where=style,
                    hint=KEPT_STATE,
                )


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def _field(body: dict[str, str], key: str) -> str:
    return f"{key}: {body.get(key, 'not sent')}"
