"""A constructor from annotations: each annotated attribute of a class is a keyword of its constructor."""

import copy
import inspect
import re
from typing import Any, ClassVar, dataclass_transform

_SECRET = re.compile("key|token|secret|passw|passphrase|credential|auth|bearer|cookie|header", re.IGNORECASE)


class _Signature:
    """What `inspect.signature()` finds on a class: its keywords, unless it has a constructor of its own."""

    def __get__(self, instance: object, owner: type) -> inspect.Signature:
        if instance is not None or not issubclass(owner, Fields) or owner.__init__ is not Fields.__init__:
            raise AttributeError("__signature__")
        defaults = {
            name: getattr(owner, name, inspect.Parameter.empty) for name in owner._fields if not name.startswith("_")
        }
        keywords = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=one) for name, one in defaults.items()
        ]
        return inspect.Signature([*keywords, inspect.Parameter("values", inspect.Parameter.VAR_KEYWORD)])


@dataclass_transform(kw_only_default=True)
class Fields:
    """Gives each subclass a keyword-only constructor and a repr, both from its annotations.

    As in langchain-core, unknown keywords are ignored, and a name with a leading underscore is not a keyword. Unlike
    there, values are not checked or converted.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    __signature__ = _Signature()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the annotated names, base classes first."""
        super().__init_subclass__(**kwargs)
        names: dict[str, None] = {}
        for base in reversed(cls.__mro__):
            for name, annotation in inspect.get_annotations(base).items():
                # With `from __future__ import annotations` an annotation is a string.
                if "ClassVar" not in str(annotation):
                    names[name] = None
        cls._fields = tuple(names)

    def __init__(self, **values: Any) -> None:
        cls = type(self)
        missing = []
        for name in cls._fields:
            if name in values and not name.startswith("_"):
                setattr(self, name, values[name])
            elif name in vars(self):
                continue  # set by the constructor of a subclass
            elif hasattr(cls, name):
                setattr(self, name, _copied_default(getattr(cls, name)))
            elif not name.startswith("_"):
                missing.append(name)
        if missing:
            raise TypeError(f"{cls.__name__}() needs {', '.join(f'{name}=' for name in missing)}")

    def __repr__(self) -> str:
        public = {name: getattr(self, name) for name in self._fields if not name.startswith("_")}
        shown = [f"{name}={value!r}" for name, value in _without_secrets(public).items() if value is not None]
        return f"{type(self).__name__}({', '.join(shown)})"


def _copied_default(default: Any) -> Any:
    """The default for one instance. It is copied if it is mutable, that is, not hashable."""
    return copy.deepcopy(default) if default.__hash__ is None else default


def _without_secrets(values: dict[str, Any]) -> dict[str, Any]:
    """The values without those whose name suggests a secret. Limits such as `max_tokens` stay."""
    return {
        name: _without_secrets(value) if type(value) is dict else value
        for name, value in values.items()
        if not _SECRET.search(str(name)) or name.startswith("max_")
    }
