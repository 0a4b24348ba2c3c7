"""Who leaves a stream of version v3, by any means, ends the run of its model."""

import asyncio
import gc
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest

from llm_reference import (
    ChatModelStream,
    EchoChatModel,
)
from reference.block_models import PROMPT, KeepsContext, Silent, collected, opened, turns, var
from reference.deadline import run
from reference.handlers import handler
from reference.test_chat_models import Endless


def test_a_stream_that_was_closed_has_what_had_arrived_and_then_raises() -> None:
    with Endless().stream_events(PROMPT, version="v3") as stream:
        next(iter(stream.text))
    texts = iter(stream.text)

    assert next(texts) == "again "
    for read in (lambda: next(texts), lambda: stream.output, lambda: list(stream), lambda: str(stream.text)):
        with pytest.raises(RuntimeError, match="the stream was closed before its answer was complete"):
            read()


def test_closing_a_stream_that_was_read_changes_nothing() -> None:
    stream = EchoChatModel().stream_events(PROMPT, version="v3")
    message = stream.output

    stream.close()

    assert stream.output == message
    assert [*stream.text] == [PROMPT]


def leave_by_break(stream: ChatModelStream) -> None:
    for _ in stream:
        break


def leave_by_exception(stream: ChatModelStream) -> None:
    with suppress(LookupError):
        for _ in stream.text:
            raise LookupError


def leave_by_close(stream: ChatModelStream) -> None:
    next(iter(stream))
    stream.close()


@pytest.mark.parametrize("leave", [leave_by_break, leave_by_exception, leave_by_close])
def test_leaving_a_stream_ends_its_run(leave: Callable[[ChatModelStream], None]) -> None:
    model, recorder = Endless(), handler("sync")
    leave(model.stream_events(PROMPT, {"callbacks": [recorder]}, version="v3"))
    gc.collect(0)

    assert len(model.closed) == 1
    assert [name for name in recorder.log.names if name != "on_llm_new_token"] == ["on_llm_start", "on_llm_error"]


async def leave_async_by_break(stream: Any) -> None:
    async for _ in stream:
        break


async def leave_by_dropped_delta(stream: Any) -> None:
    await anext(aiter(stream.text))


async def leave_by_aclose(stream: Any) -> None:
    await anext(aiter(stream))
    await stream.aclose()


async def leave_by_end_of_with(stream: Any) -> None:
    async with stream:
        await anext(aiter(stream))


async def leave_by_cancelled_reader(stream: Any) -> None:
    await cancelled(collected(stream))


async def leave_by_cancelled_awaiter(stream: Any) -> None:
    await cancelled(stream.output)


async def cancelled(reading: Any) -> None:
    task = asyncio.ensure_future(reading)
    await turns()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()


@pytest.mark.parametrize(
    "leave",
    [
        leave_async_by_break,
        leave_by_dropped_delta,
        leave_by_aclose,
        leave_by_end_of_with,
        leave_by_cancelled_reader,
        leave_by_cancelled_awaiter,
    ],
)
def test_leaving_an_asynchronous_stream_ends_its_run(leave: Callable[[Any], Any]) -> None:
    model, recorder = Endless(), handler("async")

    async def main() -> None:
        await leave(await opened(model, PROMPT, {"callbacks": [recorder]}))
        await turns()
        assert len(model.closed) == 1
        made = len(model.made)
        await turns()
        assert len(model.made) == made

    run(main())
    assert [name for name in recorder.log.names if name != "on_llm_new_token"] == ["on_llm_start", "on_llm_error"]


def test_a_task_that_waits_when_the_stream_is_closed_gets_an_error_and_is_not_cancelled() -> None:
    async def main() -> list[Any]:
        model = Silent()
        stream = await opened(model)
        tasks = [asyncio.ensure_future(stream.output), asyncio.ensure_future(collected(stream.text))]
        await turns()
        await stream.aclose()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        return [*map(type, answers), *(task.cancelling() for task in tasks), *model.ended]

    assert run(main()) == [RuntimeError, RuntimeError, 0, 0, "CancelledError"]


def test_when_one_reader_is_cancelled_the_others_get_an_error() -> None:
    async def main() -> Any:
        stream = await opened(Silent())
        reading = asyncio.ensure_future(collected(stream))
        await turns()
        other = asyncio.ensure_future(stream.output)
        await turns()
        reading.cancel()
        return await asyncio.gather(other, return_exceptions=True)

    assert "cancelled before the answer was complete" in str(run(main())[0])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_model_keeps_its_context_whoever_reads_or_closes_the_stream(count: int) -> None:
    model = KeepsContext()

    async def first_text(stream: Any) -> Any:
        texts = aiter(stream)
        return [await anext(texts) for _ in range(count)]

    async def main() -> None:
        stream = await opened(model)
        for _ in range(2):
            await asyncio.create_task(first_text(stream))
        await stream.aclose()
        assert var.get() == "unset"

    def in_thread(act: Callable[[], Any]) -> None:
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()

    run(main())
    stream = model.stream_events(PROMPT, version="v3")
    in_thread(lambda: list(islice(stream, count)))
    in_thread(stream.close)

    assert {*model.kept} <= {"mine"}
    with pytest.raises(RuntimeError, match="was closed"):
        list(stream)


def test_a_loop_that_shuts_down_closes_a_stream_that_was_kept() -> None:
    errors: list[Any] = []

    async def main(read: Callable[[Any], Any]) -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        return await read(EchoChatModel())

    async def v3(model: Any) -> Any:
        stream = await opened(model)
        await anext(aiter(stream))
        return stream

    async def plain(model: Any) -> Any:
        stream = model.astream(PROMPT)
        await anext(stream)
        return stream

    kept = [asyncio.run(main(read)) for read in (v3, plain) for _ in range(8)]

    assert (len(kept), errors) == (16, [])
