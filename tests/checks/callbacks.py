"""Examples for the checks of callbacks."""

from checks.example import Example
from checks.records import ERROR, reply
from llm_conformance.records import CallbackEvent, CallbackLog, Place

_RAISED = ERROR.text


def _heard(
    *notes: str | CallbackEvent, texts: tuple[str, ...] = ("h", "i"), run_id: str = "", left_at: Place | None = None
) -> CallbackLog:
    """What a handler was told of the run "r", by method; a `Note` says more."""
    told = tuple(note if isinstance(note, CallbackEvent) else CallbackEvent(note, "r") for note in notes)
    return CallbackLog(events=told, texts=texts, run_id=run_id, left_at=left_at)


def _token(text: str | None, delivered: int) -> CallbackEvent:
    return CallbackEvent("on_llm_new_token", "r", text, delivered)


_START, _END, _ERROR = "on_llm_start", "on_llm_end", "on_llm_error"
_WHOLE = _heard(
    _START, _token("h", 0), _token("i", 1), CallbackEvent(_END, "r", None, 2), run_id="r", left_at=Place.MIDDLE
)

_HI = reply("hi")
_UNTOLD = _heard()

CALLBACKS = (
    Example("callbacks.same-answer", (_WHOLE, _WHOLE, _WHOLE, _HI), (_heard(texts=("h",)), _WHOLE, _WHOLE, _HI), "'h'"),
    Example("callbacks.async-parity", (_WHOLE, _WHOLE), (_WHOLE, _UNTOLD), "nothing reported by `astream()`"),
    Example(
        "callbacks.async-parity",
        (_UNTOLD, _UNTOLD),
        (_WHOLE, _heard(_START, _END)),
        "on_llm_start, on_llm_end reported by `astream()`",
    ),
    Example("callbacks.accepted", (_WHOLE,), (CallbackLog(raised=ERROR),), _RAISED),
    Example("callbacks.start-end", (_WHOLE,), (_heard(_START, _END, _END),), "on_llm_start, on_llm_end (2 times)"),
    Example("callbacks.run-id", (_WHOLE,), (_heard(_START, _END, run_id="x"),), "run id 'r'"),
    Example("callbacks.tokens", (_WHOLE,), (_heard(_START, _token("h", 0), _token("h", 0), _token("i", 1)),), "'hhi'"),
    Example(
        "callbacks.before-chunk", (_WHOLE,), (_heard(_START, _token("h", 1), _token("i", 2)),), "0 characters reported"
    ),
    Example(
        "callbacks.awaited",
        (_WHOLE,),
        (CallbackLog(warnings=("RuntimeWarning: coroutine 'on_llm_new_token' was never awaited",)),),
        "RuntimeWarning: coroutine 'on_llm_new_token' was never awaited",
    ),
    Example(
        "callbacks.error-on-close",
        (_heard(_START, _ERROR, left_at=Place.MIDDLE),),
        (_WHOLE,),
        "on_llm_start, on_llm_new_token (2 times), on_llm_end",
    ),
)

_SILENT = CallbackLog(texts=("h", "i"), run_id="r", left_at=Place.MIDDLE)
_TOKENLESS = _heard(_START, _END)
_OF_TEXTLESS = _heard(_START, _token(None, 0), _END)

# Each says what becomes of a rule at its border, or in a record that lacks what the others have.
BORDERS = (
    Example(
        "callbacks.start-end",
        (_SILENT,),
        (_heard(_START, CallbackEvent("on_llm_new_token", "x", "h"), _END),),
        "on_llm_new_token of run 'x'",
    ),
    Example(
        "callbacks.start-end",
        (_TOKENLESS,),
        (_heard(_START, _END, "on_llm_new_token"),),
        "on_llm_start, on_llm_end, on_llm_new_token",
    ),
    Example(
        "callbacks.start-end",
        (_TOKENLESS,),
        (_heard("on_llm_new_token", _START, _END),),
        "on_llm_new_token, on_llm_start, on_llm_end",
    ),
    Example("callbacks.run-id", (_SILENT,), (_heard(_START, run_id="x"),), "run id 'r'"),
    Example("callbacks.tokens", (_TOKENLESS,), (_heard(_START, *(_token(text, 0) for text in "hio")),), "'hio'"),
    Example("callbacks.tokens", (_OF_TEXTLESS,), (_heard(_START, _token("", 0)),), "''"),
    Example(
        "callbacks.tokens",
        (_heard(_START, _token("", 0), _token("hi", 0)),),
        (_heard(_START, _token("hi", 0), texts=("h", "i", "o")),),
        "'hi'",
    ),
    Example(
        "callbacks.before-chunk",
        (_TOKENLESS,),
        (_heard(_START, _token("h", 0), _token("i", 2)),),
        "1 character reported",
    ),
    Example("callbacks.before-chunk", (_OF_TEXTLESS,), (_heard(_START, _token("", 0)),), "0 characters reported"),
    Example("callbacks.error-on-close", (_SILENT,), (_heard(_START, left_at=Place.MIDDLE),), "on_llm_start"),
    Example(
        "callbacks.error-on-close",
        (_heard(_START, CallbackEvent(_END, "r", None, 0), left_at=Place.MIDDLE),),
        (_heard(_START, CallbackEvent(_END, "r", None, 1), left_at=Place.MIDDLE),),
        "on_llm_start, on_llm_end",
    ),
    Example(
        "callbacks.error-on-close",
        (_heard(_START, _ERROR, _END, left_at=Place.END),),
        (_heard(_START, _ERROR, CallbackEvent(_END, "r", None, 2), left_at=Place.MIDDLE),),
        "on_llm_start, on_llm_error, on_llm_end",
    ),
)

EXAMPLES = (*CALLBACKS, *BORDERS)
