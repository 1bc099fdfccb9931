"""The tags of the house. They are builtins: no template loads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.functional import SimpleLazyObject, empty
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from lucide import _render_icon

from core import drawings, moments, navigation, quotes, toasts
from core import forms as house_forms
from core import time as clocks
from core.language import language

register = template.Library()


# ---------------------------------------------------------------- small things


@register.simple_tag
def icon(name: str, more: str = "") -> SafeString:
    """Draw a lucide icon beside a word: ``{% icon "sun" %}``, ``{% icon "video" "icon-l" %}``. Never without a word."""
    return _icon(str(name), str(more))


@lru_cache(maxsize=256)
def _icon(name: str, more: str) -> SafeString:
    svg = _render_icon(name, None, **{"class": f"icon {more}".strip(), "aria-hidden": "true", "focusable": "false"})
    # The drawing's own size and stroke are the style sheet's business (.icon).
    return mark_safe(  # nosec B308 B703 # a drawing from the icon set, with classes that templates name
        svg.replace(' width="24"', "", 1).replace(' height="24"', "", 1).replace(' stroke-width="2"', "", 1)
    )


# What every component may use besides what it is given.
_SHARED = (
    "csrf_token",
    "request",
    "user",
    "lang",
    "html_lang",
    "other_lang",
    "other_lang_url",
    "DEMO",
)


@register.simple_tag(takes_context=True)
def part(context: template.Context, which: str, /, **params: Any) -> SafeString:
    """Draw a component: ``{% part "card" title=_("This week") text=words %}`` prints ``components/card.html``.

    It sees only what it is given (an ``include`` would also see the page's own ``title``, ``url``, ``form``, …).
    """
    shared = {key: context[key] for key in _SHARED if key in context}
    found = context.template.engine.get_template(f"components/{which}.html")  # type: ignore[union-attr]  # a context that draws has its template
    return mark_safe(found.render(context.new({**shared, **params})).strip())  # nosec B308 B703 # a template escapes


@register.simple_tag
def drawn(which: str, /, **given: Any) -> SafeString:
    """Draw a component that needs nothing but what it is given: ``{% drawn "chart" finding=words wide=svg %}``.

    What was drawn from the same things lately is not drawn again, whoever looks. So it is for words and drawings of any
    size, and not for forms (their token is another each time), and not for what knows who reads.
    """
    return drawings.drawn(which, **given)


@register.filter
def listing(phrases: list[str]) -> str:
    """Join phrases as one says them: "a, b and c"."""
    return house_forms.listing(list(phrases), language())


@register.filter
def quotable(words: Any) -> str:
    """Return words as they stand inside quotation marks: “ ” inside « », ‘ ’ inside “ ”."""
    return quotes.inside(words)


@register.filter
def file_size(size: int) -> str:
    """Return how large a file of ``size`` bytes is, in words of the page's language: "13.6 KB", « 13,6 Ko »."""
    kilobytes = size / 1024
    if kilobytes < 1024:
        return gettext("%(n)s KB") % {"n": number_format(round(max(kilobytes, 0.1), 1), 1)}
    return gettext("%(n)s MB") % {"n": number_format(round(kilobytes / 1024, 1), 1)}


@register.filter
def initials(name: Any) -> str:
    """Return one or two letters for the round face beside a name."""
    words = [word for word in str(name).split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def undo_of(message: Any) -> str:
    """Return the address that takes a message's deed back, or ""."""
    return toasts.undo_of(message)


@register.tag
def filled(parser: template.base.Parser, token: template.base.Token) -> Filled:
    """``{% filled %}<p>{% block purpose %}{% endblock %}</p>{% endfilled %}``: printed only if words are in it.

    ``{% filled " · " %}`` also prints that text after it.
    """
    after = token.split_contents()[1:]
    nodes = parser.parse(("endfilled",))
    parser.delete_first_token()
    return Filled(nodes, after[0][1:-1] if after else "")


class Filled(template.Node):
    """Prints what it holds, or nothing at all where that has no word in it."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: template.NodeList, after: str = "") -> None:
        self.nodelist = nodelist
        self.after = after

    def render(self, context: template.Context) -> str:
        text = self.nodelist.render(context)
        return text.strip() + self.after if strip_tags(text).strip() else ""


# ---------------------------------------------------------------- moments


def _reader(context: template.Context) -> Any:
    """Return the person who reads, or None.

    A page that anybody may see never asks who reads: that would open the session and make it uncacheable. So only a
    person whom the view has already looked at counts.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or (isinstance(user, SimpleLazyObject) and user._wrapped is empty):
        return None
    return user if user.is_authenticated else None


_ASK = object()


@register.filter
def day(on: date | None, style: str = "") -> str:
    """Print a date: "1 February", "1er février"; ``{{ cohort.first_day|day:"year" }}`` says its year as well.

    A moment also has an hour and a place, which decide its date: ``{% when %}`` prints it, and this filter refuses it.
    """
    if on is None:
        return ""
    if isinstance(on, datetime):
        raise TypeError("a moment is printed with its place: {% when %}")
    return clocks.day(on, language(), weekday=False, year=style == "year")


@register.simple_tag
def day_words(first: date, last: date | None = None) -> str:
    """Return a day with its weekday and year, or the first and last of several: "Wednesday 11 January 2023"."""
    if last is None or last == first:
        return clocks.day(first, language(), year=True)
    ends = [clocks.day(on, language(), weekday=False, year=True) for on in (first, last)]
    return gettext("%(first)s to %(last)s") % {"first": ends[0], "last": ends[1]}


@register.simple_tag(takes_context=True)
def when(context: template.Context, moment: Any, place: Any, style: str = "block", reader: Any = _ASK) -> SafeString:
    """Print a moment with its place: the reader's clock first, the cohort's beside it where it shows another hour.

    ``{% when session.starts_at cohort %}``; place: a cohort, a town's key or a zone. Styles: "block" (two lines),
    "line" (in a sentence), "short" (Wed 11 Jan), "clock" (only the hour). Prints nothing where there is no moment.
    """
    if not moment:
        return SafeString("")
    who = _reader(context) if reader is _ASK else reader or None
    reading = moments.read(moment, place, who, lang=language(), short=style == "short", dated=style != "clock")
    if style == "block":  # it stands alone, so it begins like a sentence ("Mercredi 11 janvier")
        reading = replace(reading, mine=reading.mine[:1].upper() + reading.mine[1:])
    return drawn("when", reading=reading, style=style)


@register.simple_tag(takes_context=True)
def when_text(context: template.Context, moment: Any, place: Any, reader: Any = _ASK, short: bool = False) -> str:
    """Return the same as plain words, for mails, titles and attributes: "Wednesday 11 January, 13:30 in St. John's (12:00, Toronto time)"."""
    if not moment:
        return ""
    who = _reader(context) if reader is _ASK else reader or None
    reading = moments.read(moment, place, who, lang=language(), short=short)
    return f"{reading.mine} ({reading.theirs})" if reading.theirs else reading.mine


# ---------------------------------------------------------------- places


@register.simple_tag(takes_context=True)
def doors(context: template.Context) -> list[navigation.Door]:
    """Return the places of the rail for this person; a page may name its own with the context variable ``here``."""
    return navigation.doors(context["request"], context.get("here") or "")


@register.filter
def for_the_bar(every: list[navigation.Door]) -> list[navigation.Door]:
    """Return those three of the places that stand on the phone's bar."""
    return navigation.on_the_bar(every)


@register.filter
def beyond_the_bar(every: list[navigation.Door]) -> list[navigation.Door]:
    """Return those of the places that do not stand on the phone's bar."""
    bar = navigation.on_the_bar(every)
    return [door for door in every if door not in bar]


# ---------------------------------------------------------------- forms


@register.simple_tag
def field(bound: Any, **options: Any) -> SafeString:
    """Draw one field of a form: ``{% field form.email %}``; options: size="short"|"number"|"code", hint, hide_label."""
    return house_forms.draw(bound, **options)


@register.filter
def trouble(form: Any) -> list:
    """Return every error of a form for the summary on top, once: where a page has printed it, crispy does not again."""
    if form is None or not getattr(form, "is_bound", False) or getattr(form, "_trouble_told", False):
        return []
    form._trouble_told = True
    return house_forms.trouble(form)
