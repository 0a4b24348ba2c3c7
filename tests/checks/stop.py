"""Examples for the checks of `stop`."""

from checks.example import Example
from checks.records import (
    ERROR,
    SILENCE,
    about,
    reply,
    stream,
)
from llm_conformance.records import Kind

_RAISED = ERROR.text
_HUNG = SILENCE.text
_SENTENCES, _AT_FULL_STOP = reply("One. Two. Three."), reply("One", stop=".")
_MARK = "g s"
_WHOLE, _CUT = reply("a long story ends"), reply("a lon", stop=_MARK)
_STREAMED = stream("a long", " story ends")
_TOO_SHORT, _REFUSED = reply("hi"), reply(raised=ERROR, stop=_MARK)
_ENDLESS = reply(hung=SILENCE, stop=_MARK)
_TWICE, _AT_B = reply("a b c b d"), "b"
_ONE_WORD, _AT_LO = reply("a long"), "lo"

STOP = (
    Example("stop.cuts", (_CUT, _WHOLE), (reply("a long story ends", stop=_MARK), _WHOLE), "'a long story ends'"),
    Example("stop.literal", (_AT_FULL_STOP, _SENTENCES, _CUT), (reply("", stop="."), _SENTENCES, _CUT), "''"),
    Example("stop.excludes-stop-text", (_CUT, _WHOLE), (reply("a long s", stop=_MARK), _WHOLE), "'a long s'"),
    Example(
        "stop.parity",
        (stream("a", " lon"), _CUT, _WHOLE, about()),
        (stream("a", " long"), _CUT, _WHOLE, about()),
        "'a long'",
    ),
    Example(
        "stop.each-text",
        (stream("a", " lon"), _CUT, _WHOLE),
        (stream("a", " long story ends"), _CUT, _WHOLE),
        "'a long story ends'",
    ),
    Example(
        "stop.bound",
        (stream("a lon"), stream("a lon"), _STREAMED),
        (stream("a", " long"), stream("a lon"), _STREAMED),
        "'a long'",
    ),
    Example("stop.not-remembered", (_WHOLE, _WHOLE, _CUT), (reply("a lon"), _WHOLE, _CUT), "'a lon'"),
)

# Each says what becomes of a rule at its border, or in a record that lacks what the others have.
BORDERS = (
    Example("stop.cuts", (_TOO_SHORT, _TOO_SHORT), (reply(hung=SILENCE, stop=_MARK), _WHOLE), _HUNG),
    Example("stop.cuts", (_REFUSED, _WHOLE), (reply("a lo", stop=_MARK), _WHOLE), "'a lo'"),
    Example("stop.cuts", (reply("a ", stop=_AT_B), _TWICE), (reply("a b c ", stop=_AT_B), _TWICE), "'a b c '"),
    Example(
        "stop.cuts",
        (reply("a long story", stop=_MARK), reply("a long story ends here")),
        (reply("a long story ends", stop=_MARK), reply("a long story ends here")),
        "'a long story ends'",
    ),
    Example("stop.cuts", (reply("a long", stop=_AT_LO), _ONE_WORD), (reply("a l", stop=_AT_LO), _ONE_WORD), "'a l'"),
    Example(
        "stop.literal",
        (reply("a b. c", stop="."), reply("a b. c"), _REFUSED),
        (reply(raised=ERROR, stop="("), _SENTENCES, _CUT),
        _RAISED,
    ),
    Example(
        "stop.literal",
        (reply("One.", stop="."), _SENTENCES, _CUT),
        (reply("One. Two. Th", stop="."), _SENTENCES, _CUT),
        "'One. Two. Th'",
    ),
    Example(
        "stop.literal",
        (reply("One.", stop="."), _SENTENCES, _CUT),
        (reply(hung=SILENCE, stop="."), _SENTENCES, _CUT),
        _HUNG,
    ),
    Example("stop.excludes-stop-text", (_TOO_SHORT, _TOO_SHORT), (reply("a b", stop=_AT_B), _TWICE), "'a b'"),
    Example(
        "stop.parity", (stream("hi"), _TOO_SHORT, _WHOLE, about()), (stream("a"), _REFUSED, _WHOLE, about()), "'a'"
    ),
    Example(
        "stop.parity",
        (stream(raised=ERROR), _REFUSED, _WHOLE, about()),
        (stream(raised=ERROR), _CUT, _WHOLE, about()),
        _RAISED,
    ),
    Example(
        "stop.parity",
        (stream(raised=ERROR), reply("a long story ends", stop=_MARK), _WHOLE, about(kind=Kind.CHAIN)),
        (stream(raised=ERROR), _CUT, _WHOLE, about(kind=Kind.CHAIN)),
        _RAISED,
    ),
    Example("stop.parity", (stream("a"), _ENDLESS, _WHOLE, about()), (stream("a"), _REFUSED, _WHOLE, about()), "'a'"),
    Example(
        "stop.bound",
        (stream("a"), stream(hung=SILENCE), _STREAMED),
        (stream(raised=ERROR), stream("a lon"), _STREAMED),
        _RAISED,
    ),
    Example(
        "stop.bound",
        (stream("a"), stream(raised=ERROR), _STREAMED),
        (stream(raised=ERROR), stream("a lon"), _STREAMED),
        _RAISED,
    ),
    Example("stop.each-text", (stream(raised=ERROR), _CUT, _WHOLE), (stream(hung=SILENCE), _CUT, _WHOLE), _HUNG),
    Example("stop.each-text", (stream("hi"), _REFUSED, _WHOLE), (stream("a lo"), _CUT, _WHOLE), "'a lo'"),
    Example("stop.not-remembered", (_WHOLE, _WHOLE, _WHOLE), (reply(raised=ERROR), _WHOLE, _CUT), _RAISED),
)

EXAMPLES = (*STOP, *BORDERS)
