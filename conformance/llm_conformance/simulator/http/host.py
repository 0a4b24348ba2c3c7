"""Whether a request is meant for this machine, by its `Host` and its `Origin`."""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """Whether the value of a `Host` header names the loopback interface; a client may also send none.

    A web page can make a browser send requests to 127.0.0.1 by letting its own name resolve to that address (DNS
    rebinding). Its name is then in the `Host` header.
    """
    if not host:
        return True
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    if name.lower().rstrip(".") == "localhost" or name.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_foreign_page(origin: str | None) -> bool:
    """Whether the value of an `Origin` header is that of a web page that does not come from this machine.

    A page of any site can make a browser send requests to 127.0.0.1; it only cannot read the answers. `null` is the
    origin of a page that hides its own. Extensions and desktop apps have schemes of their own.
    """
    if not origin:
        return False
    scheme, _, host = origin.partition("://")
    return origin == "null" or (scheme.lower() in {"http", "https"} and not is_loopback(host or "?"))
