"""The implementation under test: makes instances of it, and describes it without calling it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from llm_conformance.control.hooks import Hooks, hooked_subclass, hooks_of, not_hookable_because
from llm_conformance.control.script import Script
from llm_conformance.driver.driver import Driver
from llm_conformance.records import Control, Kind, SubjectInfo
from llm_conformance.subject import parameters
from llm_conformance.subject.arguments import Arguments, merged
from llm_conformance.subject.classes import is_cached, kind_of, kind_of_class, method_owners
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.secrets import held_secrets
from llm_conformance.subject.source import source_of
from llm_conformance.subject.spec import (
    CONSTRUCTOR_HUNG,
    CONSTRUCTOR_RAISED,
    ImplSpec,
    LoadError,
    load_error,
    missing_methods,
)
from llm_conformance.subject.versions import versions_of

_PROFILE = """\
or in pyproject.toml, also to point a client at a simulated provider, whose address is {{url}}:
  [tool.llm-conformance."{spec}"]
  kwargs = {{ {kwargs} }}
  # wire = "{wire}" and kwargs = {{ base_url = "{{url}}/v1", .. }}"""
# The formats that most clients speak.
_WIRES = {Kind.LLM: "openai-completions", Kind.CHAT: "openai-chat"}

# Timeout factor: the first instance may load weights, or import many packages.
_LOADING = 6


class Subject:
    """A class, a factory or an instance, together with its constructor arguments.

    kind: the kind, by the classes of an instance. method_owners: the class that defines each method, and
        each streaming hook that is the model's own.
    source_kind: "class", "factory" or "instance".
    scripted: it gets a script, and takes its text from there.
    secrets: the keys that its first instance holds. Reports must not contain them.
    """

    def __init__(
        self,
        spec: ImplSpec,
        kwargs: Mapping[str, Any],
        driver: Driver,
        script: Script | None = None,
        *,
        scripted: bool | None = None,
        short_timeout: Mapping[str, Any] | None = None,
    ) -> None:
        """Load the object and make one instance of it; raises LoadError with the reason if that fails.

        scripted: whether it gets the script; if None, a required parameter named `script` decides.
        short_timeout: additional arguments that give the client a short read timeout.
        """
        self.spec = spec
        self._driver = driver
        self._kwargs = dict(kwargs)
        self._target = spec.load()
        self.source_kind = _source_kind(self._target)
        self.scripted = script is not None and "script" not in kwargs and self._takes_script(wanted=scripted)
        if self.scripted:
            self._kwargs["script"] = script
        self._arguments = Arguments(spec, self._kwargs)
        self._arguments_short_timeout = Arguments(spec, merged(self._kwargs, short_timeout or {}))
        self._prebuilt = self._construct()
        self.kind = kind_of(self._prebuilt)
        self.method_owners = method_owners(self._prebuilt)
        self.secrets = held_secrets(self._prebuilt)

    def new_instance(self, *, short_timeout: bool = False, **more: Any) -> Any:
        """A new instance, unless the spec names an instance; with `short_timeout`, one with a short read timeout.

        more: further constructor arguments, which win.
        """
        if self._prebuilt is None or ((short_timeout or more) and self.source_kind != "instance"):
            return self._target(**self._made_arguments(short_timeout=short_timeout) | more)
        prebuilt = self._prebuilt
        self._prebuilt = self._target if self.source_kind == "instance" else None
        return prebuilt

    def hooked_factory(self, hooks: Hooks) -> Callable[..., Any]:
        """Like `new_instance`, for a subclass with wrapped hooks; the factory raises whatever the class raises."""
        kind = cache(lambda: hooked_subclass(self._target, hooks))

        def make(*, short_timeout: bool = False, **more: Any) -> Any:
            return kind()(**self._made_arguments(short_timeout=short_timeout) | more)

        return make

    def describe(
        self, profile: Profile, *, control: Control, prompts: tuple[str, ...], tokens: tuple[tuple[str, ...], ...]
    ) -> SubjectInfo:
        """The facts about the subject for checks and reports."""
        why = not_hookable_because(self._target) if control is Control.BLACKBOX else ""
        return SubjectInfo(
            spec=str(self.spec),
            kind=profile.kind or self.kind,
            control=control,
            method_owners=self.method_owners,
            prompts=prompts,
            tokens=tokens,
            claims=profile.claims,
            versions=versions_of(self.spec.module, self._prebuilt),
            profile=profile.source,
            source_kind=self.source_kind,
            hooks=hooks_of(self._target) if control is Control.BLACKBOX and not why else (),
            not_hookable=why,
            cached=is_cached(self._prebuilt),
            source=source_of(self._target, Path.cwd()),
            construction=_json(profile.construction),
        )

    def _made_arguments(self, *, short_timeout: bool) -> dict[str, Any]:
        return (self._arguments_short_timeout if short_timeout else self._arguments).make()

    def _takes_script(self, *, wanted: bool | None) -> bool:
        if wanted and self.source_kind == "instance":
            raise LoadError(
                f"--llm-impl={self.spec}: an instance is constructed already and cannot get a script; "
                f"give its class, or a factory"
            )
        return self.source_kind != "instance" and (
            wanted if wanted is not None else "script" in parameters.required(self._target)
        )

    def _construct(self) -> Any:
        if self.source_kind == "instance":
            self._refuse_arguments()
            instance = self._target
        else:
            # A class with `__getattr__` may be a proxy: only its object shows what it has.
            is_proxy = hasattr(self._target, "__getattr__")
            if self.source_kind == "class" and not is_proxy and (lacking := missing_methods(self._target)):
                raise LoadError(_no_runnable(self.spec, f"class {self._target.__qualname__}", lacking))
            instance = self._first()
        if lacking := missing_methods(instance):
            raise LoadError(_no_runnable(self.spec, f"{type(instance).__qualname__} object", lacking))
        return instance

    def _first(self) -> Any:
        instances: list[Any] = []
        errors: list[BaseException] = []
        result = self._driver.call(
            lambda: instances.append(self._target(**self._arguments.make())), timeout_factor=_LOADING, exceptions=errors
        )
        if result.hung is not None:
            raise LoadError(
                f"--llm-impl={self.spec}: constructing it {result.hung.text}; if it needs longer, raise llm_timeout",
                code=CONSTRUCTOR_HUNG,
            )
        if errors:
            raise self._constructor_error(errors[0]) from errors[0]
        if result.raised is not None:
            raise LoadError(f"--llm-impl={self.spec}: constructing it {result.raised.text}", code=CONSTRUCTOR_RAISED)
        return instances[0]

    def _refuse_arguments(self) -> None:
        if self._kwargs:
            raise LoadError(
                f"--llm-impl={self.spec}: an instance is constructed already and cannot get the arguments "
                f"{', '.join(self._kwargs)}; give its class, or leave them out"
            )

    def _constructor_error(self, error: BaseException) -> LoadError:
        given = [name for name in self._kwargs if name != "script"]
        meant = parameters.meant(self._target, given)
        if unknown := parameters.refused(self._target, given, error):
            hint = meant or f"; it takes {parameters.listed(self._target) or 'nothing'}"
            return LoadError(f"--llm-impl={self.spec}: its constructor does not take {', '.join(unknown)}{hint}")
        wanted = parameters.wanted(self._target, self._kwargs, error)
        if not wanted:
            return load_error(f"--llm-impl={self.spec}: constructing it", error, CONSTRUCTOR_RAISED, meant)
        example = "{" + ", ".join(f'"{name}": ..' for name in wanted) + "}"
        text = f"its constructor requires {', '.join(wanted)}; add --llm-kwargs='{example}'"
        wire = _WIRES.get(kind_of_class(self._target) if inspect.isclass(self._target) else Kind.UNKNOWN, "FORMAT")
        return LoadError(
            f"--llm-impl={self.spec}: {text}{meant}",
            hint=_PROFILE.format(spec=self.spec, kwargs=", ".join(f"{name} = .." for name in wanted), wire=wire),
        )


def _json(construction: Mapping[str, Any]) -> str:
    """The JSON text; empty if an argument is an object, as a program can give it."""
    try:
        return json.dumps(construction)
    except (TypeError, ValueError):
        return ""


def _source_kind(target: Any) -> str:
    if inspect.isclass(target):
        return "class"
    if not missing_methods(target) or not callable(target):
        return "instance"
    return "factory"


def _no_runnable(spec: ImplSpec, what: str, lacking: tuple[str, ...]) -> str:
    return f"--llm-impl={spec}: not a Runnable: the {what} lacks {', '.join(f'{name}()' for name in lacking)}"
