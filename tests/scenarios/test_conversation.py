"""A conversation reaches the model through every version of its events."""

from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from zoo.conforming.chat_base import Parts


class ForgetsInEvents(Parts):
    """Its events of one version answer the last message alone."""

    version: ClassVar[str] = ""

    def words(self, text: str) -> Any:
        return super().words(f"{len(text)} {text}")

    def _generate(self, messages: list[Any], *args: Any, **kwargs: Any) -> Any:
        return super()._generate(_joined(messages), *args, **kwargs)

    def _stream(self, messages: list[Any], *args: Any, **kwargs: Any) -> Any:
        return super()._stream(_joined(messages), *args, **kwargs)

    def _astream(self, messages: list[Any], *args: Any, **kwargs: Any) -> Any:
        return super()._astream(_joined(messages), *args, **kwargs)

    async def _events(self, asked: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        asked = asked[-1:] if isinstance(asked, list) and kwargs.get("version") == self.version else asked
        async for event in super().astream_events(asked, *args, **kwargs):
            yield event

    def astream_events(self, input: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A002 - as in langchain-core
        if kwargs.get("version") == "v3":
            return super().astream_events(input, *args, **kwargs)
        return self._events(input, *args, **kwargs)


class ForgetsInV1(ForgetsInEvents):
    """In version v1."""

    version = "v1"


class ForgetsInV2(ForgetsInEvents):
    """In version v2."""

    version = "v2"


class MarksEarlierMessages(Parts):
    """Notes on a message of the caller, outside of its text, that it was sent."""

    field: ClassVar[str] = ""
    value: ClassVar[Any] = None

    def _generate(self, messages: list[Any], *args: Any, **kwargs: Any) -> Any:
        for one in messages[:-1]:
            if self.field in type(one).model_fields:
                setattr(one, self.field, self.value)
        return super()._generate(messages, *args, **kwargs)


class SetsName(MarksEarlierMessages):
    """As the name of its author."""

    field, value = "name", "sent"


class SetsUsage(MarksEarlierMessages):
    """By the tokens of an earlier answer."""

    field, value = "usage_metadata", {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}


class SetsId(MarksEarlierMessages):
    """By an id, as langchain-core does."""

    field, value = "id", "sent-1"


@pytest.mark.parametrize(
    ("model", "status"), [(SetsName, Status.FAILED), (SetsUsage, Status.FAILED), (SetsId, Status.PASSED)]
)
def test_a_message_of_the_caller_is_more_than_its_text(model: type, status: Status) -> None:
    with Run(RunSpec(impl=ImplSpec.parse(f"{__name__}:{model.__name__}"))) as run:
        verdict = run.judge.verdict("input.messages-not-mutated")

    assert verdict.status is status, verdict


@pytest.mark.parametrize(
    ("model", "where"),
    [(ForgetsInEvents, []), (ForgetsInV1, ["events-v1"]), (ForgetsInV2, ["events-v2"])],
)
def test_every_version_of_the_events_sends_the_whole_conversation(model: type, where: list[str]) -> None:
    with Run(RunSpec(impl=ImplSpec.parse(f"{__name__}:{model.__name__}"))) as run:
        verdict = run.judge.verdict("input.conversation")

    assert verdict.status is (Status.FAILED if where else Status.PASSED), verdict.reason
    assert [one.scenario or one.where for one in verdict.findings][:1] == where


def _joined(messages: list[Any]) -> list[Any]:
    """One message with the texts of all."""
    return [messages[-1].model_copy(update={"content": " / ".join(str(one.content) for one in messages)})]
