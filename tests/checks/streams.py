"""Examples for the checks of streams, one by one and beside each other."""

from dataclasses import replace

from checks.example import Example
from checks.records import ERROR, SILENCE, about, batch, message, replies, reply, sampled, stream, streams
from llm_conformance.records import Value

_RAISED = ERROR.text
_HI, _HIHI = stream("h", "i"), stream("hi", "hi")
_SOLO = replies(the_second_prompt="ho", the_third_prompt="ha")
_MIXED = streams(stream("h", "h"), stream("i", "o"))
_APART = streams(_HI, stream("h", "o"))
_CORE = "langchain_core.language_models.llms.BaseLLM"
_SUM = {"total": message("hi", "acme.Chunk")}
# What a model that samples answers.
_SPACED = [f"{name} sings" for name in ("Ann", "Bob", "Cat", "Dan", "Eve", "Fay", "Gus")]
_JOINED = [answer.replace(" ", "") for answer in _SPACED]
_MIXED_TEXTS = [*_JOINED, "Ann and Bob sing"]
_NO_SPACE = "in no answer of stream(), such as 'Annsings'"
_SPACES = "in no answer of invoke(), such as 'Annsings'"

STREAM = (
    Example("stream.completes", (_HI,), (stream("h", hung=SILENCE),), "had not ended after 10 s (acme.py:2 in stream)"),
    Example("astream.completes", (_HI,), (stream("h", raised=ERROR),), _RAISED),
    Example(
        "stream.refuses-at-first-next",
        (stream(raised=ERROR),),
        (stream(raised=ERROR, raised_at_call=True),),
        f"an exception at the call itself: {_RAISED}",
    ),
    Example(
        "stream.is-iterator", (_HI,), (stream("hi", is_iterator=False, returned_type="list"),), "an object of type list"
    ),
    Example(
        "astream.is-async-iterator",
        (_HI,),
        (stream("hi", needed_await=True, returned_type="coroutine"),),
        "an awaitable of type coroutine",
    ),
    Example("stream.yields-text", (_HI,), (stream("h", message("i", "acme.Chunk")),), "a chunk of type acme.Chunk"),
    Example(
        "stream.yields-messages",
        (stream(message("h"), message("i"), **_SUM),),
        (stream(message("h"), message("i"), total_raised=ERROR),),
        f"`+` {_RAISED}",
    ),
    Example("stream.concat", (reply("hi"), _HI), (reply("hi"), stream("h")), "'h'"),
    Example("stream.async-parity", (_HI, stream("hi")), (_HI, stream("", "")), "''"),
    Example("stream.exact", (_HI, about("hi")), (_HIHI, about("hi")), "'hihi'"),
    Example("stream.boundaries", (_HI, about("h", "", "i")), (stream("hi"), about("h", "i")), "'hi'"),
    Example("stream.one-chunk-fallback", (stream("hi"),), (_HI,), "'hi'"),
    Example("stream.many-chunks", (stream("hi ", "you"), about()), (stream("hi you"), about()), "'hi you'"),
    Example("stream.native-async", (_HI, stream("hi"), about(astream=_CORE)), (_HI, stream("hi"), about()), "'hi'"),
    Example("stream.single-use", (_HI,), (stream("h", "i", after_end="returned 'h'"),), "returned 'h'"),
    Example(
        "stream.whole-characters",
        (stream("e", "\N{COMBINING ACUTE ACCENT}"),),
        (stream("\ud83d", "\ude00"),),
        r"'\ud83d'",
    ),
    Example("stream.repeats", (_HI, stream("hi")), (_HI, _HIHI), "'hihi'"),
    Example("stream.usable-after-close", (_HI, _HI), (_HI, stream("i")), "'i'"),
    Example(
        "stream.sampled-parity",
        (sampled(_SPACED, _MIXED_TEXTS),),
        (sampled(_SPACED, _JOINED),),
        _NO_SPACE,
    ),
    Example(
        "stream.sampled-parity",
        (sampled(_MIXED_TEXTS, _SPACED),),
        (sampled(_JOINED, _SPACED),),
        _SPACES,
    ),
    Example("stream.transform", (_HI, _HI), (_HIHI, _HI), "'hihi'"),
)

ISOLATION = (
    Example("isolation.repeated-calls", (replies(again="hi"),), (replies(again=reply(raised=ERROR)),), _RAISED),
    Example("isolation.interleaved", (_APART, reply("hi"), _SOLO), (_MIXED, reply("hi"), _SOLO), "'hh'"),
    Example("isolation.second-loop", (_HI, stream("hi")), (stream("h", raised=ERROR), _HI), _RAISED),
    Example("isolation.second-loop", (_HI, stream("hi")), (stream("h"), _HI), "'h'"),
    Example(
        "isolation.concurrent-invokes",
        (batch("hi", "ho", "ha"), reply("hi"), _SOLO),
        (batch("hi", "hoha", "ha"), reply("hi"), _SOLO),
        "'hoha'",
    ),
    Example("isolation.concurrent", (_APART, reply("hi"), _SOLO), (_MIXED, reply("hi"), _SOLO), "'hh'"),
)

_HUNG = SILENCE.text
_SILENT = stream("h", hung=SILENCE)
_ONE, _UNSUMMED = stream("hi"), stream(message("h"), total_raised=ERROR)
_WORDLESS = Value("acme.Chunk", "object")

# Each says what becomes of a rule at its border, or in a record that lacks what the others have.
BORDERS = (
    Example(
        "isolation.concurrent-invokes",
        (batch("hi", "ho", "ha"), reply("hi"), _SOLO),
        (batch(raised=ERROR), reply("hi"), _SOLO),
        _RAISED,
    ),
    Example(
        "stream.is-iterator", (_HI,), (stream("hi", has_close=False, returned_type="map"),), "a map without `close()`"
    ),
    Example(
        "astream.is-async-iterator",
        (_HI,),
        (stream("hi", is_iterator=False, returned_type="list"),),
        "an object of type list",
    ),
    Example(
        "astream.is-async-iterator",
        (_HI,),
        (stream("hi", has_close=False, returned_type="Mailbox"),),
        "a Mailbox without `aclose()`",
    ),
    Example("stream.yields-messages", (stream(),), (stream(message("h"), "i"),), "a chunk of type str"),
    Example("stream.yields-messages", (_UNSUMMED,), (stream(["hi"]),), "a chunk of type list"),
    Example(
        "stream.yields-messages",
        (stream(message("hi"), **_SUM),),
        (stream(message("h"), message("i"), total=message("h", "acme.Chunk")),),
        "acme.Chunk with text 'h'",
    ),
    Example(
        "stream.yields-messages",
        (stream(_WORDLESS),),
        (stream(message("X"), message("L"), total=_WORDLESS),),
        "an object of type acme.Chunk",
    ),
    Example(
        "stream.many-chunks",
        (_ONE, about()),
        (stream("", "hi you", ""), replace(about(), method_owners={"stream": _CORE})),
        "'hi you'",
    ),
    Example(
        "stream.native-async",
        (_HI, _ONE, replace(about(), method_owners={"astream": _CORE})),
        (_HI, stream("hi", ""), replace(about(), method_owners={"astream": "acme.Acme"})),
        "'hi'",
    ),
    Example("stream.native-async", (_ONE, _ONE, about()), (_HI, _ONE, about()), "'hi'"),
    Example("stream.native-async", (_HI, _HI, about()), (_HI, _ONE, about()), "'hi'"),
    Example(
        "stream.native-async",
        (_HI, _ONE, replace(about(), method_owners={"_stream": "acme.Acme", "astream": "acme.Base"})),
        (_HI, _ONE, replace(about(), method_owners={"_astream": "acme.Acme", "_stream": "acme.Acme"})),
        "'hi'",
    ),
    Example("stream.whole-characters", (stream("\ud7ff\ue000"),), (stream("\ud800"),), r"'\ud800'"),
    Example("stream.whole-characters", (stream("\ud7ff\ue000"),), (stream("h", "\udfff"),), r"'\udfff'"),
    Example("stream.repeats", (_HI, _HI), (_HI, _SILENT), _HUNG),
    Example("stream.usable-after-close", (_HI, _HI), (_HI, _SILENT), _HUNG),
    Example("stream.transform", (_HI, _HI), (_SILENT, _HI), _HUNG),
    Example(
        "isolation.interleaved",
        (_APART, reply("hi"), _SOLO),
        (streams(_HI, _SILENT, hung=SILENCE), reply("hi"), _SOLO),
        _HUNG,
    ),
    Example(
        "isolation.concurrent",
        (_APART, reply("hi"), _SOLO),
        (streams(_HI, _SILENT, hung=SILENCE), reply("hi"), _SOLO),
        _HUNG,
    ),
)

EXAMPLES = (*STREAM, *ISOLATION, *BORDERS)
