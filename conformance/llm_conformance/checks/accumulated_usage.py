"""Usage that counts the answers before it, too: a counter on the instance that is never reset."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.hints import KEPT_STATE
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.same_message import no_usage, of
from llm_conformance.records import Finding, Findings, Replies, Reply, inconclusive, not_applicable

_COUNTS = ("input_tokens", "output_tokens")


@check(
    "usage.not-accumulated",
    MUST,
    clause="USAGE-005",
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("usage.total", "isolation.repeated-calls"),
    deterministic=True,
)
def usage_counts_one_answer(invoke: Reply, repeat: Replies) -> Findings:
    """The usage of an answer counts this answer alone, whatever the instance has answered before."""
    again, fresh = repeat.by_label.get("the same instance again"), repeat.by_label.get("a fresh instance")
    if again is None or fresh is None or not again.text == fresh.text == invoke.text:
        yield inconclusive("the answers to one prompt differ")
        return
    counts = [[of(reply).usage.get(name) for name in _COUNTS] for reply in (invoke, again, fresh)]
    first, second, alone = ([count for count in one if isinstance(count, int)] for one in counts)
    if not (first or second or alone):
        yield not_applicable("`invoke()` does not report usage")
        return
    if not len(first) == len(second) == len(alone) == len(_COUNTS):
        yield inconclusive("only some calls of `invoke()` report usage, such as those of a model with a cache")
        return
    # Servers count in different ways, a conversation that is kept adds input, and reasoning varies. Only a counter adds
    # up both numbers.
    added_up = all(after >= before + own > own > 0 for before, after, own in zip(first, second, alone, strict=True))
    if added_up:
        yield Finding(
            _told(alone),
            _told(second),
            code="usage-differs",
            hint=KEPT_STATE,
            sides=("a fresh instance", "the same instance again"),
        )


def _told(counts: list[int]) -> str:
    return ", ".join(f"{name} = {count}" for name, count in zip(_COUNTS, counts, strict=True))
