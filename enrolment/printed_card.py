"""What stands on a card on paper: the square to scan, the code to type, and what to do with both."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from collaborative.models import Role, Team
from core import pdf
from core.forms import listing
from core.language import language
from core.time import day, wall_in
from enrolment.by_card import Holder


def address(person_language: str) -> str:
    """Return where a card is typed in, in the language of its holder."""
    with override(person_language):
        return settings.SITE_URL + reverse("card")


def shown_address(person_language: str) -> str:
    """Return the same as one types it."""
    return address(person_language).partition("://")[2]


def _square(person: User, code: str) -> segno.QRCode:
    # Behind the "#", so that no server on the way and no log has the code.
    return segno.make_qr(f"{address(person.language)}#{code}", error="m")


def square(holder: Holder, code: str) -> SafeString:
    """Return the square of a card as a drawing for a page."""
    title = _("Scan this square to come in with the card")
    drawn = _square(holder.person, code).svg_inline(scale=5, border=2, title=title, svgclass="square", lineclass=None)
    return mark_safe(drawn)  # nosec B308 B703 # segno draws it, from a code of our own


def document(holder: Holder, team: Team, code: str, *, lang: str) -> bytes:
    """Return the card as a document to print, in English or French."""
    drawing = io.BytesIO()
    _square(holder.person, code).save(drawing, kind="svg", scale=5, border=2, xmldecl=False)
    with override(lang):
        return pdf.make("enrolment/card.typ", {**words(holder, team, code), "square": drawing.getvalue().decode()})


def words(holder: Holder, team: Team, code: str) -> dict:
    """Return everything that a card says, in the language of now."""
    assert holder.card is not None
    assert holder.card.expires_at is not None  # it is printed before the first visit
    last = day(wall_in(holder.card.expires_at, team.cohort.time_zone).date(), language(), weekday=False, year=True)
    return {
        "title": _("Card of %(name)s") % {"name": holder.called},
        "series": team.cohort.programme.name,
        "team": team.name,
        "code_label": _("Your code"),
        "code": code,
        "square_says": _("Square to scan with the camera of a phone"),
        "what": _(
            "With this card you are part of your team without an e-mail address: you see when the sessions are, join them, "
            "and note what you talked about. Any phone or computer will do, also one that others use."
        ),
        "first_title": _("Your first visit, until %(day)s") % {"day": last},
        "first": [
            _("Scan the square with a phone, or open %(address)s and type your code.")
            % {"address": shown_address(language())},
            _("Say what we call you, your language and your place."),
            _("Choose a PIN: six digits that only you know."),
        ],
        "later_title": _("Every time after that"),
        "later": _("Your code and your PIN. Keep this card; without your PIN it opens nothing."),
        "lost_title": _("Lost the card, or forgotten the PIN?"),
        "lost": _lost(team),
    }


def _lost(team: Team) -> str:
    """Return who makes another card, by name where the team has a lead."""
    leads = [one.user.name for one in team.members() if one.role == Role.LEAD]
    if not leads:
        return _("Your team lead makes you a new card. The old one then opens nothing.")
    return _("Ask for a new one: %(names)s. The old card then opens nothing.") % {"names": listing(leads)}
