"""The first prompt again and again, of a model that gives it different answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from random import Random

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, INVOKE, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import SampledTexts
from llm_conformance.scenarios.registry import scenario

ROUNDS = 10
_STYLES = (INVOKE, AINVOKE, STREAM, ASTREAM)
# In this order a model that answers from a list of up to 24 texts gives no two call styles other texts by chance.
_SEED = 0


def orders() -> Iterator[Sequence[CallStyle]]:
    """The order of the calls in each round."""
    random = Random(_SEED)  # noqa: S311 - no secret
    return (random.sample(_STYLES, len(_STYLES)) for _ in range(ROUNDS))


@scenario(
    reported_by=None,
    method="invoke",
    other_methods=("ainvoke", "stream", "astream"),
    model_calls=ROUNDS * len(_STYLES),
    requires=("invoke.completes", "ainvoke.completes", "stream.completes", "astream.completes"),
)
def sampled_texts(ctx: Context) -> SampledTexts:
    """The first prompt in four call styles, up to ten times, as long as a trait tells the answers apart."""
    texts: dict[str, list[str]] = {f"{style}()": [] for style in _STYLES}
    for order in orders():
        for style in order:
            call = ctx.stream(partial(style.call, prompt=ctx.prompt), on_loop=style.asynchronous)
            if call.failed:
                raise Inconclusive(f"a further call of {style}() {call.ended_with}")
            texts[f"{style}()"].append(call.text)
        sampled = SampledTexts(texts={label: tuple(some) for label, some in texts.items()})
        if not sampled.differences:
            break
    return sampled
