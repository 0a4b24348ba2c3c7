"""What the contract rests on in the installed langchain-core: signatures, keys of events and of v3, and its faults."""

from __future__ import annotations

import inspect
from collections.abc import Container, Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Any

from typing_extensions import is_typeddict

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec

Surface = dict[str, dict[str, str]]
# The classes that a model overrides, and the methods and hooks of which the contract speaks.
_CLASSES = (
    "langchain_core.runnables.base:Runnable",
    "langchain_core.language_models.llms:BaseLLM",
    "langchain_core.language_models.chat_models:BaseChatModel",
)
_METHODS = """
    invoke ainvoke batch abatch batch_as_completed abatch_as_completed stream astream transform atransform
    astream_events stream_events astream_log bind_tools with_structured_output generate agenerate
    _generate _agenerate _stream _astream _call _acall _stream_chat_model_events _astream_chat_model_events
"""
_EVENTS = ("EventData", "BaseStreamEvent", "StandardStreamEvent", "CustomStreamEvent")
# Models that do nothing themselves: what fails there is langchain-core's.
_MODELS = (
    "zoo.conforming.langchain_based:Both",
    "zoo.conforming.langchain_based:CallOnly",
    "zoo.conforming.scripted:Both",
    "zoo.conforming.scripted:ChatBoth",
    "zoo.conforming.chat_models:Streams",
    "zoo.conforming.chat_tools:CallsInFragments",
    "zoo.conforming.chains:fallback_used",
)
_SHOWN = (Status.FAILED, Status.INHERITED, Status.HARNESS_ERROR)


def surface(known: Container[str] = ()) -> Surface:
    """Each part by its name; what an older release does not have is left out.

    known: the deviations of another release, whose status is given in any case.
    """
    return {**declared(), "deviations": dict(deviations(_MODELS, known)), "faults of v3": dict(_faults_of_v3())}


def declared() -> Surface:
    """What shows without a call."""
    return {
        "signatures": dict(_signatures()),
        "event keys": dict(_keys("langchain_core.runnables.schema", _EVENTS)),
        "protocol types": dict(_keys("langchain_protocol.protocol", None)),
    }


def release() -> str:
    """The installed release."""
    return version("langchain-core")


def _signatures() -> Iterator[tuple[str, str]]:
    for path in _CLASSES:
        module, _, name = path.partition(":")
        owner = getattr(import_module(module), name)
        for method in _METHODS.split():
            # A method that is inherited is that of Runnable.
            if method in vars(owner):
                yield f"{name}.{method}", _parameters(vars(owner)[method])


def _parameters(method: Any) -> str:
    """The names and defaults; annotations are left out, as their text depends on the release of Python."""
    signature = inspect.signature(inspect.unwrap(getattr(method, "__func__", method)))
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
    return str(inspect.Signature(bare))


def _keys(module: str, names: tuple[str, ...] | None) -> Iterator[tuple[str, str]]:
    """The keys of the typed dicts of a module."""
    try:
        found = vars(import_module(module))
    except ImportError:
        return
    for name in names or sorted(found):
        one: Any = found.get(name)
        if is_typeddict(one):
            optional = one.__optional_keys__
            yield name, ", ".join(f"{key}?" if key in optional else key for key in sorted(one.__annotations__))


def deviations(models: Iterable[str], known: Container[str]) -> Iterator[tuple[str, str]]:
    """What the suite finds in each model, and the status of each deviation that is known of it."""
    for path in models:
        module, _, name = path.partition(":")
        with Run(RunSpec.of(ImplSpec(module, name), timeout=5)) as run:
            verdicts = [run.judge.verdict(one.id) for one in CHECKS.values()]
        for one in verdicts:
            entry = f"{path.removeprefix('zoo.conforming.')} {one.check}"
            if entry in known or (one.status in _SHOWN and one.level is not Level.MAY):
                yield entry, f"{one.status} {one.baseline}".strip()


def _faults_of_v3() -> Iterator[tuple[str, str]]:
    chat = import_module("langchain_core.language_models.chat_models").BaseChatModel
    if not hasattr(chat, "stream_events"):
        return
    known = import_module("v3_faults.known")
    for name, fault in known.FAULTS.items():
        yield name, "yes" if known.has(fault) else "no"
