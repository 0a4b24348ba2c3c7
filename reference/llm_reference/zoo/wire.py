"""Adapters of an HTTP provider: what it says is known, so that a model which garbles all its calls alike shows."""

# ruff: noqa: ARG002  # every hook takes what any model may need

import http.client
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from llm_reference import LLM, GenerationChunk
from llm_reference.zoo.defect import defect


class Completions(LLM):
    """The shortest client of OpenAI's completions API. A subclass that overrides nothing is a conforming model."""

    url: str

    @property
    def _llm_type(self) -> str:
        return "completions"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self._spoken(self._said(prompt, stop)))

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for text in self._spoken(self._said(prompt, stop)):
            yield GenerationChunk(text=text)

    def _spoken(self, tokens: Iterable[str]) -> Iterable[str]:
        """What all calls make of the tokens of the provider."""
        return tokens

    def _said(self, prompt: str, stop: list[str] | None) -> Iterator[str]:
        provider = http.client.HTTPConnection(urlsplit(self.url).netloc)
        request = {"model": "m", "prompt": prompt, "stream": True, **({"stop": stop} if stop else {})}
        try:
            provider.request("POST", "/v1/completions", json.dumps(request), {"Content-Type": "application/json"})
            for line in provider.getresponse():
                if line.startswith(b"data: {"):
                    yield json.loads(line[6:])["choices"][0]["text"]
        finally:
            provider.close()


@defect(
    "deltas-stripped-everywhere",
    story="Each delta is stripped, and invoke() goes through the stream as well: all calls agree, "
    "and all of them lose the spaces that the model said.",
    citation="D031: starfederation/datastar#658, Ichigo3766/Open-Relay#220",
    caught_by=("invoke.exact", "stream.exact"),
    wire="openai-completions",
)
class DeltasStrippedEverywhere(Completions):
    """Is wrong with one voice."""

    def _spoken(self, tokens: Iterable[str]) -> Iterator[str]:
        return (token.strip() for token in tokens)


@defect(
    "tokens-merged",
    story="A model that promises a chunk for each token gives them in pairs: whoever counts chunks counts half.",
    citation="STREAM-004",
    caught_by=("stream.boundaries",),
    declares={"token-exact": True},
    wire="openai-completions",
)
class TokensMerged(Completions):
    """Waits for company."""

    def _spoken(self, tokens: Iterable[str]) -> Iterator[str]:
        pairs = iter(tokens)
        for token in pairs:
            yield token + next(pairs, "")
