"""The wire formats of the simulated providers, by name and by path."""

import re
from difflib import get_close_matches

from llm_conformance.simulator.formats.anthropic_messages import ANTHROPIC_MESSAGES
from llm_conformance.simulator.formats.format import Format, ParsedRequest, StreamEncoding
from llm_conformance.simulator.formats.ollama_chat import OLLAMA_CHAT
from llm_conformance.simulator.formats.ollama_generate import OLLAMA_GENERATE
from llm_conformance.simulator.formats.openai_chat import OPENAI_CHAT
from llm_conformance.simulator.formats.openai_completions import OPENAI_COMPLETIONS
from llm_conformance.simulator.formats.openai_responses import OPENAI_RESPONSES
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


def format_named(name: str) -> Format:
    """The format of this name. Raises ValueError with the nearest known names if there is none."""
    if name not in FORMATS:
        nearest = ", ".join(repr(known) for known in get_close_matches(name, FORMATS, cutoff=0))
        raise ValueError(f"unknown format {name!r}; nearest: {nearest}")
    return FORMATS[name]


def format_at(path: str) -> tuple[Format, str, str]:
    """The format served at this path, the suffix of the path that selects it, and the prefix before that suffix."""
    path = _OTHER_BASE.sub("/v1", path)
    return next(
        (form, suffix, path.removesuffix(suffix).removesuffix("/"))
        for suffix, form in _PATHS
        if path.endswith(suffix) or suffix == "/"
    )
