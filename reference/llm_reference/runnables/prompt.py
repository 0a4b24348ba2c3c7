"""The step before a model: a template that becomes a prompt."""

# ruff: noqa: ARG002  # all steps have the same signatures

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, ClassVar

from llm_reference.runnables.step import InvokeStep
from llm_reference.runs.run import Run


@dataclass(frozen=True, slots=True)
class StringPromptValue:
    """A prompt as text."""

    text: str

    def to_string(self) -> str:
        """Return the text."""
        return self.text


class PromptTemplate(InvokeStep[Any, StringPromptValue]):
    """A text with {names} in braces. Its input is a dict of values; with a single name, the value alone is enough."""

    run_type: ClassVar[str] = "prompt"

    template: str
    input_variables: list[str]

    def __init__(self, *, template: str, **values: Any) -> None:
        self.template = template
        fields = [(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None]
        for name, spec in fields:
            # Only plain names: with a dot or a bracket, a template could read attributes and items of the values.
            if not name or name.isdigit() or {*".["} & {*name} or "{" in spec:
                raise ValueError(f"template: expected names in braces, got {{{name}{spec and ':'}{spec}}}")
        self.input_variables = sorted({name for name, _ in fields})
        super().__init__(**values)

    @classmethod
    def from_template(cls, template: str) -> "PromptTemplate":
        """Return the template with this text."""
        return cls(template=template)

    def format(self, **values: Any) -> str:
        """Return the text with the values filled in."""
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
