"""After a standstill: at most one mail a person that can wait, nothing about what is over, and by the minute (trust.md 2c, fault K12)."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from collaborative.models import Team
from core.time import wall_in
from notifications import digests, inbox, kinds, services
from notifications.catching_up import catch_up
from notifications.models import Choice, KindChoice, Level, MessageEvent, PlannedMessage, Shift, Tick, Way
from sessions import services as sessions
from sessions.day import release
from sessions.models import AddressRelease
from sessions.room import guests
from tests import make
from tests.locks import wait_for_lock
from tests.notifications import invariants, trial
from tests.notifications.conftest import go, in_hours, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole():
    yield
    assert {name: count for name, count in invariants.broken().items() if count} == {}


def stood_still(hours: float = 6) -> None:
    Tick.objects.update_or_create(pk=1, defaults={"last_tick": in_hours(-hours)})


def piled(to, about: str, *, hours: float, occurrence: str = "", kind: str = "trial/reminder", left: float = 12):
    return services.plan(
        kind, to=to, about=("trial.thing", about), due=in_hours(-hours), occurrence=occurrence, not_after=in_hours(left)
    )


def state(row):
    row.refresh_from_db()
    return row.state, row.channel, row.reason


def test_of_one_matter_only_the_newest_is_told(nia, sink):
    old = [piled(nia, "7", hours=5, occurrence="T-2d"), piled(nia, "7", hours=4, occurrence="T-1d")]
    newest = piled(nia, "7", hours=3, occurrence="T-1h")
    stood_still()
    go()
    assert [state(row)[0::2] for row in old] == [("void", "superseded")] * 2
    assert state(newest)[0] == "sent"
    assert len(sink.kept) == 1


def test_of_several_matters_one_mail_names_all(nia, pierre, sink):
    rows = [piled(nia, about, hours=3) for about in "123"]
    alone = piled(pierre, "1", hours=3)
    stood_still()
    go()
    go()
    assert [state(row) for row in rows] == [("sent", "inbox", "for_digest")] * 3
    assert state(alone)[:2] == ("sent", "mail")
    assert sorted(one.to for one in sink.kept) == ["nia@example.ca", "pierre@example.ca"]
    words = next(one for one in sink.kept if one.to == "nia@example.ca").text()
    assert [f"About {about} for Nia" in words for about in "123"] == [True] * 3
    assert inbox.unread(nia) == 3


def test_what_is_over_is_told_to_nobody(nia, sink):
    over = piled(nia, "1", hours=5, left=0.001)
    PlannedMessage.objects.filter(pk=over.pk).update(not_after=in_hours(-1))
    alone = piled(nia, "2", hours=5)
    stood_still()
    go()
    assert state(over)[0] == "expired"
    assert state(alone)[:2] == ("sent", "mail")
    assert len(sink.kept) == 1


def test_what_must_arrive_itself_is_left_alone(nia, sink, monkeypatch):
    trial.register_one(monkeypatch, "trial/calendar", trial.thing, calendar=lambda row: ())
    trial.register_one(monkeypatch, "trial/secret", trial.thing, listed=False)
    rows = [
        piled(nia, about, hours=2, kind=kind)
        for about, kind in (("1", "trial/calendar"), ("2", "trial/secret"), ("3", "trial/code"))
    ]
    stood_still()
    go()
    assert [state(row)[:2] for row in rows] == [("sent", "mail")] * 3


def test_without_a_standstill_nothing_is_put_together(nia, sink):
    rows = [piled(nia, about, hours=3) for about in "12"]
    stood_still(hours=0.1)
    go()
    assert [state(row)[:2] for row in rows] == [("sent", "mail")] * 2
    Tick.objects.all().delete()
    rows = [piled(nia, about, hours=3, occurrence="x") for about in "12"]
    go()
    assert [state(row)[0] for row in rows] == ["sent"] * 2, "an installation that never sent has not stood still"


def test_it_leaves_by_the_minute_and_codes_first(sink, settings):
    settings.CATCH_UP_A_MINUTE = 5
    people = [person(f"P{number}") for number in range(12)]
    for one in people:
        piled(one, "7", hours=2)
    code = services.post("trial/code", to=people[0], about=("trial.thing", "1"), secret="1", not_after=in_hours(1))
    stood_still()
    go()
    assert state(code)[0] == "sent"
    assert len(sink.kept) == 6
    waits = sorted(PlannedMessage.objects.filter(state="planned").values_list("next_attempt_at", flat=True))
    assert [round((at - timezone.now()) / dt.timedelta(minutes=1)) for at in waits] == [1] * 5 + [2] * 2


def test_a_break_that_a_person_made_is_a_standstill_too(nia, paula, sink):
    rows = [piled(nia, about, hours=3) for about in "12"]
    Tick.objects.update_or_create(pk=1, defaults={"last_tick": timezone.now(), "paused_at": in_hours(-5)})
    go()
    assert [state(row)[0] for row in rows] == ["planned"] * 2
    services.resume_sending(by=paula)
    go()
    assert [state(row)[1] for row in rows] == ["inbox"] * 2
    assert len(sink.kept) == 1


def test_put_in_order_twice_it_is_the_same(nia, sink):
    for about in "12":
        piled(nia, about, hours=3)
    assert catch_up(in_hours(-6)) == 1
    assert catch_up(in_hours(-6)) == 0
    assert PlannedMessage.objects.filter(kind=digests.KIND).count() == 1


@pytest.mark.parametrize("many", [1, 40])
def test_it_takes_as_many_statements_for_one_person_as_for_forty(sink, many, django_assert_num_queries):
    people = [person(f"P{number}", f"p{number}@example.ca") for number in range(many)]
    for about in "123":
        services.plan_many(
            "trial/reminder", to=people, about=("trial.thing", about), due=in_hours(-4), not_after=in_hours(3)
        )
    with django_assert_num_queries(15):
        assert catch_up(in_hours(-6), now=timezone.now()) == many
    assert PlannedMessage.objects.filter(kind=digests.KIND, state="planned").count() == many


# ---------------------------------------------------------------- what must be known, with kinds as they are


@pytest.fixture
def tess():
    return make.lead(team=make.team(), name="Tess Holloway", email="tess@example.ca", language="en")


HARD = {"sessions/reminder", guests.ASKS, release.KIND}


def a_session_within_the_hour(tess) -> dict[str, PlannedMessage]:
    """Return the mails to a lead that stood still: last reminder, somebody who asks to come in, the address; by their kind."""
    team = Team.objects.get()
    session = make.learning_session(cohort=team.cohort, minutes_ahead=10, url="https://example.zoom.us/j/5550100")
    # As of one that was put in days ago: of one put in now, the invitation says it.
    sessions.plan_reminders(session)
    guests.ask(learning_session=session, person=tess, name="Sam", position="other", browser="x")
    release.release_address(learning_session=session, reason="x", by=make.planner(cohort=team.cohort))
    about = [str(session.pk), str(AddressRelease.objects.get().pk)]
    rows = list(PlannedMessage.objects.to(tess).filter(kind__in=HARD, source_id__in=about))
    waits = PlannedMessage.objects.filter(pk__in=[row.pk for row in rows])
    PlannedMessage.objects.exclude(pk__in=waits).update(state="void")
    waits.update(due_at=in_hours(-0.5), next_attempt_at=in_hours(-0.5))
    return {row.kind: row for row in rows}


def wants(person, **more) -> None:
    """Keep what a person chose, with no quiet hours but those given."""
    Choice.objects.create(user=person, **{"shift": Shift.NONE} | more)


@pytest.mark.parametrize("chose", ["nothing", "only what I must know", "no digest"])
def test_what_must_be_known_comes_by_itself_to_everybody_with_its_way_in(tess, sink, chose):
    if chose == "only what I must know":
        wants(tess, level=Level.MUST)
    if chose == "no digest":
        KindChoice.objects.create(recipient_key=str(tess.pk), kind=digests.KIND, way=Way.PRODUCT)
    rows = a_session_within_the_hour(tess)
    assert set(rows) == HARD
    stood_still()
    go()
    assert {kind: state(row)[:2] for kind, row in rows.items()} == dict.fromkeys(HARD, ("sent", "mail"))
    words = [one.text() for one in sink.kept]
    assert len(words) == 3
    assert sum("/join/" in one for one in words) == 1, "the last reminder leads into the room"
    assert sum("5550100" in one for one in words) == 1


def test_a_reminder_that_keeps_its_hour_leaves_at_night_and_what_is_put_together_in_the_morning(tess, sink):
    wall = wall_in(timezone.now(), tess.time_zone)
    begins, ends = (wall - dt.timedelta(hours=1)).time(), (wall + dt.timedelta(hours=3)).time()
    wants(tess, shift=Shift.OWN, quiet_from=begins, quiet_until=ends)
    rows = a_session_within_the_hour(tess)
    calm = [piled(tess, about, hours=3, kind="trial/reminder") for about in "12"]
    stood_still()
    go()
    assert {state(row)[:2] for row in rows.values()} == {("sent", "mail")}
    assert [state(row) for row in calm] == [("sent", "inbox", "for_digest")] * 2
    digest = PlannedMessage.objects.get(kind=digests.KIND)
    assert (digest.state, digest.reason) == ("planned", "quiet")
    assert len(sink.kept) == 3


def test_of_the_reminders_of_a_session_only_the_last_is_news(tess, sink):
    rows = a_session_within_the_hour(tess)
    last = rows["sessions/reminder"]
    before = PlannedMessage.objects.get(pk=last.pk)
    before.pk, before.occurrence, before.message_id = uuid.uuid4(), "T-2d", "<before@example.ca>"
    before.due_at = in_hours(-5)
    before.save(force_insert=True)
    MessageEvent.objects.create(message=before, to_state="planned")
    stood_still()
    go()
    assert state(before)[::2] == ("void", "superseded")
    assert state(last)[:2] == ("sent", "mail")


def test_another_kind_about_the_same_matter_is_no_older_news(nia, sink):
    rows = [piled(nia, "7", hours=3, kind="trial/moved"), piled(nia, "7", hours=2, kind="trial/reminder")]
    stood_still()
    go()
    assert [state(row) for row in rows] == [("sent", "inbox", "for_digest")] * 2
    assert len(sink.kept) == 1


# ---------------------------------------------------------------- what its readers want


def test_who_wants_only_what_must_be_known_finds_the_rest_in_the_product(nia, sink):
    wants(nia, level=Level.MUST)
    rows = [piled(nia, about, hours=3) for about in "12"]
    stood_still()
    go()
    assert [state(row) for row in rows] == [("sent", "inbox", "in_product")] * 2
    assert not PlannedMessage.objects.filter(kind=digests.KIND).exists()


def test_who_stopped_the_digest_gets_what_they_want_by_mail_by_itself(nia, sink):
    KindChoice.objects.create(recipient_key=str(nia.pk), kind=digests.KIND, way=Way.PRODUCT)
    rows = [piled(nia, about, hours=3) for about in "12"]
    stood_still()
    go()
    assert [state(row)[:2] for row in rows] == [("sent", "mail")] * 2


def test_what_comes_put_together_anyway_waits_for_its_own_day(nia, sink, monkeypatch):
    trial.register_one(monkeypatch, "trial/extra", trial.thing, importance=kinds.Importance.EXTRA, name="Gossip")
    rows = [piled(nia, about, hours=3, kind="trial/extra", left=24 * 9) for about in "12"]
    stood_still()
    go()
    assert [state(row) for row in rows] == [("sent", "inbox", "for_digest")] * 2
    digest = PlannedMessage.objects.get(kind=digests.KIND)
    assert (digest.state, wall_in(digest.due_at, nia.time_zone).weekday()) == ("planned", 0)


# ---------------------------------------------------------------- by the minute


def test_what_is_over_soonest_leaves_first_and_nothing_is_put_behind_its_end(sink, settings):
    settings.CATCH_UP_A_MINUTE = 1
    late = [piled(person(f"P{number}"), "7", hours=5) for number in range(4)]
    soon = [piled(person(f"S{number}"), "7", hours=1, left=number / 60) for number in (3, 3.5, 4)]
    stood_still()
    go()
    assert [state(row)[0] for row in soon] == ["sent", "planned", "planned"]
    for row in soon[1:]:
        assert row.next_attempt_at < row.not_after - dt.timedelta(seconds=100)
    assert min(row.next_attempt_at for row in map(fresh, late)) > timezone.now() + dt.timedelta(minutes=2)


def fresh(row):
    row.refresh_from_db()
    return row


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_nobody_who_changes_what_waits(sink, settings):
    """Whoever takes plans back locks by id, and may want what is locked here: neither waits for the other then."""
    settings.CATCH_UP_A_MINUTE = 1
    rows = [piled(person(f"P{number}"), "7", hours=3) for number in range(6)]
    held = max(rows, key=lambda row: row.pk)
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        PlannedMessage.objects.select_for_update().get(pk=held.pk)
        other.submit(catch_up_at_once).result(20)
    ahead = {row.pk: row.next_attempt_at > timezone.now() for row in map(fresh, rows)}
    assert not ahead[held.pk]
    assert sum(ahead.values()) == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_back_together_one_puts_the_pile_in_order(nia, sink):
    """Both would each take one of a person's two matters, and let it go by itself: the second waits, and finds it done."""
    rows = [piled(nia, about, hours=4) for about in "12"]
    stood_still()
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Tick.objects.select_for_update().get()
            second = other.submit(catch_up_at_once, "10s")
            wait_for_lock(1)
            assert catch_up(in_hours(-5)) == 1, "the second has nothing of the pile"
        assert second.result(20) == 0
    assert [state(row)[1] for row in rows] == ["inbox"] * 2


def catch_up_at_once(patience: str = "1s") -> int:
    """Catch up with a connection of one's own, which waits long for no lock."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
        return catch_up(in_hours(-5))
    finally:
        connection.close()
