"""Examples for the checks of callbacks."""

from dataclasses import replace

from checks.example import Example
from checks.records import ERROR, SILENCE, about, replies, reply, stream, streams
from llm_conformance.records import CallbackEvent, CallbackLog, Place

_RAISED = ERROR.text


def _log(
    *calls: str | CallbackEvent, texts: tuple[str, ...] = ("h", "i"), run_id: str = "", left_at: Place | None = None
) -> CallbackLog:
    """The calls of a handler for the run "r", by method; a `CallbackEvent` has more than the method."""
    events = tuple(call if isinstance(call, CallbackEvent) else CallbackEvent(call, "r") for call in calls)
    return CallbackLog(events=events, texts=texts, run_id=run_id, left_at=left_at)


def _token(text: str | None, delivered: int) -> CallbackEvent:
    return CallbackEvent("on_llm_new_token", "r", text, delivered)


def _failed(*calls: str | CallbackEvent) -> CallbackLog:
    return replace(_log(*calls), raised=ERROR)


def _answered(text: str | None) -> CallbackEvent:
    return CallbackEvent("on_llm_end", "r", None, 2, text)


_START, _END, _ERROR = "on_llm_start", "on_llm_end", "on_llm_error"
_REPORTED = CallbackEvent(_ERROR, "r", errors=("AcmeError", "ValueError"))
_WHOLE = _log(
    _START, _token("h", 0), _token("i", 1), CallbackEvent(_END, "r", None, 2), run_id="r", left_at=Place.MIDDLE
)

_TRACED_START = CallbackEvent(_START, "r", tags=("t1", "own"), metadata=("llm_conformance",))
_TRACED, _TAGGED = _log(_TRACED_START, _END), _log(replace(_TRACED_START, metadata=()), _END)
_IN_CHAIN = _log(replace(_TRACED_START, method="on_chain_start", run_id="c"), _START, _END)

_HI = reply("hi")
_EMPTY = _log()
_SOLO = replies(the_second_prompt="ho")
_APART, _UNTOLD = streams(stream("h", "i"), stream("h", "o")), streams(stream(), stream())
_MIXED = streams(stream("h"), stream("h", "i", "o"))

CALLBACKS = (
    Example("isolation.own-handlers", (_APART, _WHOLE, _HI, _SOLO), (_MIXED, _WHOLE, _HI, _SOLO), "'h'"),
    Example(
        "isolation.own-handlers",
        (streams(stream(), stream("h", "o")), _WHOLE, _HI, _SOLO),
        (streams(stream(), stream("h", "i", "h", "o")), _WHOLE, _HI, _SOLO),
        "'hiho'",
    ),
    Example(
        "isolation.own-handlers",
        (_UNTOLD, _EMPTY, _HI, _SOLO),
        (streams(stream("h"), stream("h"), raised=ERROR), _WHOLE, _HI, _SOLO),
        _RAISED,
    ),
    Example(
        "isolation.own-handlers",
        (_MIXED, _log(_START, _token("h", 0), _END), _HI, _SOLO),
        (_MIXED, _WHOLE, _HI, _SOLO),
        "'h'",
    ),
    Example("callbacks.same-answer", (_WHOLE, _WHOLE, _WHOLE, _HI), (_log(texts=("h",)), _WHOLE, _WHOLE, _HI), "'h'"),
    Example("callbacks.async-parity", (_WHOLE, _WHOLE), (_WHOLE, _EMPTY), "nothing reported by `astream()`"),
    Example(
        "callbacks.async-parity",
        (_EMPTY, _EMPTY),
        (_WHOLE, _log(_START, _END)),
        "on_llm_start, on_llm_end reported by `astream()`",
    ),
    Example(
        "callbacks.every-call", (_WHOLE, _WHOLE, about()), (_EMPTY, _WHOLE, about()), "nothing reported by this call"
    ),
    Example(
        "callbacks.every-call", (_EMPTY, _EMPTY, about()), (_WHOLE, _EMPTY, about()), "nothing reported by `invoke()`"
    ),
    Example(
        "callbacks.every-call",
        (_WHOLE, _EMPTY, replace(about(), cached=True)),
        (_WHOLE, _EMPTY, about()),
        "nothing reported by `invoke()`",
    ),
    Example("callbacks.accepted", (_WHOLE,), (CallbackLog(raised=ERROR),), _RAISED),
    Example("callbacks.start-end", (_WHOLE,), (_log(_START, _END, _END),), "on_llm_start, on_llm_end (2 times)"),
    Example("callbacks.run-id", (_WHOLE,), (_log(_START, _END, run_id="x"),), "run id 'r'"),
    Example(
        "callbacks.config", (_TRACED,) * 3, (_WHOLE, _WHOLE, _TRACED), "tags [] at the start, and 't1' with `astream()`"
    ),
    Example(
        "callbacks.config",
        (_IN_CHAIN, _TRACED, _TRACED),
        (_TAGGED, _TRACED, _TAGGED),
        "metadata with the keys [] at the start, and 'llm_conformance' with `invoke()`",
    ),
    Example("callbacks.tokens", (_WHOLE,), (_log(_START, _token("h", 0), _token("h", 0), _token("i", 1)),), "'hhi'"),
    Example(
        "callbacks.before-chunk", (_WHOLE,), (_log(_START, _token("h", 1), _token("i", 2)),), "0 characters reported"
    ),
    Example(
        "callbacks.awaited",
        (_WHOLE,),
        (CallbackLog(warnings=("RuntimeWarning: coroutine 'on_llm_new_token' was never awaited",)),),
        "RuntimeWarning: coroutine 'on_llm_new_token' was never awaited",
    ),
    Example(
        "callbacks.error-on-failure",
        (_failed(_START, _REPORTED),),
        (_failed(_START, _END),),
        "on_llm_start, on_llm_end",
    ),
    Example(
        "callbacks.error-on-failure",
        (_failed(_START, _REPORTED),),
        (_failed(_START, CallbackEvent(_ERROR, "r", errors=("KeyError",))),),
        "on_llm_error with KeyError",
    ),
    Example("callbacks.end-text", (_log(_START, _answered("hi")),), (_log(_START, _answered("")),), "''"),
    Example(
        "callbacks.error-on-close",
        (_log(_START, _ERROR, left_at=Place.MIDDLE),),
        (_WHOLE,),
        "on_llm_start, on_llm_new_token (2 times), on_llm_end",
    ),
)

_SILENT = CallbackLog(texts=("h", "i"), run_id="r", left_at=Place.MIDDLE)
_TOKENLESS = _log(_START, _END)
_OF_TEXTLESS = _log(_START, _token(None, 0), _END)

# Each example is at the border of a rule, or has a record that lacks a field of the other examples.
BORDERS = (
    Example(
        "callbacks.start-end",
        (_SILENT,),
        (_log(_START, CallbackEvent("on_llm_new_token", "x", "h"), _END),),
        "on_llm_new_token of run 'x'",
    ),
    Example(
        "callbacks.start-end",
        (_TOKENLESS,),
        (_log(_START, _END, "on_llm_new_token"),),
        "on_llm_start, on_llm_end, on_llm_new_token",
    ),
    Example(
        "callbacks.start-end",
        (_TOKENLESS,),
        (_log("on_llm_new_token", _START, _END),),
        "on_llm_new_token, on_llm_start, on_llm_end",
    ),
    Example("callbacks.run-id", (_SILENT,), (_log(_START, run_id="x"),), "run id 'r'"),
    Example(
        "callbacks.config",
        (_SILENT, _TRACED, _TRACED),
        (_WHOLE, _TRACED, _WHOLE),
        "tags [] at the start, and 't1' with `invoke()`",
    ),
    Example(
        "callbacks.config",
        (_TAGGED, _TAGGED, _TAGGED),
        (_TAGGED, _TAGGED, _TRACED),
        "metadata with the keys [] at the start, and 'llm_conformance' with `astream()`",
    ),
    Example(
        "callbacks.config",
        (_TOKENLESS,) * 3,
        (_TOKENLESS, _TRACED, _WHOLE),
        "tags [] at the start, and 't1' with `invoke()`",
    ),
    Example("callbacks.tokens", (_TOKENLESS,), (_log(_START, *(_token(text, 0) for text in "hio")),), "'hio'"),
    Example("callbacks.tokens", (_OF_TEXTLESS,), (_log(_START, _token("", 0)),), "''"),
    Example(
        "callbacks.tokens",
        (_log(_START, _token("", 0), _token("hi", 0)),),
        (_log(_START, _token("hi", 0), texts=("h", "i", "o")),),
        "'hi'",
    ),
    Example(
        "callbacks.before-chunk",
        (_TOKENLESS,),
        (_log(_START, _token("h", 0), _token("i", 2)),),
        "1 character reported",
    ),
    Example("callbacks.before-chunk", (_OF_TEXTLESS,), (_log(_START, _token("", 0)),), "0 characters reported"),
    Example("callbacks.end-text", (_log(_START, _answered(None)),), (_log(_START, _answered("h")),), "'h'"),
    Example("callbacks.end-text", (_EMPTY,), (_log(_START, _answered("hi"), texts=("h",)),), "'hi'"),
    Example(
        "callbacks.error-on-failure",
        (replace(_SILENT, raised=ERROR),),
        (_failed(_START, _REPORTED, _END),),
        "on_llm_start, on_llm_error, on_llm_end",
    ),
    Example(
        "callbacks.error-on-failure",
        (_failed(_START, _REPORTED),),
        (replace(_log(_START), hung=SILENCE),),
        SILENCE.text,
    ),
    Example("callbacks.error-on-close", (_SILENT,), (_log(_START, left_at=Place.MIDDLE),), "on_llm_start"),
    Example(
        "callbacks.error-on-close",
        (_log(_START, CallbackEvent(_END, "r", None, 0), left_at=Place.MIDDLE),),
        (_log(_START, CallbackEvent(_END, "r", None, 1), left_at=Place.MIDDLE),),
        "on_llm_start, on_llm_end",
    ),
    Example(
        "callbacks.error-on-close",
        (_log(_START, _ERROR, _END, left_at=Place.END),),
        (_log(_START, _ERROR, CallbackEvent(_END, "r", None, 2), left_at=Place.MIDDLE),),
        "on_llm_start, on_llm_error, on_llm_end",
    ),
)

EXAMPLES = (*CALLBACKS, *BORDERS)
