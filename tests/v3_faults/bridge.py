"""What becomes of the chunks of `_stream`: the bridge makes events of them."""

from __future__ import annotations

from contextlib import suppress
from functools import reduce
from operator import add
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk

from v3_faults.models import Model, of, summed, v3


def call(**parts: Any) -> Any:
    return {"type": "tool_call_chunk", "name": None, "args": None, "id": None, "index": None, **parts}


def calls(*each: Any, **more: Any) -> AIMessageChunk:
    return AIMessageChunk(content="", tool_call_chunks=list(each), **more)


class Unstreamed(Model):
    _stream = BaseChatModel._stream
    _astream = BaseChatModel._astream


def lost_fragment() -> bool:
    """The fragment of a call in the chunk with `chunk_position="last"` is lost: the call is not valid."""
    begun = calls(call(name="f", args='{"a": ', id="1", index=0))
    model = of(begun, calls(call(args="1}", index=0), chunk_position="last"), log=[])
    return bool(v3(model).output.tool_calls == [] != summed(model).tool_calls)


def shared_index() -> bool:
    """Whole calls that share an index, as Ollama sends them, become one call that is not valid."""
    each = (call(name="f", args="{}", id="1", index=0), call(name="g", args="{}", id="2", index=0))
    model = of(calls(*each), log=[])
    return v3(model).output.tool_calls == [] and len(summed(model).tool_calls) == len(each)


def calls_without_index() -> bool:
    """Whole calls without an index, each in its own chunk, become one call that is not valid."""
    model = of(calls(call(name="f", args="{}", id="1")), calls(call(name="g", args="{}", id="2")), log=[])
    return v3(model).output.tool_calls == [] and len(summed(model).tool_calls) == len(model.chunks)


def index_of_text_and_call() -> bool:
    """A call with the index of a block of text replaces the text in the message."""
    text = AIMessageChunk(content=[{"type": "text", "text": "hi", "index": 0}])
    model = of(text, calls(call(name="f", args="{}", id="1", index=0)), log=[])
    stream = v3(model)
    return str(stream.text) == "hi" and stream.output.text == ""


def usage_details() -> bool:
    """Details of the usage are those of the last chunk that has them: `stream()` adds them."""
    usage: Any = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "input_token_details": {"cache_read": 1}}
    model = of(*(AIMessageChunk(content="a", usage_metadata=usage) for _ in range(2)), log=[])
    read = v3(model).output.usage_metadata["input_token_details"]["cache_read"]
    return (read, summed(model).usage_metadata["input_token_details"]["cache_read"]) == (1, 2)


def id_of_provider() -> bool:
    """The message has the id of the run in place of the provider's."""
    model = of(AIMessageChunk(content="a", id="msg_1"), log=[])
    return bool(v3(model).output.id != "msg_1" == reduce(add, model.stream("q")).id)


def ignores_disable_streaming() -> bool:
    """A model with `disable_streaming=True` is streamed all the same."""
    model = of("streamed", disable_streaming=True, log=[])
    return (v3(model).output.text, next(model.stream("q")).text) == ("streamed", "unstreamed")


def no_stream_hook() -> bool:
    """A chat model without `_stream` raises, though its `stream()` answers."""
    model = Unstreamed()
    with suppress(NotImplementedError):
        return not v3(model).output
    return next(model.stream("q")).text == "unstreamed"


FAULTS = {
    function.__name__: function
    for function in (
        lost_fragment,
        shared_index,
        calls_without_index,
        index_of_text_and_call,
        usage_details,
        id_of_provider,
        ignores_disable_streaming,
        no_stream_hook,
    )
}
