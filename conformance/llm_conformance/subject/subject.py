"""The implementation under test: how to make an instance of it, and what can be known without calling it."""

from __future__ import annotations

import importlib.metadata
import inspect
import platform
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from llm_conformance.control.hooks import Hooks, hooked, hooks_of, unhooked
from llm_conformance.control.script import Script
from llm_conformance.driver.driver import Driver
from llm_conformance.records import About, Control, Kind
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec, LoadError, missing_methods, offers, raised

METHODS = (
    "invoke",
    "ainvoke",
    "batch",
    "abatch",
    "stream",
    "astream",
    "transform",
    "atransform",
    "astream_events",
    "bind",
    "with_config",
    "__or__",
    "__ror__",
)
HOOKS = ("_call", "_acall", "_stream", "_astream", "_generate", "_agenerate")

_PROFILE = """\
or once for all in pyproject.toml, where an adapter is also pointed at a simulated provider, whose address is {{url}}:
  [tool.llm-conformance."{spec}"]
  kwargs = {{ {kwargs} }}
  # wire = "openai-completions" and kwargs = {{ base_url = "{{url}}/v1", .. }}"""

# The first instance may have to load its weights, or half of an ecosystem.
_LOADING = 6


class Subject:
    """A class, a factory or an instance, together with the arguments it is constructed with.

    kind and owners: what the classes of an instance tell; sort: "class", "factory" or "instance".
    scripted: it is given a script, and takes its text from there.
    """

    def __init__(
        self,
        spec: ImplSpec,
        kwargs: Mapping[str, Any],
        driver: Driver,
        script: Script | None = None,
        *,
        scripted: bool | None = None,
        haste: Mapping[str, Any] | None = None,
    ) -> None:
        """Load the object and make one instance of it; LoadError says what is in the way.

        scripted: whether it is given the script; where that is not said, a required parameter of that name decides.
        haste: arguments, beside the others, with which it gives up a silent provider soon.
        """
        self.spec = spec
        self._driver = driver
        self._kwargs = dict(kwargs)
        self._haste = dict(haste or {})
        self._target = spec.load()
        self.sort = _sort(self._target)
        self.scripted = script is not None and "script" not in kwargs and self._takes_script(wanted=scripted)
        if self.scripted:
            self._kwargs["script"] = script
        self._spare = self._construct()
        self.kind = _kind(self._spare)
        self.owners = {name: owner for name in (*METHODS, *HOOKS) if (owner := _owner(self._spare, name))}

    def make(self, *, hasty: bool = False) -> Any:
        """An instance: a fresh one, unless the spec names an instance; `hasty` is one that gives up soon."""
        if self._spare is None or (hasty and self.sort != "instance"):
            return self._target(**self._arguments(hasty=hasty))
        spare = self._spare
        self._spare = self._target if self.sort == "instance" else None
        return spare

    def held(self, hooks: Hooks) -> Callable[..., Any]:
        """What makes, as make() does, instances of a subclass whose hooks are held; it raises what the class does."""
        kind = cache(lambda: hooked(self._target, hooks))

        def make(*, hasty: bool = False) -> Any:
            return kind()(**self._arguments(hasty=hasty))

        return make

    def about(
        self, profile: Profile, *, control: Control, prompts: tuple[str, ...], tokens: tuple[tuple[str, ...], ...]
    ) -> About:
        """The facts that checks may build on."""
        why = unhooked(self._target) if control is Control.BLACKBOX else ""
        return About(
            spec=str(self.spec),
            kind=profile.kind or self.kind,
            control=control,
            owners=self.owners,
            prompts=prompts,
            tokens=tokens,
            claims=profile.claims,
            versions=_versions(self.spec.module, type(self._spare).__module__),
            profile=profile.source,
            loaded=self.sort,
            hooks=hooks_of(self._target) if control is Control.BLACKBOX and not why else (),
            unhooked=why,
        )

    def _arguments(self, *, hasty: bool) -> dict[str, Any]:
        return {**self._kwargs, **self._haste} if hasty else self._kwargs

    def _takes_script(self, *, wanted: bool | None) -> bool:
        if wanted and self.sort == "instance":
            raise LoadError(
                f"--llm-impl={self.spec}: an instance is already constructed, so it cannot be given a script; "
                f"name its class, or a factory"
            )
        return self.sort != "instance" and (wanted if wanted is not None else "script" in _required(self._target))

    def _construct(self) -> Any:
        if self.sort == "instance":
            self._refuse_arguments()
            made = self._target
        else:
            if self.sort == "class" and (lacking := missing_methods(self._target)):
                raise LoadError(_no_runnable(self.spec, f"class {self._target.__qualname__}", lacking))
            made = self._first()
        if lacking := missing_methods(made):
            raise LoadError(_no_runnable(self.spec, f"{type(made).__qualname__} object", lacking))
        return made

    def _first(self) -> Any:
        made: list[Any] = []
        refused: list[BaseException] = []
        act = self._driver.call(lambda: made.append(self._target(**self._kwargs)), patience=_LOADING, kept=refused)
        if act.hung is not None:
            raise LoadError(
                f"--llm-impl={self.spec}: constructing it: {act.hung.shown}; if it needs longer, raise llm_timeout"
            )
        if refused:
            raise self._refused(refused[0]) from refused[0]
        return made[0]

    def _refuse_arguments(self) -> None:
        if self._kwargs:
            raise LoadError(
                f"--llm-impl={self.spec}: an instance is already constructed, so its constructor arguments "
                f"{', '.join(self._kwargs)} have nowhere to go; name its class, or leave them out"
            )

    def _refused(self, error: BaseException) -> LoadError:
        wanted = _wanted(self._target, self._kwargs, error)
        if not wanted:
            return raised(f"--llm-impl={self.spec}: constructing it", error)
        example = "{" + ", ".join(f'"{name}": ..' for name in wanted) + "}"
        return LoadError(
            f"--llm-impl={self.spec}: its constructor wants {', '.join(wanted)}; "
            f"give what it wants with --llm-kwargs='{example}'",
            remedy=_PROFILE.format(spec=self.spec, kwargs=", ".join(f"{name} = .." for name in wanted)),
        )


def _sort(target: Any) -> str:
    if inspect.isclass(target):
        return "class"
    if not missing_methods(target) or not callable(target):
        return "instance"
    return "factory"


def _no_runnable(spec: ImplSpec, what: str, lacking: tuple[str, ...]) -> str:
    return f"--llm-impl={spec}: no Runnable: the {what} lacks {', '.join(f'{name}()' for name in lacking)}"


def _wanted(target: Any, kwargs: Mapping[str, Any], error: BaseException) -> tuple[str, ...]:
    """The required constructor arguments that were not given, by signature or by pydantic's own report."""
    report = getattr(error, "errors", None)
    if type(error).__name__ == "ValidationError" and callable(report):
        missing = [".".join(map(str, one["loc"])) for one in report() if one.get("type") == "missing"]
        return tuple(missing)
    if not isinstance(error, TypeError):
        return ()
    return tuple(name for name in _required(target) if name not in kwargs)


def _required(target: Any) -> tuple[str, ...]:
    """The parameters that have no default and can be given by name."""
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return ()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return tuple(one.name for one in parameters if one.kind in named and one.default is one.empty)


def _owner(instance: Any, name: str) -> str | None:
    """The class whose `__dict__` holds the method; never its module, which a wrapper carries along."""
    if not offers(instance, name):
        return None
    if name in getattr(instance, "__dict__", {}):
        return "the instance"
    for kind in type(instance).__mro__:
        if name in kind.__dict__:
            return f"{kind.__module__}.{kind.__qualname__}"
    return "its __getattr__"


def _kind(instance: Any) -> Kind:
    kinds = type(instance).__mro__
    names = [kind.__name__ for kind in kinds]
    if "BaseChatModel" in names:
        return Kind.CHAT
    if "BaseLLM" in names or "LLM" in names:
        return Kind.LLM
    if names[0].startswith("Runnable") or any(one.__module__ == "langchain_core.runnables.base" for one in kinds):
        return Kind.CHAIN
    return Kind.UNSAID


@cache
def _distributions() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


def _versions(*modules: str) -> dict[str, str]:
    roots = dict.fromkeys(module.partition(".")[0] for module in modules)
    theirs = [name for root in roots if root in sys.modules for name in _distributions().get(root, [])]
    core = ["langchain-core"] if "langchain_core" in sys.modules else []
    versions = {"python": platform.python_version()}
    for name in dict.fromkeys(["pytest-llm-conformance", *core, *theirs]):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
