"""Text for a line of output: a client's text may contain control characters, and an output may lack characters."""

import re
import sys

# An answer to wrong input repeats what was given: in it a long word is cut, and a line of many words.
_LONG_WORD = re.compile(r"[^ ]{200,}")
_LONGEST_WORD = 100
_LONGEST = 1000


def printable(text: str) -> str:
    """The text with every character escaped that cannot be printed, as in `repr()`."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def one_line(text: str) -> str:
    """The text as an answer to wrong input: on one line that can be read, whatever the input was."""
    line = _LONG_WORD.sub(lambda word: _cut(word[0], _LONGEST_WORD), printable(text))
    return line if len(line) <= _LONGEST else _cut(line, _LONGEST)


def _cut(text: str, length: int) -> str:
    half = length // 2
    return f"{text[:half]}\u2026{text[-half:]}"


def without_keys(url: str) -> str:
    """The URL without what may be a key: its user, its password and its query."""
    return re.sub(r"//[^/?#]*@", "//***@", url).partition("?")[0]


def print_line(line: str) -> None:
    """Print a line, whatever the encoding of the output; without an output, do nothing."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        sys.stdout.write(f"{line.encode(encoding, 'backslashreplace').decode(encoding)}\n")
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        # Closed, or its reader has left (`serve | head`). The server goes on.
        return
