"""One model on two stacks: the reference and langchain-core. Both report every token to their run manager."""

# ruff: noqa: PLC0415  # a stack is imported only where it is measured

from collections.abc import AsyncIterator, Iterator
from typing import Any


def word_model(stack: str, count: int) -> Any:
    """A model whose answer has so many words."""
    if stack == "ours":
        from llm_reference import LLM, GenerationChunk

        return _word_model(LLM, GenerationChunk, count)
    from langchain_core.language_models import llms
    from langchain_core.outputs import GenerationChunk as TheirChunk

    return _word_model(llms.LLM, TheirChunk, count)


def chain(stack: str, count: int) -> Any:
    """The model between a prompt template and a parser."""
    llm = word_model(stack, count)
    if stack == "ours":
        from llm_reference import PromptTemplate, StrOutputParser

        return PromptTemplate.from_template("{topic}") | llm | StrOutputParser()
    from langchain_core.output_parsers import StrOutputParser as TheirParser
    from langchain_core.prompts import PromptTemplate as TheirTemplate

    return TheirTemplate.from_template("{topic}") | llm | TheirParser()


def _word_model(llm: Any, chunk: Any, count: int) -> Any:
    class WordModel(llm):  # type: ignore[misc]  # the base class of either stack
        """Repeats one word."""

        @property
        def _llm_type(self) -> str:
            return "words"

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

    return WordModel()
