"""Examples for the checks of chains, shapes and filters."""

from typing import Any

from checks.example import Example
from checks.records import ERROR, complete_run, end, event, message, run, start, stream, token
from llm_conformance.records import CallbackEvent, CallbackLog, Event, Events, EventStreams

_RAISED = ERROR.text
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


def _filtered(by: dict[str, Events], **facts: Any) -> EventStreams:
    return EventStreams(by_label=by, filter_name="Acme", filter_type="llm", **facts)


_WHOLE = _chain(*_model("h", "i"))
_ALL, _NOTHING = complete_run("hi"), run()

_REPORTED = CallbackLog(events=(CallbackEvent("on_llm_start", "r"), CallbackEvent("on_llm_new_token", "r", "hi")))

SHAPES = (
    Example(
        "shapes.v1-root",
        (complete_run("h", "i"),),
        (run(start(), end({"text": "hi"})),),
        "a dict with keys ['text'] as data.output of on_llm_end 'Acme'",
    ),
    Example(
        "shapes.v2-root",
        (run(start(), token("hi"), end(_RESULT)),),
        (run(start(), event("stream", {"chunk": message("h", "acme.Chunk")})),),
        "acme.Chunk with text 'h' as data.chunk of on_llm_stream 'Acme'",
    ),
    Example(
        "shapes.v1-nested",
        (_WHOLE,),
        (_chain(start({"input": "hi"}, **_OF_MODEL)),),
        "a dict with keys ['input'] as data.input of on_llm_start 'Acme'",
    ),
    Example(
        "shapes.v2-nested",
        (_chain(event("stream", {"chunk": message("h", "acme.Chunk")}, **_OF_MODEL)),),
        (_chain(event("stream", {"chunk": ["h"]}, **_OF_MODEL)),),
        "list (0='h') as data.chunk of on_llm_stream 'Acme'",
    ),
)

FILTERS = (
    Example(
        "filters.completes",
        (_filtered({"its name, or another type": _ALL}),),
        (_filtered({"its name": _ALL}, raised=ERROR),),
        _RAISED,
    ),
    Example(
        "filters.include",
        (_filtered({"its name, or another type": _ALL}),),
        (_filtered({"its name, or another type": _NOTHING}),),
        "passed: no event",
    ),
    Example(
        "filters.exclude",
        (_filtered({"without its name": _NOTHING}),),
        (_filtered({"its type, without its tag": _ALL}),),
        "passed: on_llm_start, on_llm_stream, on_llm_end",
    ),
    Example(
        "filters.types", (_filtered({"its type": _ALL}),), (_filtered({"its type": _NOTHING}),), "passed: no event"
    ),
    Example("filters.tags", (_filtered({"its tag": _ALL}),), (_filtered({"its tag": _NOTHING}),), "passed: no event"),
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
    Example(
        "nested.parents",
        (_WHOLE,),
        (_chain(*_model("hi", parent_ids=["x"])),),
        "parent_ids ['x'] in on_llm_start 'Acme'",
    ),
    Example("nested.text", (_WHOLE,), (_chain(*_model("h", "h", "i")),), "'hhi'"),
    Example(
        "nested.streams",
        (_WHOLE, _REPORTED),
        (_chain(*_model()), _REPORTED),
        "on_llm_start, on_llm_end, and 1 token reported to a handler of `astream()`",
    ),
    Example(
        "nested.silent-in-function",
        (_chain(*_model(parent_ids=["r", "f"])),),
        (_chain(*_model("hi", parent_ids=["r", "f"])),),
        "on_llm_start, on_llm_stream, on_llm_end",
    ),
    Example("nested.parity", (_WHOLE, stream("h", "i")), (_WHOLE, stream("h", "o")), "'hi'"),
    Example("nested.tags", (_WHOLE,), (_chain(*_model("hi", tags=[])),), "tags [] in on_llm_start 'Acme'"),
    Example(
        "nested.metadata",
        (_WHOLE,),
        (_chain(*_model("hi", metadata={})),),
        "metadata with keys [] in on_llm_start 'Acme'",
    ),
    Example(
        "nested.run-name",
        (run(event("start", {}, name="named run")),),
        (_chain(*_model("hi")),),
        "on_chain_start 'Chain' at the root",
    ),
    Example(
        "nested.raises",
        (run(_step("start", {}), raised=ERROR),),
        (_WHOLE,),
        "ended without an exception after 7 events",
    ),
)


def _chat(phase: str, data: dict[str, Any]) -> Event:
    return event(phase, data, event=f"on_chat_model_{phase}", **_OF_MODEL)


def _deep(*parents: str, **keys: Any) -> Event:
    return _step("start", {}, parent_ids=list(parents), **keys)


_CHUNK, _MESSAGE = {"chunk": message("h", "acme.Chunk")}, {"output": message("hi")}
_STREAMED = run(_step("start", {}), _step("stream", {"chunk": "h"}), _step("stream", {"chunk": "i"}))
_STARTED = "on_llm_start, on_llm_stream"
_OF_MESSAGES = run(_chat("start", {"input": {"messages": [["hi"]]}}), _chat("stream", _CHUNK), _chat("end", _MESSAGE))

# Each says what becomes of a rule at its border, or in a record that lacks what the others have.
BORDERS = (
    Example(
        "shapes.v1-root",
        (_OF_MESSAGES,),
        (run(_chat("stream", {"chunk": "h"})),),
        "'h' as data.chunk of on_chat_model_stream 'Acme'",
    ),
    Example(
        "shapes.v1-root",
        (run(event("event", {"chunk": 1}, event="on_custom_event"), start(), end("hi")),),
        (run(_chat("stream", {"chunk": ["h"]})),),
        "list (0='h') as data.chunk of on_chat_model_stream 'Acme'",
    ),
    Example(
        "shapes.v1-nested",
        (_OF_MESSAGES,),
        (run(_chat("start", {"input": {"prompts": ["hi"]}})),),
        "a dict with keys ['prompts'] as data.input of on_chat_model_start 'Acme'",
    ),
    Example(
        "shapes.v1-nested",
        (_chain(*_model("h", "i", output="hi")),),
        (_chain(*_model("h", "i", output=message("hi"))),),
        "acme.AIMessage with text 'hi' as data.output of on_llm_end 'Acme'",
    ),
    Example(
        "shapes.v2-nested",
        (_OF_MESSAGES,),
        (_chain(*_model("hi", output=["hi"])),),
        "list (0='hi') as data.output of on_llm_end 'Acme'",
    ),
    Example(
        "filters.exclude",
        (_filtered({"without its name": run(start(name="B"))}),),
        (_filtered({"without its name": run(start(), end("hi", name="B"))}),),
        "passed: on_llm_start",
    ),
    Example(
        "filters.exclude",
        (_filtered({"its name, without its type": run(_step("start", {}))}),),
        (_filtered({"its name, without its type": run(_step("start", {}), end("hi"))}),),
        "passed: on_llm_end",
    ),
    Example(
        "filters.types",
        (_filtered({"another type": _NOTHING}),),
        (_filtered({"another type": _ALL}),),
        "passed: on_llm_start, on_llm_stream, on_llm_end",
    ),
    Example(
        "filters.tags",
        (_filtered({"its tag": run(start(), end("hi"))}),),
        (_filtered({"its tag": run(start(), token("hi"))}),),
        "passed: on_llm_start, on_llm_stream",
    ),
    Example("filters.nested", (_NOTHING, _chain()), (run(raised=ERROR), _WHOLE), _RAISED),
    Example(
        "filters.nested",
        (run(_model()[0]), _chain(_model()[0])),
        (_NOTHING, _WHOLE),
        "missing: on_llm_end of 'Acme', on_llm_start of 'Acme', on_llm_stream of 'Acme'; added: nothing",
    ),
    Example(
        "filters.nested",
        (run(*_model("h", "i")), _chain(*_model("hi"))),
        (run(*_model("hi"), _step("stream", {}), _step("end", {})), _WHOLE),
        "missing: nothing; added: on_chain_end of 'Chain', on_chain_stream of 'Chain'",
    ),
    Example("filters.own-input", (_NOTHING, _WHOLE), (run(event("start", {}, **_OF_MODEL)), _WHOLE), "no data.input"),
    Example("filters.own-input", (run(*_model("hi")), _chain()), (run(start("ho")), _WHOLE), "data.input 'ho'"),
    Example(
        "filters.own-input",
        (run(*_model("hi")), _chain(event("start", {}, **_OF_MODEL))),
        (run(start({"prompts": ["ho"]}, **_OF_MODEL)), _WHOLE),
        "data.input dict (prompts=list (0='ho'))",
    ),
    Example(
        "nested.balance", (_chain(),), (_chain(*_model("hi"), _model()[1]),), f"{_STARTED}, on_llm_end, on_llm_end"
    ),
    Example(
        "nested.parents",
        (_chain(_deep("r", run_id="q"), *_model("hi", parent_ids=["r", "q"])),),
        (_chain(start(run_id="m", parent_ids=["x"])),),
        "parent_ids ['x'] in on_llm_start 'Acme'",
    ),
    Example(
        "nested.parents",
        (_chain(_deep("r", run_id="q")),),
        (_chain(_deep("r", run_id="q"), _deep("q", run_id="p")),),
        "parent_ids ['q'] in on_chain_start 'Chain'",
    ),
    Example(
        "nested.parents",
        (_chain(_deep("r", run_id="q"), _deep("r", "q", run_id="p")),),
        (_chain(_deep("r", "q", run_id="p"), _deep("r", run_id="q")),),
        "parent_ids ['r', 'q'] in on_chain_start 'Chain'",
    ),
    Example("nested.text", (_chain(*_model("hi", output=None)),), (_chain(*_model("h", "i", output="hio")),), "'hi'"),
    Example("nested.parity", (_STREAMED, stream("hi")), (_STREAMED, stream("hio")), "'hi'"),
    Example(
        "nested.parity",
        (run(_step("start", {})), stream("")),
        (run(_step("start", {}), _step("end", {})), stream("hi")),
        "no stream event of the chain",
    ),
    Example(
        "nested.raises",
        (run(_step("start", {}), end("hi", **_OF_MODEL), raised=ERROR),),
        (run(_step("start", {}), _step("end", {}), raised=ERROR),),
        "on_chain_start, on_chain_end",
    ),
)

EXAMPLES = (*SHAPES, *FILTERS, *NESTED, *BORDERS)
