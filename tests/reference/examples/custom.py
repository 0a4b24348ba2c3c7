"""The model, and the chain around it, that the other examples try.

Written for langchain-core; on the reference the import lines change.
"""

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.llms import LLM
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import GenerationChunk
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import Runnable

Chain = Runnable[Any, Any]


class CustomLLM(LLM):
    """A model that echoes the first n characters of its prompt."""

    n: int

    @property
    def _llm_type(self) -> str:
        return "custom"

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        text = prompt[: self.n]
        for word in stop or []:
            text = text.split(word)[0]
        return text

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        for char in self._call(prompt, stop):
            chunk = GenerationChunk(text=char)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class Unreliable(CustomLLM):
    """Raises twice, then answers."""

    calls: list[str] = []  # noqa: RUF012  # a field's default is copied for each instance

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        self.calls.append(prompt)
        if len(self.calls) <= 2:
            raise ConnectionError("try again")
        return f"{prompt} after {len(self.calls)} calls"


llm = CustomLLM(n=24)
prompt = PromptTemplate.from_template("Tell me a joke about {topic}")
parser = StrOutputParser()
chain: Chain = prompt | llm | parser
