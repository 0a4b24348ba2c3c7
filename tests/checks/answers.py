"""Examples for the checks of single answers, batches, stop marks and configs."""

from checks.example import Example
from checks.records import (
    ERROR,
    SILENCE,
    about,
    batch,
    end,
    message,
    replies,
    reply,
    run,
    start,
    stream,
    token,
    told,
)

_RAISED = "raised ValueError: no prompt (acme.py:1 in invoke)"
_FOUR = ("one", "two", "one", "three")
_SOLO = replies(the_second_prompt="two", the_third_prompt="three")
_MARK = {"stop": "g s"}
_WHOLE, _CUT = reply("a long story ends"), reply("a lon", given=_MARK)

INVOKE = (
    Example("invoke.completes", (reply("hi"),), (reply(raised=ERROR),), _RAISED),
    Example("ainvoke.completes", (reply("hi"),), (reply(hung=SILENCE),), "no end within 10 s (acme.py:2 in stream)"),
    Example("invoke.returns-text", (reply("hi"),), (reply(message("hi")),), "acme.AIMessage with text 'hi'"),
    Example("invoke.returns-message", (reply(message("hi")),), (reply("hi"),), "'hi'"),
    Example("invoke.async-parity", (reply("hi"), reply("hi")), (reply("hi"), reply("hihi")), "'hihi'"),
    Example("invoke.exact", (reply(" hi"), about(" ", "hi")), (reply("hi"), about(" ", "hi")), "'hi'"),
    Example("invoke.usable-after-error", (reply("hi"), reply("hi")), (reply("hi"), reply(raised=ERROR)), _RAISED),
    Example("input.not-mutated", (reply("hi"),), (reply("hi", changed=("stop",)),), "changed: stop"),
    Example("input.refuses-nonsense", (reply(raised=ERROR),), (reply("42"),), "'42'"),
)

BATCH = (
    Example("batch.completes", (batch(*_FOUR),), (batch(raised=ERROR),), _RAISED),
    Example("abatch.completes", (batch(*_FOUR),), (batch(raised=ERROR),), _RAISED),
    Example("batch.returns-list", (batch(*_FOUR),), (batch("one", "two", "three"),), "a list of 3"),
    Example(
        "batch.order",
        (batch(*_FOUR), reply("one"), _SOLO),
        (batch(*_FOUR[::-1]), reply("one"), _SOLO),
        "'three'",
    ),
    Example("batch.one", (batch("hi"), reply("hi")), (batch("ho"), reply("hi")), "'ho'"),
    Example("batch.empty", (batch(),), (batch(raised=ERROR),), _RAISED),
    Example(
        "batch.max-concurrency",
        (batch("a", "b"), batch("a", "b")),
        (batch("b", "a"), batch("a", "b")),
        "'b'",
    ),
    Example("batch.raises", (batch(raised=ERROR),), (batch("a", "", "b"),), "a list of 3"),
    Example("batch.return-exceptions", (batch("a", ERROR, "b"),), (batch("a", "none", "b"),), "'none'"),
    Example(
        "batch.isolates-failures",
        (batch("a", ERROR, "b"),),
        (batch("a", ERROR, ERROR),),
        f"slot 2 {_RAISED}",
    ),
    Example("batch.configs", (batch("a", "b"), batch(raised=ERROR)), (batch("a", "b"), batch("a")), "1 answers"),
    Example("batch.passes-arguments", (batch("a", "a"), reply("a")), (batch("a", "ab"), reply("a")), "'ab'"),
    Example("batch.not-mutated", (batch("a"),), (batch("a", changed=("inputs",)),), "changed: inputs"),
)

STOP = (
    Example("stop.cuts", (_CUT, _WHOLE), (reply("a long story ends", given=_MARK), _WHOLE), "'a long story ends'"),
    Example("stop.leaves-mark-out", (_CUT, _WHOLE), (reply("a long s", given=_MARK), _WHOLE), "'a long s'"),
    Example("stop.same-everywhere", (stream("a", " lon"), _CUT), (stream("a", " long"), _CUT), "'a long'"),
    Example("stop.bound", (stream("a lon"), stream("a lon")), (stream("a", " long"), stream("a lon")), "'a long'"),
    Example("stop.forgotten", (_WHOLE, _WHOLE), (reply("a lon"), _WHOLE), "'a lon'"),
)

CONFIG = (
    Example("config.optional", (replies(none="hi"),), (replies(none=reply(raised=ERROR)),), _RAISED),
    Example("config.accepted", (reply("hi"),), (stream(raised=ERROR),), _RAISED),
    Example("config.not-mutated", (reply("hi"),), (reply("hi", changed=("config",)),), "changed: config"),
    Example("config.tags", (told("hi"),), (run(start(), token("hi", tags=[])),), "event 1, on_llm_stream 'Acme': []"),
    Example("config.metadata", (told("hi"),), (told("hi", metadata={}),), "event 0, on_llm_start 'Acme': keys []"),
    Example("config.run-name", (told("hi", name="named run"),), (told("hi"),), "on_llm_start 'Acme'"),
    Example(
        "config.run-id",
        (run(start(), end("hi"), given={"run_id": "r"}),),
        (run(start(), end("hi"), given={"run_id": "s"}),),
        "run id 'r'",
    ),
    Example(
        "config.merged",
        (told("hi", name="own name", tags=["t1", "wc"], metadata={"m": 1, "wm": 1}),),
        (told("hi", name="own name", tags=["t1"], metadata={"m": 1, "wm": 1}),),
        "['t1']",
    ),
)

EXAMPLES = (*INVOKE, *BATCH, *STOP, *CONFIG)
