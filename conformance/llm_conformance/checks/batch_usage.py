"""Usage in a batch: each answer counts what `invoke()` counts for its prompt."""

from __future__ import annotations

from collections.abc import Sequence

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.same_message import changes, no_usage, of, same_usage
from llm_conformance.records import Batch, Finding, Findings, Message, Replies, Reply, inconclusive, not_applicable

_TOLD = ("input_tokens", "output_tokens")
# The places of the answers to each prompt: the batch repeats the first.
PLACES = ((0, 2), (1,), (3,))


@check(
    "usage.batch",
    MUST,
    clause="BATCH-002",
    for_each=("batch", "abatch"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("batch.returns-list", "batch.order", "usage.total", "usage.async-parity"),
    deterministic=True,
    steady_usage=True,
)
def a_batch_reports_the_usage_of_invoke(
    batch: Batch, invoke: Reply, other_prompts: Replies, repeat: Replies
) -> Findings:
    """If the answers of `batch()` and `abatch()` report usage, it is that of `invoke()` for the same prompt.

    Of equal prompts, one answer is enough. What differs for one prompt after the first is reported if it is the usage
    of another prompt.
    """
    answers = [of(slot) for slot in batch.slots]
    expected = by_prompt(invoke, other_prompts)
    if not of(invoke).usage or not any(answer.usage for answer in answers):
        yield not_applicable("the batch or `invoke()` does not report usage")
    elif (reason := changes(invoke, repeat, same_usage, "numbers of tokens")) is not None:
        yield reason
    elif _shared_out([expected[0], *expected], answers):
        yield inconclusive("the batch shares the usage of one call out over its answers")
    else:
        found = [_differing(one, answers, places) for one, places in zip(expected, PLACES, strict=True)]
        # One call of `invoke()` shows little of these: a provider may count one prompt differently for once.
        others = found[1:] if all(found[1:]) or _misplaced(expected, answers) else []
        yield from [one for one in (found[0], *others) if one is not None][:1]


def by_prompt(invoke: Reply, other_prompts: Replies) -> tuple[Message, ...]:
    """What `invoke()` answers to the first, the second and the third prompt."""
    others = (other_prompts.by_label.get(f"the {name} prompt", Reply()) for name in ("second", "third"))
    return of(invoke), *map(of, others)


def _differing(expected: Message, answers: Sequence[Message], places: Sequence[int]) -> Finding | None:
    """The finding on the answers to one prompt; None if one of them has the expected usage, or none has any."""
    counted = [answers[place] for place in places if place < len(answers) and answers[place].usage]
    found = [next(same_usage(expected, one, ("invoke()", "batch")), None) for one in counted]
    if not expected.usage or not found or not all(found):
        return None
    return next(one for one in found if isinstance(one, Finding))


def _misplaced(expected: Sequence[Message], answers: Sequence[Message]) -> bool:
    """Whether the answer to a prompt after the first has exactly the usage of another prompt."""
    told = [_counts(message) for message in expected]
    places = [places[0] for places in PLACES if places[0] < len(answers)]
    return any(
        _counts(answers[place]) in told and _counts(answers[place]) != own
        for place, own in zip(places, told, strict=False)
        if place and None not in own
    )


def _counts(message: Message) -> tuple[object, ...]:
    return tuple(message.usage.get(name) for name in _TOLD)


def _shared_out(expected: Sequence[Message], answers: Sequence[Message]) -> bool:
    """Whether each answer has its equal part of what the answers cost together, as if they came from one call."""
    for name in _TOLD:
        parts = [count for answer in answers if isinstance(count := answer.usage.get(name), int)]
        whole = sum(count for message in expected if isinstance(count := message.usage.get(name), int))
        if len(parts) != len(answers) or sum(parts) != whole or max(parts) - min(parts) > 1:
            return False
    return True
