"""The rules of coaching, without HTTP."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Entry
from coaching import services
from coaching.models import PrivateNote, TeamNote, Visit
from coaching.querysets import private_notes_in_reach, teams_coached_by
from coaching.reasons import Facts, reasons, urgency
from collaborative.models import Membership
from collaborative.querysets import teams_seen_by
from collaborative.services import end_role
from core import registry
from core.refusals import Refused
from notifications import by_hand
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.states import Move

pytestmark = pytest.mark.django_db
NOTE_READERS = {"paula", "colin", "cora", "tess", "nia", "pierre"}
EVERYBODY = [
    "paula", "colin", "cora", "tess", "nia", "otto", "pierre", "max", "fia",
    "sol", "sela", "fay", "stan", "olga", "pia", "root",
]  # fmt: skip


def told(note):
    return {row.recipient_id for row in PlannedMessage.objects.about(note).waiting()}


def assignment(cast, user):
    return Membership.objects.get(user=user, role="coach", team=cast.team)


# ---------------------------------------------------------------- who


def test_only_an_assignment_makes_a_coach(cast):
    assert {name for name in EVERYBODY if teams_coached_by(getattr(cast, name)).exists()} == {"colin", "cora"}
    end_role(membership=assignment(cast, cast.colin), by=cast.paula)
    assert not teams_coached_by(cast.colin).exists()
    for verb in (services.write_note, services.write_private_note):
        with pytest.raises(Refused):
            verb(team=cast.team, by=cast.colin, text="Hello")
    with pytest.raises(Refused):
        services.mark_seen(team=cast.team, by=cast.colin)


def test_who_reads_shared_notes(cast):
    services.write_note(team=cast.team, by=cast.colin, text="Your chart moves.")
    readers = {name for name in EVERYBODY if TeamNote.objects.visible_to(getattr(cast, name)).exists()}
    assert readers == NOTE_READERS
    assert {name for name in EVERYBODY if cast.team in teams_seen_by(getattr(cast, name))} == NOTE_READERS


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name not in ("colin", "cora")])
def test_nobody_else_writes(cast, name):
    for verb in (services.write_note, services.write_private_note):
        with pytest.raises(Refused):
            verb(team=cast.team, by=getattr(cast, name), text="Hello")


# ---------------------------------------------------------------- notes for the team


def test_a_note_tells_the_team_without_its_words(cast):
    from notifications.delivery import render

    note = services.write_note(team=cast.team, by=cast.colin, text="note-canary")
    assert told(note) == {cast.tess.pk, cast.nia.pk, cast.pierre.pk}
    message = PlannedMessage.objects.about(note).select_related("recipient").get(recipient=cast.nia)
    assert (message.kind, message.occurrence) == ("coaching/note", "note")
    assert message.due_at - note.created_at == dt.timedelta(seconds=900)
    letter = render(message)
    assert letter.subject == "Colin wrote a note for your team"
    assert not any("canary" in words for words in (letter.subject, letter.plain, letter.html))
    may, key = registry.may_receive.get("coaching.teamnote"), str(note.pk)
    everybody = (cast.nia, cast.colin, cast.sol, cast.sela, cast.otto, cast.olga, cast.stan)
    assert may([(person, key) for person in everybody]) == {(cast.nia.pk, key)}


def test_taking_a_note_back_destroys_words_and_mail(cast):
    note = services.write_note(team=cast.team, by=cast.colin, text="note-canary")
    services.hide_note(note=note, by=cast.colin)
    note.refresh_from_db()
    assert (note.text, note.hidden_why) == ("", "writer")
    assert told(note) == set()
    assert registry.current_version.get("coaching.teamnote")([str(note.pk)]) == {}
    with pytest.raises(Refused):
        services.show_note(note=note, by=cast.paula)


def test_a_member_hides_and_a_planner_shows_again(cast):
    note = services.write_note(team=cast.team, by=cast.colin, text="A word too much")
    services.hide_note(note=note, by=cast.nia)
    note.refresh_from_db()
    assert (note.hidden_why, bool(note.text)) == ("reader", True)
    with pytest.raises(Refused):
        services.show_note(note=note, by=cast.tess)
    assert not services.show_note(note=note, by=cast.nia).hidden_why, "a slip is undone by the one who hid it"
    services.hide_note(note=note, by=cast.nia)
    services.show_note(note=note, by=cast.paula)
    assert told(note) == {cast.tess.pk, cast.nia.pk, cast.pierre.pk}
    for person in (cast.cora, cast.otto, cast.stan, cast.sela):
        with pytest.raises(Refused):
            services.hide_note(note=note, by=person)


def test_while_a_note_is_hidden_its_mails_wait_and_none_is_lost(cast):
    note = services.write_note(team=cast.team, by=cast.colin, text="A word too much")
    mails = PlannedMessage.objects.about(note)
    by_hand.hold(mails.filter(recipient=cast.tess), by=cast.paula)
    services.hide_note(note=note, by=cast.nia)
    assert set(mails.values_list("recipient", "state", "reason")) == {
        (cast.tess.pk, "held", "held_by_person"), (cast.nia.pk, "held", "hidden"), (cast.pierre.pk, "held", "hidden"),
    }  # fmt: skip
    for one in mails:
        assert Briefing([one]).no_longer(one) == Move("held", "hidden")
    services.show_note(note=note, by=cast.paula)
    assert told(note) == {cast.nia.pk, cast.pierre.pk}
    assert mails.get(state="held").recipient == cast.tess, "what the planning team holds back it still does"
    services.hide_note(note=note, by=cast.paula)
    assert set(mails.filter(source_version=3).values_list("state", "reason")) == {("void", "hidden_by_planner")}


def test_the_trail_has_no_words_and_nothing_of_private_notes(cast):
    before = Entry.objects.count()
    services.write_private_note(team=cast.team, by=cast.colin, text="private-canary")
    assert Entry.objects.count() == before
    note = services.write_note(team=cast.team, by=cast.colin, text="note-canary")
    services.hide_note(note=note, by=cast.paula)
    entries = Entry.objects.filter(about_id=str(note.pk)).order_by("pk")
    assert [entry.verb for entry in entries] == ["coaching.note_written", "coaching.note_hidden"]
    assert not any("canary" in str(entry.detail) for entry in Entry.objects.all())


# ---------------------------------------------------------------- private notes


def test_private_notes_answer_their_author_alone(cast):
    note = services.write_private_note(team=cast.team, by=cast.colin, text="private-canary")
    assert list(PrivateNote.objects.of(cast.colin)) == [note]
    for name in EVERYBODY:
        if name != "colin":
            assert not PrivateNote.objects.of(getattr(cast, name)).exists(), name
    assert not PrivateNote.objects.all().exists()
    assert not PrivateNote.objects.filter(team=cast.team).exists()
    with pytest.raises(PrivateNote.DoesNotExist):
        PrivateNote.objects.get(pk=note.pk)


def test_private_notes_are_in_no_admin_and_no_registry(cast):
    from django.contrib import admin

    assert PrivateNote not in admin.site._registry
    for slot in (registry.may_receive, registry.current_version):
        assert "coaching.privatenote" not in slot.keys()  # noqa: SIM118  (a slot is no dictionary)
    assert not any(
        relation.related_model is PrivateNote and not relation.hidden
        for model in (type(cast.colin), type(cast.team))
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.is_relation and relation.auto_created
    ), "nothing leads from a person or a team to private notes"


def test_private_notes_are_in_no_dump_by_django(cast):
    from io import StringIO

    from django.core.management import call_command

    services.write_private_note(team=cast.team, by=cast.colin, text="private-canary")
    out = StringIO()
    call_command("dumpdata", "coaching", stdout=out)
    assert "canary" not in out.getvalue()


def test_private_words_stand_in_one_table_only(cast):
    services.write_private_note(team=cast.team, by=cast.colin, text="private-canary")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%private-canary%"])
            found += [table] * cursor.fetchone()[0]
    assert found == ["coaching_privatenote"]


def test_hand_over_closes_private_notes_the_same_day(cast):
    services.write_private_note(team=cast.team, by=cast.colin, text="private-canary")
    end_role(membership=assignment(cast, cast.colin), by=cast.paula)
    assert not private_notes_in_reach(cast.colin).exists()
    assert not private_notes_in_reach(cast.cora).exists()
    assert [n["text"] for n in registry.data_of.get("coaching")(cast.colin)["private_notes"]] == ["private-canary"]


def test_only_the_author_throws_away(cast):
    note = services.write_private_note(team=cast.team, by=cast.colin, text="private-canary")
    services.throw_away(note=note, by=cast.cora)
    assert PrivateNote.objects.of(cast.colin).count() == 1
    services.throw_away(note=note, by=cast.colin)
    assert PrivateNote.objects.of(cast.colin).count() == 0


def test_drafts_of_private_notes_are_refused():
    from accounts import drafts

    assert not drafts.may_keep("coaching/private")
    assert not drafts.may_keep("coaching/private/anything")


def test_my_data_and_forgetting(cast):
    services.write_note(team=cast.team, by=cast.colin, text="For all")
    services.write_private_note(team=cast.team, by=cast.colin, text="For me")
    mine = registry.data_of.get("coaching")(cast.colin)
    assert [row["text"] for row in mine["team_notes"]] == ["For all"]
    assert [row["text"] for row in mine["private_notes"]] == ["For me"]
    registry.forget.get("coaching")(cast.colin)
    assert registry.data_of.get("coaching")(cast.colin) == {"team_notes": [], "private_notes": [], "marked_read": []}
    assert TeamNote.objects.get().text == ""


# ---------------------------------------------------------------- marks


def test_a_mark_goes_forward_only(cast):
    now = timezone.now()
    visit = services.mark_seen(team=cast.team, by=cast.colin, until=now - dt.timedelta(hours=1))
    assert visit.at == now - dt.timedelta(hours=1)
    assert services.mark_seen(team=cast.team, by=cast.colin, until=now - dt.timedelta(hours=2)).at == visit.at
    assert services.mark_seen(team=cast.team, by=cast.colin, until=now + dt.timedelta(days=9)).at <= timezone.now()
    assert Visit.objects.count() == 1


def test_writing_a_note_marks_nothing_as_read(cast):
    services.write_private_note(team=cast.team, by=cast.colin, text="For me")
    services.write_note(team=cast.team, by=cast.colin, text="For you")
    assert not Visit.objects.exists()


# ---------------------------------------------------------------- reasons

TODAY = dt.date(2026, 12, 14)


def facts(**more):
    base = {"running": True, "today": TODAY, "began": TODAY - dt.timedelta(days=50), "last_data": TODAY, "came": 3}
    return Facts(**{**base, **more})


def said(**more):
    return [(reason.key, reason.text, reason.evidence) for reason in reasons(facts(**more))]


def test_a_team_that_moves_has_no_reason():
    assert said() == []
    assert said(last_data=TODAY - dt.timedelta(days=13)) == []
    assert said(open_tries=1) == []
    assert said(open_tries=5, studied_tries=1) == []
    assert said(last_session="Session 1", last_session_on=TODAY, came=1) == []


def test_no_data_for_three_weeks():
    assert said(last_data=dt.date(2026, 11, 23)) == [
        ("data", "No data for 21 days", "last number or conversation: 23 November")
    ]
    assert said(last_data=None) == [("data", "No data for 50 days", "no number and no conversation yet")]
    assert said(last_data=None, began=TODAY - dt.timedelta(days=3)) == []


def test_tries_and_the_last_session():
    assert said(open_tries=3, oldest_open=dt.date(2026, 11, 16)) == [
        ("tries", "3 tries open, none studied", "the oldest began 16 November")
    ]
    assert said(last_session="Session 1", last_session_on=dt.date(2026, 11, 9), came=0) == [
        ("session", "Nobody at the last session", "Session 1, 9 November")
    ]


def test_a_series_that_has_not_begun_or_is_closed_asks_for_nobody():
    assert said(running=False, last_data=None, open_tries=9) == []


def test_most_reasons_first_then_the_longest_quiet():
    one, two = (
        facts(last_data=TODAY - dt.timedelta(days=40)),
        facts(last_data=TODAY - dt.timedelta(days=15), open_tries=2),
    )
    assert sorted([one, two], key=lambda each: urgency(reasons(each), each)) == [two, one]
