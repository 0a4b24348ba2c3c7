"""Whether a request is meant for this machine, by its `Host`."""

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
