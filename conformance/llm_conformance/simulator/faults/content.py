"""Faults of content: what a model may say, and careless code cannot carry. The exact text is what it says here.

Texts are put into the golden stream, behind its first token, so that they stand in every format as its provider
writes them.
"""

import json
import re
from dataclasses import replace

from llm_conformance.simulator.actions import Actions
from llm_conformance.simulator.faults.body import rewritten
from llm_conformance.simulator.faults.fault import Expected, FaultClass, FaultFamily, FaultLevel
from llm_fixtures import Golden, Token

CONTENT = FaultFamily(FaultClass.CONTENT)

_KIB = 1024
_MANY = 10_000
_CONTROLS = "".join(map(chr, [*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F]))
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def with_texts(golden: Golden, *texts: str) -> Golden:
    """The golden stream with these tokens behind its first."""
    tokens = golden.tokens
    return replace(golden, tokens=(*tokens[:1], *(Token(text=text) for text in texts), *tokens[1:]))


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def u2028(golden: Golden) -> Golden:
    """A token holds U+2028, which ends a line for Python's `splitlines` and for nobody else."""
    return with_texts(golden, "a\u2028b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def u2029(golden: Golden) -> Golden:
    """A token holds U+2029, which ends a line for Python's `splitlines` and for nobody else."""
    return with_texts(golden, "a\u2029b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def u0085(golden: Golden) -> Golden:
    """A token holds U+0085, which no encoder escapes, and which ends a line for Python's `splitlines`."""
    return with_texts(golden, "a\x85b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def control_chars(golden: Golden) -> Golden:
    """Tokens hold all control characters of ASCII but NUL, CR and LF."""
    return with_texts(golden, _CONTROLS, "\x0b", "\x0c", "\x1c\x1d\x1e\x1f")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def nul_escaped(golden: Golden) -> Golden:
    """A token holds NUL, escaped as JSON has it."""
    return with_texts(golden, "a\x00b")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def done_in_token(golden: Golden) -> Golden:
    """Tokens look like the protocol: terminators, field names, empty lines."""
    return with_texts(golden, "data: [DONE]", "\n\ndata: [DONE]\n\n", "event: message_stop", '{"done":true}', "[DONE]")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def quotes_backslashes(golden: Golden) -> Golden:
    """Tokens hold quotes and backslashes, alone and in rows, and what looks like an escape."""
    return with_texts(golden, '"', "\\", '\\"', "\\\\", "\\n", "\\u00e9", "'")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def empty_tokens(golden: Golden) -> Golden:
    """Empty tokens stand at the start, in the middle and at the end."""
    # Of whole characters: an empty text within one would end it.
    inner = (text for one in golden.text_tokens() for text in (one, ""))
    return replace(golden, tokens=tuple(Token(text=text) for text in ("", "", *inner)))


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def feff_token(golden: Golden) -> Golden:
    """U+FEFF is the first token, and stands within others."""
    added = with_texts(golden, "\ufeffa", "b\ufeff", "\ufeff")
    return replace(added, tokens=(Token(text="\ufeff"), *added.tokens))


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def edge_whitespace(golden: Golden) -> Golden:
    """Tokens begin and end with blanks of all kinds, or are nothing else."""
    return with_texts(golden, " ", "  a", "b  ", "\t", "\r\n", "\r", "\u00a0", "\u3000c\u3000", " \n ")


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def event_200k(golden: Golden) -> Golden:
    """A token is 200 KiB long."""
    return with_texts(golden, "0123456789abcdef" * (200 * _KIB // 16))


@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def event_2m(golden: Golden) -> Golden:
    """A token is 2 MiB long."""
    return with_texts(golden, "0123456789abcdef" * (2 * _KIB * _KIB // 16))


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def many_tokens(golden: Golden) -> Golden:
    """10 000 tokens more are said."""
    return with_texts(golden, *(f" w{number}" for number in range(_MANY)))


# langchain-core calls a stream without a chunk an error, so what gives none of an empty text raises.
@CONTENT.on_text(Expected.EXACT, FaultLevel.SHOULD)
def zero_tokens(golden: Golden) -> Golden:
    """The model finishes at once: an empty answer is an answer."""
    return replace(golden, tokens=())


@CONTENT.on_text(Expected.EXACT, FaultLevel.MUST)
def duplicates(golden: Golden) -> Golden:
    """Every token is said twice, and is meant so: events have no identity, and a client does not sort them out."""
    # Of whole characters: half of one, said twice, would be none.
    return replace(golden, tokens=tuple(Token(text=text) for one in golden.text_tokens() for text in (one, one)))


@CONTENT.on_response(Expected.EXACT, FaultLevel.MUST)
def ascii_escapes(actions: Actions) -> Actions:
    """Everything beyond ASCII is escaped, in two halves beyond U+FFFF, as `json.dumps` does it."""
    return rewritten(actions, lambda data: _BEYOND_ASCII.sub(_escape, data.decode()).encode())


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
