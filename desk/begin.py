"""The first day of a real installation: a programme from the shipped template, its first cohort, and who plans it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import override

from audit.services import record
from collaborative.making import furnish, make_cohort
from collaborative.models import Cohort, Programme, Role
from collaborative.template import PHASES
from core import places
from core.refusals import Refused
from core.time import wall_in
from enrolment import links
from enrolment import services as enrolment
from enrolment.site.pages import write_defaults

# Enrolment, two weeks of it, and room for those who run it.
AHEAD = dt.timedelta(weeks=8)
TUESDAY = 1
# Two that begin at once must not both find the house empty ("begi" in ASCII).
LOCK = 0x62656769


@dataclasses.dataclass(frozen=True)
class Begun:
    """What stands now: the cohort, and for every planner the address that lets them in."""

    cohort: Cohort
    doors: list[tuple[str, str]]


def is_empty() -> bool:
    """Return whether nobody and nothing lives in this database yet."""
    return not Programme.objects.exists() and not get_user_model().objects.exists()


def first_day_after(today: dt.date) -> dt.date:
    """Return the day that a first cohort begins unless somebody says otherwise: a Tuesday, eight weeks ahead."""
    day = today + AHEAD
    return day + dt.timedelta(days=(TUESDAY - day.weekday()) % 7)


@transaction.atomic
def begin(
    *, programme: str, planners: Sequence[str], programme_fr: str = "", names: Sequence[str] = (),
    first_day: dt.date | None = None, language: str = "en", city: str = "toronto", contact: str = "",
) -> Begun:  # fmt: skip
    """Make the programme, its template and its first cohort, and invite who plans it (a mail to each).

    Refuses where anybody or anything lives already: the demo, or a real series.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not is_empty():
        raise Refused(
            "This database is not empty, and a real series never begins beside what is there: take an empty one."
        )
    if city not in places.PLACES:
        raise Refused(f"There is no place called “{city}”; take one such as toronto, montreal, halifax or st-johns.")
    cohort = _cohort(
        _programme(programme, programme_fr, contact or planners[0]),
        first_day or first_day_after(wall_in(timezone.now(), places.zone_of(city)).date()),
        city,
    )
    doors = []
    for place, email in enumerate(planners):
        name = names[place] if place < len(names) else _name_in(email)
        invitation = enrolment.invite(
            by=None, role=Role.PLANNER, name=name, email=email, language=language, cohort=cohort
        )
        doors.append((email.strip().lower(), _door(invitation, language)))
    record("installation.begun", cohort.programme, cohort_id=cohort.pk, planners=len(doors))
    return Begun(cohort, doors)


def _programme(name: str, name_fr: str, contact: str) -> Programme:
    name = " ".join(name.split())
    name_fr = " ".join(name_fr.split()) or name
    made = Programme.objects.create(
        slug_en=slugify(name)[:80] or "series",
        slug_fr=slugify(name_fr)[:80] or "serie",
        name_en=name[:160],
        name_fr=name_fr[:160],
        short_name_en=name[:40].strip(),
        short_name_fr=name_fr[:40].strip(),
        contact_email=contact,
    )
    furnish(programme=made)
    write_defaults(programme=made)
    record("programme.made", made, phases=len(PHASES))
    return made


def _cohort(programme: Programme, first_day: dt.date, city: str) -> Cohort:
    return make_cohort(
        programme=programme,
        slug=f"{programme.slug_en[:70]}-1",
        name_en=f"{programme.short_name_en}, wave 1",
        name_fr=f"{programme.short_name_fr}, vague 1",
        first_day=first_day,
        city=city,
        time_zone=places.zone_of(city),
        contact_email=programme.contact_email,
        announced_at=timezone.now(),
    )


def _name_in(email: str) -> str:
    """Return a name to begin with, out of the address; the person corrects it on the first visit."""
    words = email.partition("@")[0].replace(".", " ").replace("_", " ").split()
    return " ".join(word.capitalize() for word in words)[:120] or email


def _door(invitation, language: str) -> str:
    token = links.token_for(invitation.pk, invitation.version, mailed_to=invitation.person.email)
    with override(language):
        return settings.SITE_URL + reverse("invitation", args=[token])
