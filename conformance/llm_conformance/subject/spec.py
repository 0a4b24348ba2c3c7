"""From the text of `--llm-impl` to the object. Each error says what was expected, what was found, and what to do."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import traceback
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from llm_conformance._paths import PACKAGE_ROOT
from llm_conformance.driver.interrupt import DeadlineError
from llm_conformance.driver.process_exit import GUARD
from llm_conformance.driver.recorder import message_of
from llm_conformance.records import headline
from llm_conformance.suggest import did_you_mean

REQUIRED = ("invoke", "stream", "astream")
IMPORT_RAISED, IMPORT_HUNG = "import-raised", "import-hung"
CONSTRUCTOR_RAISED, CONSTRUCTOR_HUNG = "constructor-raised", "constructor-hung"

_OURS = str(PACKAGE_ROOT)
_IMPORTING = ("importlib/__init__.py", "_pytest/assertion/rewrite.py")


class SpecError(ValueError):
    """The text does not have the form MODULE:OBJECT."""


class LoadError(Exception):
    """The named object cannot become a subject.

    traceback: that of the model's code, if it raised. hint: further lines that say what to do.
    code: the kind of violation, if the model is broken; empty if the option names something that is not a model.
    """

    def __init__(self, message: str, traceback: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback
        self.hint = hint
        self.code = code

    @property
    def lines(self) -> list[str]:
        """The message, the traceback and the hint."""
        return [str(self), *self.traceback.splitlines(), *self.hint.splitlines()]


@dataclass(frozen=True, slots=True)
class ImplSpec:
    """The place of an implementation: a module and a dotted name in it."""

    module: str
    attribute: str

    def __str__(self) -> str:
        return f"{self.module}:{self.attribute}"

    @classmethod
    def parse(cls, text: str) -> ImplSpec:
        """The spec in the text; raises SpecError if the text is not one."""
        module, colon, attribute = text.partition(":")
        parts = [*module.split("."), *attribute.split(".")]
        if not colon or not all(part.isidentifier() for part in parts):
            raise SpecError(
                f"--llm-impl={text}: expected MODULE:OBJECT, such as acme.llms:AcmeLLM; got {text!r}{_hint(text)}"
            )
        return cls(module, attribute)

    def load(self) -> Any:
        """The object. Raises LoadError, with similar names if there are some."""
        found: Any = self._import()
        for depth, name in enumerate(names := self.attribute.split(".")):
            try:
                found = getattr(found, name)
            except AttributeError:
                holder = ".".join(names[:depth])
                owner = f"{self.module}:{holder}" if holder else f"module {self.module!r}"
                raise LoadError(f"--llm-impl={self}: {owner} has no {name!r}{_runnables_in(found, name)}") from None
            except Exception as error:
                # A module may import lazily in __getattr__, and the import may fail.
                raise load_error(f"--llm-impl={self}: looking up {name!r}", error, IMPORT_RAISED) from error
        return found

    def _import(self) -> ModuleType:
        try:
            return importlib.import_module(self.module)
        except ModuleNotFoundError as error:
            if error.name is not None and (self.module == error.name or self.module.startswith(f"{error.name}.")):
                raise LoadError(
                    f"--llm-impl={self}: no module named {error.name!r}{_similar_modules(error.name)}"
                ) from None
            raise load_error(f"--llm-impl={self}: importing {self.module!r}", error, IMPORT_RAISED) from error
        except (KeyboardInterrupt, DeadlineError):
            raise
        except BaseException as error:
            raise load_error(f"--llm-impl={self}: importing {self.module!r}", error, IMPORT_RAISED) from error


@dataclass(frozen=True, slots=True)
class GivenObject(ImplSpec):
    """An implementation that a program gives as an object. An instance is named after its class: `acme:AcmeLLM()`."""

    target: Any = field(compare=False, repr=False)

    @classmethod
    def of(cls, target: Any) -> GivenObject:
        """The spec of a class, a factory or an instance."""
        named = target if isinstance(getattr(target, "__qualname__", None), str) else type(target)
        call = "" if named is target else "()"
        return cls(str(named.__module__), f"{named.__qualname__}{call}", target)

    def load(self) -> Any:
        """The object."""
        return self.target


def missing_methods(subject: object) -> tuple[str, ...]:
    """The required methods that the object lacks."""
    return tuple(name for name in REQUIRED if not has_method(subject, name))


def has_method(subject: object, name: str) -> bool:
    """Whether the object has a method of that name; a property that raises does not count.

    Python looks an operator up on the class: that of a proxy does not hand `|` on.
    """
    if name.startswith("__"):
        return any(name in kind.__dict__ for kind in type(subject).__mro__)
    try:
        return callable(getattr(subject, name, None))
    except Exception:  # noqa: BLE001 - whatever a property of the model raises
        return False


def load_error(doing: str, error: BaseException, code: str, meant: str = "") -> LoadError:
    """The error of the model's code while it was imported or constructed, in one line and with its traceback.

    meant: what may help, as the end of the line.
    """
    GUARD.attempts()
    message = headline(message_of(error))
    text = f"{doing} raised {type(error).__name__}{f': {message}' if message else ''}"
    return LoadError(text + meant, _traceback(error), code=code)


def _traceback(error: BaseException) -> str:
    """The traceback without the frames of the harness and of the import system."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(("<frozen", _OURS)) and not frame.filename.endswith(_IMPORTING)
    ]
    if not frames and not isinstance(error, SyntaxError):
        return ""
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    return "".join([*lines, *traceback.format_exception_only(error)]).rstrip("\n")


def _hint(text: str) -> str:
    """What was meant by a path, by a call, or by a name without a colon."""
    module, colon, name = text.removesuffix("()").replace("/", ".").lstrip(".").partition(":")
    if module.endswith(".py"):
        module = module.removesuffix(".py")
    elif not colon:
        module, _, name = module.rpartition(".")
    meant = all(part.isidentifier() for part in (*module.split("."), *name.split(".")))
    return f"; did you mean {module}:{name}?" if meant else ""


def _similar_modules(missing: str) -> str:
    parent, _, _ = missing.rpartition(".")
    try:
        places = importlib.import_module(parent).__path__ if parent else None
    except (ImportError, AttributeError):
        places = None
    prefix = f"{parent}." if places else ""
    packages = _packages_of_presets()
    if missing in packages:
        return f"; it comes with {packages[missing]}: pip install {packages[missing]}"
    known = {prefix + found.name for found in pkgutil.iter_modules(places)}
    return did_you_mean(missing, known | packages.keys()) or "; install it, or run pytest in the folder that holds it"


def _packages_of_presets() -> dict[str, str]:
    """The distribution of each package that has a class with a preset."""
    from llm_conformance.subject.presets import distribution_of, presets  # noqa: PLC0415 - they have specs themselves

    return {spec.partition(":")[0].partition(".")[0]: distribution_of(one) for spec, one in presets().items()}


def _runnables_in(holder: object, name: str) -> str:
    public = [found for found in dir(holder) if not found.startswith("_")]
    runnables = [found for found in public if _is_runnable(holder, found)]
    if not runnables:
        return "; it does not contain a Runnable: an object with invoke, stream and astream"
    if meant := did_you_mean(name, runnables):
        return meant
    shown = ", ".join(runnables[:8]) + (f" and {len(runnables) - 8} more" if len(runnables) > 8 else "")  # noqa: PLR2004
    return f"; Runnables it has: {shown}"


def _is_runnable(holder: object, name: str) -> bool:
    try:
        found = getattr(holder, name)
        return not missing_methods(found) and not inspect.isabstract(found)
    except Exception:  # noqa: BLE001 - an attribute whose lookup fails is not proposed
        return False
