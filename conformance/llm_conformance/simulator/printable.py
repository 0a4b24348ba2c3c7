"""Text for a line of output: a client's text may contain control characters, and an output may lack characters."""

import sys


def printable(text: str) -> str:
    """The text with every character escaped that cannot be printed, as in `repr()`."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def print_line(line: str) -> None:
    """Print a line, whatever the encoding of the output; without an output, do nothing."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        sys.stdout.write(f"{line.encode(encoding, 'backslashreplace').decode(encoding)}\n")
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        # Closed, or its reader has left (`serve | head`). The server goes on.
        return
