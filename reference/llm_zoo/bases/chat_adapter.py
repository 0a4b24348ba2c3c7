"""The base of defects of chat models on the wire: the chat adapter of the reference."""

from typing import Any

from llm_reference.models.openai.chat import OpenAIChat


class ChatWireAdapter(OpenAIChat):
    """Calls the provider at `url`. A subclass without overrides is a conforming model. It does not retry."""

    # Where the paths of the API begin, behind the address.
    _begins = "/v1"

    url: str
    model: str = "m"
    api_key: str | None = "k"
    max_retries: int = 0

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.base_url = f"{self.url}{self._begins}"
