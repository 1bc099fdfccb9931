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

# People write sentences, lists and now and then a quotation. A line of signs or a leading space is not a heading, a
# rule or a block of code to them: those stay as typed.
_OFF = ("heading", "lheading", "hr", "code", "fence", "html_block", "html_inline", "reference")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "a"}
_ATTRIBUTES = {"*": set(), "a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_TAG = re.compile(r"<[^>]*>")


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
