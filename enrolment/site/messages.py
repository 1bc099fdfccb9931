"""The kinds of message that the public pages send."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative.models import Programme
from enrolment.models import ContactNote, Interest
from enrolment.site.interest import OPEN, opened_in, token_for
from enrolment.site.pages import address, window_of
from notifications import kinds
from notifications.letters import BadAddress, bare_address

_TO_THE_BOX = _("You get this because visitors' letters to the planning team go to this address.")


def _letters(source_ids: Collection[str]) -> dict[str, ContactNote]:
    rows = ContactNote.objects.select_related("programme").filter(pk__in=source_ids, settled_at=None)
    return {str(one.pk): one for one in rows}


def _letter(message) -> dict[str, Any]:
    note: ContactNote = message.source
    try:
        reply_to = bare_address(note.email)
    except BadAddress:  # their mail program may know it; it stands in the text all the same
        reply_to = ""
    # The team's own mailbox plans nothing: whoever reads it gets what visitors write.
    why = {} if message.recipient_id else {"why": _TO_THE_BOX}
    return {"note": note, "programme": note.programme, "reply_to_writer": reply_to, **why}


def _interests(source_ids: Collection[str]) -> dict[str, Interest]:
    return {str(one.pk): one for one in Interest.objects.select_related("programme").filter(pk__in=source_ids)}


def _told_now(source_ids: Collection[str]) -> dict[str, Interest]:
    """Return those in whose programme one can apply now, each with the cohort (``opened_in``): asked once a programme."""
    found, now = _interests(source_ids), timezone.now()
    # As it stands now: the day may have moved since it was promised.
    opened = {key: opened_in(key, now) for key in {one.programme_id for one in found.values()}}
    for one in found.values():
        one.opened_in = opened[one.programme_id]  # type: ignore[attr-defined]
    return {key: one for key, one in found.items() if opened[one.programme_id] is not None}


def _confirm(message) -> dict[str, Any] | None:
    row: Interest = message.source
    if row.email != message.address:  # its links are for the mailbox that asked
        return None
    return {"programme": row.programme, "path": reverse("interest_confirm", args=[token_for(row)])}


def _open(message) -> dict[str, Any] | None:
    row: Any = message.source
    if row.email != message.address:
        return None
    cohort = row.opened_in
    return {
        "programme": row.programme,
        "cohort": cohort,
        "window": window_of(cohort).words,
        "path": address(row.programme, "overview", row.language),
        "stop": reverse("interest_stop", args=[token_for(row)]),
        "reply_to": cohort.contact,
    }


def _programmes(source_ids: Collection[str]) -> dict[str, Programme]:
    return {str(one.pk): one for one in Programme.objects.filter(pk__in=source_ids)}


def _pass_on(message) -> dict[str, Any]:
    programme: Programme = message.source
    return {
        "programme": programme,
        "path": reverse("trust"),
        "pdf": reverse("trust_pdf"),
        "about": address(programme, "overview", message.lang or settings.LANGUAGE_CODE),
        "reply_to": programme.contact_email,
    }


kinds.register(
    kinds.Kind(
        key="enrolment/question",
        name=_("A visitor's letter"),
        importance=kinds.Importance.MUST,
        template="enrolment/emails/question",
        audience=_("You get this because you plan this series, and a visitor wrote to its planning team."),
        when=_("At once, when a visitor writes to the planning team on the public page."),
        stops=_("Somebody has settled it already, it is erased, or the person does not plan this series any more."),
        context=_letter,
        sources=_letters,
        also_when_closed=True,
    )
)
kinds.register(
    kinds.Kind(
        key="enrolment/interest_confirm",
        name=_("A wish to be told, to confirm"),
        importance=kinds.Importance.MUST,
        listed=False,
        template="enrolment/emails/interest_confirm",
        audience=_("You get this because somebody typed this address on our page. Nothing happens if you do nothing."),
        when=_("At once, when somebody leaves an address on the public page to be told when applications open."),
        stops=_("The same address is left once more, or erased first."),
        context=_confirm,
        sources=_interests,
        priority=kinds.FIRST,
    )
)
kinds.register(
    kinds.Kind(
        key=OPEN,
        name=_("Word that one can apply"),
        importance=kinds.Importance.MUST,
        listed=False,
        template="enrolment/emails/interest_open",
        audience=_(
            "You get this one mail because you asked to be told. Your address is erased when this enrolment closes."
        ),
        when=_(
            "From nine on the day on which applications open, once to each confirmed address, and later while "
            "they are open."
        ),
        stops=_("Applications are not open at that hour after all, or the address is erased first."),
        context=_open,
        sources=_told_now,
        at_most_once=True,
    )
)
kinds.register(
    kinds.Kind(
        key="enrolment/pass_on",
        name=_("The privacy pages, passed on"),
        importance=kinds.Importance.MUST,
        template="enrolment/emails/pass_on",
        audience=_("You get this because somebody in your organisation would like you to look at it."),
        when=_(
            "At once, when a visitor sends the page about privacy and security to an office, at most once a day "
            "to each address."
        ),
        stops=_("The address is erased first."),
        context=_pass_on,
        sources=_programmes,
    )
)
