"""What decision day shows: every application of a cohort in its order, filtered, a page of them, and the chosen set."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Entry
from collaborative.line import today_in
from collaborative.models import Cohort, Position, Province, Sector
from core import places
from core.language import language
from core.time import day
from enrolment import letters, reviewing, scoring, seats
from enrolment.deciding import with_told
from enrolment.models import (
    Application,
    ApplicationMember,
    DecisionRules,
    DeclineReason,
    Interest,
    Outcome,
    Remoteness,
    Review,
    State,
)

A_PAGE = 50
OUTCOMES = {"open": Outcome.OPEN.value, "accept": "accept", "wait": "wait", "decline": "decline"}


def cohorts_decided_by(user):
    """Return the cohorts whose applications ``user`` decides: those they plan, with what every page of them names."""
    return Cohort.objects.run_by(user).select_related("programme", "decision_rules")


def applications_decided_by(user):
    """Return the applications that ``user`` may read: sent to a cohort that they plan. What is not sent is nobody's."""
    rows = Application.objects.filter(cohort__in=Cohort.objects.run_by(user)).exclude(submitted_at=None)
    return rows.exclude(state=State.DRAFT).select_related("cohort__programme", "cohort__decision_rules", "team")


def one_of(user, cohort: Cohort, key: str) -> Application | None:
    """Return the application with this key, as a form sends it; None for anything that ``user`` may not decide there."""
    return next(iter(several_of(user, cohort, [key])), None)


def several_of(user, cohort: Cohort, keys: Iterable[str]) -> list[Application]:
    """Return the applications with these keys, in the order of the keys; whatever is none of them is left aside."""
    wanted: dict[uuid.UUID, None] = {}
    for key in keys:
        try:
            wanted[uuid.UUID(key)] = None
        except ValueError:
            continue
    found = applications_decided_by(user).filter(cohort=cohort).in_bulk(list(wanted))
    return [found[key] for key in wanted if key in found]


def is_blind(cohort: Cohort) -> bool:
    """Return whether the planners of this cohort read blind. (Found with ``decision_rules``, this asks nothing.)"""
    try:
        return cohort.decision_rules.blind
    except DecisionRules.DoesNotExist:
        return False


# ---------------------------------------------------------------- what a planner filters by


@dataclasses.dataclass(frozen=True)
class Filter:
    """What the address says about the list; anything else in it is left aside."""

    state: str = ""
    outcome: str = ""
    province: str = ""
    sector: str = ""
    language: str = ""
    partner: str = ""
    unscored: bool = False
    columns: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filter:
        """Return the filter of a query string."""

        def one_of(name: str, allowed: Iterable[str]) -> str:
            return query.get(name, "") if query.get(name, "") in allowed else ""

        return cls(
            state=one_of("state", ("withdrawn",)),
            outcome=one_of("outcome", OUTCOMES),
            province=one_of("province", Province.values),
            sector=one_of("sector", Sector.values),
            language=one_of("language", ("en", "fr")),
            partner=one_of("partner", ("named", "looking")),
            unscored=query.get("unscored", "") == "1",
            columns=query.get("view", "") == "columns",
        )

    @property
    def narrows(self) -> bool:
        """Return whether it leaves any application out."""
        return any((self.state, self.outcome, self.province, self.sector, self.language, self.partner, self.unscored))

    def query(self, **changed: Any) -> str:
        """Return it as a query string, with some of it changed."""
        one = dataclasses.replace(self, **changed)
        told = {
            "state": one.state, "outcome": one.outcome, "province": one.province, "sector": one.sector,
            "language": one.language, "partner": one.partner, "unscored": "1" if one.unscored else "",
            "view": "columns" if one.columns else "",
        }  # fmt: skip
        return urlencode({name: value for name, value in told.items() if value})


def choices_of(wanted: Filter) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Return the fields of the filter: name, label, and their choices as (value, label, chosen)."""
    outcomes = [(key, str(Outcome(value).label)) for key, value in OUTCOMES.items()]
    fields: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("outcome", _("Outcome"), outcomes),
        ("province", _("Province"), [(one.value, str(one.label)) for one in Province]),
        ("sector", _("Setting"), [(one.value, str(one.label)) for one in Sector]),
        ("language", _("Language"), [("en", _("English")), ("fr", _("French"))]),
        ("partner", _("Partner"), [("named", _("named")), ("looking", _("looked for"))]),
        ("state", _("State"), [("withdrawn", _("withdrawn"))]),
    ]
    return [
        (name, label, [("", _("all"), not getattr(wanted, name))]
         + [(value, words, getattr(wanted, name) == value) for value, words in choices])
        for name, label, choices in fields
    ]  # fmt: skip


# ---------------------------------------------------------------- all of them, light


@dataclasses.dataclass(frozen=True)
class Light:
    """What is needed of every application to sort, filter and count; no word of what it says."""

    pk: uuid.UUID
    state: str
    outcome: str
    province: str
    sector: str
    remoteness: str
    language: str
    submitted_at: dt.datetime | None
    partner: bool
    score: Decimal | None
    # Somebody read it whose points count; in a blind reading a score may be there and not be shown yet.
    scored: bool

    def fits(self, wanted: Filter) -> bool:
        return (
            (self.state == State.WITHDRAWN) == (wanted.state == "withdrawn")
            and (not wanted.outcome or self.outcome == OUTCOMES[wanted.outcome])
            and wanted.province in ("", self.province)
            and wanted.sector in ("", self.sector)
            and wanted.language in ("", self.language)
            and (not wanted.partner or self.partner == (wanted.partner == "named"))
            and not (wanted.unscored and self.scored)
        )


def _partner_in():
    return Exists(ApplicationMember.objects.filter(application=OuterRef("pk"), position=Position.PARTNER))


def all_of(cohort: Cohort, *, reader) -> list[Light]:
    """Return every application that was sent, in the order of the list, as ``reader`` may know them. Three statements."""
    criteria = reviewing.weighed(reviewing.criteria_of(cohort.programme))
    readings: dict[uuid.UUID, list[scoring.Reading]] = defaultdict(list)
    own: set[uuid.UUID] = set()
    for application, by, marks, conflict in Review.objects.filter(application__cohort=cohort).values_list(
        "application", "by", "marks", "conflict"
    ):
        readings[application].append(scoring.Reading(marks, conflict))
        if by == reader.pk:
            own.add(application)
    blind = is_blind(cohort)
    fields = ("pk", "state", "outcome", "province", "sector", "remoteness", "team_language", "submitted_at")
    rows = Application.objects.filter(cohort=cohort).exclude(state=State.DRAFT).exclude(submitted_at=None)
    found = []
    for facts in rows.annotate(partner=_partner_in()).values(*fields, "partner").order_by():
        pk, language = facts["pk"], facts.pop("team_language")
        score = scoring.score(readings[pk], criteria)
        shown = score if not blind or pk in own else None
        found.append(Light(**facts, language=language, score=shown, scored=score is not None))
    first = cohort.programme.priority_sectors
    return sorted(
        found,
        key=lambda one: scoring.place(
            one.score, sector=one.sector, priority_sectors=first, sent=one.submitted_at, key=one.pk
        ),
    )


# ---------------------------------------------------------------- the chosen set


@dataclasses.dataclass(frozen=True)
class Balance:
    """Who would be in: places taken, and the accepted by province, setting, place, language and partner, in words."""

    taken: int
    seats: int
    waiting: int
    declined: int
    open: int
    unscored: int
    facts: list[tuple[str, str]]


def balance(cohort: Cohort, every: Iterable[Light]) -> Balance:
    """Return what the strip says about the accepted applications. Two statements."""
    standing = [one for one in every if one.state == State.SUBMITTED]
    chosen = [one for one in standing if one.outcome == Outcome.ACCEPT]
    many = Counter(one.outcome for one in standing)
    return Balance(
        taken=seats.taken(cohort),
        seats=cohort.seats,
        waiting=many[Outcome.WAIT.value],
        declined=many[Outcome.DECLINE.value],
        open=many[Outcome.OPEN.value],
        unscored=sum(not one.scored for one in standing),
        facts=_facts(chosen, standing) if chosen else [],
    )


def _facts(chosen: list[Light], standing: list[Light]) -> list[tuple[str, str]]:
    """Say the chosen set: nothing in it is about persons."""
    here = {one.province for one in chosen if one.province}
    wanted = {one.province for one in standing if one.province}
    provinces = _("%(here)d of %(all)d") % {"here": len(here), "all": len(wanted)}
    if missing := sorted(wanted - here):
        provinces += ". " + _("None from %(missing)s") % {"missing": ", ".join(missing)}
    sectors = Counter(one.sector for one in chosen if one.sector)
    remote = sum(one.remoteness in (Remoteness.RURAL, Remoteness.REMOTE) for one in chosen)
    spoken = Counter(one.language for one in chosen)
    partners = sum(one.partner for one in chosen)
    return [
        (_("Provinces"), provinces),
        (_("Setting"), " · ".join(f"{n} {Sector(key).label}" for key, n in sectors.most_common())),
        (_("Place"), ngettext("%(n)d rural or remote", "%(n)d rural or remote", remote) % {"n": remote}),
        (_("Language"), _("%(en)d English · %(fr)d French") % {"en": spoken["en"], "fr": spoken["fr"]}),
        (_("Partner named"), _("%(here)d of %(all)d") % {"here": partners, "all": len(chosen)}),
    ]


# ---------------------------------------------------------------- a page of rows


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
        _("Team"), _("Where"), _("Score"), _("Who"), _("Sponsor"), _("Partner"), _("Outcome"), _("Reason"),
    ]  # fmt: skip
    return head, [
        [
            row.name, row.facts, float(row.score) if row.score is not None else None, row.who, row.sponsor,
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
    return [_row(at_hand[pk], one, blind=blind, today=today) for pk, one in light.items() if pk in at_hand]


def _row(row: Any, light: Light, *, blind: bool, today: dt.date) -> Row:
    lang = language()
    hidden = blind and not row.read_by_me
    town = letters.place_of(row, lang)
    facts = [
        str(Sector(row.sector).label) if row.sector else "",
        places.province_name(row.province, lang) if hidden and row.province else town,
        str(Remoteness(row.remoteness).label) if row.remoteness in (Remoteness.RURAL, Remoteness.REMOTE) else "",
        _("French") if row.team_language == "fr" else "",
    ]
    who = ", ".join(
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


def settled_of(row: Any) -> str:
    """Return "held", "told", "changed" (told something else than it stands at now), or ""."""
    if row.held_until:
        return "held"
    if row.told_outcome is None:
        return ""
    return "told" if row.told_outcome == row.outcome else "changed"


# ---------------------------------------------------------------- nobody has applied yet


def nobody_yet(cohort: Cohort) -> tuple[int, int]:
    """Return how many asked to be told, and how many drafts are open: counts, never what stands in them."""
    asked = Interest.objects.filter(programme=cohort.programme_id, confirmed_at__isnull=False, told_at=None).count()
    return asked, Application.objects.filter(cohort=cohort, state=State.DRAFT).count()


# ---------------------------------------------------------------- one application


@dataclasses.dataclass(frozen=True)
class ReviewOf:
    """How one planner read it: points by criterion as text, and what it makes."""

    review: Review
    who: str
    points: list[tuple[str, str]]
    score: Decimal | None


@dataclasses.dataclass(frozen=True)
class Detail:
    """Everything about one application, as one planner may read it."""

    application: Any
    row: Row
    members: list[Any]
    criteria: list[Any]
    own: Review | None
    reviews: list[ReviewOf]
    hidden: bool
    # Who did what, and when: in words, the latest first.
    trail: list[tuple[Entry, str]]


def detail(application: Application, *, reader) -> Detail:
    """Return everything the team wrote, how it was read and what was done to it."""
    cohort = application.cohort
    criteria = reviewing.criteria_of(cohort.programme)
    weighed = reviewing.weighed(criteria)
    reviews = list(application.reviews.select_related("by").order_by("created_at"))
    own = next((one for one in reviews if one.by_id == reader.pk), None)
    hidden = is_blind(cohort) and own is None
    score = scoring.score([scoring.Reading(one.marks, one.conflict) for one in reviews], weighed)
    row = next(iter(with_told(Application.objects.filter(pk=application.pk).select_related("team"))))
    members = list(row.members.all())
    row.people, row.positions = len(members), len({one.position for one in members})
    row.read_by_me = own is not None
    row.cohort = cohort
    partner = any(one.position == Position.PARTNER for one in members)
    light = Light(
        row.pk, row.state, row.outcome, row.province, row.sector, row.remoteness, row.team_language, row.submitted_at,
        partner, None if hidden else score, score is not None,
    )  # fmt: skip
    trail = Entry.objects.filter(about_type=Application._meta.label_lower, about_id=str(row.pk)).order_by("-at", "-pk")
    return Detail(
        application=row,
        row=_row(row, light, blind=is_blind(cohort), today=today_in(cohort)),
        members=members,
        criteria=criteria,
        own=own,
        reviews=[] if hidden else [_review(one, criteria) for one in reviews],
        hidden=hidden,
        trail=[(one, words) for one in trail.select_related("by")[:30] if (words := trail_words(one))],
    )


def _review(review: Review, criteria: list[Any]) -> ReviewOf:
    points = [(one.name, f"{review.marks[str(one.pk)]}/{one.most}") for one in criteria if str(one.pk) in review.marks]
    score = scoring.score([scoring.Reading(review.marks, review.conflict)], reviewing.weighed(criteria))
    return ReviewOf(review, review.by.name, points, score)


def trail_words(entry: Entry) -> str:
    """Return in words what an entry of the trail says."""
    told = entry.detail

    def outcome(key: str) -> str:
        return str(Outcome(told.get(key, "")).label) if told.get(key, "") in Outcome.values else ""

    return {
        "application.begun": _("begun"),
        "application.sent": _("sent"),
        "application.sent_again": _("changed and sent again"),
        "application.withdrawn": _("withdrawn"),
        "application.brought_back": _("brought back"),
        "application.sponsor_asked": _("sponsor asked"),
        "application.sponsor_answered": _("sponsor answered"),
        "application.read": _("read, points given"),
        "application.decided": _("%(before)s → %(after)s") % {"before": outcome("before"), "after": outcome("after")},
        "application.moved_on_the_list": _("waiting list: place %(before)s → %(after)s")
        % {"before": told.get("before"), "after": told.get("after")},
        "application.offered_a_place": _("offered the place that became free"),
        "application.left_the_waiting_list": _("left the waiting list"),
    }.get(entry.verb, "")
