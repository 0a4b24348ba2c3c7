"""The dialect: what providers of one wire format do differently, without a fault."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

UsageStyle = Literal["own-chunk", "with-finish", "every-chunk"]
FinalUsageStyle = Literal["whole", "output-only"]
ReasoningKey = Literal["reasoning_content", "reasoning"]
CallStyle = Literal["parts", "whole"]
ReasoningTokens = Literal["included", "excluded"]
UnaskedReasoning = Literal["left-out", "sent"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a provider says what its format allows to say in several ways. Raises ValueError for an unknown choice.

    usage: `openai-chat` and `openai-completions`. Where a stream states its usage: in a chunk without choices, as
        OpenAI does if it is asked for; with the finish reason, as Mistral does; or in every chunk, up to this chunk, as
        Perplexity does. The latter two are not asked for. `gemini` states it in every chunk, up to this chunk, and with
        the finish reason alone if this is `with-finish`.
    final_usage: `anthropic-messages`. What the last event states: the whole usage, as Anthropic does, or the output
        tokens alone, which its type allows.
    reasoning: `openai-chat`. The key of a text of reasoning: DeepSeek's, or that of OpenRouter and newer vLLM.
    reasoning_tokens: `openai-chat`. Whether the completion tokens include those of reasoning, as OpenAI counts them, or
        exclude them, as xAI does. The total includes them.
    calls: `openai-chat`. Whether a stream has each call in parts, or all calls whole in one chunk. A call of `gemini`
        is always whole; all calls may be in one chunk.
    unasked_reasoning: whether an answer has reasoning that the request does not ask for, as of models that always
        reason.
    """

    usage: UsageStyle = "own-chunk"
    final_usage: FinalUsageStyle = "whole"
    reasoning: ReasoningKey = "reasoning_content"
    reasoning_tokens: ReasoningTokens = "included"
    calls: CallStyle = "parts"
    unasked_reasoning: UnaskedReasoning = "left-out"

    def __post_init__(self) -> None:
        choices = get_type_hints(type(self))
        for field in fields(self):
            value, known = getattr(self, field.name), get_args(choices[field.name])
            if value not in known:
                raise ValueError(f"dialect: {field.name} must be one of {', '.join(known)}, got {value!r}")


USUAL = Dialect()

# The dialects of each format that its clients meet: what is said in them, and how.
DIALECTS: Mapping[str, Mapping[str, tuple[str, Dialect]]] = {
    "openai-chat": {
        "usage-with-finish": ("chat-usage-details", Dialect(usage="with-finish")),
        "reasoning-key": ("chat-reasoning-then-text", Dialect(reasoning="reasoning")),
        "whole-calls": ("chat-parallel-calls", Dialect(calls="whole")),
    },
    "anthropic-messages": {
        "output-tokens-alone": ("chat-usage-details", Dialect(final_usage="output-only")),
        "unasked-reasoning": ("chat-reasoning-then-text", Dialect(unasked_reasoning="sent")),
    },
    "gemini": {
        "usage-with-finish": ("chat-usage-details", Dialect(usage="with-finish")),
        "whole-calls": ("chat-parallel-calls", Dialect(calls="whole")),
    },
    "ollama-chat": {
        "unasked-reasoning": ("chat-reasoning-then-text", Dialect(unasked_reasoning="sent")),
    },
}


def dialect_of(choices: Mapping[str, str]) -> Dialect:
    """The dialect with these choices. Raises ValueError for an unknown one, with the known ones."""
    known = [field.name for field in fields(Dialect)]
    for name in choices:
        if name not in known:
            raise ValueError(f"dialect: unknown key {name!r}; the keys are {', '.join(known)}")
    return Dialect(**choices)  # type: ignore[arg-type]  # it validates the values itself
