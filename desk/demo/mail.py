"""The mails that the demo has sent, read from the folder in which its mail server keeps them. Demo mode only."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import html
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.redirects import safe_path

MOST = 1000
_HEAD_BYTES = 32_768
# As the mail server names them; a name that is anything else is no mail of ours.
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,120}\.eml")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_TAGS = {"p", "br", "strong", "em", "b", "i", "h1", "h2", "h3", "ul", "ol", "li", "a", "blockquote", "hr", "table", "tbody",
         "thead", "tr", "td", "th", "div", "span"}  # fmt: skip
_NOTHING = SafeString("")


@dataclasses.dataclass(frozen=True)
class Letter:
    """One mail as the list and its page show it."""

    name: str
    subject: str
    to: str
    at: dt.datetime
    sender: str = ""
    language: str = ""
    text: SafeString = _NOTHING
    html: SafeString = _NOTHING


def _folder() -> Path:
    return Path(settings.DATA_DIR, "mail")


def newest(most: int = MOST, *, about: str = "") -> list[Letter]:
    """Return the latest mails, the newest first, without their words; ``about``: only with this in address or subject."""
    folder = _folder()
    if not folder.is_dir():
        return []
    names = sorted((path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    found = [letter for name in names[:most] if (letter := _read(name, words=False))]
    wanted = about.casefold()
    return [letter for letter in found if wanted in f"{letter.to} {letter.subject}".casefold()]


def find(name: str) -> Letter | None:
    """Return the mail of this name, None for a name that is none of ours: nothing outside the folder is ever opened."""
    return _read(name, words=True) if _NAME.fullmatch(name) else None


def _read(name: str, *, words: bool) -> Letter | None:
    path = _folder() / name
    if path.is_symlink() or not path.is_file() or path.resolve().parent != _folder().resolve():
        return None
    with path.open("rb") as file:
        message = email.message_from_bytes(file.read() if words else file.read(_HEAD_BYTES), policy=default)
    return Letter(
        name=name,
        subject=str(message["subject"] or ""),
        to=str(message["to"] or message["x-envelope-to"] or ""),
        sender=str(message["from"] or ""),
        at=dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC),
        language=str(message["content-language"] or "")[:5],
        text=_plain(message) if words else _NOTHING,
        html=_html(message) if words else _NOTHING,
    )


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""


def _here(address: str) -> str:
    """Return the path of an address of this site, "" for any other place: links of the demo never leave it."""
    parts = urlsplit(html.unescape(address))
    ours = {settings.SITE_HOST, "localhost", "127.0.0.1"}
    if parts.scheme not in ("http", "https") or parts.hostname not in ours or parts.path.startswith("//"):
        return ""
    here = (
        (parts.path or "/")
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )
    return safe_path(here, "")


def _plain(message: EmailMessage) -> SafeString:
    """Return the plain text, its links to this site made ones that can be pressed."""
    text = _content(message, "plain")
    pieces, at = [], 0
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(".,;:!?)»")
        pieces.append(format_html("{}", text[at : match.start()]))
        path = _here(address)
        pieces.append(format_html('<a href="{}">{}</a>', path, address) if path else format_html("{}", address))
        at = match.start() + len(address)
    pieces.append(format_html("{}", text[at:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _link(tag: str, attribute: str, value: str) -> str | None:
    return _here(value) or None if (tag, attribute) == ("a", "href") else value


def _html(message: EmailMessage) -> SafeString:
    """Return the HTML part in the page's own look: words, lists, tables and links to this site, nothing else."""
    body = _content(message, "html")
    clean = nh3.clean(
        body,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "head"},
        attributes={"a": {"href"}},
        attribute_filter=_link,
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return mark_safe(clean.strip())  # nosec B308 B703 # nh3 has just cleaned it
