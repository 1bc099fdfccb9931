"""What a question says first: its title, and what stands under it. Pure, no Django."""

from __future__ import annotations

import re

from core.legible import legible
from core.markdown import plain, render

_ENDS = re.compile(r"(?<=[.?!…])\s")

LONGEST_TITLE = 140


def split(text: str) -> tuple[str, str]:
    """Return (title, rest) of a question: nobody is asked for a title, the first line is one.

    A first line that fits is the title, and the rest follows it. One that is too long gives its first sentence, or as
    many words as fit, and then the rest is the whole text: nothing is cut out of what people read.
    """
    lines = text.strip().split("\n")
    first = plain(lines[0])
    rest = "\n".join(lines[1:]).strip()
    if not legible(first):
        return _shortened(plain(text)), text.strip()
    if len(first) <= LONGEST_TITLE:
        return first, rest
    return _shortened(first), text.strip()


def opening(text: str) -> str:
    """Return what stands under the title of the first post, as HTML: "" where the title says all of it."""
    title, rest = split(text)
    found = render(rest or text)
    return "" if plain(text) == title and found.count("<") == 2 else found  # one paragraph, and nothing in it but words


def _shortened(words: str) -> str:
    sentence = _ENDS.split(words, maxsplit=1)[0]
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    cut = words[: LONGEST_TITLE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…"
