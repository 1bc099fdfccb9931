"""What decision day shows: every application of a cohort in its order, filtered, a page of them, and the chosen set."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.line import today_in
from collaborative.models import Cohort, Sector
from core import places
from core.language import language
from core.time import day
from enrolment import letters
from enrolment.deciding import with_told
from enrolment.decision_day.balance import Balance, balance
from enrolment.decision_day.filters import OUTCOMES, Filter
from enrolment.decision_day.order import Light, all_of
from enrolment.decision_day.querysets import is_blind
from enrolment.models import (
    Application,
    ApplicationMember,
    DeclineReason,
    Interest,
    Outcome,
    Remoteness,
    Review,
    State,
)

A_PAGE = 50


@dataclasses.dataclass(frozen=True)
class Row:
    """One application as the list shows it. ``name`` is hidden from who reads blind and has not read it yet."""

    application: Any
    name: str
    facts: str
    score: Decimal | None
    scored: bool
    who: str
    sponsor: str
    partner: str
    looking: str
    # It was told, or waits for its minute: another word needs a reason, on its own page.
    settled: str
    reason: str
    hidden: bool


@dataclasses.dataclass(frozen=True)
class Board:
    """Decision day as one planner meets it."""

    filter: Filter
    rows: list[Row]
    page: Page
    columns: list[tuple[str, str, list[Row]]]
    balance: Balance
    total: int
    rule: str
    blind: bool


def board(cohort: Cohort, *, reader, query: Mapping[str, str], page: str = "") -> Board:
    """Return the board of a cohort: as many statements for 20 applications as for 400."""
    wanted = Filter.read(query)
    every = all_of(cohort, reader=reader)
    some = [one for one in every if one.fits(wanted)]
    shown = Paginator(some, A_PAGE).get_page(page or query.get("page"))
    rows = _rows(cohort, shown.object_list, reader=reader)
    columns = [
        (key, str(Outcome(value).label), [row for row in rows if row.application.outcome == value])
        for key, value in OUTCOMES.items()
    ]
    return Board(
        filter=wanted,
        rows=rows,
        page=shown,
        columns=columns if wanted.columns else [],
        balance=balance(cohort, every),
        total=sum(one.state == State.SUBMITTED for one in every),
        rule=rule_of(cohort),
        blind=is_blind(cohort),
    )


def sheet(cohort: Cohort, *, reader, query: Mapping[str, str]) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows for a workbook: every application that the filter lets through, as this reader sees it."""
    wanted = Filter.read(query)
    some = [one for one in all_of(cohort, reader=reader) if one.fits(wanted)]
    head = [
        _("Team"), _("Contact person"), _("E-mail"), _("Where"), _("Score"), _("People"), _("Positions"), _("Sponsor"), _("Partner"),
        _("Outcome"), _("Reason"),
    ]  # fmt: skip
    return head, [
        [
            row.name, "" if row.hidden else row.application.contact_name, "" if row.hidden else row.application.contact_email,
            row.facts, float(row.score) if row.score is not None else None, row.application.people, row.application.positions,
            row.sponsor,
            row.partner or row.looking, str(Outcome(row.application.outcome).label), row.reason,
        ]
        for row in _rows(cohort, some, reader=reader)
    ]  # fmt: skip


def rule_of(cohort: Cohort) -> str:
    """Return the priority rule as it is published, by its settings where it has no words of its own, "" without one."""
    if cohort.programme.priority:
        return cohort.programme.priority
    labels = [str(Sector(one).label) for one in cohort.programme.priority_sectors if one in Sector.values]
    return _("%(settings)s first") % {"settings": ", ".join(labels)} if labels else ""


def _rows(cohort: Cohort, some: Iterable[Light], *, reader) -> list[Row]:
    light = {one.pk: one for one in some}
    members = ApplicationMember.objects.filter(application=OuterRef("pk")).order_by().values("application")
    own = Review.objects.filter(application=OuterRef("pk"), by=reader)
    found = with_told(Application.objects.filter(pk__in=light)).annotate(
        people=Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), 0),
        positions=Coalesce(Subquery(members.annotate(n=Count("position", distinct=True)).values("n")), 0),
        read_by_me=Exists(own),
    )
    found = found.defer("typed", "why", "hope", "equity")
    at_hand = {one.pk: one for one in found}
    blind, today = is_blind(cohort), today_in(cohort)
    return [row_of(at_hand[pk], one, blind=blind, today=today) for pk, one in light.items() if pk in at_hand]


def row_of(row: Any, light: Light, *, blind: bool, today: dt.date) -> Row:
    """Return an application (of ``with_told``, with ``people``, ``positions`` and ``read_by_me``) as the list shows it."""
    lang = language()
    hidden = blind and not row.read_by_me
    town = letters.place_of(row, lang)
    facts = [
        str(Sector(row.sector).label) if row.sector else "",
        places.province_name(row.province, lang) if hidden and row.province else town,
        str(Remoteness(row.remoteness).label) if row.remoteness in (Remoteness.RURAL, Remoteness.REMOTE) else "",
        _("French") if row.team_language == "fr" else "",
    ]
    who = " · ".join(
        [
            ngettext("%(n)d person", "%(n)d people", row.people) % {"n": row.people},
            ngettext("%(n)d position", "%(n)d positions", row.positions) % {"n": row.positions},
        ]
    )
    until = row.partner_looking_until
    return Row(
        application=row,
        name=blind_name(row) if hidden else letters.name_of(row) or _("without a name"),
        facts=" · ".join(one for one in facts if one),
        score=light.score,
        scored=light.scored,
        who=who,
        sponsor={"yes": _("yes"), "no": _("no")}.get(row.sponsor_said, _("no answer yet") if row.sponsor_asked_at else _("not asked")),
        partner=_("named") if light.partner else "",
        looking="" if light.partner else _("looking, by %(day)s") % {"day": day(until, lang, weekday=False)} if until else _("looking, no date"),
        settled=settled_of(row),
        reason=str(DeclineReason(row.decline_reason).label) if row.decline_reason else "",
        hidden=hidden,
    )  # fmt: skip


def blind_name(row: Application) -> str:
    """Return how an application is called while its name is hidden: the end of its key, the same for everybody."""
    return _("Application %(number)s") % {"number": str(row.pk)[-4:].upper()}


def name_for(row: Application, *, reader) -> str:
    """Return how ``reader`` may call an application now: hidden from who reads blind and has not read it yet."""
    if is_blind(row.cohort) and not Review.objects.filter(application=row, by=reader).exists():
        return blind_name(row)
    return letters.name_of(row)


def settled_of(row: Any) -> str:
    """Return "held", "told", "changed" (told something else than it stands at now), or ""."""
    if row.held_until:
        return "held"
    if row.told_outcome is None:
        return ""
    return "told" if row.told_outcome == row.outcome else "changed"


def nobody_yet(cohort: Cohort) -> tuple[int, int]:
    """Return how many asked to be told, and how many drafts are open: counts, never what stands in them."""
    asked = Interest.objects.filter(programme=cohort.programme_id, confirmed_at__isnull=False, told_at=None).count()
    return asked, Application.objects.filter(cohort=cohort, state=State.DRAFT).count()
