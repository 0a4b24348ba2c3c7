"""Examples for the checks of event streams."""

from checks.example import Example
from checks.records import ERROR, about, end, event, reply, run, runs, start, stream, token, told

_RAISED = "raised ValueError: no prompt (acme.py:1 in invoke)"
_WHOLE = told("h", "i")
_HI, _OTHER = stream("h", "i"), told("h", "i", run_id="s")
_ASKED_APART = runs(_WHOLE, run(start("ho", run_id="s"), end("ho", run_id="s")))
_CHILD = start(run_id="c", name="child", parent_ids=["r"])
_QUIET = run(start(), end("hi"))

EVENTS = (
    Example("events.completes", (_WHOLE,), (run(start(), raised=ERROR),), _RAISED),
    Example("events.keys", (_WHOLE,), (told("hi", parent_ids=None),), "event 0, on_llm_start 'Acme': absent"),
    Example("events.names", (_WHOLE,), (run(start(event="on_start")),), "event 0 is 'on_start'"),
    Example(
        "events.root-type",
        (_WHOLE, about()),
        (run(start(event="on_chat_model_start")), about()),
        "on_chat_model_start 'Acme'",
    ),
    Example("events.first", (_WHOLE, about()), (run(token("h")), about()), "on_llm_stream 'Acme'"),
    Example("events.last", (_WHOLE,), (run(start(), token("hi")),), "on_llm_start, on_llm_stream"),
    Example(
        "events.order",
        (_WHOLE,),
        (run(start(), start(), end("hi")),),
        "on_llm_start, on_llm_start, on_llm_end",
    ),
    Example("events.balance", (_WHOLE,), (run(start(), _CHILD, end("hi")),), "on_llm_start 'child' without one"),
    Example("events.run-id", (_WHOLE, _OTHER), (_WHOLE, _WHOLE), "r in both"),
    Example("events.parents", (_WHOLE,), (told("hi", parent_ids=["r"]),), "on_llm_start 'Acme' with ['r']"),
    Example("events.v1-parents", (_WHOLE,), (run(start(), _CHILD),), "on_llm_start 'child' with ['r']"),
    Example("events.constant", (_WHOLE,), (run(start(), end("", name="B")),), "on_llm_end 'B' has another name"),
    Example("events.name", (_WHOLE,), (told("hi", name=""),), "on_llm_start with ''"),
    Example("events.isolated", (_ASKED_APART, about()), (runs(_WHOLE, _OTHER), about()), "data.input 'hi'"),
    Example("events.unknown-version", (run(raised=ERROR),), (_QUIET,), "on_llm_start, on_llm_end"),
    Example("events.raises", (run(start(), raised=ERROR),), (_QUIET,), "came to its end after 2 events"),
    Example(
        "events.data",
        (_WHOLE,),
        (run(start(), event("stream", {"text": "h"})),),
        "event 1, on_llm_stream 'Acme': keys ['text']",
    ),
    Example(
        "events.end-without-input",
        (_WHOLE,),
        (run(start(), event("end", {"output": "", "input": "hi"})),),
        "on_llm_end 'Acme' with it",
    ),
    Example("events.text", (_WHOLE,), (run(start(), token("h"), token("i"), end("i")),), "'hi'"),
    Example("events.output", (_QUIET, stream("hi")), (run(start(), end("")), stream("hi")), "''"),
    Example("events.parity", (_WHOLE, _HI), (told("h"), _HI), "'h'"),
    Example("events.streams", (_WHOLE, _HI), (_QUIET, _HI), "no stream event of the root"),
    Example("events.fallback", (_QUIET, stream("hi")), (_WHOLE, stream("hi")), "'hi'"),
    Example(
        "events.passes-arguments",
        (told("h"), stream("h", given={"stop": "i"}), reply("hi")),
        (_WHOLE, stream("h", given={"stop": "i"}), reply("hi")),
        "'hi'",
    ),
)

EXAMPLES = EVENTS
