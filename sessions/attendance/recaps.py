"""For whoever missed a session: what it said in ten minutes of reading, what to do now, the recording at its chapters."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.permissions import takes_part
from core.refusals import Overtaken, Refused
from sessions.attendance import catching_up
from sessions.models import Attendance, Chapter, Followed, LearningSession, Recap

MOST_CHAPTERS: Final = 60
_AT: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
# What must stand in both languages, and what may be left out in both.
NEEDED: Final = ("text", "now")
_IN_BOTH: Final = ("recording", "transcript")


@dataclasses.dataclass(frozen=True)
class Place:
    """A place in a recording, as it is typed: hours, minutes and seconds, and its name in both languages."""

    second: int
    title_en: str
    title_fr: str


def read_chapters(text: str) -> list[Place]:
    """Return the places that somebody typed, one a line: "12:30 | The bundle | L'ensemble". Refuses with the line's number."""
    found: dict[int, Place] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        at = _AT.fullmatch(parts[0])
        if len(parts) != 3 or not at or not all(parts[1:]) or int(at[3]) > 59:
            raise Refused(
                _("Line %(n)d: write the minute and second, the English title and the French one, with | between them.")
                % {"n": number},
                field="chapters",
            )
        if max(map(len, parts[1:])) > 160:
            raise Refused(_("Line %(n)d: a title has up to 160 characters.") % {"n": number}, field="chapters")
        second = int(at[1] or 0) * 3600 + int(at[2]) * 60 + int(at[3])
        found[second] = Place(second, parts[1], parts[2])
    if len(found) > MOST_CHAPTERS:
        raise Refused(_("These are more than %(most)d chapters.") % {"most": MOST_CHAPTERS}, field="chapters")
    return [found[second] for second in sorted(found)]


def typed(chapters: Sequence[Chapter | Place]) -> str:
    """Return the places as they are typed."""
    return "\n".join(f"{clock_of(one.second)} | {one.title_en} | {one.title_fr}" for one in chapters)


def clock_of(second: int) -> str:
    """Return a place in a recording as its player shows it: "12:30", "1:02:30"."""
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def at_second(url: str, second: int) -> str:
    """Return the address of a recording from ``second`` on."""
    parts = urllib.parse.urlsplit(url)
    query = [pair for pair in urllib.parse.parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "t"]
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode([*query, ("t", str(second))])))


# ---------------------------------------------------------------- writing


def recap_of(learning_session: LearningSession) -> Recap:
    """Return the recap of a session, not saved yet where nobody has written one."""
    return Recap.objects.filter(learning_session=learning_session).first() or Recap(learning_session=learning_session)


def chapters_of(recap: Recap) -> list[Chapter]:
    """Return the places in its recording, in their order."""
    return list(Chapter.objects.filter(recap=recap.pk).order_by("second"))


@transaction.atomic
def write(
    *, learning_session: LearningSession, version: int, by, chapters: str, publish: bool = False, **values: Any
) -> Recap:
    """Keep a recap, and with ``publish`` show it to everybody in the cohort. Returns it as it stands then.

    What is shown is whole in both languages, and stays so: else refused. Raises Overtaken where somebody was faster.
    """
    LearningSession.objects.select_for_update().get(pk=learning_session.pk)
    now = recap_of(learning_session)
    places, stood = read_chapters(chapters), chapters_of(now)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    other_places = typed(places) != typed(stood)
    appears = publish and now.published_at is None
    if not (changed or other_places or appears):
        return now
    if now.version != version:
        now.chapters_typed = typed(stood)  # type: ignore[attr-defined]  # as the form shows it
        raise Overtaken(now)
    for name, value in changed.items():
        setattr(now, name, value)
    if publish or now.published_at:
        _keep_whole(now, learning_session)
    if appears:
        now.published_at = timezone.now()
    now.version += 1
    now.save()
    if other_places:
        Chapter.objects.filter(recap=now).delete()
        Chapter.objects.bulk_create(Chapter(recap=now, **dataclasses.asdict(one)) for one in places)
    if changed or other_places:
        record(
            "recap.changed", learning_session, by=by, fields=sorted([*changed, *(["chapters"] if other_places else [])])
        )
    if appears:
        record("recap.published", learning_session, by=by)
    return now


def _keep_whole(recap: Recap, learning_session: LearningSession) -> None:
    if timezone.now() < learning_session.ends_at or learning_session.cancelled_at:
        raise Refused(_("A recap appears once the session is over."))
    missing = missing_in({name: getattr(recap, name) for name in _both(*NEEDED, *_IN_BOTH)})
    for field, sentence in missing.items():
        raise Refused(sentence, field=field)


def missing_in(values: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each box that is empty and has to be filled before everybody can read the recap."""
    found = {}
    for name in (*NEEDED, *_IN_BOTH):
        empty = [one for one in _both(name) if not values.get(one)]
        if len(empty) == 1:
            found[empty[0]] = _("What everybody reads stands in both languages: this one is missing.")
        elif empty and name in NEEDED:
            found |= {one: _("Needed before everybody can read the recap.") for one in empty}
    return found


def _both(*names: str) -> list[str]:
    return [f"{name}_{lang}" for name in names for lang in ("en", "fr")]


@transaction.atomic
def take_back(*, learning_session: LearningSession, by) -> None:
    """Let nobody but the planning team see the recap. Who has gone through it stays noted."""
    if Recap.objects.filter(learning_session=learning_session).exclude(published_at=None).update(published_at=None):
        catching_up.take_back(recap_of(learning_session))
        record("recap.taken_back", learning_session, by=by)


# ---------------------------------------------------------------- following


def is_published(learning_session: LearningSession) -> bool:
    """Return whether the recap of a session can be read."""
    return Recap.objects.filter(learning_session=learning_session, published_at__isnull=False).exists()


def way_to(published: bool, *, came: bool) -> str:
    """Return how the page of a session that is over leads to its recap: "missed", "read" (again), "" where there is none."""
    if not published:
        return ""
    return "read" if came else "missed"


def came(learning_session: LearningSession, user) -> bool:
    """Return whether this person was at the session, as it counts."""
    return Attendance.objects.filter(learning_session=learning_session, person=user).counted().exists()


def has_followed(learning_session: LearningSession, user) -> bool:
    """Return whether this person has gone through the recap."""
    return Followed.objects.filter(learning_session=learning_session, person=user).exists()


@transaction.atomic
def follow(*, learning_session: LearningSession, user) -> bool:
    """Note that a person who missed the session has gone through its recap. Returns whether that is new.

    Refuses whoever was there, and before the recap is published.
    """
    if not takes_part(user, learning_session.cohort):
        raise Refused(_("This session is for the teams and those who help them."))
    if not is_published(learning_session):
        raise Refused(_("The recap is not there yet."))
    if came(learning_session, user):
        raise Refused(_("You were there: nothing needs to be followed."))
    _row, new = Followed.objects.get_or_create(
        learning_session=learning_session, person=user, defaults={"at": timezone.now()}
    )
    if new:
        record("session.followed", learning_session, by=user)
    return new
