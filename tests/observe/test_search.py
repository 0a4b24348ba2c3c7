"""A search ends with the smallest input that breaks a rule, and never makes a call smaller that hangs."""

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

import llm_conformance
from llm_conformance.catalogue.live import live_scenarios
from llm_conformance.control.script import Script
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe import state_machine
from llm_conformance.observe.context import Context
from llm_conformance.observe.search import CounterexampleSearch, Effort, RuleBroken, characters, search, settings
from llm_conformance.observe.state_machine import StreamMachine
from llm_conformance.records import ControlledOutcome, Hung, Reply, Search, Stream, Value
from llm_zoo import DEFECTS
from llm_zoo.bases.scripted import ScriptedModel

TEXTS = st.lists(characters(), max_size=9).map("".join)
ZOO = {defect.id: model for model, defect in DEFECTS.items()}


def noting(drawn: list[str]) -> Any:
    def try_(value: str) -> ControlledOutcome | None:
        drawn.append(value)
        return None

    return try_


def breaking(outcome: ControlledOutcome, *, when: Any) -> Any:
    return lambda value: outcome if when(value) else None


def location_of(defect: str, check: str) -> str:
    model = ZOO[defect]
    profile = {**DEFECTS[model].declares, "control": "script"}
    report = llm_conformance.check_llm(model, profile=profile, timeout=2)
    return report.verdicts[check].findings[0].location


def test_nothing_is_found_where_nothing_breaks() -> None:
    tried: list[str] = []
    found = search(Effort.QUICK.rounds(), TEXTS, ["a", "b"], noting(tried))

    assert found == Search(examples=len(tried))
    assert len(tried) >= Effort.QUICK
    assert tried[-2:] == ["a", "b"]


def test_the_smallest_input_is_found() -> None:
    tried: dict[str, ControlledOutcome] = {}

    def try_(value: str) -> ControlledOutcome | None:
        return tried.setdefault(value, ControlledOutcome(tokens=(value,))) if len(value) > 2 else None

    found = search(Effort.CI.rounds(), TEXTS, [], try_)

    assert found.counterexample == ControlledOutcome(tokens=("aaa",))
    assert not found.flaky


def test_a_rule_that_breaks_in_two_places_gives_one_counterexample() -> None:
    hunt = CounterexampleSearch()

    def one(number: int) -> None:
        if number > 1000 and hunt.breaks(ControlledOutcome()):
            raise RuleBroken
        if number < -1000 and hunt.breaks(ControlledOutcome()):
            raise RuleBroken

    found = hunt.draw(
        Effort.CI.rounds(), lambda count, number: seed(number)(settings(count)(given(st.integers())(one)))()
    )

    assert found.counterexample == ControlledOutcome()


def test_a_trap_is_found_that_is_never_generated() -> None:
    trap = "\N{PILE OF POO}" * 50

    found = search(
        Effort.QUICK.rounds(), TEXTS, ["harmless", trap], breaking(ControlledOutcome(tokens=(trap,)), when=trap.__eq__)
    )

    assert found.counterexample == ControlledOutcome(tokens=(trap,))


def test_a_call_that_hangs_is_never_made_smaller() -> None:
    calls: Counter[bool] = Counter()

    def try_(value: str) -> ControlledOutcome | None:
        calls[len(value) > 2] += 1
        return (
            ControlledOutcome(tokens=(value,), hung=Hung(seconds=1, location="acme.py:1 in stream"))
            if len(value) > 2
            else None
        )

    found = search(Effort.CI.rounds(), TEXTS, ["a long one"], try_)

    assert found.counterexample is not None
    assert found.counterexample.hung is not None
    assert calls[True] == 1


def test_an_input_that_breaks_the_rule_once_wavers() -> None:
    broken: list[str] = []

    def try_(value: str) -> ControlledOutcome | None:
        if broken or len(value) <= 2:
            return None
        broken.append(value)
        return ControlledOutcome(tokens=(value,))

    assert search(Effort.CI.rounds(), TEXTS, [], try_).flaky


def test_every_search_draws_the_same() -> None:
    one, two = list[str](), list[str]()
    for drawn in (one, two):
        search(Effort.QUICK.rounds(), TEXTS, [], noting(drawn))

    assert one == two


@pytest.mark.parametrize("divisor", [1, 4])
def test_more_effort_has_the_rounds_of_less_and_more(divisor: int) -> None:
    quick, ci, deep = (one.rounds(divisor) for one in Effort)

    assert (ci[: len(quick)], deep[: len(ci)]) == (quick, ci)
    assert [sum(rounds) for rounds in (quick, ci, deep)] == [int(one) // divisor for one in Effort]


def test_more_effort_draws_what_less_effort_draws_and_more() -> None:
    drawn: dict[tuple[int, ...], list[str]] = {(20,): [], (20, 80): []}
    for rounds, texts in drawn.items():
        search(rounds, TEXTS, [], noting(texts))
    less, more = drawn.values()

    assert less == more[: len(less)]
    assert len(less) < len(more)


class _Drawn(Exception):  # noqa: N818 - a signal to the test
    """A search was about to draw; `args[0]` are its rounds."""


@pytest.mark.parametrize("effort", [Effort.QUICK, Effort.CI, Effort.DEEP])
@pytest.mark.parametrize("name", sorted(name for name, one in live_scenarios().items() if one.record_type is Search))
def test_every_search_draws_the_rounds_of_its_effort(
    name: str, effort: Effort, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(_: CounterexampleSearch, rounds: Any, _run: Any) -> Search:
        raise _Drawn(rounds)

    monkeypatch.setattr(CounterexampleSearch, "draw", draw)
    words = tuple(Value("str", "str", text=text) for text in ("two", " words"))
    used: dict[str, Any] = {
        "stream": Stream(chunks=words),
        "astream": Stream(chunks=words),
        "stop_invoke": Reply(value=words[0]),
    }
    one = live_scenarios()[name]

    with pytest.raises(_Drawn) as drawn:
        one.run(context(effort, driver), tuple(used[needed] for needed in one.facts.observations))
    # There are ten call styles for a prompt, so each has a part of the inputs.
    assert drawn.value.args == (effort.rounds(4 if name.startswith("any_prompt[") else 1),)


@pytest.fixture
def driver() -> Iterator[Driver]:
    made = Driver(Recorder(), 5)
    yield made
    # An open driver keeps the functions of the process replaced, for the tests that follow.
    made.close()


def context(effort: Effort, driver: Driver) -> Context:
    script = Script()
    return Context(lambda **_: ScriptedModel(script=script), driver, ("hi", "ho", "ha"), script, effort)


def test_more_effort_draws_the_orders_of_less_and_more(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: dict[tuple[int, ...], list[str]] = {(3,): [], (3, 4): []}
    judge = StreamMachine._judge

    def noting_judge(machine: StreamMachine, step: str, act: Any) -> None:
        steps.append(step)
        judge(machine, step, act)

    monkeypatch.setattr(StreamMachine, "_judge", noting_judge)
    monkeypatch.setattr(state_machine, "replay_known_orders", lambda _: None)
    for rounds, noted in drawn.items():
        steps = noted
        monkeypatch.setattr(Effort, "rounds", lambda *_, rounds=rounds: rounds)
        live_scenarios()["any_order[stream]"].run(context(Effort.QUICK, driver), ())
    less, more = drawn.values()

    assert less == more[: len(less)]
    assert len(less) < len(more)


def test_a_search_leaves_nothing_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    search(Effort.QUICK.rounds(), TEXTS, [], breaking(ControlledOutcome(), when=bool))

    assert list(tmp_path.iterdir()) == []


def drawn_integers() -> list[int]:
    tried: list[int] = []
    search(Effort.CI.rounds(), st.integers(), [], tried.append)
    return tried


def test_a_search_draws_nothing_that_a_module_of_the_user_contains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drawn_integers()
    (tmp_path / "model.py").write_text("\n".join(f"N{one} = {one}" for one in range(1_000_003, 1_000_203)))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "model", raising=False)
    importlib.import_module("model")

    assert drawn_integers() == before


def test_the_tests_of_a_user_draw_constants_of_their_modules_after_a_search() -> None:
    function, cache = providers._get_local_constants, providers.CONSTANTS_CACHE

    drawn_integers()

    assert providers._get_local_constants is function
    assert providers.CONSTANTS_CACHE is cache


@pytest.mark.matrix
def test_a_finding_shows_the_smallest_list_of_tokens() -> None:
    assert location_of("empty-token-ends-stream", "any-text.stream") == "any_text[stream]: tokens ['', 'a']"


@pytest.mark.matrix
def test_a_finding_shows_the_shortest_order_of_steps() -> None:
    assert location_of("slot-assigned-twice", "concurrency.any-order").startswith("any_order[stream]: open stream 1, ")


def test_characters_are_all_of_unicode_without_surrogates() -> None:
    drawn: list[str] = []
    search(Effort.DEEP.rounds(), TEXTS, [], noting(drawn))

    characters = {character for text in drawn for character in text}
    assert not any("\ud800" <= character <= "\udfff" for character in characters)
    assert any(character > "\uffff" for character in characters)
