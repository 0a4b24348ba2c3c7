"""The case that a path selects, `/<golden>/<fault>`: for clients whose only setting is a URL."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from urllib.parse import quote, unquote

from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults import fault_named
from llm_conformance.simulator.formats import Format
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import golden, names

# Some projects configure clients of TGI with a base URL that ends like this.
_TGI_SUFFIX = "/tgi"
_MAX_PARTS = 2


def case_at_path(prefix: str, form: Format, path_cases: Mapping[str, Case]) -> Case | None:
    """The case that `/<golden>` or `/<golden>/<fault>` selects; None if the prefix is empty.

    Raises ProviderError if there is no such stream or fault.
    """
    if not (prefix := prefix.removesuffix(_TGI_SUFFIX)):
        return None
    name, *rest = [unquote(part) for part in prefix.removeprefix("/").split("/")]
    if len(rest) >= _MAX_PARTS:
        raise ProviderError(404, f"invalid path: {prefix!r}; expected /<golden> or /<golden>/<fault>")
    if (case := path_cases.get(name)) is None:
        if name not in names():
            nearest = ", ".join(get_close_matches(name, {*path_cases, *names()}, cutoff=0))
            raise ProviderError(404, f"unknown golden stream {name!r}; nearest: {nearest}")
        case = Case(nonce=name, golden=golden(name))
    fault = rest[0] if rest else case.fault
    try:
        fault_named(fault)
    except ValueError as error:
        raise ProviderError(404, str(error)) from None
    # The decoded parts: the number of nonces is that of the cases, however a client writes them.
    path = "/".join(quote(part, safe="") for part in ("", name, *rest))
    return replace(case, nonce=path, format=form.name, fault=fault)
