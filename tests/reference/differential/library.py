"""Both libraries under the same names, so that a plan can be built on either."""

from dataclasses import dataclass
from typing import Any

import langchain_core.callbacks
import langchain_core.callbacks.manager
import langchain_core.language_models.llms
import langchain_core.output_parsers
import langchain_core.outputs
import langchain_core.prompts
import langchain_core.runnables

import llm_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The names that a plan is built from."""

    LLM: Any
    GenerationChunk: Any
    BaseCallbackHandler: Any
    AsyncCallbackHandler: Any
    PromptTemplate: Any
    StrOutputParser: Any
    RunnableGenerator: Any
    RunnableLambda: Any
    RunnableParallel: Any
    RunnablePassthrough: Any
    RunnableSequence: Any
    dispatch_custom_event: Any
    adispatch_custom_event: Any


def library_of(*modules: Any) -> Library:
    """Take each name from the first module that has it."""
    names = Library.__dataclass_fields__
    return Library(**{name: next(getattr(each, name) for each in modules if hasattr(each, name)) for name in names})


OURS = library_of(llm_reference)
THEIRS = library_of(
    langchain_core.language_models.llms,
    langchain_core.outputs,
    langchain_core.callbacks,
    langchain_core.callbacks.manager,
    langchain_core.prompts,
    langchain_core.output_parsers,
    langchain_core.runnables,
)
