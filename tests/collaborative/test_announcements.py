"""What the planning team writes to people of a cohort: to whom, in which language, when, and how it is taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from collaborative import addressing, announced, announcing, kind_notes, named
from collaborative.addressing import Audience
from collaborative.hideable import Why
from collaborative.models import Announcement, Cohort, KindNote, Membership, QuietWeek, Report, Role
from collaborative.services import end_role
from core import registry
from core.refusals import Overtaken, Refused
from notifications import by_hand, sending
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import render
from sessions.coming import answers
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]
EVERYBODY = Audience()
WORDS = {
    "subject_en": "A new room", "text_en": "We meet in the **blue** room.",
    "subject_fr": "Une autre salle", "text_fr": "Nous sommes dans la salle **bleue**.",
    "is_must": False, "only_told": False, "wished_at": None,
}  # fmt: skip


@pytest.fixture
def tess(team):
    return make.lead(team=team, name="Tess")


@pytest.fixture
def pierre(team):
    return make.partner(team=team, name="Pierre", language="fr")


def write(cohort, paula, audience=EVERYBODY, **changes) -> Announcement:
    return announcing.write(cohort=cohort, by=paula, audience=audience, **WORDS | changes)


def correct(cohort, paula, first: Announcement, **changes) -> Announcement:
    return write(cohort, paula, corrects=first, text_en="We meet in the green room.", **changes)


def sent(row: Announcement, paula) -> Announcement:
    return announcing.send(announcement=row, by=paula, mark=addressing.reach_of(row).mark(row))


def rows_of(row: Announcement):
    return PlannedMessage.objects.about(row).filter(kind__in=Announcement.KINDS)


def let_it_leave(row: Announcement) -> Announcement:
    """Let its hour be over and everything have gone."""
    past = timezone.now() - dt.timedelta(minutes=1)
    Announcement.objects.filter(pk=row.pk).update(leaves_at=past)
    rows_of(row).filter(state="planned").update(state="sent", sent_at=past)
    row.refresh_from_db()
    return row


def names(cohort, **audience) -> set[str]:
    return {one.name for one in addressing.people_in(cohort, Audience(**audience))}


# ---------------------------------------------------------------- to whom


def test_everybody_is_whoever_takes_part_or_answers_for_a_team_and_nobody_else(cohort, paula, team, tess, nia, pierre):
    make.coach(team=team, name="Colin")
    make.sponsor(organisation=team.unit.organisation, name="Sol")
    make.member(team=make.team(cohort=make.cohort()), name="Far")
    gone = make.member(team=team, name="Gone")
    end_role(membership=Membership.objects.get(user=gone), by=paula)
    assert names(cohort) == {"Tess", "Nia Roy", "Pierre", "Colin", "Sol"}


def test_roles_and_teams_narrow_each_other(cohort, paula, team, tess, nia, pierre):
    other = make.team(cohort=cohort, name="Medicine")
    make.lead(team=other, name="Otto")
    make.coach(team=other, name="Cora")
    make.sponsor(organisation=other.unit.organisation, name="Sela")
    assert names(cohort, roles=("lead",)) == {"Tess", "Otto"}
    assert names(cohort, roles=("lead", "coach"), teams=(str(other.pk),)) == {"Otto", "Cora"}
    assert names(cohort, teams=(str(other.pk),)) == {"Otto", "Cora", "Sela"}
    assert names(cohort, roles=("partner",), teams=(str(other.pk),)) == set()


def test_a_team_that_does_not_know_of_its_place_yet_is_not_written_to(cohort, team, tess):
    type(team).objects.filter(pk=team.pk).update(told_from=timezone.now() + dt.timedelta(hours=1))
    assert names(cohort) == set()


def test_by_what_was_said_about_a_session(cohort, team, tess, nia, pierre):
    session = make.learning_session(cohort=cohort, minutes_ahead=60 * 24)
    answers.say(learning_session=session, person=tess, coming="yes", by=tess)
    answers.say(learning_session=session, person=nia, coming="no", by=nia)
    assert names(cohort, answers=f"comes:{session.pk}") == {"Tess"}
    assert names(cohort, answers=f"silent:{session.pk}") == {"Pierre"}
    assert names(cohort, answers=f"silent:{session.pk}", roles=("lead",)) == set()
    for nonsense in ("comes:", "comes:x", "nobody knows", f"comes:{cohort.pk}"):
        assert names(cohort, answers=nonsense) == set()
    far = make.learning_session(cohort=make.cohort(), minutes_ahead=60)
    assert names(cohort, answers=f"silent:{far.pk}") == set()


def test_the_reach_counts_languages_and_mailboxes(cohort, paula, team, nia, pierre):
    make.member(team=team, email=None, name="Rosa")
    reach = addressing.reach_of(write(cohort, paula))
    assert (reach.n, reach.in_english, reach.in_french, reach.without_mailbox) == (3, 2, 1, 1)
    assert [one.name for one in reach.called("PIER")] == ["Pierre"]


# ---------------------------------------------------------------- in which language


def test_french_never_comes_later(cohort, paula, nia, pierre):
    with pytest.raises(Refused, match="1 person of this audience reads French") as refused:
        write(cohort, paula, subject_fr="", text_fr="")
    assert refused.value.field == "subject_fr"
    with pytest.raises(Refused, match="reads English"):
        write(cohort, paula, subject_en="", text_en="")
    only = write(cohort, paula, Audience(roles=("partner",)), subject_en="", text_en="")
    assert sent(only, paula).leaves_at


def test_half_a_language_is_none(cohort, paula, nia):
    for changes, field in (
        ({"subject_fr": ""}, "subject_fr"),
        ({"text_en": ""}, "text_en"),
        ({"text_en": "\u200b"}, "text_en"),
    ):
        with pytest.raises(Refused) as refused:
            write(cohort, paula, **changes)
        assert refused.value.field == field


def test_who_begins_to_read_french_before_it_is_sent_stops_it(cohort, paula, nia):
    row = write(cohort, paula, subject_fr="", text_fr="")
    nia.language = "fr"
    nia.save()
    with pytest.raises(Refused, match="reads French"):
        sent(row, paula)
    assert not rows_of(row).exists()


def test_everybody_gets_it_in_their_language_with_its_marks_made(cohort, paula, nia, pierre):
    row = sent(write(cohort, paula), paula)
    for person, subject, words in (
        (nia, "A new room", "<strong>blue</strong>"),
        (pierre, "Une autre salle", "<strong>bleue</strong>"),
    ):
        letter = render(rows_of(row).get(recipient=person))
        assert (letter.subject, words in letter.html) == (subject, True)
        assert "dans la salle bleue." in letter.plain or "in the blue room." in letter.plain


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("**New:** at **noon**", "New: at noon"),
        ("see [the page](https://x.example/a?b=1)", "see the page (https://x.example/a?b=1)"),
        ("2 ** 3 and ** so", "2 ** 3 and ** so"),
        ("**one\ntwo**", "**one\ntwo**"),
        ("[not](javascript:1)", "[not](javascript:1)"),
    ],
)
def test_a_mail_of_plain_text_has_no_marks(typed, read):
    assert announced.as_text(typed) == read


def test_nothing_typed_becomes_markup(cohort, paula, nia):
    row = sent(write(cohort, paula, text_en="<script>alert(1)</script> & so on", subject_en="<b>Bold</b>"), paula)
    letter = render(rows_of(row).get(recipient=nia))
    assert "<script>" not in letter.html
    assert "<b>" not in letter.html
    assert letter.subject == "<b>Bold</b>"


# ---------------------------------------------------------------- when


def test_nothing_leaves_before_it_cannot_be_taken_back_any_more(cohort, paula, nia, settings):
    before = timezone.now()
    row = sent(write(cohort, paula), paula)
    assert row.leaves_at >= before + dt.timedelta(seconds=settings.UNDO_SECONDS)
    message = rows_of(row).get()
    assert (message.due_at, message.next_attempt_at, message.state) == (row.leaves_at, row.leaves_at, "planned")
    assert (message.scope_type, message.scope_id) == ("collaborative.cohort", str(cohort.pk))
    assert Entry.objects.get(verb="announcement.sent").detail["people"] == 1


def test_an_hour_of_its_own_is_kept_but_never_sooner_than_the_time_to_take_back(cohort, paula, nia):
    later, soon = timezone.now() + dt.timedelta(days=2), timezone.now() + dt.timedelta(seconds=30)
    assert sent(write(cohort, paula, wished_at=later), paula).leaves_at == later
    assert sent(write(cohort, paula, wished_at=soon), paula).leaves_at > soon + dt.timedelta(minutes=5)
    past = write(cohort, paula, wished_at=timezone.now() - dt.timedelta(hours=1))
    with pytest.raises(Refused, match="its hour has passed"):
        sent(past, paula)


def test_an_hour_is_typed_on_the_clock_of_the_cohort(cohort):
    cohort.time_zone = "America/St_Johns"
    on = timezone.now().date() + dt.timedelta(days=3)
    wall = dt.datetime.combine(on, dt.time(9))
    assert announcing.moment_of(wall, cohort).astimezone(dt.UTC).minute == 30
    for wrong, words in (
        (dt.datetime(2020, 1, 1, 9), "has passed"),
        (wall + dt.timedelta(days=800), "more than a year"),
    ):
        with pytest.raises(Refused, match=words):
            announcing.moment_of(wrong, cohort)


def test_an_hour_that_the_clocks_jump_over_is_refused(cohort, monkeypatch):
    cohort.time_zone = "America/Toronto"
    monkeypatch.setattr(announcing.timezone, "now", lambda: dt.datetime(2027, 3, 1, tzinfo=dt.UTC))
    with pytest.raises(Refused, match="jump over this hour"):
        announcing.moment_of(dt.datetime(2027, 3, 14, 2, 30), cohort)


# ---------------------------------------------------------------- what was looked at is what goes


def test_who_comes_between_the_look_and_the_press_stops_it(cohort, paula, team, nia):
    row = write(cohort, paula)
    mark = addressing.reach_of(row).mark(row)
    make.member(team=team)
    with pytest.raises(announcing.NotAsSeen):
        announcing.send(announcement=row, by=paula, mark=mark)
    assert not rows_of(row).exists()


def test_words_that_changed_between_the_look_and_the_press_stop_it(cohort, paula, nia):
    row = write(cohort, paula)
    mark = addressing.reach_of(row).mark(row)
    announcing.change(announcement=row, by=paula, version=1, audience=EVERYBODY, **WORDS | {"text_en": "Other words"})
    with pytest.raises(announcing.NotAsSeen):
        announcing.send(announcement=row, by=paula, mark=mark)


def test_sent_twice_it_is_sent_once(cohort, paula, nia):
    row = write(cohort, paula)
    first = sent(row, paula)
    again = announcing.send(announcement=row, by=paula, mark="whatever")
    assert (again.leaves_at, rows_of(row).count()) == (first.leaves_at, 1)


def test_an_empty_audience_is_refused_beside_the_roles(cohort, paula):
    with pytest.raises(Refused, match="Nobody is in this audience") as refused:
        write(cohort, paula)
    assert refused.value.field == "roles"


# ---------------------------------------------------------------- taken back, changed, corrected


def test_taken_back_nobody_gets_it_and_it_can_be_sent_again(cohort, paula, nia):
    row = sent(write(cohort, paula), paula)
    row = announcing.take_back(announcement=row, by=paula)
    assert (row.state, rows_of(row).get().state) == ("draft", "void")
    row = sent(row, paula)
    assert sorted(rows_of(row).values_list("state", flat=True)) == ["planned", "void"]


def test_changed_while_it_waits_it_is_a_draft_again(cohort, paula, nia):
    row = sent(write(cohort, paula), paula)
    row = announcing.change(
        announcement=row, by=paula, version=1, audience=EVERYBODY, **WORDS | {"text_en": "Other words"}
    )
    assert (row.state, row.leaves_at, rows_of(row).get().state) == ("draft", None, "void")


def test_two_who_change_it_lose_nothing(cohort, paula, nia):
    row = write(cohort, paula)
    announcing.change(announcement=row, by=paula, version=1, audience=EVERYBODY, **WORDS | {"text_en": "First"})
    with pytest.raises(Overtaken) as overtaken:
        announcing.change(announcement=row, by=paula, version=1, audience=EVERYBODY, **WORDS | {"text_en": "Second"})
    assert overtaken.value.theirs.text_en == "First"


def test_what_has_left_stays_said_if_only_to_one_person(cohort, paula, team, nia):
    make.member(team=team)
    row = sent(write(cohort, paula), paula)
    rows_of(row).filter(recipient=nia).update(state="sent")  # a planner let it go sooner
    for verb in (announcing.take_back, announcing.throw_away):
        with pytest.raises(Refused):
            verb(announcement=row, by=paula)
    with pytest.raises(Refused, match="It has left"):
        announcing.change(announcement=row, by=paula, version=1, audience=EVERYBODY, **WORDS)


def test_a_correction_goes_to_those_who_got_the_first_or_to_everybody(cohort, paula, team, nia, pierre):
    first = let_it_leave(sent(write(cohort, paula), paula))
    late = make.member(team=team, name="Late")
    rows_of(first).filter(recipient=pierre).update(state="dead")
    told = correct(cohort, paula, first, only_told=True)
    assert [one.name for one in addressing.reach_of(told).people] == ["Nia Roy"]
    to_all = correct(cohort, paula, first)
    assert {one.name for one in addressing.reach_of(to_all).people} == {"Nia Roy", "Pierre", late.name}
    letter = render(rows_of(sent(told, paula)).get())
    assert "This corrects what we wrote under “A new room”." in letter.plain
    assert letter.subject == "Correction: A new room"
    kept = announced.with_subjects(Cohort.objects.filter(pk=cohort.pk)).get()
    assert announced.subjects_of(kept)[str(told.pk)] == "Correction: A new room"
    told_pierre = let_it_leave(sent(to_all, paula))
    keys = [str(told_pierre.pk), str(first.pk)]
    titles = {key: (en, fr) for key, en, fr in named.announcements(nia, keys)}
    assert titles[str(told_pierre.pk)] == ("Correction: A new room", "Correction\N{NO-BREAK SPACE}: Une autre salle")
    assert titles[str(first.pk)] == ("A new room", "Une autre salle")


def test_a_correction_of_which_no_word_differs_is_none(cohort, paula, nia):
    first = let_it_leave(sent(write(cohort, paula), paula))
    with pytest.raises(Refused, match="Not one word differs") as refused:
        write(cohort, paula, corrects=first, is_must=True)
    assert refused.value.field == "text_en"
    row = correct(cohort, paula, first)
    with pytest.raises(Refused, match="Not one word differs"):
        announcing.change(announcement=row, by=paula, version=row.version, audience=EVERYBODY, **WORDS)
    row.refresh_from_db()
    assert row.text_en == "We meet in the green room."


def test_only_a_correction_can_go_to_those_who_were_told(cohort, paula, nia):
    assert write(cohort, paula, only_told=True).only_told is False


def test_a_draft_can_be_thrown_away(cohort, paula, nia):
    row = write(cohort, paula)
    announcing.throw_away(announcement=row, by=paula)
    assert not Announcement.objects.exists()


# ---------------------------------------------------------------- just before it leaves


def verdict(message) -> str:
    [message] = rows = list(PlannedMessage.objects.filter(pk=message.pk))
    move = Briefing(rows).no_longer(message)
    return move.reason if move else ""


def test_who_has_left_the_cohort_by_then_gets_nothing(cohort, paula, team, nia, pierre):
    sol = make.sponsor(organisation=team.unit.organisation, name="Sol")
    row = sent(write(cohort, paula), paula)
    assert [verdict(one) for one in rows_of(row)] == ["", "", ""]
    for person in (nia, sol):
        end_role(membership=Membership.objects.get(user=person), by=paula)
    assert {one.recipient.name: verdict(one) for one in rows_of(row).exclude(state="void")}.get("Pierre") == ""
    for person in (nia, sol):
        message = rows_of(row).get(recipient=person)
        assert message.state == "void" or verdict(message) == "may_not_know"


def test_of_an_older_version_nothing_leaves_even_where_it_was_not_taken_back(cohort, paula, nia):
    row = sent(write(cohort, paula), paula)
    Announcement.objects.update(version=2)
    assert verdict(rows_of(row).get()) == "superseded"


def test_a_preview_goes_to_oneself_alone_in_both_languages_and_so_often_a_day(cohort, paula, nia, monkeypatch):
    monkeypatch.setattr(announcing, "MOST_PREVIEWS", 2)
    row = write(cohort, paula)
    for _n in range(2):
        announcing.send_me(announcement=row, by=paula)
    assert not rows_of(row).exists()
    mails = PlannedMessage.objects.about(row)
    assert {one.recipient for one in mails} == {paula}
    assert verdict(mails[0]) == ""
    letter = render(mails[0])
    for words in ("Preview", "Nobody else has got it", "A new room", "Une autre salle", "la salle bleue."):
        assert words in letter.subject + letter.plain
    with pytest.raises(Refused, match="many previews"):
        announcing.send_me(announcement=row, by=paula)


def test_the_preview_by_mail_has_the_very_words_of_the_mail(cohort, paula, nia, pierre):
    first = let_it_leave(sent(write(cohort, paula), paula))
    row = correct(cohort, paula, first, only_told=True)
    announcing.send_me(announcement=row, by=paula)
    preview = render(PlannedMessage.objects.about(row).get())
    for letter in map(render, rows_of(sent(row, paula))):
        body, closing = letter.plain.split("\n\n", 1)[1].split("\n\n-- \n")
        assert body.strip() in preview.plain
        assert closing.splitlines()[0] in preview.plain
        assert closing.splitlines()[0] in unescape(preview.html)
    for words in ("This corrects what we wrote under", "Ceci corrige", "Read it on the site"):
        assert words in preview.html


def test_importance_is_the_planners_choice(cohort, paula, nia):
    assert rows_of(sent(write(cohort, paula, is_must=True), paula)).get().kind == Announcement.MUST_KIND
    assert rows_of(sent(write(cohort, paula), paula)).get().kind == Announcement.KIND


def test_a_thousand_people_cost_as_many_statements_as_one(cohort, paula, team, nia):
    def cost() -> int:
        row = write(cohort, paula)
        mark = addressing.reach_of(row).mark(row)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            announcing.send(announcement=row, by=paula, mark=mark)
        assert rows_of(row).count() == addressing.reach_of(row).n
        return len([one for one in asked if "SAVEPOINT" not in one["sql"]])

    one = cost()
    people = [type(nia)(name=f"P {n}", email=f"p{n}@example.org", language=("en", "fr")[n % 2]) for n in range(1000)]
    type(nia).objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(user=person, team=team, role=Role.PARTICIPANT) for person in people)
    with connection.cursor() as cursor:  # a database that takes these tables for empty joins them row by row
        cursor.execute("ANALYZE")
    assert one == cost() <= 12


# ---------------------------------------------------------------- read again


def test_it_is_read_by_whom_it_was_for_once_it_has_left(cohort, paula, team, tess, nia):
    row = sent(write(cohort, paula, Audience(roles=("lead",))), paula)
    seen = Announcement.objects.visible_to
    assert not seen(tess).exists()
    let_it_leave(row)
    assert seen(tess).get() == row
    assert not seen(nia).exists()
    assert seen(paula).get() == row
    assert not seen(make.person("Stan")).exists()


def test_what_went_to_everybody_is_read_by_who_comes_later_a_correction_of_few_is_not(cohort, paula, team, nia):
    first = let_it_leave(sent(write(cohort, paula), paula))
    few = let_it_leave(sent(correct(cohort, paula, first, only_told=True), paula))
    late = make.member(team=team)
    assert set(Announcement.objects.visible_to(late)) == {first}
    assert set(Announcement.objects.visible_to(nia)) == {first, few}


def test_hidden_it_does_not_reach_those_whom_it_has_not_reached_yet(cohort, paula, team, nia):
    make.member(team=team)
    row = sent(write(cohort, paula), paula)
    past = timezone.now() - dt.timedelta(minutes=1)
    Announcement.objects.update(leaves_at=past)
    rows_of(row).filter(recipient=nia).update(state="sent", sent_at=past)
    announcing.hide(announcement=row, by=nia)
    row.refresh_from_db()
    assert row.hidden_why == Why.READER
    assert sorted(rows_of(row).values_list("state", "reason")) == [("held", "hidden"), ("sent", "")]
    with pytest.raises(Refused):
        announcing.show(announcement=row, by=make.member(team=team))
    announcing.show(announcement=row, by=paula)
    assert Announcement.objects.shown().get() == row


def test_hidden_by_one_reader_it_waits_for_the_others_and_leaves_when_it_is_shown(cohort, paula, team, nia, pierre):
    make.member(team=team)
    row = sent(write(cohort, paula, is_must=True), paula)
    past, later = timezone.now() - dt.timedelta(minutes=1), timezone.now() + dt.timedelta(hours=8)
    Announcement.objects.update(leaves_at=past)
    rows_of(row).update(next_attempt_at=later)
    in_hand = rows_of(row).filter(recipient=pierre)
    in_hand.update(state="claimed", claim_token=uuid.uuid4(), claimed_at=past, lease_until=later)
    assert announcing.hide(announcement=row, by=nia)
    waits = rows_of(row)
    assert set(waits.values_list("state", "reason", "claim_token")) == {("held", "hidden", None)}
    assert not waits.failed().exists(), "nobody has to mend anything"
    assert {verdict(one) for one in waits} == {"hidden"}
    assert Announcement.objects.visible_to(nia).get() == row, "who hid it can undo it"
    announcing.show(announcement=row, by=nia)
    assert set(waits.values_list("state", "reason", "next_attempt_at")) == {("planned", "", later)}
    announcing.hide(announcement=row, by=nia)
    announcing.show(announcement=row, by=paula)
    assert set(waits.values_list("state", flat=True)) == {"planned"}
    assert {verdict(one) for one in waits} == {""}
    steps = list(waits.get(recipient=nia).events.order_by("id").values_list("from_state", "to_state", "note", "actor"))
    assert steps[1:3] == [("planned", "held", "hidden", None), ("held", "planned", "shown", None)]


def test_a_planner_who_hides_it_or_keeps_it_hidden_has_decided(cohort, paula, team, nia):
    for reader_first in (True, False):
        row = sent(write(cohort, paula), paula)
        Announcement.objects.filter(pk=row.pk).update(leaves_at=timezone.now() - dt.timedelta(minutes=1))
        if reader_first:
            announcing.hide(announcement=row, by=nia)
        announcing.hide(announcement=row, by=paula)
        announcing.show(announcement=row, by=paula)
        assert set(rows_of(row).values_list("state", "reason")) == {("void", "hidden_by_planner")}


def test_what_the_planning_team_holds_back_of_it_stays_theirs(cohort, paula, team, nia):
    early = make.member(team=team)
    row = sent(write(cohort, paula), paula)
    Announcement.objects.update(leaves_at=timezone.now() - dt.timedelta(minutes=1))
    rows_of(row).filter(recipient=early).update(state="sent", sent_at=timezone.now())
    kept = rows_of(row).exclude(recipient=early)
    by_hand.hold(kept, by=paula)
    late = make.member(team=team)
    announcing.hide(announcement=row, by=late)
    announcing.show(announcement=row, by=paula)
    assert set(kept.values_list("state", "reason")) == {("held", "held_by_person")}
    Report.objects.all().delete()
    announcing.hide(announcement=row, by=late)
    by_hand.release(kept, by=paula)
    assert {verdict(one) for one in kept} == {"hidden"}, "let go meanwhile, it does not leave before it is shown"
    assert {Briefing([one]).no_longer(one).to for one in kept} == {"held"}


def test_what_is_all_held_back_at_its_hour_is_read_by_nobody_and_not_hidden_by_them(cohort, paula, team, nia):
    row = sent(write(cohort, paula), paula)
    Announcement.objects.update(leaves_at=timezone.now() - dt.timedelta(minutes=1))
    row.refresh_from_db()
    by_hand.hold(rows_of(row), by=paula)
    late = make.member(team=team)
    for person in (nia, late):
        assert not Announcement.objects.visible_to(person).exists()
        with pytest.raises(Refused):
            announcing.hide(announcement=row, by=person)
    assert (row.state, row.left_at, Announcement.objects.left().exists()) == ("held", None, False)
    rows_of(row).filter(recipient=nia).update(reason="hidden")
    assert row.state == "left", "what a reader has hidden was there to be read"
    rows_of(row).update(state="planned", reason="")
    assert set(Announcement.objects.visible_to(late)) == {row}


def test_what_is_hidden_for_too_long_is_too_late(cohort, paula, team, nia):
    row = sent(write(cohort, paula), paula)
    past = timezone.now() - dt.timedelta(minutes=1)
    Announcement.objects.update(leaves_at=past)
    announcing.hide(announcement=row, by=nia)
    rows_of(row).update(not_after=past)
    sending.reap()
    assert set(rows_of(row).values_list("state", "reason")) == {("expired", "too_late")}
    announcing.show(announcement=row, by=paula)
    assert set(rows_of(row).values_list("state", flat=True)) == {"expired"}


def test_a_closed_cohort_is_not_written_to(cohort, paula, nia):
    row = write(cohort, paula)
    type(cohort).objects.update(closed_at=timezone.now())
    cohort.refresh_from_db()
    for verb in (lambda: write(cohort, paula), lambda: sent(row, paula)):
        with pytest.raises(Refused, match="closed"):
            verb()


def test_a_forgotten_planner_leaves_words_without_a_name_and_no_drafts(cohort, paula, nia):
    stays, draft = sent(write(cohort, paula), paula), write(cohort, paula)
    announcing.forget(paula)
    stays.refresh_from_db()
    assert (stays.by, stays.sent_by) == (None, None)
    assert not Announcement.objects.filter(pk=draft.pk).exists()


# ---------------------------------------------------------------- a paragraph above every letter of a kind


def put(cohort, paula, version=0, kind="sessions/reminder", **text):
    words = {"text_en": "Bring your badge.", "text_fr": "Apportez votre carte."} | text
    return kind_notes.put(programme=cohort.programme, kind=kind, by=paula, version=version, **words)


def test_a_paragraph_stands_above_every_letter_of_its_kind_in_the_readers_language(cohort, paula, nia, pierre):
    session = make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 20)
    put(cohort, paula)
    reminders = PlannedMessage.objects.about(session)
    for person, words in ((nia, "Bring your badge."), (pierre, "Apportez votre carte.")):
        rows = list(reminders.to(person).filter(kind="sessions/reminder"))
        briefing = Briefing(rows)
        letters = [render(row, briefing.said) for row in rows]
        assert all(words in one.plain and words in one.html for one in letters)
        assert letters[0].plain.index(words) < letters[0].plain.index("http")


def test_another_programme_and_another_kind_have_none(cohort, paula, team):
    put(cohort, paula)
    far = make.cohort(programme=make.programme(slug_en="another-series"))
    assert kind_notes.of_cohorts([str(cohort.pk), str(far.pk)]).keys() == {(str(cohort.pk), "sessions/reminder")}
    assert registry.note_of.get("collaborative.programme")([str(cohort.programme_id)]).keys() == {
        (str(cohort.programme_id), "sessions/reminder")
    }


def test_both_languages_or_none_and_versions_keep_two_apart(cohort, paula):
    for text in ({"text_fr": ""}, {"text_en": " \u200b"}):
        with pytest.raises(Refused, match="both languages"):
            put(cohort, paula, **text)
    assert put(cohort, paula).version == 1
    with pytest.raises(Overtaken):
        put(cohort, paula, text_en="Other words")
    assert put(cohort, paula, version=1, text_en="Other words").version == 2
    assert put(cohort, paula, version=2, text_en="", text_fr="") is None
    assert not KindNote.objects.exists()


def test_what_is_about_an_account_or_is_their_own_words_has_none(cohort, paula):
    for kind in ("account/login-code", Announcement.KIND, Announcement.MUST_KIND, "no/such", "sessions/address"):
        with pytest.raises(Refused):
            put(cohort, paula, kind=kind)


def test_planned_announcements_stand_in_the_series_of_those_whom_they_are_for(cohort, paula, tess, nia):
    from collaborative.announced import of_role

    QuietWeek.objects.all().delete()
    row = sent(write(cohort, paula, Audience(roles=("lead",))), paula)
    write(cohort, paula)  # a draft is nobody's
    assert [(one.at, one.about) for one in of_role(cohort, "lead")] == [(row.leaves_at, "A new room")]
    assert of_role(cohort, "participant") == []
    left = timezone.now() - dt.timedelta(minutes=5)
    rows_of(row).update(state="sent", sent_at=left)  # a planner sent it sooner
    assert row.leaves_at > left
    assert [one.at for one in of_role(cohort, "lead")] == [left]
