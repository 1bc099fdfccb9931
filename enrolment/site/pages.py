"""The public pages of programmes: what stands on them now, and how their planners change that."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.services import record
from collaborative.line import phases_of, today_in
from collaborative.models import Cohort, Programme
from core.forms import listing
from core.refusals import Overtaken, Refused
from core.registry import Followed
from core.time import forward_utc
from enrolment.minutes import moment_of
from enrolment.models import PageKey, SitePage, SiteVersion
from enrolment.site import content
from enrolment.site.default import CONTENT
from enrolment.windows import Window, window

ROUTES = {
    PageKey.OVERVIEW: "programme",
    PageKey.DATES: "programme_dates",
    PageKey.FAQ: "programme_faq",
    PageKey.CONTACT: "programme_contact",
}


def address(programme: Programme, key: str, lang: str) -> str:
    """Return the path of a public page in a language: route and slug are both of that language."""
    with override(lang):
        return reverse(ROUTES[PageKey(key)], args=[getattr(programme, f"slug_{lang}")])


# ---------------------------------------------------------------- what visitors read


@dataclasses.dataclass(frozen=True)
class Enrolment:
    """A cohort as the public page meets it: where its enrolment stands, and how many teams it has taken in."""

    cohort: Cohort
    window: Window
    teams: int


@dataclasses.dataclass(frozen=True)
class Site:
    """The published pages of a programme, and its cohort that interests a visitor now (None where there is none).

    ``others``: further cohorts to which one can apply now.
    """

    programme: Programme
    live: dict[str, SiteVersion]
    enrolment: Enrolment | None
    others: Sequence[Enrolment] = ()


def programme_called(slug: str) -> Programme | None:
    """Return the programme with this slug in either language, None where there is none."""
    return Programme.objects.filter(Q(slug_en=slug) | Q(slug_fr=slug)).first()


def live_versions(programmes: Iterable[Any]) -> list[SiteVersion]:
    """Return, with its page, the version of every page that everybody reads now: the newest whose minute has come."""
    come = SiteVersion.objects.filter(page__programme__in=list(programmes), publish_at__lte=Now())
    return list(come.order_by("page_id", "-number").distinct("page_id").select_related("page"))


def site_of(programme: Programme) -> Site | None:
    """Return the public pages of a programme, None while its overview is not published."""
    live = {version.page.key: version for version in live_versions([programme.pk])}
    if PageKey.OVERVIEW not in live:
        return None
    rows = _by_interest(with_teams().announced().filter(programme=programme))
    others = [one for one in rows[1:] if one.window.takes]
    return Site(programme, live, rows[0] if rows else None, others)


def current_sites() -> list[Site]:
    """Return every programme with published pages and an announced cohort that is not over, the one to apply to first."""
    cohorts: dict[Any, list[Cohort]] = {}
    for cohort in with_teams().announced().filter(closed_at=None).select_related("programme"):
        cohorts.setdefault(cohort.programme_id, []).append(cohort)
    found = []
    for version in live_versions(cohorts):
        if version.page.key == PageKey.OVERVIEW:
            rows = cohorts[version.page.programme_id]
            found.append(Site(rows[0].programme, {PageKey.OVERVIEW: version}, enrolment_of(rows)))
    return sorted(found, key=lambda site: (site.enrolment.window.rank if site.enrolment else 99, site.programme.name))


def with_teams():
    """Return cohorts with how many teams each has taken in, and their phases."""
    taken = Count("teams", filter=Q(teams__withdrawn_at=None))
    return Cohort.objects.annotate(teams_taken=taken).prefetch_related("phases")


def enrolment_of(cohorts: Iterable[Cohort]) -> Enrolment | None:
    """Return the cohort that interests a visitor first."""
    return next(iter(_by_interest(cohorts)), None)


def _by_interest(cohorts: Iterable[Cohort]) -> list[Enrolment]:
    """Return cohorts, open before opening, opening before closed, closed before over: of those ahead the nearest first."""
    rows = [Enrolment(row, window_of(row, teams=row.teams_taken), row.teams_taken) for row in cohorts]  # type: ignore[attr-defined]
    return sorted(rows, key=_interest)


def _interest(row: Enrolment) -> tuple[int, int]:
    day = row.cohort.first_day.toordinal()
    return row.window.rank, day if row.window.takes else -day


def window_of(cohort: Cohort, *, teams: int | None = None, now: dt.datetime | None = None) -> Window:
    """Return where the enrolment of ``cohort`` stands now, on its own clock. ``teams``: how many it has, if known."""
    if teams is None:
        teams = cohort.teams.filter(withdrawn_at=None).count()
    last = max((phase.ends_on for phase in phases_of(cohort)), default=None)
    return window(cohort, today_in(cohort, now), teams, last)


# ---------------------------------------------------------------- what planners write


def edits(user, programme: Programme) -> Cohort | None:
    """Return a cohort of ``programme`` that ``user`` plans, so may edit its pages; None where they may not."""
    return Cohort.objects.run_by(user).filter(programme=programme).first()


def versions_of(programme: Programme, key: str) -> list[SiteVersion]:
    """Return every version of a page, the newest first, with who wrote it."""
    return list(
        SiteVersion.objects.filter(page__programme=programme, page__key=key)
        .select_related("by")
        .order_by("-number")[:50]
    )


def all_versions(programme: Programme):
    """Return the versions of every page of a programme."""
    return SiteVersion.objects.filter(page__programme=programme).select_related("page")


def live_of(versions: Sequence[SiteVersion], now: dt.datetime | None = None) -> SiteVersion | None:
    """Return the one of these (newest first) that everybody reads."""
    now = now or timezone.now()
    return next((one for one in versions if one.publish_at and one.publish_at <= now), None)


@dataclasses.dataclass(frozen=True)
class Standing:
    """Where a page stands for its planners: what is read, what is newest, what comes by itself, what is missing."""

    key: str
    name: str
    newest: SiteVersion | None
    live: SiteVersion | None
    coming: SiteVersion | None
    missing: list[tuple[str, str, Any]]


def standings(programme: Programme) -> list[Standing]:
    """Return how every page of a programme stands, in the order in which visitors meet them."""
    rows: dict[str, list[SiteVersion]] = {}
    for version in SiteVersion.objects.filter(page__programme=programme).select_related("page").order_by("-number"):
        rows.setdefault(version.page.key, []).append(version)
    now = timezone.now()
    found = []
    for key in PageKey.values:
        versions = rows.get(key, [])
        newest = versions[0] if versions else None
        live = live_of(versions, now)
        coming = next((one for one in versions if one.publish_at and one.publish_at > now), None)
        if coming and live and live.number > coming.number:
            coming = None
        lacks = content.missing(key, newest.content) if newest else []
        found.append(Standing(key, str(PageKey(key).label), newest, live, coming, lacks))
    return found


@transaction.atomic
def write_defaults(
    *, programme: Programme, by=None, publish: bool = False, quoted: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Give a new programme its four pages with the words that are shipped; published only if told so.

    Nobody is quoted in these words: ``quoted`` holds what somebody has said, by language.
    """
    for key, words in CONTENT.items():
        page, made = SitePage.objects.get_or_create(programme=programme, key=key)
        if made:
            written, now = copy.deepcopy(words), timezone.now()
            for lang, said in (quoted or {}).items() if key == PageKey.OVERVIEW else ():
                written[lang].update(said)
            shown = {"publish_at": now, "publish_wall": now.replace(second=0, microsecond=0), "zone": "UTC"}
            SiteVersion.objects.create(page=page, number=1, content=written, by=by, **(shown if publish else {}))
            record("site.begun", page, by=by, key=key, published=publish)


@transaction.atomic
def save(
    *, programme: Programme, key: str, words: dict[str, Any], seen: int, by,
    publish: str = "draft", wall: dt.datetime | None = None, zone: str = "UTC", cohort: Cohort | None = None,
) -> SiteVersion:  # fmt: skip
    """Write the next version of a page: a draft, published ``now``, or ``at`` the minute ``wall`` on the clock ``zone``.

    ``seen`` is the number of the version that the writer began with (0: none). Raises Overtaken with the newest one where
    somebody wrote another since, and Refused where a language is not complete and the page was to be published.
    """
    page, _made = SitePage.objects.get_or_create(programme=programme, key=key)
    SitePage.objects.select_for_update().get(pk=page.pk)
    newest = page.versions.order_by("-number").first()
    if newest and newest.number != seen:
        raise Overtaken(newest)
    moment = None
    if publish != "draft":
        _refuse_halves(key, words)
        moment = _minute(wall, zone) if publish == "at" else timezone.now()
    version = SiteVersion.objects.create(
        page=page, number=seen + 1, content=words, by=by, publish_at=moment,
        publish_wall=wall.replace(tzinfo=dt.UTC) if publish == "at" and wall else None,
        zone=zone if moment else "",
    )  # fmt: skip
    record(
        "site.saved", page, by=by, cohort_id=cohort.pk if cohort else None,
        key=key, number=version.number, publish=publish, moment=moment,
    )  # fmt: skip
    return version


def _refuse_halves(key: str, words: dict[str, Any]) -> None:
    """Both languages are published together or not at all."""
    lacks = content.missing(key, words)
    if not lacks:
        return
    said = []
    for lang, name in (("en", _("English")), ("fr", _("French"))):
        labels = list(dict.fromkeys(str(label) for one, _field, label in lacks if one == lang))
        if labels:
            said.append(_("in %(language)s: %(fields)s") % {"language": name, "fields": listing(labels)})
    raise Refused(
        _(
            "English and French are published together. Still missing %(what)s. Keep it for the planning team until then."
        )
        % {"what": "; ".join(said)}
    )


def _minute(wall: dt.datetime | None, zone: str) -> dt.datetime:
    if wall is None:
        raise Refused(_("Say on which day and at which minute."), field="day")
    moment = moment_of(wall, zone)
    if moment <= timezone.now():
        raise Refused(_("That minute has passed. Choose a later one, or publish now."), field="day")
    return moment


@transaction.atomic
def restore(*, version: SiteVersion, by, cohort: Cohort) -> SiteVersion:
    """Begin again from an older version: its words become the newest draft. What is published stays."""
    page = SitePage.objects.select_for_update().get(pk=version.page_id)
    newest = page.versions.aggregate(n=Max("number"))["n"]
    made = SiteVersion.objects.create(page=page, number=newest + 1, content=version.content, by=by)
    record("site.restored", page, by=by, cohort_id=cohort.pk, key=page.key, number=version.number)
    return made


@transaction.atomic
def publish(*, version: SiteVersion, by, cohort: Cohort) -> None:
    """Let everybody read this version now. Refuses where a language is not complete."""
    _refuse_halves(version.page.key, version.content)
    SiteVersion.objects.filter(pk=version.pk).update(publish_at=Now(), publish_wall=None, zone="")
    record("site.published", version.page, by=by, cohort_id=cohort.pk, key=version.page.key, number=version.number)


@transaction.atomic
def call_off(*, version: SiteVersion, by, cohort: Cohort) -> None:
    """Take back the minute of a version that was to be published by itself. Refuses where that minute has come."""
    waiting = SiteVersion.objects.filter(pk=version.pk, publish_at__gt=Now())
    if not waiting.update(publish_at=None, publish_wall=None, zone=""):
        raise Refused(_("It is published already. Write a new version instead."))
    record("site.called_off", version.page, by=by, cohort_id=cohort.pk, key=version.page.key, number=version.number)


@transaction.atomic
def work_out_again() -> list[Followed]:
    """Work out every minute ahead again from what was typed; return those that are another moment by the rules of today."""
    changed = []
    ahead = SiteVersion.objects.select_for_update(of=("self",)).select_related("page")
    for row in ahead.filter(publish_at__gt=Now(), publish_wall__isnull=False):
        assert row.publish_wall is not None
        assert row.publish_at is not None
        moment = forward_utc(row.publish_wall.replace(tzinfo=None), row.zone)
        if moment != row.publish_at:
            changed.append(Followed(f"page “{row.page.key}”", row.publish_at, moment))
            SiteVersion.objects.filter(pk=row.pk).update(publish_at=moment)
            record("site.minute_follows_the_clocks", row, moment=moment)
    return changed


def published_pages() -> list[tuple[dict[str, str], dt.datetime]]:
    """Return the address of every published page in each language, and since when it says what it says."""
    newest = SiteVersion.objects.filter(page=OuterRef("pk"), publish_at__lte=Now()).order_by("-number")
    rows = SitePage.objects.annotate(at=Subquery(newest.values("publish_at")[:1])).filter(at__isnull=False)
    shown = {row.programme_id for row in rows if row.key == PageKey.OVERVIEW}
    return [
        ({lang: address(row.programme, row.key, lang) for lang in ("en", "fr")}, row.at)
        for row in rows.select_related("programme").order_by("programme__slug_en", "key")
        if row.programme_id in shown
    ]
