"""What the decorators refuse, and how the names of checks and scenarios are resolved."""

from __future__ import annotations

import pytest

from llm_conformance.catalogue.verify import resolve, verify
from llm_conformance.checks import registry as checks
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.observe.call_styles import ASTREAM, STREAM, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.records import Finding, Findings, Reply, Stream
from llm_conformance.scenarios import registry as scenarios
from llm_conformance.scenarios.registry import scenario


@pytest.fixture(autouse=True)
def _empty_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", {})
    monkeypatch.setattr(scenarios, "SCENARIOS", {})


def resolved() -> None:
    facts = {name: one.facts for name, one in scenarios.SCENARIOS.items()}
    resolve(checks.CHECKS, facts)
    verify(checks.CHECKS, facts)


def answers(greeting: Reply) -> Findings:
    """It answers."""
    if greeting.failed:
        yield Finding("an answer", greeting.ended_with, code="raised")


def silent(greeting: Reply) -> Findings:
    yield Finding("an answer", greeting.ended_with, code="raised")


def greeting(ctx: Context) -> Reply:
    """A greeting."""
    return ctx.reply(lambda llm: llm.invoke("hello"))


def test_a_taken_id_is_refused_with_the_function_that_has_it() -> None:
    check("greet.answers", MUST, clause="TYPE-001")(answers)

    with pytest.raises(TypeError, match=r"check 'greet.answers': the id is taken by answers\(\)"):
        check("greet.answers", MUST, clause="TYPE-001")(answers)


def test_an_id_of_another_form_is_refused() -> None:
    with pytest.raises(TypeError, match=r"check 'Greet': an id has the form group.kebab-case"):
        check("Greet", MUST, clause="TYPE-001")(answers)


def test_a_check_without_a_rule_is_refused() -> None:
    with pytest.raises(TypeError, match=r"check 'greet.silent': silent\(\) has no docstring"):
        check("greet.silent", MUST, clause="TYPE-001")(silent)


def test_a_taken_scenario_name_is_refused() -> None:
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    with pytest.raises(TypeError, match="scenario 'greeting': the name is taken"):
        scenario(reported_by="greet.answers", method="invoke")(greeting)


def test_a_scenario_stands_for_one_in_each_call_style() -> None:
    @scenario(styles=(STREAM, ASTREAM), reported_by="greet.streams", requires=(completes, "greet.answers"))
    def hello(ctx: Context, style: CallStyle, plain: Stream, same_call: Stream) -> Stream:
        """A greeting, streamed."""
        del ctx, style, same_call
        return plain

    facts = [one.facts for one in scenarios.SCENARIOS.values()]

    assert [(one.name, one.method) for one in facts] == [("hello[stream]", "stream"), ("hello[astream]", "astream")]
    assert [one.requires for one in facts] == [(f"{name}.completes", "greet.answers") for name in ("stream", "astream")]
    assert [one.observations for one in facts] == [("stream", "stream"), ("astream", "astream")]


def test_a_prerequisite_of_the_call_style_needs_a_call_style() -> None:
    with pytest.raises(TypeError, match=r"completes\(\): only a scenario with styles has such a prerequisite"):
        scenario(reported_by="greet.answers", method="invoke", requires=(completes,))(greeting)


def test_a_parameter_and_a_pattern_name_scenarios_in_call_styles() -> None:
    @scenario(styles=(STREAM, ASTREAM), reported_by="greet.streams")
    def hello(ctx: Context, style: CallStyle) -> Stream:
        """A greeting, streamed."""
        return ctx.stream(lambda llm: style.call(llm, "hello"), on_loop=style.asynchronous)

    @check("greet.streams", MUST, clause="TYPE-001", for_each=("hello[*]",))
    def streams(stream: Stream, hello_astream: Stream) -> Findings:
        """It streams."""
        if stream != hello_astream:
            yield Finding("the same", "another", code="differs")

    resolved()

    (one,) = checks.CHECKS.values()
    assert one.for_each == ("hello[stream]", "hello[astream]")
    assert one.observations == ("hello[astream]",)


def test_a_parameter_that_names_no_observation_is_refused_with_the_nearest() -> None:
    check("greet.answers", MUST, clause="TYPE-001")(answers)
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    @check("greet.typo", MUST, clause="TYPE-001")
    def typo(greetings: Reply) -> Findings:
        """It has a slip of the pen."""
        yield from answers(greetings)

    with pytest.raises(
        TypeError, match=r"check 'greet.typo': parameter 'greetings' does not exist; did you mean greeting"
    ):
        resolved()


def test_a_prerequisite_that_names_no_check_is_refused() -> None:
    check("greet.answers", MUST, clause="TYPE-001", requires=("greet.answer",))(answers)
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    with pytest.raises(TypeError, match=r"check 'greet.answers': requires 'greet.answer' does not exist; did you mean"):
        resolved()


def test_a_check_that_does_not_judge_the_scenario_that_it_reports_is_refused() -> None:
    check("greet.answers", MUST, clause="TYPE-001")(answers)
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    @scenario(reported_by="greet.answers", method="invoke")
    def farewell(ctx: Context) -> Reply:
        """A farewell."""
        return ctx.reply(lambda llm: llm.invoke("goodbye"))

    with pytest.raises(TypeError, match=r"scenario 'farewell': 'greet.answers', which reports it, does not judge it"):
        resolved()


def weak(greeting: Reply) -> Findings:
    """It should answer."""
    yield from answers(greeting)


def test_a_prerequisite_of_a_lower_level_is_refused() -> None:
    check("greet.weak", SHOULD, clause="TYPE-001")(weak)
    check("greet.answers", MUST, clause="TYPE-001", requires=("greet.weak",))(answers)
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    with pytest.raises(
        TypeError,
        match=r"check 'greet.answers': must would be blocked by the should 'greet.weak', which it requires",
    ):
        resolved()


def test_a_scenario_that_a_check_of_a_lower_level_reports_is_refused() -> None:
    check("greet.weak", SHOULD, clause="TYPE-001")(weak)
    check("greet.answers", MUST, clause="TYPE-001")(answers)
    scenario(reported_by="greet.weak", method="invoke")(greeting)

    with pytest.raises(TypeError, match=r"would be blocked by the should 'greet.weak', which reports 'greeting'"):
        resolved()


def test_a_scenario_that_requires_a_check_of_a_lower_level_is_refused_for_what_builds_on_it() -> None:
    check("greet.weak", SHOULD, clause="TYPE-001")(weak)
    scenario(reported_by="greet.weak", method="invoke")(greeting)

    @scenario(reported_by=None, method="invoke", requires=("greet.weak",))
    def second(ctx: Context) -> Reply:
        """Another greeting."""
        return greeting(ctx)

    @scenario(reported_by=None, method="invoke")
    def third(ctx: Context, second: Reply) -> Reply:
        """A greeting that builds on it."""
        del ctx
        return second

    @check("greet.strict", MUST, clause="TYPE-001")
    def strict(third: Reply) -> Findings:
        """It answers three times."""
        yield from answers(third)

    with pytest.raises(TypeError, match=r"would be blocked by the should 'greet.weak', which 'second' requires"):
        resolved()


def test_a_failure_that_a_check_of_a_lower_level_reports_is_not_the_same() -> None:
    check("greet.weak", SHOULD, clause="TYPE-001")(weak)
    scenario(reported_by="greet.weak", method="invoke")(greeting)

    @scenario(reported_by="greet.strict", method="invoke", same_failure_as=("greeting",))
    def second(ctx: Context) -> Reply:
        """Another greeting."""
        return greeting(ctx)

    @check("greet.strict", MUST, clause="TYPE-001")
    def strict(second: Reply) -> Findings:
        """It answers twice."""
        yield from answers(second)

    with pytest.raises(
        TypeError, match=r"would be blocked by the should 'greet.weak', which reports 'greeting', the same failure"
    ):
        resolved()


def test_a_scenario_whose_call_may_fail_blocks_nothing() -> None:
    check("greet.weak", SHOULD, clause="TYPE-001")(weak)
    check("greet.answers", MUST, clause="TYPE-001")(answers)
    scenario(reported_by="greet.weak", method="invoke", may_raise=True, may_hang=True)(greeting)

    resolved()
