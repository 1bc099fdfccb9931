"""The demo world: the same every time, believable, and gone without a trace when it is told to go."""

from __future__ import annotations

import datetime as dt
import io
import json
import stat
from collections import Counter
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.consent import answers_of, consented, is_asked
from accounts.models import User, ViewAs
from accounts.view_as import visits_to
from audit.models import Entry
from coaching.board import board_of
from coaching.models import PrivateNote, TeamNote
from collaborative.addressing import Audience, people_in, reach_of
from collaborative.agreeing import WORDS, standing_of
from collaborative.line import position, where_is
from collaborative.merging import alike
from collaborative.models import Announcement, Cohort, Membership, Organisation, Programme, Role, Team
from collaborative.organisations import may_be_one
from collaborative.pausing import pause_of
from core import phi, places
from core.refusals import Refused
from desk.demo import (
    accounts,
    notes,
    organisations,
    refresh,
    removal,
    rows,
    sayings,
    series,
    talk,
    together,
    tries,
    world,
)
from desk.demo.figures import PATTERNS
from desk.demo.marks import MARK, is_demo, marked
from enrolment import services as enrolment
from enrolment.models import Invitation
from forum.models import Post, Thread
from improvement import services as improvement
from improvement.charts import charts_of
from improvement.models import SafetyConversation, TriedChange
from improvement.weeks import monday_of
from notifications import stopping
from notifications.models import KindChoice, PlannedMessage
from sessions import services as sessions
from sessions.models import Attendance, LearningSession
from sessions.room import joining
from tests import make

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

# A Sunday night and a Wednesday noon: half-way must be half-way on any day.
WHEN = dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _quiet(settings, tmp_path, monkeypatch):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


def every_table() -> dict[str, int]:
    with connection.cursor() as cursor:
        counts = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


def a_likeness() -> dict:
    """Everything of the demo that a person could see, without keys that are made by chance."""
    return {
        "people": sorted(User.objects.values_list("name", "email", "city", "language", "time_zone")),
        "roles": sorted(Membership.objects.values_list("user__name", "role", "title")),
        "talks": sorted(
            SafetyConversation.objects.values_list(
                "team__name", "at", "on", "with_whom", "about", "will_change", "sentence"
            )
        ),
        "tries": sorted(TriedChange.objects.values_list("team__name", "title", "state", "by__name", "changed_at")),
        "posts": sorted(Post.objects.values_list("text", "by__name", "created_at", "role")),
        "came": sorted(Attendance.objects.values_list("person__name", "at", "source")),
        "notes": sorted(TeamNote.objects.values_list("text", "created_at")),
    }


# ---------------------------------------------------------------- the same every time


def test_two_runs_of_one_seed_and_moment_are_alike():
    world.fill(now=WHEN)
    first = a_likeness()
    removal.remove()
    world.fill(now=WHEN)
    assert a_likeness() == first
    removal.remove()
    world.fill(now=WHEN, seed="another")
    assert a_likeness()["people"] != first["people"]


@pytest.mark.parametrize("days", range(7))
def test_today_lies_half_way_through_the_first_action_period(days):
    today = WHEN.date() + dt.timedelta(days=days)
    first = series.first_day_for(today)
    assert first.weekday() == 1
    assert 50 <= (today - first).days <= 56
    assert abs((today - first).days - (30 + 77) / 2) <= 3.5


# ---------------------------------------------------------------- what stands


@pytest.fixture
def demo():
    return world.fill()


def test_who_and_where(demo):
    cohort = Cohort.objects.get(pk=world.COHORT_ID)
    teams = Team.objects.filter(cohort=cohort).select_related("unit__organisation")
    assert teams.count() == 20
    assert {team.unit.organisation.province for team in teams} == set(places.PROVINCES)
    assert {team.unit.organisation.sector for team in teams} == {"acute", "long_term", "home"}
    assert {team.language for team in teams} == {"en", "fr"}
    assert 115 <= User.objects.count() <= 135
    assert Cohort.objects.get(pk=world.NEXT_ID).teams.count() == 5
    assert all(user.email is None or user.email.endswith("@example.org") for user in User.objects.all())
    assert User.objects.filter(email=None).count() >= 2, "people without a mailbox are members too"
    assert all(user.city in places.PLACES for user in User.objects.all())
    assert len(set(User.objects.values_list("name", flat=True))) == User.objects.count()
    for place in organisations.PLACES:
        size = len(demo.members[place.key])
        assert 3 <= size <= 7, place.key
    assert Invitation.objects.waiting().count() == 3


def test_the_line_says_action_period_1(demo):
    cohort = Cohort.objects.get(pk=world.COHORT_ID)
    today = timezone.now().date()
    with override("fr"):
        assert position(cohort)[1] == "Période d'action 1"
    assert where_is(cohort, today).current == "ap1"
    assert where_is(cohort, today).weeks == 17
    held, ahead, closing = cohort.learning_sessions.filter(phase__isnull=False).order_by("starts_at")
    assert held.starts_at < timezone.now() < ahead.starts_at < closing.starts_at
    assert 75 <= held.attendance.count() <= 110
    assert sum(item.minutes for item in ahead.agenda.all()) == ahead.minutes
    assert ahead.meeting.url.startswith("http://127.0.0.1:")


def test_the_charts_tell_what_the_figures_mean(demo):
    """One team shines, one is in trouble, some are too few to judge, one has paused."""

    def reading(key):
        (chart,) = charts_of(demo.teams[key], measures=demo.teams[key].measures.filter(fills_itself=True))
        return chart, chart.chart.reading

    shining, said = reading("harbour-view")
    assert (said.finding, said.good, said.current) == ("shift", True, True)
    assert [int(week.value) for week in shining.places] == list(PATTERNS["shining"][0])
    few, said = reading("prairie-rose")
    assert said.finding == "too few"
    assert 6 <= len(few.places) < 10
    fading, said = reading("cedar-ridge")
    assert [week.value for week in fading.places][-3:] == [None] * 3, "silence is no zero"
    paused, _said = reading("maple-grove")
    assert [bool(week.missing) for week in paused.places].count(True) == 2
    for place in organisations.PLACES:
        chart, _said = reading(place.key)
        assert 6 <= len(chart.places) <= 14, place.key
    findings = Counter(str(reading(place.key)[1].finding) for place in organisations.PLACES)
    assert findings["shift"] >= 4
    assert findings["steady"] >= 4


def test_the_coach_of_the_team_in_trouble_is_told_why(demo):
    """Plain facts, and only for that team: no data for weeks, and tries from which nobody learned."""
    board = board_of(demo.people["colin"])
    (card,) = board.need
    assert card.team == demo.teams["cedar-ridge"]
    assert [reason.key for reason, _url in card.reasons] == ["data", "tries"]
    assert len(board.fine) == 5
    assert [card.team.name for card in board.paused] == ["Salish Shore Lodge, Arbutus house"]
    assert demo.teams["harbour-view"] in [card.team for card in board_of(demo.people["lucie"]).fine]


def test_every_state_of_a_try_and_every_voice(demo):
    states = Counter(TriedChange.objects.values_list("state", flat=True))
    assert all(states[state] >= 3 for state in ("plan", "doing", "learned", "next"))
    assert set(TriedChange.objects.exclude(decision="").values_list("decision", flat=True)) == {
        "adopt",
        "adapt",
        "abandon",
    }
    assert TriedChange.objects.filter(previous__isnull=False).count() >= 5
    assert set(Thread.objects.values_list("language", flat=True)) == {"en", "fr"}
    assert {post.role for post in Post.objects.all()} >= {"participant", "lead", "partner", "coach", "planner"}
    for thread in Thread.objects.prefetch_related("posts"):
        moments = [post.created_at for post in thread.posts.all()]
        assert moments == sorted(moments)
        assert moments[-1] == thread.last_post_at <= timezone.now()
        assert thread.post_count == len(moments)
    coaches = Membership.objects.filter(role=Role.COACH).values_list("user", flat=True).distinct()
    assert coaches.count() == 3
    assert TeamNote.objects.count() >= 12
    assert PrivateNote._base_manager.count() >= 4
    assert PrivateNote.objects.count() == 0


def test_what_people_settled_among_themselves_stands(demo):
    """A team rests, two have an agreement, two people were visited, and consent was given, refused and taken back."""
    resting = demo.teams["salish-shore"]
    pause = pause_of(resting)
    assert pause is not None
    assert pause.starts_on < pause.ends_on
    assert resting in [card.team for card in board_of(demo.people["colin"]).paused]
    for key in ("harbour-view", "erables"):
        standing = standing_of(demo.teams[key], demo.people["paula"])
        assert standing.agreed
        assert standing.open, "somebody is still asked"
        assert all(getattr(standing.agreement, name) for name in WORDS)
    assert [visit.planner for visit in visits_to(demo.people["nia"])] == [demo.people["paula"]]
    assert ViewAs.objects.filter(ended_at=None).count() == 0
    given = consented(demo.people.values())
    assert demo.people["marie"] in given
    assert not {demo.people["agnes"], demo.people["pascal"]} & given
    assert [row.said_yes for row in answers_of(demo.people["pascal"])] == [False, True]
    assert User.objects.filter(consent_answered=True).count() > len(given) > 40
    assert is_asked(User.objects.get(pk=demo.people["nia"].pk))


def test_one_hospital_is_there_twice_and_the_planning_team_is_shown_both(demo):
    (pair,) = alike(may_be_one(demo.people["paula"], Organisation).in_order())
    assert {one.name for one in pair} == {"Hôpital du Fjord", "Hop. du Fjord"}


def test_nothing_old_is_sent_and_what_lies_ahead_is_planned(demo):
    assert not PlannedMessage.objects.filter(kind="sessions/reminder", due_at__lt=timezone.now()).exists()
    assert PlannedMessage.objects.filter(kind="sessions/reminder", state="planned").count() > 200
    speaker = PlannedMessage.objects.filter(kind__startswith="sessions/speaker-")
    assert speaker.count() >= 3
    # The mails of the surveys that were answered have left long ago; nothing of the demo goes out with them.
    asked = PlannedMessage.objects.filter(kind__startswith="surveys/", state="sent")
    assert asked.exists()
    told = PlannedMessage.objects.filter(kind=Announcement.KIND)
    ahead = PlannedMessage.objects.exclude(pk__in=asked).exclude(pk__in=told)
    assert ahead.exclude(kind="sessions/reminder").exclude(pk__in=speaker).count() == 3
    assert set(ahead.values_list("state", flat=True)) == {"planned"}


def test_what_the_planning_team_has_written_was_got_by_everybody(demo):
    row = Announcement.objects.get()
    told = PlannedMessage.objects.about(row)
    assert set(told.values_list("state", flat=True)) == {"sent"}
    everybody = set(people_in(row.cohort, Audience()))
    assert {one.recipient for one in told.select_related("recipient")} == everybody
    correction = Announcement(cohort=row.cohort, corrects=row, only_told=True)
    assert set(reach_of(correction).people) == everybody


def test_nobody_can_be_found_in_the_talk():
    """The demo keeps the rule that it shows: the guard finds nothing in any sentence of it."""
    said = [(one.text, one.language) for thread in talk.TALK for one in (thread.first, *thread.answers)]
    said += [
        (text, language) for language, about in sayings.SENTENCES.items() for texts in about.values() for text in texts
    ]
    said += [(note.text, "en") for team in notes.NOTES.values() for note in team]
    said += [(f"{one.title}. {one.plan} {one.what_happened}", "en") for team in tries.TRIES.values() for one in team]
    said += [
        (text, {"harbour-view": "en"}.get(key, "fr"))
        for key, (_who, words) in together.AGREEMENTS.items()
        for text in words
    ]
    said += [(text, "en" if who == "nia" else "fr") for _planner, who, _days, _minutes, text in together.VISITS]
    assert len(said) > 120
    assert [text for text, language in said if phi.findings(text, language)] == []


def test_french_has_its_spaces():
    french = [one.text for thread in talk.TALK for one in (thread.first, *thread.answers) if one.language == "fr"]
    french += [text for _who, words in together.AGREEMENTS.values() for text in words]
    french += [one.aim for one in organisations.PLACES if one.language == "fr"]
    french += [value for session in series.SESSIONS.values() for name, value in session.items() if name.endswith("_fr")]
    french += [value for name, value in series.PROGRAMME.items() if name.endswith("_fr")]
    for text in french:
        assert " :" not in text, text
        assert "« " not in text, text
        assert " ?" not in text, text


# ---------------------------------------------------------------- the command


def test_the_command_writes_the_accounts_and_everybody_can_sign_in(settings, tmp_path):
    assert "25 teams" in run()
    file = tmp_path / "demo-accounts.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    people = json.loads(file.read_text())
    assert people[0]["role"] == "planner"
    assert {one["role"] for one in people} == set(accounts.ROLES)
    assert {(one["role"], one["language"]) for one in people} >= {("participant", "en"), ("participant", "fr")}
    for one in people:
        assert Client().login(email=one["email"], password=one["password"]), one["email"]
    links = json.loads((tmp_path / "demo-links.json").read_text())
    for key in ("invitation", "application", "personal_join", "number_link", "not_this_week", "unsubscribe"):
        assert Client().get(links[key].removeprefix(settings.SITE_URL)).status_code == 200, key


def test_the_link_under_a_mail_stops_its_kind_and_then_another_one_is_named(settings):
    run()
    link = accounts.link_rows()["unsubscribe"].removeprefix(settings.SITE_URL)
    program = {"List-Unsubscribe": "One-Click"}
    assert not KindChoice.objects.exists()
    assert Client().get(link).status_code == 200
    assert not KindChoice.objects.exists(), "looking does nothing"
    assert Client().post(link, program).status_code == 200
    stopped = KindChoice.objects.get()
    assert User.objects.filter(pk=stopped.recipient_key, **marked()).exists()
    again = stopping.row_of(accounts.link_rows()["unsubscribe"].rsplit("/", 2)[-2])
    assert (again.recipient_key, again.kind) != (stopped.recipient_key, stopped.kind)
    waiting = PlannedMessage.objects.filter(state="planned", channel="mail", **marked("recipient")).order_by("-due_at")
    left = next(one for one in waiting if stopping.state_of(one) == stopping.COMES)
    PlannedMessage.objects.filter(pk=left.pk).update(state="sent", sent_at=timezone.now())
    last = stopping.row_of(accounts.link_rows()["unsubscribe"].rsplit("/", 2)[-2])
    assert last == left, "of the last one that left"


def test_a_second_start_keeps_the_drop_in_hour_that_lies_ahead():
    run()
    before = a_likeness()
    (old,) = LearningSession.objects.filter(kind="drop_in")
    ahead = old.starts_at - timezone.now()
    assert dt.timedelta(minutes=39) < ahead < dt.timedelta(minutes=46)
    assert old.clock.minute % 5 == 0
    told = set(PlannedMessage.objects.about(old).values_list("pk", "state"))
    assert len(told) > 100, "everybody is reminded at once"
    assert "teams" not in run()
    assert a_likeness() == before
    assert LearningSession.objects.get(kind="drop_in").starts_at == old.starts_at
    assert set(PlannedMessage.objects.about(old).values_list("pk", "state")) == told, "nobody is asked in again"


def test_a_start_after_the_drop_in_hour_lets_it_be_held_again_and_asks_nobody_in_twice():
    run()
    (old,) = LearningSession.objects.filter(kind="drop_in")
    PlannedMessage.objects.about(old).update(state="sent", sent_at=timezone.now())
    told = PlannedMessage.objects.about(old).count()
    later = old.ends_at + dt.timedelta(hours=3)
    with time_machine.travel(later, tick=False):
        row = refresh.new_drop_in(now=later)
    assert row.pk == old.pk
    assert dt.timedelta(minutes=39) < row.starts_at - later < dt.timedelta(minutes=46)
    assert PlannedMessage.objects.about(old).count() == told
    assert row.meeting.url == old.meeting.url


def test_a_drop_in_hour_that_somebody_joined_stays():
    run()
    (old,) = LearningSession.objects.filter(kind="drop_in")
    make.attendance(learning_session=old, person=accounts.find("participant"))
    run()
    assert LearningSession.objects.filter(kind="drop_in").count() == 2


# ---------------------------------------------------------------- where it does not go


def test_it_comes_only_where_the_demo_is_on(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        run()
    assert "The demo is gone: 0 rows" in run("--remove")


def test_it_stays_out_of_a_real_installation():
    somebody = make.person("Ruth Real", email="ruth@hospital.example")
    with pytest.raises(CommandError, match="real work"):
        run()
    assert User.objects.get() == somebody
    somebody.delete()
    make.programme(slug_en="rethinking")
    with pytest.raises(Refused):
        world.fill()


def test_it_leaves_a_real_series_beside_it_alone():
    run()
    make.programme(slug_en="rethinking")
    with pytest.raises(CommandError, match="left as it is"):
        run()


# ---------------------------------------------------------------- the end


def _this_monday() -> dt.date:
    return monday_of(timezone.now().date())


def use_it(demo) -> None:
    """What people do in a demo: sign in, join, log, try, ask, write, invite, move a session, leave a draft."""
    nia, paula, lucie = demo.people["nia"], demo.people["paula"], demo.people["lucie"]
    team, cohort = demo.teams["harbour-view"], Cohort.objects.get(pk=world.COHORT_ID)
    client = Client()
    client.force_login(nia)
    conversation = make.conversation(team=team, by=nia)
    improvement.add_to_conversation(conversation=conversation, by=nia, about="learning", sentence="One line.")
    improvement.record_number(
        measure=team.measures.get(fills_itself=True),
        by=nia,
        value=Decimal(9),
        period_start=_this_monday() - dt.timedelta(7),
    )
    improvement.record_number(
        measure=team.measures.get(fills_itself=True),
        by=nia,
        value=Decimal(11),
        period_start=_this_monday() - dt.timedelta(7),
    )
    make.tried_change(team=team, by=nia)
    thread = make.thread(by=nia, board=cohort.boards.first())
    make.post(thread=thread, by=demo.people["agnes"])
    make.team_note(team=team, by=lucie)
    make.private_note(team=team, by=lucie)
    drop_in = make.learning_session(cohort=cohort, minutes_ahead=5)
    joining.join(learning_session=drop_in, user=nia)
    next_session = cohort.learning_sessions.filter(phase__key="ls2").get()
    sessions.move_session(learning_session=next_session, to=next_session.wall + dt.timedelta(days=1), by=paula)
    enrolment.invite(by=paula, role="participant", name="Alex Newcomer", email="alex@clinic.example", team=team)
    nia.drafts.create(key="aim", data={})


def test_removal_leaves_every_table_as_it_was(tmp_path, django_capture_on_commit_callbacks):
    apps.get_model("notifications", "Tick").objects.update_or_create(pk=1)
    before = every_table()
    run()
    use_it(_again())
    assert every_table() != before
    with django_capture_on_commit_callbacks(execute=True):
        assert "The demo is gone" in run("--remove")
    assert list(tmp_path.glob("demo-*.json")) == []
    assert every_table() == before
    assert removal.left() == 0
    assert "25 teams" in run(), "and it can be filled again"


def _again() -> world.World:
    """Return the people and teams of the demo that stands, by key."""
    again = world.World(timezone.now(), world.SEED)
    for key in ("nia", "paula", "lucie", "agnes"):
        again.people[key] = User.objects.get(pk=world.demo_id("person", key))
    again.teams["harbour-view"] = Team.objects.get(pk=world.demo_id("team", "harbour-view"))
    return again


def test_the_append_only_triggers_stand_again_after_removal(demo):
    removal.remove()
    entry = Entry.objects.create(verb="test.made", about_type="x", about_id="1")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


def test_people_who_really_joined_stay_and_lose_only_the_demo(demo):
    real = make.person("Ruth Real", email="ruth@hospital.example")
    make.member(team=demo.teams["harbour-view"], user=real)
    assert rows.others_have_joined()
    removal.remove()
    assert User.objects.get() == real
    assert not real.memberships.exists()
    assert not Programme.objects.exists()


def test_real_work_on_a_unit_of_the_demo_is_never_taken_along(demo):
    other = make.cohort(programme=make.programme(slug_en="rethinking"))
    make.team(cohort=other, unit=demo.teams["harbour-view"].unit)
    with pytest.raises(Refused, match="another series"):
        removal.remove()
    assert Team.objects.filter(cohort=other).exists()


def test_the_mark_tells_demo_rows_from_others(demo):
    assert is_demo(world.COHORT_ID)
    assert not any(is_demo(make.person(f"Somebody {n}").pk) for n in range(50))
    assert User.objects.filter(**marked()).count() == len(demo.people)
    assert str(world.PROGRAMME_ID).startswith(MARK)


def test_the_charts_of_the_demo_show_everything_there_is_to_see(demo):
    """A shift, a trend, too few runs, too little data, a new line and a pause, each with its sentence in both languages."""
    said: dict[str, set[str]] = {}
    for lang in ("en", "fr"):
        with override(lang):
            found = set()
            for place in organisations.PLACES:
                for chart in charts_of(demo.teams[place.key]):
                    found.add(chart.chart.finding.value)
                    assert chart.finding
                    if len(chart.chart.stretches) > 1:
                        found.add("new line")
                        assert chart.wide.count("rc-break") == 1
                    if any(point.missing in ("paused", "en pause") for point in chart.places):
                        found.add("pause")
            said[lang] = found
    expected = {"shift", "trend", "few runs", "many runs", "too few", "steady", "new line", "pause"}
    assert expected <= said["en"]
    assert said["en"] == said["fr"]
