"""The adapter that most defects of the wire rest on: the reference's own."""

from typing import Any

from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.completions import OpenAICompletions
from llm_reference.models.openai.sse import Decoder


class WireAdapter(OpenAICompletions):
    """Asks the provider at `url`. A subclass that overrides nothing is a conforming model.

    It asks once: what becomes of a fault is neither hidden by another attempt nor worth a wait for it.
    """

    url: str
    api_key: str | None = "k"
    max_retries: int = 0

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.base_url = f"{self.url}/v1"


def reading(decoder: type[Decoder]) -> type[Answer]:
    """An answer whose bytes this decoder reads."""

    class Reading(Answer):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self._decoder = decoder()

    return Reading
