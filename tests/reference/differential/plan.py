"""What is drawn: a model, a chain around it, a call, a way of leaving. Frozen; its repr is code that one can paste."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, TypeAlias

HOOKS = ("_acall", "_stream", "_astream")
SYNC_CALLS = ("invoke", "batch", "stream", "transform")
ASYNC_CALLS = ("ainvoke", "abatch", "astream", "atransform", "events v1", "events v2")
STREAMING_CALLS = ("stream", "transform", "astream", "atransform", "events v1", "events v2")


class Said:
    """Its repr names what is not the default."""

    def __repr__(self) -> str:
        said = []
        for each in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            default = each.default if each.default_factory is MISSING else each.default_factory()
            if (value := getattr(self, each.name)) != default:
                said.append(f"{each.name}={value!r}")
        return f"{type(self).__name__}({', '.join(said)})"


@dataclass(frozen=True, repr=False)
class Handler(Said):
    """One who listens.

    fails_on: the method that raises; raises: whether it says `raise_error`.
    """

    kind: Literal["sync", "async"] = "sync"
    inline: bool = False
    fails_on: str | None = None
    raises: bool = False


@dataclass(frozen=True, repr=False)
class Config(Said):
    """What a call, or a binding, says. Without handlers it says nothing of callbacks; with none, an empty list."""

    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    run_name: str | None = None
    run_id: int | None = None
    max_concurrency: int | None = None
    handlers: tuple[Handler, ...] | None = None


@dataclass(frozen=True, repr=False)
class Model(Said):
    """A model with `_call` and these hooks. An "@" in a token is the prompt.

    reports: what its streaming hooks tell of each token; call_reports: whether `_call` tells as well.
    infos: the generation_info of its chunks, from the first on.
    fails_at: its streaming hooks raise before this token; call_fails: `_call` and `_acall` raise.
    fails_on: it fails only if the prompt contains this; failures: only in so many calls, the first ones.
    gate: every hook waits there, before this token, until the driver opens it.
    """

    hooks: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ("a", "@")
    reports: Literal["nothing", "text", "chunk"] = "chunk"
    call_reports: bool = False
    infos: tuple[Mapping[str, Any] | None, ...] = ()
    fails_at: int | None = None
    call_fails: bool = False
    fails_on: str = ""
    failures: int | None = None
    gate: int | None = None
    name: str | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    handlers: tuple[Handler, ...] = ()


@dataclass(frozen=True, repr=False)
class Sequence(Said):
    """`a | b | c`."""

    steps: tuple["Node", ...] = ()
    name: str | None = None


@dataclass(frozen=True, repr=False)
class Parallel(Said):
    """A dict in a chain."""

    steps: Mapping[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Assign(Said):
    """`RunnablePassthrough.assign`; it takes a dict."""

    steps: Mapping[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Plain(Said):
    """A step without a model in it: the functions and generators of `build.py` by their names, or one of the rest."""

    kind: Literal["prompt", "parser", "passthrough", "shout", "join", "raises", "tells", "by_piece", "breaks"] = (
        "parser"
    )
    is_async: bool = False


@dataclass(frozen=True, repr=False)
class Calls(Said):
    """A function that calls the node, or answers with it; it passes its config on, or leaves that to the context."""

    node: "Node" = field(default_factory=Model)
    how: Literal["invoke", "stream", "answer"] = "invoke"
    passes: bool = True
    is_async: bool = True


@dataclass(frozen=True, repr=False)
class Bound(Said):
    """`bind` and `with_config`."""

    node: "Node" = field(default_factory=Model)
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    config: Config = Config()


@dataclass(frozen=True, repr=False)
class Retry(Said):
    """`with_retry`, without waiting."""

    node: "Node" = field(default_factory=Model)
    attempts: int = 2


@dataclass(frozen=True, repr=False)
class Fallbacks(Said):
    """`with_fallbacks`."""

    node: "Node" = field(default_factory=Model)
    others: tuple["Node", ...] = ()


Node: TypeAlias = Model | Sequence | Parallel | Assign | Plain | Calls | Bound | Retry | Fallbacks


@dataclass(frozen=True, repr=False)
class Filters(Said):
    """The six filters of `astream_events`."""

    include_names: tuple[str, ...] | None = None
    include_types: tuple[str, ...] | None = None
    include_tags: tuple[str, ...] | None = None
    exclude_names: tuple[str, ...] | None = None
    exclude_types: tuple[str, ...] | None = None
    exclude_tags: tuple[str, ...] | None = None


@dataclass(frozen=True, repr=False)
class Leave(Said):
    """Whoever asked goes after so many items: closes, just drops the stream, or is cancelled while the model works."""

    how: Literal["close", "break", "cancel"] = "close"
    after: int = 1


@dataclass(frozen=True, repr=False)
class Plan(Said):
    """One act.

    inputs: one for each input of a batch; else one for each of the calls that are made at once.
    configs: as many as inputs, of a batch alone; instead of `config`.
    """

    root: Node = Model()
    call: str = "invoke"
    inputs: tuple[Any, ...] = ("hi",)
    config: Config = Config()
    configs: tuple[Config, ...] | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    filters: Filters = Filters()
    return_exceptions: bool = False
    leave: Leave | None = None

    @property
    def is_batch(self) -> bool:
        return "batch" in self.call

    @property
    def is_concurrent(self) -> bool:
        return len(self.inputs) > 1

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of the chain, the root first."""
        return tuple(_within(self.root))

    @property
    def models(self) -> tuple[Model, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Model))

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """All who listen, wherever they are named."""
        configs = [self.config, *(self.configs or ()), *(node.config for node in self.nodes if isinstance(node, Bound))]
        groups = [*(config.handlers or () for config in configs), *(model.handlers for model in self.models)]
        return tuple(handler for group in groups for handler in group)

    @property
    def linear(self) -> bool:
        """Whether one thing happens after the other: then the order of all that is told is compared, too."""
        return not self.is_concurrent and not any(isinstance(node, Parallel | Assign) for node in self.nodes)


def parts(node: Node) -> tuple[Node, ...]:
    """What the node is made of."""
    match node:
        case Sequence():
            return node.steps
        case Parallel() | Assign():
            return tuple(node.steps.values())
        case Calls() | Bound() | Retry():
            return (node.node,)
        case Fallbacks():
            return (node.node, *node.others)
        case _:
            return ()


def _within(node: Node) -> Iterator[Node]:
    yield node
    for part in parts(node):
        yield from _within(part)
