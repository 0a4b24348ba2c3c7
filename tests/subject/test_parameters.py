"""What an error message says of arguments that a constructor refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pydantic
import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.subject.spec import GivenObject, LoadError
from llm_conformance.subject.subject import Subject


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    driver = Driver(Recorder(), 30.0)
    yield driver
    driver.close()


class Streams:
    invoke = stream = astream = print


class Plain(Streams):
    def __init__(self, temperature: float = 0.5, *, top_p: float = 1) -> None: ...


class Bare(Plain):
    def __init__(self) -> None: ...


class Open(Plain):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class BaseChatModel(Streams, pydantic.BaseModel):
    address: str = pydantic.Field(alias="base_url")


class Closed(Streams, pydantic.BaseModel, extra="forbid"):
    temperature: float = 0


def make(temperature: float) -> Plain:
    return Plain(temperature)


@pytest.mark.parametrize(
    ("target", "given", "message"),
    [
        (Plain, ["temprature"], "its constructor does not take temprature; did you mean temperature?"),
        (Plain, ["zz"], "its constructor does not take zz; it takes temperature, top_p"),
        (Bare, ["zz"], "its constructor does not take zz; it takes nothing"),
        (Plain, ["topp", "temprature"], "; did you mean top_p instead of topp and temperature instead of temprature?"),
        (make, ["temprature"], "its constructor does not take temprature; did you mean temperature?"),
        (Closed, ["temprature"], "its constructor does not take temprature; did you mean temperature?"),
        (
            BaseChatModel,
            ["base_ur"],
            "requires base_url; add --llm-kwargs='{\"base_url\": ..}'; did you mean base_url?",
        ),
        (make, [], "requires temperature; add --llm-kwargs='{\"temperature\": ..}'"),
        (Open, ["temprature"], "raised TypeError: Plain.__init__() got an unexpected keyword argument 'temprature'"),
    ],
)
def test_a_misspelt_argument_is_named_with_the_one_that_was_meant(
    target: Callable[..., Any], given: list[str], message: str, driver: Driver
) -> None:
    with pytest.raises(LoadError) as refused:
        Subject(GivenObject.of(target), dict.fromkeys(given, 0), driver)

    assert str(refused.value).endswith(message)


@pytest.mark.parametrize(("target", "wire"), [(BaseChatModel, "openai-chat"), (make, "FORMAT")])
def test_the_wire_format_that_is_proposed_is_one_of_the_kind(
    target: Callable[..., Any], wire: str, driver: Driver
) -> None:
    with pytest.raises(LoadError) as refused:
        Subject(GivenObject.of(target), {}, driver)

    assert f'# wire = "{wire}" and kwargs' in refused.value.hint
