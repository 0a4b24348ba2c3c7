"""Faults of content: valid text that careless code damages. The changed golden stream is the exact text.

The texts are inserted after the first token of the golden stream, so that every format encodes them as its provider
does.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from llm_conformance.simulator.actions import Actions
from llm_conformance.simulator.faults.body import map_bytes
from llm_conformance.simulator.faults.fault import Expected, FaultClass, FaultFamily, FaultLevel
from llm_fixtures import Golden, Piece, Token, ToolCall

CONTENT = FaultFamily(FaultClass.CONTENT)

_KIB = 1024
_ADDED_TOKENS = 2_000
_CONTROLS = "".join(map(chr, [*range(1, 10), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F]))
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


def with_texts(golden: Golden, *texts: str) -> Golden:
    """The golden stream with these texts as tokens after its first token; before its first call if it has no text."""
    pieces = golden.pieces
    first = next((place for place, piece in enumerate(pieces, start=1) if isinstance(piece, Token)), None)
    if first is None:
        first = next((place for place, piece in enumerate(pieces) if isinstance(piece, ToolCall)), len(pieces))
    return replace(golden, pieces=(*pieces[:first], *(Token(text=text) for text in texts), *pieces[first:]))


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def u2028(golden: Golden) -> Golden:
    """A token contains U+2028, which `str.splitlines` treats as the end of a line and the formats do not."""
    return with_texts(golden, "a\u2028b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def u2029(golden: Golden) -> Golden:
    """A token contains U+2029, which `str.splitlines` treats as the end of a line and the formats do not."""
    return with_texts(golden, "a\u2029b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def u0085(golden: Golden) -> Golden:
    """A token contains U+0085, which JSON encoders do not escape and `str.splitlines` treats as the end of a line."""
    return with_texts(golden, "a\x85b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def control_chars(golden: Golden) -> Golden:
    """Tokens contain all ASCII control characters except NUL, LF and CR."""
    return with_texts(golden, _CONTROLS, "\x0b", "\x0c", "\x1c\x1d\x1e\x1f")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def nul_escaped(golden: Golden) -> Golden:
    """A token contains NUL, escaped as JSON requires."""
    return with_texts(golden, "a\x00b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def done_in_token(golden: Golden) -> Golden:
    """Tokens contain text that looks like the protocol: terminators, field names, blank lines."""
    return with_texts(golden, "data: [DONE]", "\n\ndata: [DONE]\n\n", "event: message_stop", '{"done":true}', "[DONE]")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def quotes_backslashes(golden: Golden) -> Golden:
    """Tokens contain quotes and backslashes, single and repeated, and text that looks like an escape sequence."""
    return with_texts(golden, '"', "\\", '\\"', "\\\\", "\\n", "\\u00e9", "'")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def empty_tokens(golden: Golden) -> Golden:
    """Empty tokens are sent at the start, in the middle and at the end of the answer."""
    # Built from whole characters: an empty text between the bytes of one would end it.
    empty = Token(text="")
    return replace(golden, pieces=(empty, empty, *_each(golden, lambda token: (token, empty))))


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def feff_token(golden: Golden) -> Golden:
    """U+FEFF is the first token and is part of other tokens."""
    added = with_texts(golden, "\ufeffa", "b\ufeff", "\ufeff")
    return replace(added, pieces=(Token(text="\ufeff"), *added.pieces))


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def edge_whitespace(golden: Golden) -> Golden:
    """Tokens begin or end with various whitespace, or consist only of whitespace."""
    return with_texts(golden, " ", "  a", "b  ", "\t", "\r\n", "\r", "\u00a0", "\u3000c\u3000", " \n ")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def event_200k(golden: Golden) -> Golden:
    """One token is 200 KiB long."""
    return with_texts(golden, "0123456789abcdef" * (200 * _KIB // 16))


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def event_2m(golden: Golden) -> Golden:
    """One token is 2 MiB long."""
    return with_texts(golden, "0123456789abcdef" * (2 * _KIB * _KIB // 16))


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def many_tokens(golden: Golden) -> Golden:
    """The answer has 2 000 additional tokens."""
    return with_texts(golden, *(f" w{number}" for number in range(_ADDED_TOKENS)))


# SHOULD, because langchain-core raises an error for a stream without chunks: a client that skips empty texts raises.
@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def zero_tokens(golden: Golden) -> Golden:
    """The model finishes without a token; an empty answer is a valid answer."""
    return replace(golden, pieces=())


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def duplicates(golden: Golden) -> Golden:
    """The model generates every token twice; a client must not remove duplicates."""
    # Built from whole characters: the bytes of a part, sent twice, would not be valid.
    return replace(golden, pieces=_each(golden, lambda token: (token, token)))


@CONTENT.on_response(Expected.EXACT, FaultLevel.MUST)
def ascii_escapes(actions: Actions) -> Actions:
    """All non-ASCII characters are escaped, beyond U+FFFF as surrogate pairs, as `json.dumps` does by default."""
    return map_bytes(actions, lambda data: _NON_ASCII.sub(_escape, data.decode()).encode())


def _each(golden: Golden, change: Callable[[Token], Iterable[Token]]) -> tuple[Piece, ...]:
    """The pieces with each token, as text, replaced by the tokens that `change` returns for it."""
    changed: list[Piece] = []
    for piece, text in zip(golden.pieces, golden.text_tokens(), strict=True):
        changed += change(Token(text=text)) if isinstance(piece, Token) else (piece,)
    return tuple(changed)


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
