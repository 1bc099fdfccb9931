"""What happens in a session, minute by minute: the items of its agenda, and the teams that show something in one.

An agenda never grows beyond its session, and a session is not made shorter than its agenda: what participants read always
ends when the session does. Every change locks the session's row, so that two editors never pass each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Team
from core.refusals import Overtaken, Refused
from sessions.models import AgendaItem, LearningSession, TeamSlot

# More items, or teams in one item, than anybody follows: a typing error, or a loop.
MOST_ITEMS = 40


def planned_minutes(learning_session: LearningSession) -> int:
    """Return how many minutes the agenda of a session takes."""
    return AgendaItem.objects.filter(learning_session=learning_session).aggregate(sum=Sum("minutes"))["sum"] or 0


def keep_agenda_within(learning_session: LearningSession, minutes: int) -> None:
    """Refuse to make a session shorter than its agenda."""
    planned = planned_minutes(learning_session)
    if planned > minutes:
        raise Refused(
            _("Its agenda takes %(planned)d minutes. Shorten the agenda first.") % {"planned": planned},
            field="minutes",
        )


def teams_of(learning_session: LearningSession) -> list[Team]:
    """Return the teams of the session's cohort that may show something, by name."""
    return list(Team.objects.filter(cohort=learning_session.cohort_id, withdrawn_at=None).in_order())


@transaction.atomic
def add_item(*, learning_session: LearningSession, by, minutes: int, title_en: str, title_fr: str) -> AgendaItem:
    """Put an item at the end of the agenda; return it. Refuses one for which the session is too short."""
    now = _locked(learning_session)
    _keep_room(now, minutes)
    last = now.agenda.aggregate(last=Max("ordinal"))["last"] or 0
    if now.agenda.count() >= MOST_ITEMS:
        raise Refused(_("An agenda has %(most)d items at most.") % {"most": MOST_ITEMS})
    item = now.agenda.create(ordinal=last + 1, minutes=minutes, title_en=title_en, title_fr=title_fr)
    record("session.agenda_changed", now, by=by, added=item.pk)
    return item


@transaction.atomic
def change_item(*, item: AgendaItem, by, version: int, **values) -> AgendaItem:
    """Change what an item is called and how long it takes; return it as it stands then.

    Raises Overtaken where somebody has changed it since ``version``, Refused where the session or its teams need more time.
    """
    learning_session = _locked(item.learning_session)
    now = AgendaItem.objects.get(pk=item.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    if values["minutes"] > now.minutes:
        _keep_room(learning_session, values["minutes"] - now.minutes)
    _keep_teams_within(values["minutes"], list(now.slots.values_list("minutes", flat=True)))
    for name, value in changed.items():
        setattr(now, name, value)
    now.version += 1
    now.save(update_fields=[*changed, "version"])
    record("session.agenda_changed", learning_session, by=by, changed=now.pk, fields=sorted(changed))
    return now


@transaction.atomic
def remove_item(*, item: AgendaItem, by) -> None:
    """Take an item off the agenda. Its speakers stay with the session; teams that were to show something in it do not."""
    learning_session = _locked(item.learning_session)
    key = item.pk
    TeamSlot.objects.filter(item=key).delete()
    AgendaItem.objects.filter(pk=key).delete()
    record("session.agenda_changed", learning_session, by=by, removed=key)


@transaction.atomic
def move_item(*, item: AgendaItem, way: str, seen: int, by) -> None:
    """Let an item change places with the one before it (``way`` "up") or after it ("down").

    ``seen`` is the place from which it was sent off: where it has moved since, this does nothing.
    """
    learning_session = _locked(item.learning_session)
    here = learning_session.agenda.filter(pk=item.pk, ordinal=seen).first()
    if here is None or way not in ("up", "down"):
        return
    if way == "up":
        other = learning_session.agenda.filter(ordinal__lt=seen).order_by("-ordinal").first()
    else:
        other = learning_session.agenda.filter(ordinal__gt=seen).order_by("ordinal").first()
    if other is None:
        return
    AgendaItem.objects.filter(pk=here.pk).update(ordinal=other.ordinal)
    AgendaItem.objects.filter(pk=other.pk).update(ordinal=seen)
    record("session.agenda_changed", learning_session, by=by, moved=item.pk)


@transaction.atomic
def set_teams(*, item: AgendaItem, by, version: int, teams: Sequence[tuple[Team, int]]) -> AgendaItem:
    """Let exactly these teams show something in an item, in this order, each for its minutes; return the item.

    A team that had its place in another item of the session has it here now. Raises Overtaken where somebody has changed
    the item since ``version``, Refused where the item is too short for all of them.
    """
    learning_session = _locked(item.learning_session)
    now = AgendaItem.objects.get(pk=item.pk)
    wanted = [(team.pk, minutes) for team, minutes in teams]
    if wanted == list(now.slots.values_list("team_id", "minutes")):
        return now
    if now.version != version:
        raise Overtaken(now)
    _keep_teams_within(now.minutes, [minutes for _team, minutes in wanted])
    rows = learning_session.team_slots.all()
    (rows.filter(item=now) | rows.filter(team__in=[pk for pk, _minutes in wanted])).delete()
    TeamSlot.objects.bulk_create(
        TeamSlot(learning_session=learning_session, item=now, team_id=pk, ordinal=place, minutes=minutes)
        for place, (pk, minutes) in enumerate(wanted, start=1)
    )
    AgendaItem.objects.filter(pk=now.pk).update(version=F("version") + 1)
    now.refresh_from_db(fields=["version"])
    record("session.agenda_changed", learning_session, by=by, teams=len(wanted))
    return now


def _keep_room(learning_session: LearningSession, more: int) -> None:
    planned = planned_minutes(learning_session) + more
    if planned > learning_session.minutes:
        raise Refused(
            _(
                "With this the agenda takes %(planned)d minutes, and the session lasts %(minutes)d. Shorten another item, or "
                "make the session longer first."
            )
            % {"planned": planned, "minutes": learning_session.minutes},
            field="minutes",
        )


def _keep_teams_within(minutes: int, of_teams: Sequence[int]) -> None:
    if sum(of_teams) > minutes:
        raise Refused(
            _("The teams take %(taken)d minutes, and the item lasts %(minutes)d.")
            % {"taken": sum(of_teams), "minutes": minutes},
            field="minutes",
        )


def _locked(learning_session: LearningSession) -> LearningSession:
    return LearningSession.objects.select_for_update(of=("self",)).get(pk=learning_session.pk)


def times_of(learning_session: LearningSession, items: Sequence[AgendaItem]) -> list[dt.datetime]:
    """Return the moment at which each item begins, worked out from the minutes of those before it."""
    at, found = learning_session.starts_at, []
    for item in items:
        found.append(at)
        at += dt.timedelta(minutes=item.minutes)
    return found
