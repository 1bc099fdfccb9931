"""From what a person types to what others read: Markdown in, safe HTML out. Pure, no Django.

Two walls, one behind the other: the Markdown parser takes no HTML and makes no pictures, and whatever it makes goes
through an allow-list. What does not pass stays on the page as plain words, so that nothing a person wrote vanishes.
"""

from __future__ import annotations

import html
import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

from core.legible import legible

# People write sentences, lists and now and then a quotation. A line of signs or a leading space is not a heading, a
# rule or a block of code to them: those stay as typed.
_OFF = ("heading", "lheading", "hr", "code", "fence", "html_block", "html_inline", "reference")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "a"}
_ATTRIBUTES = {"*": set(), "a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_TAG = re.compile(r"<[^>]*>")
_ENDS = re.compile(r"(?<=[.?!…])\s")

LONGEST_TITLE = 140


def _alt_only(self, tokens, idx, options, env) -> str:
    """A picture becomes its words: nothing is fetched from elsewhere when somebody reads."""
    return escapeHtml(self.renderInlineAsText(tokens[idx].children or [], options, env))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).disable(list(_OFF))
    parser.add_render_rule("image", _alt_only)
    return parser


_markdown = _parser()


def render(text: str) -> str:
    """Return ``text`` as HTML that may stand on a page as it is."""
    return nh3.clean(
        _markdown.render(text.replace("\x00", "")),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
        strip_comments=True,
    ).strip()


def plain(text: str) -> str:
    """Return the words of ``text`` without its marks, on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", render(text))).split())


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
