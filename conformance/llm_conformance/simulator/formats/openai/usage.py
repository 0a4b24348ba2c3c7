"""The token usage of an answer in OpenAI's form: of the whole answer, and of a stream up to one of its chunks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from llm_conformance.simulator.dialect import ReasoningTokens, UsageStyle
from llm_conformance.simulator.formats.completion import Completion
from llm_fixtures import Usage

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenAIUsage:
    """The usage of one response, and where its stream states it. `details`: with cached and reasoning tokens."""

    total: Usage
    style: UsageStyle
    reasoning_tokens: ReasoningTokens
    details: bool

    @classmethod
    def of(cls, prompts: Sequence[Usage], completions: Sequence[Completion], *, details: bool) -> "OpenAIUsage":
        """The sum: each prompt once, and each answer to it."""
        total = Usage(
            prompt=sum(usage.prompt for usage in prompts),
            completion=sum(one.usage.completion for one in completions),
            cached=sum(usage.cached for usage in prompts),
            reasoning=sum(one.usage.reasoning for one in completions),
        )
        dialect = completions[0].dialect
        return cls(total, dialect.usage, dialect.reasoning_tokens, details)

    @property
    def whole(self) -> Json:
        """The usage of the whole answer."""
        return self._as_json(self.total)

    def after(self, sent: int) -> Json:
        """The usage after this number of chunks."""
        completion = min(sent, self.total.completion)
        reasoning = min(self.total.reasoning, completion)
        return self._as_json(replace(self.total, completion=completion, reasoning=reasoning))

    def _as_json(self, usage: Usage) -> Json:
        beside = usage.reasoning if self.reasoning_tokens == "excluded" else 0
        counts = {
            "prompt_tokens": usage.prompt,
            "completion_tokens": usage.completion - beside,
            "total_tokens": usage.prompt + usage.completion,
        }
        if not self.details:
            return counts
        return {
            **counts,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
        }
