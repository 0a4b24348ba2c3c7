"""Examples for the checks of event streams."""

from dataclasses import replace

from checks.example import Example
from checks.records import ERROR, about, complete_run, end, event, reply, run, runs, start, stream, token, value_of
from llm_conformance.records import Event, Kind, Value

_RAISED = ERROR.text


def _with_info(text: str, **info: dict[str, str]) -> Value:
    """A chunk, or a message, with its generation info."""
    return Value("acme.Chunk", "object", text=text, fields={key: value_of(value) for key, value in info.items()})


_WHOLE = complete_run("h", "i")
_HI, _OTHER = stream("h", "i"), complete_run("h", "i", run_id="s")
_SEPARATE_PROMPTS = runs(_WHOLE, run(start("ho", run_id="s"), end("ho", run_id="s")))
_CHILD = start(run_id="c", name="child", parent_ids=["r"])
_STOPPED = event("stream", {"chunk": _with_info("hi", generation_info={"finish_reason": "stop"})})
_QUIET = run(start(), end("hi"))

EVENTS = (
    Example("events.completes", (_WHOLE,), (run(start(), raised=ERROR),), _RAISED),
    Example(
        "events.keys", (_WHOLE,), (complete_run("hi", parent_ids=None),), "no key 'parent_ids' in on_llm_start 'Acme'"
    ),
    Example("events.names", (_WHOLE,), (run(start(event="on_start")),), "the name 'on_start'"),
    Example(
        "events.root-type",
        (_WHOLE, about()),
        (run(start(event="on_chat_model_start")), about()),
        "on_chat_model_start 'Acme'",
    ),
    Example("events.first", (_WHOLE, about()), (run(token("h")), about()), "on_llm_stream 'Acme' first"),
    Example("events.last", (_WHOLE,), (run(start(), token("hi")),), "on_llm_start, on_llm_stream"),
    Example(
        "events.order",
        (_WHOLE,),
        (run(start(), start(), end("hi")),),
        "on_llm_start, on_llm_start, on_llm_end",
    ),
    Example("events.balance", (_WHOLE,), (run(start(), _CHILD, end("hi")),), "no end for on_llm_start 'child'"),
    Example("events.run-id", (_WHOLE, _OTHER), (_WHOLE, _WHOLE), "run id 'r' in both calls"),
    Example(
        "events.parents", (_WHOLE,), (complete_run("hi", parent_ids=["r"]),), "parent_ids ['r'] in on_llm_start 'Acme'"
    ),
    Example(
        "events.one-root",
        (run(start(), _CHILD, end("hi")),),
        (run(start(), start(run_id="x", name="guard"), end("hi")),),
        "parent_ids [] in on_llm_start 'guard'",
    ),
    Example("events.v1-parents", (_WHOLE,), (run(start(), _CHILD),), "parent_ids ['r'] in on_llm_start 'child'"),
    Example("events.constant", (_WHOLE,), (run(start(), end("", name="B")),), "name 'B' in on_llm_end 'B'"),
    Example("events.name", (_WHOLE,), (complete_run("hi", name=""),), "the name '' in on_llm_start"),
    Example("events.isolated", (_SEPARATE_PROMPTS, about()), (runs(_WHOLE, _OTHER), about()), "data.input 'hi'"),
    Example("events.unknown-version", (run(raised=ERROR),), (_QUIET,), "on_llm_start, on_llm_end"),
    Example("events.raises", (run(start(), raised=ERROR),), (_QUIET,), "ended without an exception after 2 events"),
    Example(
        "events.data",
        (_WHOLE,),
        (run(start(), event("stream", {"text": "h"})),),
        "data with keys ['text'] in on_llm_stream 'Acme'",
    ),
    Example(
        "events.end-without-input",
        (_WHOLE,),
        (run(start(), event("end", {"output": "", "input": "hi"})),),
        "data.input in on_llm_end 'Acme'",
    ),
    Example("events.text", (_WHOLE,), (run(start(), token("h"), token("i"), end("i")),), "'hi'"),
    Example(
        "events.generation-info",
        (
            run(
                start(),
                _STOPPED,
                end({"generations": [[{"text": "hi", "generation_info": {"finish_reason": "stop"}}]]}),
            ),
        ),
        (run(start(), _STOPPED, end({"generations": [[{"text": "hi", "generation_info": None}]]})),),
        "info with keys [] in the output",
    ),
    Example(
        "events.generation-info",
        (_WHOLE,),
        (run(start(), _STOPPED, end(_with_info("hi", response_metadata={"finish_reason": "length"}))),),
        "'finish_reason': 'length' in the output",
    ),
    Example("events.output", (_QUIET, stream("hi")), (run(start(), end("")), stream("hi")), "''"),
    Example("events.parity", (_WHOLE, _HI), (complete_run("h"), _HI), "'h'"),
    Example("events.streams", (_WHOLE, _HI), (_QUIET, _HI), "no stream event of the root"),
    Example("events.fallback", (_QUIET, stream("hi")), (_WHOLE, stream("hi")), "'hi'"),
    Example(
        "events.passes-arguments",
        (complete_run("h"), stream("h", stop="i"), reply("hi")),
        (_WHOLE, stream("h", stop="i"), reply("hi")),
        "'hi'",
    ),
)

_OF_CHAT = start(event="on_chat_model_start")
_CHAT = replace(about(), kind=Kind.CHAT)
_SIX = "on_llm_start, on_llm_stream, on_llm_stream, on_llm_stream, on_llm_stream, on_llm_end"
_SEVEN = "on_llm_start, on_llm_stream, on_llm_stream, .. 2 more .., on_llm_stream, on_llm_end"
_OF_TWO = run(start(), start(run_id="c"), token("h", run_id="c"), token("hi"), end("h", run_id="c"), end("hi"))
_NAMED_APART = run(start(), _CHILD, end("hi"))
_CUT = stream("h", stop="i")

# Each example is at the border of a rule, or has a record that lacks a field of the other examples.
BORDERS = (
    Example("events.keys", (_WHOLE,), (run(start(), Event(value_of("hi"))),), "an object of type str"),
    Example("events.keys", (_WHOLE,), (complete_run("hi", tags="t1"),), "key 'tags' with a str in on_llm_start 'Acme'"),
    Example("events.root-type", (run(_OF_CHAT), _CHAT), (run(start()), _CHAT), "on_llm_start 'Acme'"),
    Example(
        "events.root-type",
        (_WHOLE, replace(about(), kind=Kind.UNKNOWN)),
        (run(start(), token("h", event="on_chain_stream")), about()),
        "on_chain_stream 'Acme'",
    ),
    Example("events.first", (_WHOLE, about()), (run(), about()), "no event"),
    Example(
        "events.first",
        (_WHOLE, about()),
        (run(event("start", {})), about()),
        "no data.input in on_llm_start 'Acme'",
    ),
    Example("events.first", (_WHOLE, about()), (run(start("ho")), about()), "data.input 'ho'"),
    Example("events.last", (run(),), (run(start(), end("hi"), end("hi")),), "2 ends of the root"),
    Example(
        "events.order", (_OF_TWO,), (run(start(), end("hi"), token("hi")),), "on_llm_start, on_llm_end, on_llm_stream"
    ),
    Example("events.order", (run(start(), token("hi")),), (run(token("hi"), end("hi")),), "on_llm_stream, on_llm_end"),
    Example(
        "events.order",
        (run(event("event", {}, event="on_custom_event"), start(), end("hi")),),
        (run(start(), start(run_id="c"), end("hi"), end("hi")),),
        "on_llm_start, on_llm_end, on_llm_end",
    ),
    Example(
        "events.run-id", (_WHOLE, _OTHER), (_WHOLE, run(start(run_id=""))), "an empty run id in on_llm_start 'Acme'"
    ),
    Example(
        "events.constant",
        (_NAMED_APART,),
        (run(start(), end("hi", tags=["t2"])),),
        "tags ['t2'] in on_llm_end 'Acme'",
    ),
    Example(
        "events.constant",
        (_NAMED_APART,),
        (run(start(), end("hi", metadata={"m": 2})),),
        "metadata dict (m=2) in on_llm_end 'Acme'",
    ),
    Example(
        "events.constant",
        (_NAMED_APART,),
        (run(start(), end("hi", parent_ids=["x"])),),
        "parent_ids ['x'] in on_llm_end 'Acme'",
    ),
    Example("events.isolated", (_SEPARATE_PROMPTS, about()), (runs(_WHOLE, run(), raised=ERROR), about()), _RAISED),
    Example(
        "events.isolated",
        (runs(run(), run()), about()),
        (runs(_WHOLE, run(start("ho"), end("ho"))), about()),
        "run id 'r' in both event streams",
    ),
    Example("events.unknown-version", (run(raised=ERROR),), (complete_run(*"hiho"),), _SIX),
    Example("events.unknown-version", (run(raised=ERROR),), (complete_run(*"hi ho"),), _SEVEN),
    Example(
        "events.raises", (run(raised=ERROR),), (run(start(), end("hi"), raised=ERROR),), "on_llm_start, on_llm_end"
    ),
    Example("events.data", (_WHOLE,), (run(start(), event("end", {})),), "data with keys [] in on_llm_end 'Acme'"),
    Example(
        "events.data",
        (_WHOLE,),
        (run(event("start", {"chunk": "h"})),),
        "data with keys ['chunk'] in on_llm_start 'Acme'",
    ),
    Example(
        "events.data",
        (_WHOLE,),
        (run(event("start", {"output": "hi"})),),
        "data with keys ['output'] in on_llm_start 'Acme'",
    ),
    Example("events.text", (run(start(), end("hi")),), (run(start(), token("h"), token("i"), end("hio")),), "'hi'"),
    Example("events.output", (run(start(), end(None)), _HI), (_QUIET, stream("hio")), "'hi'"),
    Example("events.parity", (_QUIET, _HI), (_WHOLE, stream("hio")), "'hi'"),
    Example("events.streams", (_QUIET, stream("hi", "")), (_QUIET, _HI), "no stream event of the root"),
    Example("events.fallback", (complete_run("hi"), stream("hi")), (_WHOLE, stream("hi")), "'hi'"),
    Example(
        "events.passes-arguments",
        (complete_run("h"), stream("h"), reply("hi")),
        (run(raised=ERROR), _CUT, reply("hi")),
        _RAISED,
    ),
    Example(
        "events.passes-arguments",
        (complete_run("h"), replace(_CUT, raised=ERROR), reply("hi")),
        (run(start(), end("hi")), _CUT, reply("hi")),
        "'hi'",
    ),
    Example("events.passes-arguments", (_WHOLE, _CUT, reply("h")), (run(start()), _CUT, reply("hi")), "''"),
    Example(
        "events.passes-arguments",
        (run(start(), end("h")), _CUT, reply("hi")),
        (run(start(), token("h"), token("i"), end("h")), _CUT, reply("hi")),
        "'hi'",
    ),
    Example(
        "events.passes-arguments",
        (_WHOLE, stream("hi", stop="o"), reply("hio")),
        (_WHOLE, stream("", stop="h"), reply("hi")),
        "'hi'",
    ),
    Example(
        "events.passes-arguments",
        (run(start()), stream("", stop="h"), reply("hi")),
        (run(start(), end("")), _CUT, reply("hi")),
        "''",
    ),
)

EXAMPLES = (*EVENTS, *BORDERS)
