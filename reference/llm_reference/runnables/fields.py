"""A model's constructor: its annotated attributes are its keywords. Nothing here knows what a model is."""

import copy
import inspect
import re
from typing import Any, ClassVar, dataclass_transform

_SECRET = re.compile("key|token|secret|passw|passphrase|credential|auth|bearer|cookie|header", re.IGNORECASE)


@dataclass_transform(kw_only_default=True)
class Fields:
    """Gives each subclass a keyword-only constructor and a repr, both read from its annotations.

    As in langchain-core, an unknown keyword is ignored, and a name with a leading underscore is private: never a
    keyword. Unlike there, values are taken as they come: nothing is checked or converted.
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the annotated names, those of the base classes first."""
        super().__init_subclass__(**kwargs)
        names: dict[str, None] = {}
        for base in reversed(cls.__mro__):
            for name, annotation in inspect.get_annotations(base).items():
                # Under `from __future__ import annotations` the annotation is text.
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
                continue  # a constructor of its own has set it
            elif hasattr(cls, name):
                setattr(self, name, _own(getattr(cls, name)))
            elif not name.startswith("_"):
                missing.append(name)
        if missing:
            raise TypeError(f"{cls.__name__}() needs {', '.join(f'{name}=' for name in missing)}")

    def __repr__(self) -> str:
        public = {name: getattr(self, name) for name in self._fields if not name.startswith("_")}
        said = [f"{name}={value!r}" for name, value in _shown(public).items() if value is not None]
        return f"{type(self).__name__}({', '.join(said)})"


def _own(default: Any) -> Any:
    """A default for one instance: whatever cannot be hashed can be changed, and is copied."""
    return copy.deepcopy(default) if default.__hash__ is None else default


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Values for human eyes: without any whose name looks secret. A limit such as max_tokens does not."""
    return {
        name: _shown(value) if type(value) is dict else value
        for name, value in values.items()
        if not _SECRET.search(str(name)) or name.startswith("max_")
    }
