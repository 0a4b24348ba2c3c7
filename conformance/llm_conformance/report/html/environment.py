"""Jinja2, set up so that no expression of a template can put markup or a control character on the page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from llm_conformance.report.lines import escape_line

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = "llm_conformance.report.html"


@cache
def environment() -> Environment:
    """The environment of all templates: escapes everything, and refuses a name that is not defined."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - the same

    from llm_conformance.report.html.visible import brief, literal, prose, visible  # noqa: PLC0415 - it needs markupsafe

    found = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_control_characters,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"visible": visible, "literal": literal, "prose": prose, "brief": brief}
    return found


def asset(name: str) -> str:
    """The text of a file beside the templates."""
    return files(_FOLDER).joinpath("templates", name).read_text(encoding="utf-8")


def fill(template: str, **values: Any) -> str:
    """A template with these values."""
    return environment().get_template(template).render(**values)


def _source(name: str) -> str:
    return asset(name)


def _without_control_characters(value: Any) -> Any:
    """What an expression of a template puts on the page. Markup, a subclass of str, was escaped when it was made."""
    return escape_line(value) if type(value) is str and not value.isprintable() else value
