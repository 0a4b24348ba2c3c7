"""The wire formats of the simulated providers, by name and by path."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, unquote

from llm_conformance.simulator.formats.anthropic.messages import ANTHROPIC_MESSAGES
from llm_conformance.simulator.formats.format import MODEL, Format, ParsedRequest, StreamEncoding
from llm_conformance.simulator.formats.gemini.generate_content import GEMINI
from llm_conformance.simulator.formats.ollama.chat import OLLAMA_CHAT
from llm_conformance.simulator.formats.ollama.generate import OLLAMA_GENERATE
from llm_conformance.simulator.formats.openai.chat import OPENAI_CHAT
from llm_conformance.simulator.formats.openai.completions import OPENAI_COMPLETIONS
from llm_conformance.simulator.formats.responses.responses import OPENAI_RESPONSES
from llm_conformance.simulator.formats.tgi import TGI
from llm_conformance.simulator.provider_error import ProviderError

__all__ = ["FORMATS", "Format", "ParsedRequest", "ProviderError", "StreamEncoding", "format_at", "format_named"]

FORMATS = {
    form.name: form
    for form in (
        OPENAI_COMPLETIONS,
        OPENAI_CHAT,
        OPENAI_RESPONSES,
        ANTHROPIC_MESSAGES,
        GEMINI,
        OLLAMA_GENERATE,
        OLLAMA_CHAT,
        TGI,
    )
}
# Longest first: the shortest one, "/", matches every path.
_PATHS = sorted(
    ((path, form) for form in FORMATS.values() for path in form.paths), key=lambda entry: len(entry[0]), reverse=True
)

# Azure puts a deployment name into the path in place of the model, and Groq the API that it offers; everything else is
# OpenAI's format.
_OTHER_BASE = re.compile(
    r"/openai(/deployments/[^/]+|/v1)(?=((/chat)?/completions|/responses)$)|/openai(?=/responses$)"
)

# Google's APIs have the model in the path, after a version, and Vertex AI also a project and a publisher.
_MODEL_METHOD = re.compile(
    r"/v1(?:alpha|beta)?\d*(?:/projects/[^/]+/locations/[^/]+)?(?:/publishers/[^/]+)?"
    r"/(?:models|tunedModels|endpoints)/(?P<model>[^/]+?)(?::|%3A)(?P<method>generateContent|streamGenerateContent)$"
)


def format_named(name: str) -> Format:
    """The format of this name. Raises ValueError with the nearest known names if there is none."""
    if name not in FORMATS:
        nearest = ", ".join(repr(known) for known in get_close_matches(name, FORMATS, cutoff=0))
        raise ValueError(f"unknown format {name!r}; nearest: {nearest}")
    return FORMATS[name]


def format_at(path: str, query: str = "") -> tuple[Format, Mapping[str, Any], str]:
    """The format served at this path, the body parameters that the URL implies, and the prefix of the path.

    The prefix is what precedes the path of the format.
    """
    path, model = _normal(path)
    for served, form in _PATHS:
        suffix, _, needed = served.partition("?")
        if (path.endswith(suffix) or suffix == "/") and (not needed or needed in _parameters(query)):
            implied = form.paths[served] if model is None else {**form.paths[served], "model": model}
            return form, implied, path.removesuffix(suffix).removesuffix("/")
    raise AssertionError("the path '/' matches every path")


def _parameters(query: str) -> set[str]:
    """The parameters of a query. Google's system parameters, such as `$alt=sse`, may have a dollar sign."""
    return {f"{name.removeprefix('$')}={value.partition(';')[0]}" for name, value in parse_qsl(query)}


def _normal(path: str) -> tuple[str, str | None]:
    """The path as the formats have it, and the name of the model in it, if it has one."""
    if found := _MODEL_METHOD.search(path):
        return f"{path[: found.start()]}/v1beta/models/{MODEL}:{found['method']}", unquote(found["model"])
    return _OTHER_BASE.sub("/v1", path), None
