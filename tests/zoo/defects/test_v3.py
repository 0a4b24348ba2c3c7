"""Each defect is present, shown without the suite. Here: streams of version v3. The sound base does not show it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

import pytest

from llm_fixtures import Token, golden
from llm_zoo import chat_v3, chat_v3_answers, v3_controlled
from llm_zoo.bases.chat_v3 import V3Defect
from llm_zoo.bases.scripted_v3 import ScriptedV3
from zoo.callers import PROMPT
from zoo.scripts import Pieces

Events = list[dict[str, Any]]
WORDS = 12


def names(events: Events) -> list[str]:
    return [event["event"].removeprefix("content-") for event in events]


def of_block(events: Events, index: int, name: str) -> list[Any]:
    """The contents of a block's starts or finishes, or its deltas."""
    found = [event for event in events if event.get("index") == index and event["event"] == f"content-block-{name}"]
    return [event.get("content", event.get("delta")) for event in found]


def arguments(events: Events, index: int) -> str:
    return "".join(delta.get("args", "") for delta in of_block(events, index, "delta"))


# The blocks of the base: 0 is reasoning, 1 text, 2 and 3 are calls.
WRONG_EVENTS: dict[type[Any], Callable[[Events], bool]] = {
    chat_v3.V3NoEvents: lambda events: events == [],
    chat_v3.V3NoStart: lambda events: names(events)[0] != "message-start",
    chat_v3.V3TwoStarts: lambda events: names(events).count("message-start") == 2,
    chat_v3.V3NoFinish: lambda events: "message-finish" not in names(events),
    chat_v3.V3AfterError: lambda events: "error" in names(events)[:-1],
    chat_v3.V3BlockNotFinished: lambda events: names(events).count("block-start") > names(events).count("block-finish"),
    chat_v3.V3LateStart: lambda events: names(events).index("block-delta") < names(events).index("block-start"),
    chat_v3.V3SharedIndex: lambda events: len(of_block(events, 2, "start")) == 2,
    chat_v3.V3TextInCall: lambda events: of_block(events, 2, "delta")[0]["type"] == "text-delta",
    chat_v3.V3FinishOfOtherType: lambda events: of_block(events, 1, "finish")[0]["type"] == "reasoning",
    chat_v3.V3FinishOfOtherCall: lambda events: (
        of_block(events, 2, "start")[0]["id"] != of_block(events, 2, "finish")[0]["id"]
    ),
    chat_v3.V3CallWithoutDeltas: lambda events: of_block(events, 2, "delta") == [],
    chat_v3.V3LostFragment: lambda events: not arguments(events, 3).endswith("}"),
    chat_v3.V3DoubledFragment: lambda events: of_block(events, 2, "delta")[0] == of_block(events, 2, "delta")[1],
    chat_v3.V3ForeignFragment: lambda events: "zone" in arguments(events, 2),
    chat_v3.V3TextWithoutDeltas: lambda events: of_block(events, 1, "delta") == [],
    chat_v3.V3ReasoningWithoutDeltas: lambda events: of_block(events, 0, "delta") == [],
    chat_v3_answers.V3ArgumentsAsText: lambda events: isinstance(of_block(events, 2, "finish")[0]["args"], str),
    chat_v3_answers.V3StartWithoutId: lambda events: "id" not in events[0],
}


@pytest.mark.parametrize("model", WRONG_EVENTS, ids=lambda model: model.__name__)
def test_the_events_are_wrong(model: type[Any]) -> None:
    shows = WRONG_EVENTS[model]

    assert shows(list(model().stream_events(PROMPT)))
    assert not shows(list(V3Defect().stream_events(PROMPT)))


def test_text_and_output_differ_from_the_events() -> None:
    sound = V3Defect().stream_events(PROMPT)
    assert "".join(sound.text) == str(sound.text)
    assert len(sound.output.tool_calls) == 2

    doubled = chat_v3_answers.V3TextDoubled().stream_events(PROMPT)
    assert "".join(doubled.text) == 2 * str(sound.text)

    last = chat_v3_answers.V3LastTextOnly().stream_events(PROMPT)
    assert str(last.text) == list(sound.text)[-1] != str(sound.text)

    without = chat_v3_answers.V3OutputWithoutCalls().stream_events(PROMPT)
    assert (without.output.tool_calls, len(without.tool_calls.get())) == ([], 2)

    with pytest.raises(RuntimeError, match="no message"):
        _ = chat_v3_answers.V3OutputRaises().stream_events(PROMPT).output


class Told:
    """A script of single words, which counts them and keeps the prompts. It raises before the word `fails_at`."""

    def __init__(self, fails_at: int = -1) -> None:
        self.sent = 0
        self.prompts: list[str] = []
        self.resume = asyncio.Event()
        self.resume.set()
        self._fails_at = fails_at

    def play_events(self, prompt: str, _stop: Any = None) -> Iterator[Any]:
        self.prompts.append(prompt)
        for index in range(WORDS):
            if index == self._fails_at:
                raise RuntimeError("no provider")
            self.sent += 1
            yield Token(text=f" {index}")

    async def aplay_events(self, prompt: str, stop: Any = None) -> AsyncIterator[Any]:
        for piece in self.play_events(prompt, stop):
            yield piece
            await asyncio.sleep(0)
            await self.resume.wait()


async def settled() -> None:
    """All that is ready has run."""
    for _ in range(4 * WORDS):
        await asyncio.sleep(0)


async def read(stream: Any, count: int) -> list[Any]:
    found: list[Any] = []
    async for event in stream:
        found.append(event)
        if len(found) == count:
            break
    return found


async def begun(model: type[Any], script: Told, count: int) -> Any:
    """The stream after so many of its events."""
    stream = await model(script=script).astream_events(PROMPT, version="v3")
    await read(stream, count)
    return stream


async def runs_on_after_close(model: type[Any]) -> bool:
    script = Told()
    stream = await begun(model, script, 4)
    await stream.aclose()
    await settled()
    return script.sent == WORDS


async def runs_on_when_dropped(model: type[Any]) -> bool:
    script = Told()
    await begun(model, script, 4)
    await settled()
    return script.sent == WORDS


async def reads_ahead(model: type[Any]) -> bool:
    script = Told()
    stream = await begun(model, script, 4)
    await settled()
    ahead = script.sent == WORDS
    await stream.aclose()
    return ahead


async def swallows_its_cancellation(model: type[Any]) -> bool:
    script = Told()
    stream = await model(script=script).astream_events(PROMPT, version="v3")
    script.resume.clear()
    task = asyncio.create_task(read(stream, 99))
    await settled()
    task.cancel()
    await asyncio.wait({task})
    return not task.cancelled()


async def buffers(model: type[Any]) -> bool:
    script = Told()
    stream = await begun(model, script, 3)
    all_sent = script.sent == WORDS
    await stream.aclose()
    return all_sent


async def mixes_prompts(model: type[Any]) -> bool:
    script = Told()
    one = model(script=script)
    streams = [await one.astream_events(prompt, version="v3") for prompt in ("first", "second")]
    await asyncio.gather(*(read(stream, 99) for stream in streams))
    return len(set(script.prompts)) == 1


async def hides_its_error(model: type[Any]) -> bool:
    events = model(script=Told(fails_at=3)).stream_events(PROMPT)
    try:
        return names(list(events))[-1] == "message-finish"
    except RuntimeError:
        return False


async def goes_on_after_its_error(model: type[Any]) -> bool:
    stream = await model(script=Told(fails_at=3)).astream_events(PROMPT, version="v3")
    found: Events = []
    with suppress(RuntimeError):
        async for event in stream:
            found.append(event)
    return "error" in names(found)[:-1]


async def mixes_whole_texts(model: type[Any]) -> bool:
    one = model(script=Told())
    streams = [await one.astream_events(prompt, version="v3") for prompt in ("first", "second")]
    read_both = await asyncio.gather(*(read(stream, 99) for stream in streams))
    return any(
        "".join(delta["text"] for delta in of_block(events, 0, "delta")) != of_block(events, 0, "finish")[0]["text"]
        for events in read_both
    )


async def gives_a_part(model: type[Any]) -> bool:
    stream = await model(script=Told(fails_at=3)).astream_events(PROMPT, version="v3")
    try:
        await stream.output
    except RuntimeError:
        return False
    return True


async def starts_unread(model: type[Any]) -> bool:
    script = Told()
    model(script=script).stream_events(PROMPT)
    return script.sent > 0


async def text_comes_at_the_end(model: type[Any]) -> bool:
    script = Told()
    next(iter(model(script=script).stream_events(PROMPT).text))
    return script.sent == WORDS


async def has_one_call(model: type[Any]) -> bool:
    stream = model(script=Pieces(*golden("chat-parallel-calls").events())).stream_events(PROMPT)
    return [json.dumps(call["args"]) for call in stream.output.tool_calls] == ['{"city": "Oslo"}']


CONTROLLED: dict[type[Any], Callable[[type[Any]], Coroutine[Any, Any, bool]]] = {
    v3_controlled.V3CloseWithoutEffect: runs_on_after_close,
    v3_controlled.V3RunsOnWhenDropped: runs_on_when_dropped,
    v3_controlled.V3ReadsAhead: reads_ahead,
    v3_controlled.V3CancellationSwallowed: swallows_its_cancellation,
    v3_controlled.V3Buffered: buffers,
    v3_controlled.V3SharedPrompt: mixes_prompts,
    v3_controlled.V3ErrorHidden: hides_its_error,
    v3_controlled.V3PartialOutput: gives_a_part,
    v3_controlled.V3GoesOnAfterError: goes_on_after_its_error,
    v3_controlled.V3SharedFinish: mixes_whole_texts,
    v3_controlled.V3Eager: starts_unread,
    v3_controlled.V3TextAfterAll: text_comes_at_the_end,
    chat_v3_answers.V3FirstCallOnly: has_one_call,
}


@pytest.mark.parametrize("model", CONTROLLED, ids=lambda model: model.__name__)
def test_a_controlled_stream_shows_its_defect(model: type[Any]) -> None:
    shows = CONTROLLED[model]

    assert asyncio.run(shows(model))
    assert not asyncio.run(shows(ScriptedV3))
