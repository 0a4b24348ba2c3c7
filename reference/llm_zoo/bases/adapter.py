"""The base of most defects on the wire: the adapter of the reference."""

from typing import Any

from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.completions import OpenAICompletions
from llm_reference.models.openai.sse import Decoder


class WireAdapter(OpenAICompletions):
    """Calls the provider at `url`. A subclass without overrides is a conforming model.

    It does not retry: a retry would hide the effect of a fault, and its backoff would cost time.
    """

    url: str
    api_key: str | None = "k"
    max_retries: int = 0

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.base_url = f"{self.url}/v1"


def reading(decoder: type[Decoder]) -> type[Answer]:
    """A subclass of `Answer` that parses its bytes with `decoder`."""

    class Reading(Answer):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self._decoder = decoder()

    return Reading
