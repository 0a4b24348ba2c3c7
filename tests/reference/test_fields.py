"""The constructor of models."""

# ruff: noqa: RUF012  # a field's default is copied for each instance

import inspect
import threading
from typing import Any, ClassVar

import pytest

from llm_reference import LLM
from llm_reference.runnables.fields import Fields
from reference.models import OnlyCall


class Greets(OnlyCall):
    word: str
    times: int = 1
    endings: list[str] = ["!"]
    api_key: str | None = None
    shared: ClassVar[list[str]] = []
    _client: Any = None
    _notes: list[str] = []


def test_annotated_attributes_are_keywords() -> None:
    model = Greets(word="hi", times=2)

    assert (model.word, model.times, model.endings) == ("hi", 2, ["!"])


class Counts(Greets):
    def __init__(self, start: int) -> None:
        super().__init__(word="hi")


def test_the_signature_of_a_class_shows_its_keywords() -> None:
    keywords = inspect.signature(Greets).parameters

    assert {"word", "times", "endings", "api_key", "values"} <= keywords.keys()
    assert keywords["word"].default is inspect.Parameter.empty
    assert keywords["times"].default == 1
    assert list(inspect.signature(Counts).parameters) == ["start"]
    with pytest.raises(TypeError, match="not a callable"):
        inspect.signature(Greets(word="hi"))  # type: ignore[arg-type]  # the test passes a wrong argument on purpose


def test_there_are_no_positional_arguments() -> None:
    with pytest.raises(TypeError):
        Greets("hi")  # type: ignore[call-arg]  # the test passes a wrong argument on purpose


def test_missing_fields_are_named() -> None:
    with pytest.raises(TypeError, match=r"Greets\(\) needs word="):
        Greets()  # type: ignore[call-arg]  # the test passes a wrong argument on purpose


def test_unknown_keywords_are_ignored() -> None:
    assert not hasattr(Greets(word="hi", colour="red"), "colour")  # type: ignore[call-arg]  # the test passes a wrong argument on purpose


def test_values_are_not_checked() -> None:
    assert Greets(word=3).word == 3  # type: ignore[arg-type,comparison-overlap]  # the test passes a wrong argument on purpose


def test_mutable_defaults_are_not_shared_and_class_variables_are() -> None:
    one, two = Greets(word="hi"), Greets(word="hi")

    one.endings.append("?")
    one._notes.append("private")

    assert two.endings == ["!"]
    assert two._notes == []
    assert one.shared is two.shared


def test_a_default_that_cannot_be_copied_is_shared() -> None:
    class Locked(Fields):
        lock: Any = threading.Lock()

    assert Locked().lock is Locked().lock


def test_a_private_attribute_is_not_a_keyword() -> None:
    assert Greets(word="hi", _client="mine")._client is None


def test_a_subclass_may_change_a_default() -> None:
    class Hi(Greets):
        word: str = "hi"

    assert Hi().word == "hi"


def test_a_subclass_may_define_a_constructor() -> None:
    class Doubles(Greets):
        def __init__(self, word: str) -> None:
            super().__init__(word=word * 2)

    assert Doubles("hi").word == "hihi"


def test_the_repr_shows_fields_but_never_a_secret() -> None:
    model = Greets(word="hi", api_key="sk-123", metadata={"auth_token": "t", "user": "u"}, name="n")

    assert repr(model) == "Greets(name='n', metadata={'user': 'u'}, calls=[], word='hi', times=1, endings=['!'])"
    assert "sk-123" not in repr(model.bind(api_key="sk-123", max_tokens=3))
    assert "max_tokens" in repr(model.bind(api_key="sk-123", max_tokens=3))


@pytest.mark.parametrize(
    "name",
    [
        "api_key",
        "apikey",
        "token",
        "access_tokens",
        "client_secret",
        "password",
        "passphrase",
        "credentials",
        "auth",
        "bearer",
        "cookies",
        "default_headers",
        "OPENAI_API_KEY",
    ],
)
def test_a_field_whose_name_suggests_a_secret_is_not_shown(name: str) -> None:
    secretive = type("Secretive", (Fields,), {"__annotations__": {name: str}})

    assert repr(secretive(**{name: "sk-123"})) == "Secretive()"


def test_a_model_needs_call_and_llm_type() -> None:
    class Half(LLM):
        pass

    with pytest.raises(TypeError, match="_call"):
        Half()  # type: ignore[abstract]  # the test passes a wrong argument on purpose
