"""The first prompt again and again, of a model that gives it different answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from random import Random

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, BATCHES, INVOKE, STREAM, CallStyle, each_answer
from llm_conformance.observe.context import Context
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import Replies, Reply, SampledTexts
from llm_conformance.scenarios.registry import scenario

ROUNDS = 12
STYLES = (INVOKE, AINVOKE, STREAM, ASTREAM, *map(each_answer, BATCHES))
# In this order a model that answers from a list of up to 24 texts gives no two call styles other texts by chance.
_SEED = 0


def orders() -> Iterator[Sequence[CallStyle]]:
    """The order of the calls in each round."""
    random = Random(_SEED)  # noqa: S311 - no secret
    return (random.sample(STYLES, len(STYLES)) for _ in range(ROUNDS))


@scenario(
    reported_by=None,
    method="invoke",
    other_methods=("ainvoke", "stream", "astream"),
    # Twice only if the model has a cache, or few answers.
    model_calls=2 * ROUNDS * len(STYLES),
    requires=("invoke.completes", "ainvoke.completes", "stream.completes", "astream.completes"),
)
def sampled_texts(ctx: Context, invoke: Reply, repeat: Replies) -> SampledTexts:
    """The first prompt in six call styles, up to twelve times, as long as a trait tells the answers apart."""
    # A cache has no answer for a new stop text, even if that occurs nowhere.
    if {reply.text for reply in repeat.by_label.values()} == {invoke.text}:
        return _sampled(ctx, uncached=True) or _whole(_sampled(ctx))
    sampled = _whole(_sampled(ctx))
    if all(map(sampled.are_independent, sampled.differences)):
        return sampled
    return _sampled(ctx, uncached=True) or sampled


def _sampled(ctx: Context, *, uncached: bool = False) -> SampledTexts | None:
    """The answers; None if a call failed."""
    styles = [style for style in STYLES if callable(getattr(ctx.instance, style.method, None))]
    texts: dict[str, list[str]] = {f"{style}()": [] for style in styles}
    llm, stops = (ctx.second_instance if uncached else ctx.instance), map("<|elsewhere-{}|>".format, count())
    for order in orders():
        for style in order:
            if style not in styles:
                continue
            more = {"stop": [next(stops)]} if uncached else {}
            call = ctx.stream(partial(style.call, prompt=ctx.prompt, **more), on_loop=style.asynchronous, on=llm)
            if call.failed:
                return None
            texts[f"{style}()"].append(call.text)
        sampled = SampledTexts(texts={label: tuple(some) for label, some in texts.items()}, uncached=uncached)
        if not sampled.differences:
            break
    return sampled


def _whole(sampled: SampledTexts | None) -> SampledTexts:
    if sampled is None:
        raise Inconclusive("a further call raised or hung")
    return sampled
