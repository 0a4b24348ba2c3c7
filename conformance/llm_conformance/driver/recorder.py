"""Turns live values and exceptions of a model into records at once.

Records do not refer to the live objects: an exception keeps its traceback, hence the frames of the model's
generator, and a closed stream would look as if it were still open.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from llm_conformance._paths import PACKAGE_ROOT
from llm_conformance.driver.redactor import Redactor
from llm_conformance.records import Raised, Value

_OURS = str(PACKAGE_ROOT)
# Most values are of these types; they are recognised at once.
_SCALARS = frozenset({bool, int, float, type(None)})
_CONTAINERS = frozenset({dict, list, tuple})
_BASES: tuple[type, ...] = (str, bool, int, float, dict, list, tuple, type(None))
# What messages and chunks carry beside their text; records/message.py reads it. A content that is a str is the text.
_PARTS: dict[str, type | tuple[type, ...]] = {
    "content": list,
    "tool_calls": list,
    "invalid_tool_calls": list,
    "tool_call_chunks": list,
    "usage_metadata": dict,
    "id": str,
    "response_metadata": dict,
    "generation_info": dict,
    "additional_kwargs": dict,
    "chunk_position": str,
}
# The arguments of a call are nine levels below an event of version v1.
_DEPTH = 13
_WIDTH = 10_000
# Of a number. Python does not turn longer ones into text.
_MOST_BITS = 10_000
_CAUSES = 3
_UNREADABLE = "(its message cannot be read)"
# Characters. A longer text is recorded by its beginning, its length and its hash.
_LONGEST_MESSAGE = 10_000
# Characters of all texts of one scenario; a text of five million is in a chain of events a dozen times.
MOST_CHARACTERS = 80_000_000


class TooLongError(BaseException):
    """An answer is too long to be recorded; no handler in the model's own code may catch it."""


class Recorder:
    """Records values and exceptions, and masks secrets in every text of an exception."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        self.redactor = redactor or Redactor()
        self._characters = 0

    def begin(self) -> None:
        """Count the characters of a scenario from here on."""
        self._characters = 0

    @property
    def too_long(self) -> bool:
        """Whether the texts of the scenario were too long to be recorded."""
        return self._characters > MOST_CHARACTERS

    def value(self, value: Any) -> Value:
        """The record of one value; TooLongError from the moment that the texts of the scenario are too long."""
        return _value(value, _DEPTH, self._text)

    def _text(self, text: str) -> str:
        # A subclass may have another `__len__`.
        self._characters += str.__len__(text)
        if self.too_long:
            raise TooLongError
        return str.__str__(text)

    def exception(self, error: BaseException) -> Raised:
        """The record of one exception and of its causes, whatever its class does."""
        try:
            return self._raised(error, _CAUSES)
        except BaseException:  # noqa: BLE001 - its attributes raise, and it is still an exception to report
            kind = type(error)
            return Raised(type.__getattribute__(kind, "__name__"), _UNREADABLE, ("BaseException",), "place unknown")

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        return self.redactor.redact(text)

    def _raised(self, error: BaseException, causes: int) -> Raised:
        message = message_of(error)
        frames = _model_frames(error.__traceback__)
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return Raised(
            type=_type_name(type(error)),
            message=shortened(self.redact(message)),
            bases=tuple(kind.__name__ for kind in type(error).__mro__),
            location=_location([*traceback.walk_tb(frames)]),
            traceback=self.redact("".join(traceback.format_list(_shown(frames)))),
            cause=self._raised(cause, causes - 1) if cause is not None and causes else None,
            leaks_secret=self.redactor.leaks("\n".join((message, *_notes(error)))),
        )


def shortened(text: str) -> str:
    """The text; of a long one the beginning, the length and a hash, equal for equal texts."""
    if len(text) <= _LONGEST_MESSAGE:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{text[:_LONGEST_MESSAGE]}… ({len(text)} characters, SHA-256 {digest}…)"


def message_of(error: BaseException) -> str:
    """The text of an exception, even if its `__str__` raises or exits; never of a subclass of str."""
    try:
        return str.__str__(str(error))
    except BaseException:  # noqa: BLE001 - an exception whose text raises is still an exception to report
        return _UNREADABLE


def _notes(error: BaseException) -> list[str]:
    """The notes that Python prints behind the exception."""
    notes = getattr(error, "__notes__", ())
    return [str.__str__(note) for note in notes if isinstance(note, str)] if isinstance(notes, list) else []


def location(frame: FrameType | None) -> str:
    """Where the model is in a stack: the innermost frame that is not of the harness or the standard library."""
    if frame is None:
        return "place unknown"
    return _location([*traceback.walk_stack(frame)][::-1])


def _value(value: Any, depth: int, keep: Callable[[str], str]) -> Value:
    kind = type(value)
    if kind is str:
        return Value("str", "str", text=keep(value))
    if kind in _SCALARS:
        return _scalar(value, kind.__name__, kind)
    # By the class that it has, not by the one that its `__class__` names.
    base = kind if kind in _CONTAINERS else next((one for one in _BASES if issubclass(kind, one)), None)
    name = _type_name(kind)
    if base is str:
        return Value(name, "str", text=keep(value))
    if base is not None and base in _SCALARS:
        return _scalar(value, name, base)
    if base is not None:
        return Value(name, base.__name__, fields=_fields(value, depth - 1, keep) if depth else {})
    text = _text_of(value)
    fields = _parts_of(value, depth - 1, keep) if depth else {}
    return Value(name, "object", text=None if text is None else keep(text), fields=fields)


def _scalar(value: Any, name: str, base: type) -> Value:
    if base is int and int.bit_length(value) > _MOST_BITS:
        return Value(name, "object")
    # The number itself, of an instance of a subclass.
    return Value(name, base.__name__, scalar=base.__pos__(value) if base in {int, float} else value)


def _fields(value: Mapping[Any, Any] | Sequence[Any], depth: int, keep: Callable[[str], str]) -> dict[str, Value]:
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    return {str(key): _value(item, depth, keep) for key, item in islice(pairs, _WIDTH)}


def _parts_of(value: Any, depth: int, keep: Callable[[str], str]) -> dict[str, Value]:
    found = ((name, getattr(value, name, None), form) for name, form in _PARTS.items())
    return {name: _value(part, depth, keep) for name, part, form in found if isinstance(part, form) and part}


def _text_of(value: Any) -> str | None:
    """The text of a chunk as the contract defines it: `.text`, a method on old message classes, else `.content`."""
    text = getattr(value, "text", None)
    if not isinstance(text, str) and callable(text):
        try:
            text = text()
        except Exception:  # noqa: BLE001 - another method of that name, not the text
            text = None
    if not isinstance(text, str):
        text = getattr(value, "content", None)
        if isinstance(text, list):
            # Messages of langchain-core before 0.3.50 do not have `.text`: the text is in their blocks.
            blocks = [block.get("text") if isinstance(block, dict) else block for block in text]
            text = "".join(block for block in blocks if isinstance(block, str)) or None
    return text if isinstance(text, str) else None


def _type_name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _model_frames(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next
    return trace


def _shown(frames: TracebackType | None) -> list[traceback.FrameSummary]:
    """The innermost frames. Those of the harness may be among them: its loop calls the model's code, and is called."""
    return [one for one in traceback.extract_tb(frames, limit=-20) if not one.filename.startswith(_OURS)]


def _location(stack: Sequence[tuple[FrameType, int]]) -> str:
    """The same in words. stack: the frames, the innermost last, and the line in each."""
    frames = [(frame.f_code, line) for frame, line in stack if not frame.f_code.co_filename.startswith(_OURS)]
    if not frames:
        return "at the call itself"
    of_model = [(code, line) for code, line in frames if is_model_code(code.co_filename)]
    code, line = (of_model or frames)[-1]
    return f"{Path(code.co_filename).name}:{line} in {code.co_name}"


@cache
def is_model_code(filename: str) -> bool:
    """Whether code of that file is the model's: a file outside of the harness and of the standard library."""
    path = Path(filename)
    installed = "site-packages" in path.parts or "dist-packages" in path.parts
    standard = path.is_relative_to(Path(traceback.__file__).parent) and not installed
    return not (standard or filename.startswith(("<", _OURS)))
