"""The address: a golden stream and a fault that stand in the path, for clients that are told nothing but a URL."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from urllib.parse import unquote

from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults import fault_named
from llm_conformance.simulator.formats import Format
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import golden, names

# Clients of TGI are given an address with this end by some.
_ROOM = "/tgi"
_MOST_PARTS = 2


def case_at_path(place: str, form: Format, addresses: Mapping[str, Case]) -> Case | None:
    """The case that `/<golden>`, or `/<golden>/<fault>`, names; None if the path leaves it to the prompt."""
    if not (place := place.removesuffix(_ROOM)):
        return None
    name, *rest = [unquote(part) for part in place.removeprefix("/").split("/")]
    if len(rest) >= _MOST_PARTS:
        raise ProviderError(404, f"no address: {place!r}; expected /<golden> or /<golden>/<fault>")
    if (case := addresses.get(name)) is None:
        if name not in names():
            nearest = ", ".join(get_close_matches(name, (*addresses, *names()), cutoff=0))
            raise ProviderError(404, f"no golden stream is called {name!r}; nearest: {nearest}")
        case = Case(nonce=name, golden=golden(name))
    fault = rest[0] if rest else case.fault
    try:
        fault_named(fault)
    except ValueError as error:
        raise ProviderError(404, str(error)) from None
    return replace(case, nonce=place, format=form.name, fault=fault)
