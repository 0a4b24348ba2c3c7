"""What a model answers when no other call runs: its answers beside other calls must be the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from llm_conformance.observe.call_styles import CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.inconclusive import Inconclusive

# The tokens of the stream of a number.
Tokens = Callable[[int], tuple[str, ...]]
IN_BETWEEN = (" in", " between")


class AloneAnswers:
    """The streams of one model, each read by itself, and an answer of its `invoke()`.

    Of a model that yields the planned tokens, nothing but the first stream is asked for. A model that changes its text
    although it is alone has that defect without any other call, and other checks report it.
    """

    def __init__(self, ctx: Context, style: CallStyle, tokens_of: Tokens) -> None:
        self._ctx, self._style, self._tokens_of = ctx, style, tokens_of
        self._known: dict[int, tuple[str, ...]] = {}

    def of(self, number: int) -> tuple[str, ...]:
        """The texts of the chunks of that stream; the planned tokens if they have that text, or if the call fails."""
        planned = self._tokens_of(number)
        if number and self._is_exact:
            return planned
        if number not in self._known:
            texts = self._read(planned)
            self._known[number] = planned if "".join(texts) == "".join(planned) else texts
        return self._known[number]

    @cached_property
    def invoked(self) -> str:
        """The answer of `invoke()` to a prompt for which the tokens of `IN_BETWEEN` are planned."""
        answer = self._ctx.controller.plan(IN_BETWEEN)
        reply = self._ctx.reply(lambda llm: llm.invoke(answer.prompt), on=self._ctx.new_instance())
        self._ctx.controller.discard(answer)
        return "".join(IN_BETWEEN) if reply.failed else reply.text

    @cached_property
    def _is_exact(self) -> bool:
        return self.of(0) == self._tokens_of(0)

    def _read(self, planned: tuple[str, ...]) -> tuple[str, ...]:
        llm = self._ctx.new_instance()
        call = self._ctx.controlled_call(self._style, planned)
        result = call.run(lambda: call.read_all(call.items(llm)))
        try:
            outcome = call.outcome(result)
        except Inconclusive:
            return planned
        return planned if outcome.failed else tuple(chunk.text or "" for chunk in outcome.chunks)
