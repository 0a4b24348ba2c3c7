"""The token usage of an answer in Gemini's form: of the whole answer, and of a stream up to one of its chunks."""

from typing import Any

from llm_conformance.simulator.formats.completion import Completion
from llm_fixtures import Reasoning, Usage

Json = dict[str, Any]


def usage_of(usage: Usage) -> Json:
    """The usage. The tokens of thoughts are counted beside those of the candidates; what is 0 is left out."""
    counts = {
        "promptTokenCount": usage.prompt,
        "cachedContentTokenCount": usage.cached,
        "candidatesTokenCount": usage.completion - usage.reasoning,
        "thoughtsTokenCount": usage.reasoning,
        "totalTokenCount": usage.prompt + usage.completion,
    }
    return {name: count for name, count in counts.items() if count}


class UsageSoFar:
    """The usage of a stream up to a piece, for chunks in the order of their pieces."""

    def __init__(self, completion: Completion) -> None:
        self._usage = completion.usage
        self._pieces = iter([(number, isinstance(piece, Reasoning)) for number, piece, _ in completion.parts])
        self._next = next(self._pieces, None)
        self._sent = 0
        self._thoughts = 0
        # Thoughts that are not sent come before all that is.
        self._thinks_unseen = not any(isinstance(piece, Reasoning) for _, piece, _ in completion.parts)

    def up_to(self, number: int) -> Json:
        """The usage after the piece with this number."""
        while self._next is not None and self._next[0] <= number:
            self._sent += 1
            self._thoughts += self._next[1]
            self._next = next(self._pieces, None)
        whole = self._usage
        thoughts = whole.reasoning if self._thinks_unseen else min(self._thoughts, whole.reasoning)
        # What is counted beside the thoughts never becomes less from one chunk to the next.
        others = min(self._sent - self._thoughts, whole.completion - whole.reasoning)
        return usage_of(Usage(whole.prompt, thoughts + others, whole.cached, thoughts))
