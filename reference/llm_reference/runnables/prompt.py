"""What stands before a model in a chain: a template that becomes a prompt."""

# ruff: noqa: ARG002  # a step is told more than each one needs

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, ClassVar

from llm_reference.runnables.step import InvokeStep
from llm_reference.runs.run import Run


@dataclass(frozen=True, slots=True)
class StringPromptValue:
    """A finished prompt."""

    text: str

    def to_string(self) -> str:
        """The text of it."""
        return self.text


class PromptTemplate(InvokeStep[Any, StringPromptValue]):
    """A text with {names} in it, for a dict of values; where there is but one name, its value alone will do."""

    run_type: ClassVar[str] = "prompt"

    template: str
    input_variables: list[str]

    def __init__(self, *, template: str, **values: Any) -> None:
        self.template = template
        fields = [(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None]
        for name, spec in fields:
            # What is filled in comes from outside; with a dot or a bracket it could reach into the program.
            if not name or name.isdigit() or {*".["} & {*name} or "{" in spec:
                raise ValueError(f"template: expected names in braces, got {{{name}{spec and ':'}{spec}}}")
        self.input_variables = sorted({name for name, _ in fields})
        super().__init__(**values)

    @classmethod
    def from_template(cls, template: str) -> "PromptTemplate":
        """The template with this text."""
        return cls(template=template)

    def format(self, **values: Any) -> str:
        """The text with the values in it."""
        return self.template.format(**values)

    def _invoke(self, value: Any, run: Run, **kwargs: Any) -> StringPromptValue:
        if not isinstance(value, Mapping):
            if len(self.input_variables) != 1:
                raise TypeError(f"{self.get_name()}: expected a dict with {self.input_variables}, got {value!r}")
            value = {self.input_variables[0]: value}
        if missing := [name for name in self.input_variables if name not in value]:
            raise KeyError(f"{self.get_name()}: expected {self.input_variables}, missing {missing}")
        return StringPromptValue(self.format(**value))

    async def _ainvoke(self, value: Any, run: Run, **kwargs: Any) -> StringPromptValue:
        return self._invoke(value, run, **kwargs)
