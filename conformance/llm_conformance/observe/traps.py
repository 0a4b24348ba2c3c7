"""Answers and prompts that have broken some model. Each stands for a reported defect."""

from __future__ import annotations

Tokens = tuple[str, ...]

TRAPS: tuple[Tokens, ...] = (
    (),
    ("",),
    ("", "a", "", "b", ""),
    ("a", "a", "a", " ", " ", "a"),
    (" 20", "6", "6"),
    ("  a", " \n", "\n ", "b  "),
    ("a\r", "\nb", "\r\n", "c\rd"),
    ("a\u2028b", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c\x1d\x1e"),
    ("\ufeffa", "\ufeff", "b"),
    ("\x00", "a\x00b", "\x1b[31m", "\x7f"),
    ("e", "\u0301", "\u212b", "\u1100", "\u1161"),
    ("👩", "\u200d", "👧", "🏳", "\ufe0f", "\u200d", "🌈", "👋🏽"),
    ("\U0010ffff", "\ufffd", "\uffff", "\U00020000"),
    ("data: [DONE]", "[DONE]", "\n\n", "event: end", ": "),
    ("</s>", "<|endoftext|>", "<think>", "</think>", "<eos>"),
    ('{"a": 1}', '"', "\\", "\\n", "\\u0041", "'"),
    ("null", "None", "False", "0", "nan"),
    ("%s", "{}", "{0}", "$x", "{{x}}"),
    ("STOP", "Observation:", "Human:", "\nHuman:"),
)
LONG: Tokens = tuple(f"{number} " for number in range(2000))

TRAP_TOKENS: Tokens = tuple(sorted({token for trap in TRAPS for token in trap}))

# What a client keeps back until it knows whether a marker follows.
BEGINNINGS: Tokens = ("<", "</", "<|", "<think", "</think", "<|endoftext", "[", "[DONE", "STO", "Observation", "``")

# The answer that is such a token alone, and the one that ends in it.
HELD_BACK: tuple[Tokens, ...] = tuple(ending for token in BEGINNINGS for ending in ((token,), ("The", " end:", token)))
ENDS: tuple[Tokens, ...] = (
    *(ending for token in TRAP_TOKENS if token for ending in ((token,), ("The", " end:", token))),
    *HELD_BACK,
)
# Of these, the answers that end in one.
AT_THE_END: tuple[Tokens, ...] = tuple(answer for answer in ENDS if len(answer) > 1)

# Long enough that a model that ignores the stop text generates more than one that keeps it and the rest of its token.
_TAIL = (" and", " so", " on", " and", " on")

# The stop text is in the answer, begins without being completed, and spans tokens. In the last ones it is twice in a
# token, or is something else as a regular expression.
STOP_TRAPS: tuple[tuple[Tokens, str], ...] = (
    (("Obser", "vation", ":", " yes", *_TAIL), "Observation:"),
    (("a", "a", "a", "b", "c", *_TAIL), "aab"),
    (("ab", "ab", "ac", "d", *_TAIL), "abac"),
    (("x", "\n", "\n", "y", *_TAIL), "\n\n"),
    (("one ", "STOP", " two ", "STOP", " three"), "STOP"),
    (("S", "T", "O", "P", "!", *_TAIL), "STOP"),
    (("no", "thing ", "to ", "see"), "STOP"),
    (("one", " STOP two STOP three", *_TAIL), "STOP"),
    (("The", " end", ".", " Then", *_TAIL), "."),
    (("Why", "?", " Because", *_TAIL), "?"),
    (("f", "(", "x", ")", *_TAIL), "("),
    (("x", " [", "x", "]", *_TAIL), "[x]"),
    (("5", "$", " or 6", *_TAIL), "$"),
    (("c:", "\\", "d", *_TAIL), "\\"),
    (("a", " a|b", " c", *_TAIL), "a|b"),
)

UNICODE_PROMPT = "Say only: черный чай, 抹茶, 🍵🏽, please. "

# What stands before and after a prompt.
PROMPT_TRAPS: tuple[tuple[str, str], ...] = (
    ("  ", ""),
    ("", "  "),
    ("\n\n", "\n"),
    (" \t", "\r\n"),
    (UNICODE_PROMPT, ""),
    ("", UNICODE_PROMPT),
    ("long " * 2000, ""),
    *((token, token) for token in TRAP_TOKENS if token),
)
