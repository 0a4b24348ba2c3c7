"""Tools in the forms that langchain-core documents: a dict, a function, a pydantic class, a tool object."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import TOOL_NOT_CONVERTED
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.tools import same_as
from llm_conformance.records import ChatAnswers, Control, Finding, Findings, Requests, not_applicable

_NOT_DOCUMENTED = not_applicable(
    "its `bind_tools()` is not that of langchain-core, which documents the forms of a tool"
)
_DICT = "a dict"


@check("tools.takes-forms", SHOULD, clause="CALL-010", for_each=("bound_forms[invoke]",), kinds=CHAT)
def functions_and_classes_are_tools(answers: ChatAnswers) -> Findings:
    """`bind_tools()` takes a function, a pydantic class and a tool object, and the binding answers."""
    if answers.without_tools:
        yield no_tools(answers)
    elif answers.failed:
        where = next((label for label, answer in answers.by_label.items() if answer.failed), "")
        yield call_failed(
            "takes the tool in this form, as it takes a dict", answers, where=where, hint=TOOL_NOT_CONVERTED
        )
    elif not answers.by_label:
        yield _NOT_DOCUMENTED


@check(
    "tools.forms",
    MUST,
    clause="CALL-010",
    for_each=("bound_forms[ainvoke]", "bound_forms[stream]", "bound_forms[astream]"),
    kinds=CHAT,
    requires=("tools.completes", "tools.parity"),
    deterministic=True,
    few_answers=True,
)
def every_entry_point_knows_functions_and_classes(answers: ChatAnswers, bound_forms_invoke: ChatAnswers) -> Findings:
    """With a function and a pydantic class bound, every entry point gives the calls and the text of `invoke()`."""
    if answers.without_tools:
        yield no_tools(answers)
    elif bound_forms_invoke.failed:
        yield not_applicable("`invoke()` does not take these forms")
    elif answers.failed:
        yield call_failed("returns an answer, as `invoke()` does", answers, hint=TOOL_NOT_CONVERTED)
    elif not answers.by_label:
        yield _NOT_DOCUMENTED
    else:
        yield from same_as(bound_forms_invoke, answers)


@check("tools.sends-forms", MUST, clause="CALL-010", kinds=CHAT, control=Control.WIRE)
def every_form_is_the_same_tool_on_the_wire(requests_with_forms: Requests) -> Findings:
    """A function, a pydantic class and a tool object make a request with the tool that a dict makes.

    It has the same name, description and parameter, of the same type, and required or not.
    """
    by = requests_with_forms.by_label
    expected = by.get(_DICT, {})
    if not expected or len(by) == 1:
        yield not_applicable("it has no `bind_tools()`, or its requests have no tools")
        return
    for form, sent in by.items():
        for what, value in expected.items():
            if sent.get(what) != value:
                wanted, actual = f"{value!r}, as a dict makes it", f"{sent.get(what, 'not sent')!r}"
                yield Finding(wanted, actual, code="tool-differs", where=f"{form}: {what}")
                break
