"""The base of defects in streamed text: the tokens pass through `_transform_tokens`; `invoke` stays right."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, ClassVar

from llm_reference import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun, EchoLLM, GenerationChunk
from llm_reference.models.stop import truncate_at_stop


class TextDefect(EchoLLM):
    """Echoes the prompt, followed by `suffix`. A subclass without overrides is a conforming model.

    suffix: tokens after those of the prompt, for defects that need a certain text.
    """

    suffix: ClassVar[tuple[str, ...]] = ()

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterable[str]:
        """The tokens that both streams yield instead of these."""
        return tokens

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        for text in self._transform_tokens(self._tokens(prompt, stop)):
            chunk = GenerationChunk(text=text)
            if run_manager:
                run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **_kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        for text in self._transform_tokens(self._tokens(prompt, stop)):
            chunk = GenerationChunk(text=text)
            if run_manager:
                await run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        tokens = [*super()._tokens(prompt, None), *self.suffix]
        left, cut = len(truncate_at_stop("".join(tokens), stop)), []
        for token in tokens:
            cut.append(token[: max(left, 0)])
            left -= len(token)
        return [token for token in cut if token] or [""]
