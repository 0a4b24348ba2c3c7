"""What an adapter sends: the same by every way of asking, and nothing that an earlier call was given."""

from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import Control, Finding, Findings, Requests

# What has the same name in both kinds of requests, and means the same.
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
def every_way_of_asking_sends_the_same(requests: Requests) -> Findings:
    """A prompt and a stop mark make the same request by every way of asking, but for what asks for a stream."""
    first, *others = requests.by_label
    for name in others:
        mine, its = requests.by_label[first], requests.by_label[name]
        for key in _differing(mine, its):
            if key.rpartition(".")[2] in _SAME:
                expected = f"{key}: {mine.get(key, 'left out')}, as {first} sends it"
                yield Finding(expected, its.get(key, "left out"), where=name)


@check("wire.no-leftover-arguments", MUST, clause="STREAM-013", control=Control.WIRE)
def what_one_call_was_given_is_not_sent_by_the_next(requests_in_turn: Requests) -> Findings:
    """What a call is given beside its prompt is in no later request."""
    for way in ("invoke", "stream"):
        before, given, after = (
            requests_in_turn.by_label[f"{way} {when}"] for when in ("before", "given more", "after")
        )
        for key in _differing(before, after):
            # Some send a number that is another one each time.
            if key in given and after.get(key) == given[key]:
                yield Finding(f"{key}: {before.get(key, 'left out')}", after.get(key, "left out"), where=way)


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
