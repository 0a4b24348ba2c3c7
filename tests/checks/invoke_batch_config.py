"""Examples for the checks of single answers, batches and configs."""

from typing import Any

from checks.example import Example
from checks.records import (
    ERROR,
    SILENCE,
    about,
    batch,
    complete_run,
    end,
    message,
    replies,
    reply,
    run,
    start,
    stream,
    token,
)
from llm_conformance.records import CallbackEvent, CallbackLog

_RAISED = ERROR.text
_HUNG = SILENCE.text
_FOUR = ("one", "two", "one", "three")


def _log(run_id: str) -> CallbackLog:
    """The log of a handler that was called for a run with this id, where "r" was given."""
    return CallbackLog(events=(CallbackEvent("on_llm_start", run_id),), run_id="r")


def _tagged(*tags: str, **facts: Any) -> CallbackLog:
    """The log of a handler that was called for a run with each of these tags."""
    starts = (CallbackEvent("on_llm_start", str(index), tags=(tag,)) for index, tag in enumerate(tags))
    return CallbackLog(events=tuple(starts), **facts)


_SOLO = replies(the_second_prompt="two", the_third_prompt="three")
_MARK = "g s"
_WHOLE = reply("a long story ends")


INVOKE = (
    Example("invoke.completes", (reply("hi"),), (reply(raised=ERROR),), _RAISED),
    Example("ainvoke.completes", (reply("hi"),), (reply(hung=SILENCE),), _HUNG),
    Example("invoke.returns-text", (reply("hi"),), (reply(message("hi")),), "acme.AIMessage with text 'hi'"),
    Example("invoke.returns-message", (reply(message("hi")),), (reply("hi"),), "'hi'"),
    Example("invoke.async-parity", (reply("hi"), reply("hi")), (reply("hi"), reply("hihi")), "'hihi'"),
    Example("invoke.exact", (reply(" hi"), about(" ", "hi")), (reply("hi"), about(" ", "hi")), "'hi'"),
    Example("invoke.usable-after-error", (reply("hi"), reply("hi")), (reply("hi"), reply(raised=ERROR)), _RAISED),
    Example("input.not-mutated", (reply("hi"),), (reply("hi", mutated=("stop",)),), "changed: stop"),
    Example("input.rejects-invalid", (reply(raised=ERROR),), (reply("42"),), "'42'"),
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
        f"result[2] {_RAISED}",
    ),
    Example("batch.configs", (batch("a", "b"), batch(raised=ERROR)), (batch("a", "b"), batch("a")), "a list of 1"),
    Example(
        "batch.passes-arguments",
        (batch("a", "a"), reply("a"), reply("abc")),
        (batch("a", "ab"), reply("a"), reply("abc")),
        "'ab'",
    ),
    Example(
        "batch.as-completed",
        (batch((1, "b"), (0, "a")), reply("a"), replies(the_second_prompt="b")),
        (batch((0, "a"), (0, "a")), reply("a"), replies(the_second_prompt="b")),
        "2 items, and pairs with the indices: 0, 0",
    ),
    Example(
        "batch.as-completed",
        (batch((0, "a"), (1, "b")), reply("a"), replies(the_second_prompt="b")),
        (batch((0, "a"), (1, "a")), reply("a"), replies(the_second_prompt="b")),
        "'a'",
    ),
    Example(
        "batch.as-completed",
        (batch((0, "a"), (1, "a")), reply("a"), replies(the_second_prompt="a")),
        (batch(raised=ERROR), reply("a"), replies(the_second_prompt="b")),
        _RAISED,
    ),
    Example(
        "batch.as-completed",
        (batch((0, ""), (1, "b")), reply(""), replies(the_second_prompt="b")),
        (batch("a", "b"), reply("a"), replies(the_second_prompt="b")),
        "2 items, and pairs with the indices: none",
    ),
    Example(
        "batch.each-config",
        (_tagged("one", "two"),),
        (_tagged("one", "one"),),
        "2 runs with the tag 'one', and none with 'two'",
    ),
    Example(
        "abatch.passes-arguments",
        (batch("a", "a"), reply("a"), reply("abc")),
        (batch("a", "ab"), reply("a"), reply("abc")),
        "'ab'",
    ),
    Example("batch.run-id", (_log("r"),), (_log("s"),), "run id 's'"),
    Example("batch.not-mutated", (batch("a"),), (batch("a", mutated=("inputs",)),), "changed: inputs"),
)


CONFIG = (
    Example("config.optional", (replies(none="hi"),), (replies(none=reply(raised=ERROR)),), _RAISED),
    Example("config.accepted", (reply("hi"),), (stream(raised=ERROR),), _RAISED),
    Example("config.not-mutated", (reply("hi"),), (reply("hi", mutated=("config",)),), "changed: config"),
    Example(
        "config.tags", (complete_run("hi"),), (run(start(), token("hi", tags=[])),), "tags [] in on_llm_stream 'Acme'"
    ),
    Example(
        "config.metadata",
        (complete_run("hi"),),
        (complete_run("hi", metadata={}),),
        "metadata with keys [] in on_llm_start 'Acme'",
    ),
    Example("config.run-name", (complete_run("hi", name="named run"),), (complete_run("hi"),), "on_llm_start 'Acme'"),
    Example(
        "config.run-id",
        (run(start(), end("hi"), run_id="r"),),
        (run(start(), end("hi"), run_id="s"),),
        "run id 'r'",
    ),
    Example(
        "config.not-remembered",
        (complete_run("hi", tags=["own"], metadata={}), complete_run("hi", tags=["own"])),
        (complete_run("hi"), complete_run("hi", tags=[], metadata={})),
        "t1 and llm_conformance of an earlier call, in on_llm_start 'Acme'",
    ),
    Example(
        "config.not-remembered",
        (complete_run("hi", tags=["t1"], metadata={}), complete_run("hi", tags=["t2"])),
        (complete_run("hi", tags=["own", "t1"], metadata={}), complete_run("hi", tags=["own"])),
        "t1 of an earlier call, in on_llm_start 'Acme'",
    ),
    Example(
        "config.not-remembered",
        (complete_run("hi", name="own name", tags=[], metadata={}), complete_run("hi", name="own name")),
        (complete_run("hi", name="named run", tags=[], metadata={}), complete_run("hi")),
        "named run of an earlier call, in on_llm_start 'named run'",
    ),
    Example(
        "config.not-keywords",
        (complete_run("hi"),),
        (complete_run("hi", name="llm_conformance_keyword", tags=["llm_conformance_keyword"]),),
        "keyword arguments used as config: run_name and tags, in on_llm_start 'llm_conformance_keyword'",
    ),
    Example(
        "config.merged",
        (
            complete_run(
                "hi", name="own name", tags=["t1", "wc"], metadata={"llm_conformance": 1, "llm_conformance_own": 1}
            ),
        ),
        (complete_run("hi", name="own name", tags=["t1"], metadata={"llm_conformance": 1, "llm_conformance_own": 1}),),
        "tags ['t1']",
    ),
)

_REFUSED = reply(raised=ERROR, stop=_MARK)
_ENDLESS = reply(hung=SILENCE, stop=_MARK)
_SAME = replies(the_second_prompt="one", the_third_prompt="one")
_IN_CONFIG = {"name": "own name", "tags": ["t1", "wc"]}

# Each says what becomes of a rule at its border, or in a record that lacks what the others have.
BORDERS = (
    Example(
        "invoke.returns-message",
        (reply(raised=ERROR),),
        (reply(message("hi", "acme.AIMessageChunk")),),
        "acme.AIMessageChunk with text 'hi'",
    ),
    Example("invoke.returns-message", (reply(message("hi")),), (reply(["hi"]),), "list (0='hi')"),
    Example("invoke.usable-after-error", (reply("hi"), reply("hi")), (reply("hi"), reply("ho")), "'ho'"),
    Example("input.not-mutated", (reply(raised=ERROR),), (reply(hung=SILENCE),), _HUNG),
    Example(
        "input.not-mutated", (reply("hi"),), (reply("hi", mutated=("messages", "stop")),), "changed: messages, stop"
    ),
    Example("input.rejects-invalid", (stream(raised=ERROR),), (stream("42", hung=SILENCE),), _HUNG),
    Example("batch.returns-list", (batch(*_FOUR),), (batch(*_FOUR, base="tuple"),), "a tuple"),
    Example("batch.return-exceptions", (batch("a", ERROR, "b"),), (batch(ERROR, "a", "b"),), "'a'"),
    Example("batch.each-config", (_tagged(),), (_tagged(raised=ERROR),), _RAISED),
    Example(
        "batch.each-config",
        (_tagged("one"),),
        (_tagged("two", "two"),),
        "2 runs with the tag 'two', and none with 'one'",
    ),
    Example(
        "batch.each-config",
        (_tagged("one", "one", "two", "two"),),
        (_tagged("two", "two", "two"),),
        "3 runs with the tag 'two', and none with 'one'",
    ),
    Example(
        "batch.order",
        (batch(*["one"] * 4), reply("one"), _SAME),
        (batch("one", "two", "one", "two"), reply("one"), _SOLO),
        "'two'",
    ),
    Example(
        "batch.order",
        (batch(*_FOUR[:3]), reply("one"), _SOLO),
        (batch("one", "one", "two"), reply("one"), _SOLO),
        "'one'",
    ),
    Example("batch.one", (batch("hi"), reply("hi")), (batch(raised=ERROR), reply("hi")), _RAISED),
    Example("batch.one", (batch("hi"), reply("hi")), (batch("hi", "hi"), reply("hi")), "a list of 2"),
    Example("batch.empty", (batch(),), (batch("hi"),), "a list of length 1"),
    Example("batch.empty", (batch(),), (batch(base="tuple"),), "a tuple of length 0"),
    Example("batch.max-concurrency", (batch("a"), batch("a")), (batch(raised=ERROR), batch("a")), _RAISED),
    Example("batch.max-concurrency", (batch("a"), batch("a")), (batch("a"), batch("a", "b")), "a list of 1"),
    Example("batch.raises", (batch(raised=ERROR),), (batch(hung=SILENCE),), _HUNG),
    Example("batch.return-exceptions", (batch("a", ERROR, "b"),), (batch(raised=ERROR),), _RAISED),
    Example("batch.return-exceptions", (batch("a", ERROR, "b"),), (batch("a", "b"),), "a list of 2"),
    Example(
        "batch.isolates-failures",
        (batch("a", ERROR, "b"),),
        (batch(ERROR, ERROR, ERROR),),
        f"result[0] {_RAISED}; result[2] {_RAISED}",
    ),
    Example(
        "batch.configs",
        (batch("a", "b"), batch(raised=ERROR)),
        (batch(raised=ERROR), batch(raised=ERROR)),
        _RAISED,
    ),
    Example("batch.configs", (batch("a", "b"), batch(raised=ERROR)), (batch("a"), batch(raised=ERROR)), "a list of 1"),
    Example("batch.configs", (batch("a", "b"), batch(raised=ERROR)), (batch("a", "b"), batch(hung=SILENCE)), _HUNG),
    Example(
        "batch.passes-arguments", (batch("a"), _REFUSED, _WHOLE), (batch(raised=ERROR), reply("a"), _WHOLE), _RAISED
    ),
    Example(
        "batch.not-mutated", (batch("a"),), (batch("a", mutated=("inputs", "configs")),), "changed: inputs, configs"
    ),
    Example(
        "batch.passes-arguments", (batch("a"), _ENDLESS, _WHOLE), (batch(raised=ERROR), reply("a"), _WHOLE), _RAISED
    ),
    Example("input.not-mutated", (_ENDLESS,), (reply(hung=SILENCE),), _HUNG),
    Example("config.not-mutated", (reply("hi"),), (reply("hi", mutated=("config", "tags")),), "changed: config, tags"),
    Example("config.merged", (run(),), (run(raised=ERROR),), _RAISED),
    Example(
        "config.merged",
        (run(start(**_IN_CONFIG, metadata={"llm_conformance": 1, "llm_conformance_own": 1})),),
        (run(start()),),
        "tags ['t1']",
    ),
    Example(
        "config.merged",
        (run(start(**_IN_CONFIG, metadata={"llm_conformance": 1, "llm_conformance_own": 1, "of its own": 2})),),
        (run(start(**_IN_CONFIG)),),
        "metadata {'llm_conformance': 1}",
    ),
)

EXAMPLES = (*INVOKE, *BATCH, *CONFIG, *BORDERS)
