"""HTML into plain text: what a reader would see, line by line, with what is quoted marked as in plain mails.

Read from front to back in one go, whatever it is: parsers of pages, which mend what is broken, take minutes for some of it.
What comes out is text, and is shown as text.
"""

from __future__ import annotations

import html
import re
from typing import Final

# More is no letter. What is cut off is at the end, where old mails are quoted.
MOST: Final = 1_000_000
_BLOCKS: Final = {
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "hr",
    "blockquote",
}
# What stands in these is not for readers.
_UNSEEN: Final = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "select"}
# So do mail programs mark what they quote: Gmail, Yahoo and Proton by a class, Outlook by an id.
_QUOTED_CLASS: Final = re.compile(r"[\"']?[^\"'>]*?\b(?:gmail_quote|yahoo_quoted|protonmail_quote)\b", re.IGNORECASE)
_QUOTED_ID: Final = re.compile(
    r"[\"']?[^\"'>\s]*?(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)", re.IGNORECASE
)
# An attribute stands in a tag once: what else looks like it is looked at by nobody.
_CLASS: Final = re.compile(r"(?<![\w-])class\s*=\s*", re.IGNORECASE)
_ID: Final = re.compile(r"(?<![\w-])id\s*=\s*", re.IGNORECASE)
_MOST_OF_A_VALUE: Final = 200
# Outlook's older line over what it quotes.
_QUOTED_STYLE: Final = re.compile(r"border-top:\s*solid\s*#(?:b5c4df|e1e1e1)", re.IGNORECASE)
# What a tag bears is looked at so far.
_MOST_OF_A_TAG: Final = 2_000
_TAG: Final = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:]{0,30})(?P<more>[^<>]*)>|<!--|<[!?][^<>]*>")


def text_of(page: str) -> str:
    """Return what ``page`` says as plain text; quoted parts have ``> `` before their lines."""
    return _Walk(page[:MOST]).text()


class _Walk:
    """One way through a page. ``_open``: for each open element that may quote, whether it does."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._open: dict[str, list[bool]] = {"div": [], "blockquote": []}
        self._depth = 0
        self._ends: dict[str, bool] = {}
        self._go()

    def _go(self) -> None:
        place = 0
        while found := _TAG.search(self._page, place):
            self._say(self._page[place : found.start()])
            place = found.end()
            if found.group() == "<!--":
                place = self._after("--", place)
            elif (name := (found["name"] or "").lower()) in _UNSEEN:
                place = self._after(f"</{name}", place) if not found["end"] else place
            elif name:
                self._tag(name, bool(found["end"]), found["more"][:_MOST_OF_A_TAG])
        self._say(self._page[place:])
        self._end_line()

    def _after(self, end: str, place: int) -> int:
        """Return the place after the tag that ends something unseen; where none does, it is not looked for again."""
        if not self._ends.get(end, True):
            return place
        found = re.compile(end + "[^<>]{0,50}>?", re.IGNORECASE).search(self._page, place)
        self._ends[end] = found is not None
        return found.end() if found else place

    def _say(self, text: str) -> None:
        if text:
            self._line.append(re.sub(r"[ \t\r\n]+", " ", html.unescape(text)))

    def _tag(self, name: str, ends: bool, more: str) -> None:
        if name == "br":
            self._end_line(blank=True)
        elif name in ("td", "th"):
            self._line.append(" ")
        elif name in _BLOCKS:
            self._end_line()
            if name == "p" and ends:
                self._lines.append((self._depth, ""))
        if name == "li" and not ends:
            self._line.append("- ")
        elif name == "hr":
            self._lines.append((self._depth, "_" * 32))
        if name in self._open:
            self._quote(name, ends, more)

    def _quote(self, name: str, ends: bool, more: str) -> None:
        if ends:
            self._depth -= self._open[name].pop() if self._open[name] else False
            return
        if _says(more, _ID, _QUOTED_ID) or _QUOTED_STYLE.search(more):
            # Outlook does not put the old mail inside: everything after it is.
            self._lines.append((0, "-----Original Message-----"))
        quotes = name == "blockquote" or _says(more, _CLASS, _QUOTED_CLASS)
        self._open[name].append(quotes)
        self._depth += quotes

    def _end_line(self, *, blank: bool = False) -> None:
        words = re.sub(" {2,}", " ", "".join(self._line)).strip(" ")
        self._line.clear()
        if words or blank:
            self._lines.append((self._depth, words))

    def text(self) -> str:
        """Return the lines, with marks before those that are quoted."""
        lines = [f"{'> ' * min(depth, 3)}{words}" if depth else words for depth, words in self._lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _says(more: str, attribute: re.Pattern[str], wanted: re.Pattern[str]) -> bool:
    """Return whether the first attribute of this name in a tag bears what is wanted."""
    found = attribute.search(more)
    return found is not None and wanted.match(more[found.end() : found.end() + _MOST_OF_A_VALUE]) is not None
