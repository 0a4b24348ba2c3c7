"""One model on two stacks: the reference, and langchain-core. Both report every token to their run manager."""

# ruff: noqa: PLC0415  # a stack is imported only where it is measured

from collections.abc import AsyncIterator, Iterator
from typing import Any


def speaker(stack: str, count: int) -> Any:
    """A model that says so many words."""
    if stack == "ours":
        from llm_reference import LLM, GenerationChunk

        return _speaker(LLM, GenerationChunk, count)
    from langchain_core.language_models import llms
    from langchain_core.outputs import GenerationChunk as TheirChunk

    return _speaker(llms.LLM, TheirChunk, count)


def chain(stack: str, count: int) -> Any:
    """The model behind a template and before a parser."""
    llm = speaker(stack, count)
    if stack == "ours":
        from llm_reference import PromptTemplate, StrOutputParser

        return PromptTemplate.from_template("{topic}") | llm | StrOutputParser()
    from langchain_core.output_parsers import StrOutputParser as TheirParser
    from langchain_core.prompts import PromptTemplate as TheirTemplate

    return TheirTemplate.from_template("{topic}") | llm | TheirParser()


def _speaker(llm: Any, chunk: Any, count: int) -> Any:
    class Speaker(llm):  # type: ignore[misc]  # whichever it is
        """Says one word again and again."""

        @property
        def _llm_type(self) -> str:
            return "speaker"

        def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
            return "word " * count

        def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
            for _ in range(count):
                piece = chunk(text="word ")
                if run_manager:
                    run_manager.on_llm_new_token(piece.text, chunk=piece)
                yield piece

        async def _astream(
            self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
        ) -> AsyncIterator[Any]:
            for _ in range(count):
                piece = chunk(text="word ")
                if run_manager:
                    await run_manager.on_llm_new_token(piece.text, chunk=piece)
                yield piece

    return Speaker()
