"""Examples for the checks of chains, shapes and filters."""

from typing import Any

from checks.example import Example
from checks.records import ERROR, end, event, message, run, start, stream, token, told
from llm_conformance.model import Event, Events, Runs

_RAISED = "raised ValueError: no prompt (acme.py:1 in invoke)"
_RESULT = {"generations": [[{"text": "hi"}]]}
_OF_MODEL = {"run_id": "m", "parent_ids": ["r"]}


def _step(phase: str, data: dict[str, Any], **keys: Any) -> Event:
    return event(phase, data, event=f"on_chain_{phase}", name="Chain", **keys)


def _chain(*inside: Event, **facts: Any) -> Events:
    """A chain with these events of its steps, which says "hi"."""
    around = _step("start", {"input": "hi"}), _step("stream", {"chunk": "hi"}), _step("end", {"output": "hi"})
    return run(around[0], *inside, *around[1:], **facts)


def _model(*texts: str, output: Any = _RESULT, **keys: Any) -> tuple[Event, ...]:
    own = {**_OF_MODEL, **keys}
    return start({"prompts": ["hi"]}, **own), *(token(text, **own) for text in texts), end(output, **own)


def _filtered(by: dict[str, Events], **facts: Any) -> Runs:
    return Runs(by=by, given={"name": "Acme", "type": "llm"}, **facts)


_WHOLE = _chain(*_model("h", "i"))
_ALL, _NOTHING = told("hi"), run()

SHAPES = (
    Example(
        "shapes.v1-root",
        (told("h", "i"),),
        (run(start(), end({"text": "hi"})),),
        "on_llm_end 'Acme': a dict with keys ['text']",
    ),
    Example(
        "shapes.v2-root",
        (run(start(), token("hi"), end(_RESULT)),),
        (run(start(), event("stream", {"chunk": message("h", "acme.Chunk")})),),
        "on_llm_stream 'Acme': acme.Chunk with text 'h'",
    ),
    Example(
        "shapes.v1-nested",
        (_WHOLE,),
        (_chain(start({"input": "hi"}, **_OF_MODEL)),),
        "on_llm_start 'Acme': a dict with keys ['input']",
    ),
    Example(
        "shapes.v2-nested",
        (_chain(event("stream", {"chunk": message("h", "acme.Chunk")}, **_OF_MODEL)),),
        (_chain(event("stream", {"chunk": ["h"]}, **_OF_MODEL)),),
        "on_llm_stream 'Acme': list (0='h')",
    ),
)

FILTERS = (
    Example(
        "filters.complete",
        (_filtered({"its name, or another type": _ALL}),),
        (_filtered({"its name": _ALL}, raised=ERROR),),
        _RAISED,
    ),
    Example(
        "filters.include",
        (_filtered({"its name, or another type": _ALL}),),
        (_filtered({"its name, or another type": _NOTHING}),),
        "no event at all",
    ),
    Example(
        "filters.exclude",
        (_filtered({"without its name": _NOTHING}),),
        (_filtered({"its type, without its tag": _ALL}),),
        "on_llm_start, on_llm_stream, on_llm_end",
    ),
    Example("filters.types", (_filtered({"its type": _ALL}),), (_filtered({"its type": _NOTHING}),), "no event at all"),
    Example("filters.tags", (_filtered({"its tag": _ALL}),), (_filtered({"its tag": _NOTHING}),), "no event at all"),
    Example(
        "filters.nested",
        (run(*_model("h", "i")), _WHOLE),
        (run(*_model("h", "i")[:-1], _step("end", {})), _WHOLE),
        "missing: on_llm_end of 'Acme'; added: on_chain_end of 'Chain'",
    ),
    Example(
        "filters.own-input",
        (run(*_model("hi")), _WHOLE),
        (run(start("hi", **_OF_MODEL)), _WHOLE),
        "data.input 'hi'",
    ),
)

NESTED = (
    Example("nested.completes", (_WHOLE,), (_chain(raised=ERROR),), _RAISED),
    Example("nested.balance", (_WHOLE,), (_chain(*_model("hi")[:-1]),), "on_llm_start, on_llm_stream"),
    Example("nested.parents", (_WHOLE,), (_chain(*_model("hi", parent_ids=["x"])),), "on_llm_start 'Acme': ['x']"),
    Example("nested.text", (_WHOLE,), (_chain(*_model("h", "h", "i")),), "'hhi'"),
    Example("nested.parity", (_WHOLE, stream("h", "i")), (_WHOLE, stream("h", "o")), "'hi'"),
    Example("nested.tags", (_WHOLE,), (_chain(*_model("hi", tags=[])),), "event 1, on_llm_start 'Acme': []"),
    Example(
        "nested.metadata",
        (_WHOLE,),
        (_chain(*_model("hi", metadata={})),),
        "event 1, on_llm_start 'Acme': keys []",
    ),
    Example(
        "nested.run-name",
        (run(event("start", {}, name="named run")),),
        (_chain(*_model("hi")),),
        "on_chain_start 'Chain' (the root)",
    ),
    Example(
        "nested.raises",
        (run(_step("start", {}), raised=ERROR),),
        (_WHOLE,),
        "came to its end after 7 events",
    ),
)

EXAMPLES = (*SHAPES, *FILTERS, *NESTED)
