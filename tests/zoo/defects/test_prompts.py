"""Each defect is present, shown without the suite. Here: prompts, stop texts, batches, and ends of answers."""

from collections.abc import Iterator
from typing import Any

import pytest

from llm_reference import BaseCallbackHandler
from llm_zoo import batch, callbacks, unicode
from zoo.callers import PROMPT, astreamed, streamed
from zoo.scripts import Words

MANY = [f"{place} " for place in range(64)]


class Echoes(Words):
    """Answers each prompt with itself."""

    def play(self, prompt: str, stop: Any = None) -> Iterator[str]:
        yield prompt

    async def aplay(self, prompt: str, stop: Any = None) -> Any:
        yield prompt


class Ends(BaseCallbackHandler):
    """Records how a run ends."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    def on_llm_end(self, *_args: Any, **_kwargs: Any) -> None:
        self.ends.append("end")

    def on_llm_error(self, *_args: Any, **_kwargs: Any) -> None:
        self.ends.append("error")


def test_a_prompt_beyond_latin_1_is_altered() -> None:
    model = unicode.PromptSentAsLatin1(script=Echoes())

    assert streamed(model, "水 é") == ["水 é"]
    assert astreamed(model, "水 é") == ["? é"]


def test_the_blanks_of_a_prompt_are_lost_in_a_batch() -> None:
    model = unicode.PromptStripped(script=Echoes())

    assert model.invoke("  pass\n") == "  pass\n"
    assert model.batch(["  pass\n"]) == ["pass"]


def test_a_replacement_character_at_the_end_is_kept_back() -> None:
    model = unicode.IncompleteCharacterKept(script=Words(["half", " \N{REPLACEMENT CHARACTER}"]))

    assert model.invoke(PROMPT) == "half \N{REPLACEMENT CHARACTER}"
    assert streamed(model) == ["half"]


def test_an_answer_that_ends_in_the_beginning_of_a_tag_loses_it() -> None:
    model = unicode.TagBeginningKept(script=Words(["a ", "<", "b ", "<th"]))

    assert model.invoke(PROMPT) == "a <b <th"
    assert streamed(model) == ["a ", "<b "]


def test_the_answer_is_cut_at_the_second_mark_of_a_token() -> None:
    model = unicode.CutAtLastStopMark(script=Words(["one", " END two END three"]))

    assert model.invoke(PROMPT, stop=["END"]) == "one END two "


@pytest.mark.parametrize(("mark", "text"), [(".", ""), ("song", "Sing a ")])
def test_a_stop_text_is_a_pattern_in_a_stream(mark: str, text: str) -> None:
    model = unicode.StopPatternInStream(script=Words())

    assert "".join(streamed(model, stop=[mark])) == text


def test_the_groups_of_a_large_batch_overwrite_each_other() -> None:
    model = batch.BatchGroupsOverwritten(script=Echoes())

    assert model.batch(MANY[:2]) == MANY[:2]
    assert model.batch(MANY) != MANY
    assert len(model.batch(MANY)) == len(MANY)


def test_a_failure_is_reported_as_the_end() -> None:
    handler = Ends()
    model = callbacks.FailureReportedAsEnd(script=Words(fails_at=1))

    with pytest.raises(RuntimeError, match="no provider"):
        model.invoke(PROMPT, {"callbacks": [handler]})

    assert handler.ends == ["end"]


def test_a_remainder_gets_no_answer() -> None:
    model = batch.BatchRemainderLost()

    assert model.batch(["a", "b", "c", "d"], {"max_concurrency": 3}) == ["a", "b", "c"]
    assert model.batch(["a", "b", "c", "d"], {"max_concurrency": 2}) == ["a", "b", "c", "d"]


def test_a_limited_batch_calls_itself_for_ever() -> None:
    model = batch.BatchRecurses()

    assert model.batch(["a", "b"]) == ["a", "b"]
    with pytest.raises(RecursionError):
        model.batch(["a", "b"], {"max_concurrency": 1})
