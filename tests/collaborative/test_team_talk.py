"""One conversation a team: who says and reads what, who is told, what a mail adds to it, and what never goes there."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import drafts
from audit.models import Entry
from coaching import services as coaching
from collaborative import pausing, team_talk
from collaborative.audience import readers_of_team
from collaborative.hiding import count_waiting
from collaborative.line import today_in
from collaborative.models import Membership, TeamTalk
from collaborative.services import end_role
from core import registry
from core.forms import listing
from core.refusals import Refused
from core.time import clock
from notifications import by_hand, wording
from notifications.briefing import Briefing
from notifications.inbound.incoming import Incoming
from notifications.letters import Attached
from notifications.models import PlannedMessage
from notifications.services import plan
from notifications.states import Move
from tests import make
from tests.improvement.conftest import leaving

pytestmark = pytest.mark.django_db

INSIDE = {"tess", "nia", "pierre", "colin", "cora", "paula"}


def told(row) -> set:
    return {one.recipient for one in PlannedMessage.objects.about(row).waiting()}


def mail(message, words: str, *files, person=None) -> Incoming:
    person = person or message.recipient
    return Incoming(
        key=uuid.uuid4(), sender=person.email, person=person, subject="Re: a note", words=words,
        everything=f"{words}\n\n> what we wrote", language=person.language, answers=message, files=files,
    )  # fmt: skip


def asked_all(incoming: Incoming) -> list[tuple[str, str]]:
    """Return which rooms take a mail, in the order in which they are asked."""
    return [(room, code) for room, code in registry.handle_reply.ask_all(incoming) if code]


@pytest.fixture
def note(cast):
    """The mail that tells Nia of her coach's note."""
    row = make.team_note(team=cast.team, by=cast.colin)
    return PlannedMessage.objects.about(row).get(recipient=cast.nia)


# ---------------------------------------------------------------- who


def test_who_says_something_and_who_reads_it(cast):
    first = team_talk.say(team=cast.team, by=cast.nia, text="Who brings the sheet?")
    for name, person in cast.people.items():
        reads = TeamTalk.objects.visible_to(person).filter(pk=first.pk).exists()
        assert (reads, team_talk.may_say(person, cast.team)) == (name in INSIDE, name in INSIDE), name
        if name not in INSIDE:
            with pytest.raises(Refused):
                team_talk.say(team=cast.team, by=person, text="Hello")
    assert TeamTalk.objects.count() == 1
    assert Entry.objects.filter(verb="team.said", by=cast.nia).count() == 1


def test_the_others_of_the_team_and_its_coaches_are_told_once_it_cannot_be_taken_back(cast):
    row = team_talk.say(team=cast.team, by=cast.nia, text="Who brings the sheet?")
    assert told(row) == {cast.tess, cast.pierre, cast.colin, cast.cora}
    message = PlannedMessage.objects.about(row).get(recipient=cast.pierre)
    assert (message.due_at, message.kind) == (row.told_from, "collaborative/team-said")
    letter = wording.render(message)
    assert letter.subject == f"Nia a écrit à {cast.team.name}"
    assert "sheet" not in letter.plain + letter.html
    assert reverse("team_said", args=[cast.team.pk]) not in letter.plain, "it is the French address"
    assert f"{cast.team.pk}" in letter.plain


def test_one_mail_at_a_time_leads_to_all_that_is_new(cast):
    first = team_talk.say(team=cast.team, by=cast.nia, text="One.")
    second = team_talk.say(team=cast.team, by=cast.tess, text="Two.")
    assert told(second) == {cast.nia}
    team_talk.hide(said=first, by=cast.nia)
    assert told(first) == set()
    assert told(second) == {cast.nia, cast.pierre, cast.colin, cast.cora}


def test_whoever_leaves_is_not_told_any_more(cast):
    row = team_talk.say(team=cast.team, by=cast.nia, text="One.")
    end_role(membership=Membership.objects.get(user=cast.pierre, team=cast.team), by=cast.tess)
    pairs = [(cast.pierre, str(row.pk)), (cast.tess, str(row.pk)), (cast.nia, str(row.pk))]
    assert registry.may_receive.get("collaborative.teamtalk")(pairs) == {(cast.tess.pk, str(row.pk))}


def test_a_closed_series_and_a_team_that_left_take_nothing(cast):
    type(cast.team).objects.filter(pk=cast.team.pk).update(withdrawn_at=timezone.now())
    cast.team.refresh_from_db()
    assert not team_talk.may_say(cast.nia, cast.team)
    with pytest.raises(Refused):
        team_talk.say(team=cast.team, by=cast.nia, text="Hello")


# ---------------------------------------------------------------- hide, show, take back


def test_its_writer_takes_it_back_for_good(cast):
    row = team_talk.say(team=cast.team, by=cast.nia, text="Too much.")
    row = team_talk.hide(said=row, by=cast.nia)
    assert (row.text, row.hidden_why, told(row)) == ("", "writer", set())
    with pytest.raises(Refused, match="words are gone"):
        team_talk.show(said=row, by=cast.paula)


def test_a_reader_hides_and_a_planner_looks(cast):
    before = count_waiting(cast.cohort)
    row = team_talk.hide(said=team_talk.say(team=cast.team, by=cast.nia, text="Too much."), by=cast.pierre)
    assert (row.hidden_why, row.text) == ("reader", "Too much.")
    assert count_waiting(cast.cohort) == before + 1
    with pytest.raises(Refused):
        team_talk.show(said=row, by=cast.tess)
    row = team_talk.show(said=row, by=cast.paula)
    assert (row.hidden_why, told(row)) == ("", {cast.tess, cast.pierre, cast.colin, cast.cora})
    with pytest.raises(Refused):
        team_talk.hide(said=row, by=cast.otto)


def test_one_readers_press_costs_nobody_a_mail(cast):
    row = team_talk.say(team=cast.team, by=cast.nia, text="Too much.")
    mails = PlannedMessage.objects.about(row)
    by_hand.hold(mails.filter(recipient=cast.tess), by=cast.paula)
    team_talk.hide(said=row, by=cast.pierre)
    assert told(row) == set()
    others = (cast.pierre, cast.colin, cast.cora)
    assert set(mails.values_list("recipient", "state", "reason")) == {
        (cast.tess.pk, "held", "held_by_person"), *((one.pk, "held", "hidden") for one in others),
    }  # fmt: skip
    for one in mails:
        assert Briefing([one]).no_longer(one) == Move("held", "hidden"), "let go meanwhile it does not leave either"
    team_talk.show(said=row, by=cast.paula)
    assert told(row) == {cast.pierre, cast.colin, cast.cora}
    assert mails.get(source_version=3, state="held").reason == "held_by_person"
    team_talk.hide(said=row, by=cast.paula)
    assert set(mails.filter(source_version=3).values_list("state", "reason")) == {("void", "hidden_by_planner")}


def test_shown_again_nobody_has_two_mails_waiting(cast):
    first = team_talk.say(team=cast.team, by=cast.nia, text="One.")
    team_talk.hide(said=first, by=cast.pierre)
    second = team_talk.say(team=cast.team, by=cast.tess, text="Two.")
    team_talk.show(said=first, by=cast.paula)
    assert told(first) | told(second) == {cast.nia, cast.tess, cast.pierre, cast.colin, cast.cora}
    assert not told(first) & told(second)


# ---------------------------------------------------------------- by mail


def test_what_answers_a_mail_to_the_team_is_said_to_the_team(cast, note):
    assert asked_all(mail(note, "Thank you, we will ask at the huddle.")) == [("team", "said")]
    row = TeamTalk.objects.get()
    assert (row.team, row.by, row.text, row.by_mail) == (
        cast.team, cast.nia, "Thank you, we will ask at the huddle.", True,
    )  # fmt: skip
    assert told(row) == {cast.tess, cast.pierre, cast.colin, cast.cora}


def test_its_coach_answers_what_was_said_as_well(cast):
    row = team_talk.say(team=cast.team, by=cast.nia, text="Who brings the sheet?")
    message = PlannedMessage.objects.about(row).get(recipient=cast.colin)
    assert asked_all(mail(message, "I have one here.")) == [("team", "said")]
    assert TeamTalk.objects.exclude(pk=row.pk).get().by == cast.colin


def test_the_welcome_after_a_break_is_answered_to_the_team(cast):
    pause = pausing.pause(team=cast.team, reason="other", until=today_in(cast.cohort), by=cast.tess)
    message = PlannedMessage.objects.about(pause).get(kind=pausing.BACK, recipient=cast.nia)
    assert asked_all(mail(message, "Good to be back!")) == [("team", "said")]


def test_what_goes_to_others_than_a_whole_team_is_for_people(cast):
    """A reminder of a session, the news of a break to the coach: their answers land in the planners' shared inbox."""
    reminder = PlannedMessage.objects.about(cast.next_session).filter(recipient=cast.nia).first()
    pause = pausing.pause(team=cast.team, reason="other", until=today_in(cast.cohort), by=cast.tess)
    paused = PlannedMessage.objects.about(pause).get(kind=pausing.PAUSED, recipient=cast.colin)
    assert [asked_all(mail(one, "Can't, sick kid.")) for one in (reminder, paused)] == [[], []]
    assert not TeamTalk.objects.exists()


def test_who_is_not_in_the_team_any_more_or_never_got_it_says_nothing_to_it(cast, note):
    assert team_talk.handle(mail(note, "Hello", person=cast.tess)) is None
    end_role(membership=Membership.objects.get(user=cast.nia, team=cast.team), by=cast.tess)
    assert asked_all(mail(note, "Hello", person=cast.nia)) == []
    stray = plan("coaching/note", to=cast.sela, about=make.team_note(team=cast.team, by=cast.colin), due=None)
    assert asked_all(mail(stray, "Well done")) == [], "a sponsor does not write to a team"
    assert not TeamTalk.objects.exists()


def test_a_note_that_was_taken_back_is_answered_to_people(cast, note):
    row = cast.team.coach_notes.get()
    coaching.hide_note(note=row, by=cast.colin)
    assert asked_all(mail(note, "Thank you")) == []


def test_words_in_which_somebody_could_be_recognised_wait_in_the_box(cast, note, client):
    words = "Mrs. Baker in room 12 asked for it."
    assert asked_all(mail(note, words)) == [("team", "not_said")]
    assert not TeamTalk.objects.exists()
    (row,) = PlannedMessage.objects.filter(kind=team_talk.NOT_SAID, recipient=cast.nia)
    letter = wording.render(row)
    assert "Baker" not in letter.plain
    assert "a person could be recognised" in letter.plain
    client.force_login(cast.nia)
    page = client.get(reverse("team_said", args=[cast.team.pk]))
    assert page.context["form"].initial["text"] == words


def test_what_is_too_long_even_for_a_draft_is_read_by_people(cast, note):
    assert asked_all(mail(note, "x" * 70_000)) == []
    assert not PlannedMessage.objects.filter(kind=team_talk.NOT_SAID).exists(), "no words wait in any box"
    assert asked_all(mail(note, "x" * 60_000)) == [("team", "not_said")]
    assert len(drafts.load(cast.nia, team_talk.draft_of(cast.team))[team_talk.BOX]) == 60_000


def test_files_do_not_stand_there_and_that_is_said(cast, note):
    photo = Attached("wall.jpg", "image/jpeg", b"x" * 200_000)
    assert asked_all(mail(note, "Our wall.", photo)) == [("team", "said")]
    letter = leaving(stands(cast.nia))
    assert letter.subject == f"Your words stand in {cast.team.name}, without the file"
    assert "What you attached does not: files cannot be put there." in " ".join(letter.plain.split())
    assert not PlannedMessage.objects.filter(kind=team_talk.NOT_SAID).exists(), "one mail"
    assert asked_all(mail(note, "", photo)) == [], "a file alone is for people"


# ---------------------------------------------------------------- its writer is told that it stands there


def stands(person) -> PlannedMessage:
    """Return the one mail that says so."""
    return PlannedMessage.objects.get(kind=team_talk.STANDS, recipient=person)


def test_who_answers_by_mail_is_told_at_once_who_reads_it_and_how_it_is_taken_back(cast, note, client):
    asked_all(mail(note, "Thank you, we will ask at the huddle."))
    row, said = stands(cast.nia), TeamTalk.objects.get()
    assert row.due_at <= timezone.now()
    letter = leaving(row)
    plain = " ".join(letter.plain.split())
    assert letter.subject == f"Your words stand in {cast.team.name}"
    assert "huddle" not in letter.plain + letter.html + letter.subject
    assert f"Read by: {listing(readers_of_team(cast.team))}. Not by sponsors." in plain
    assert f"Nobody is told of it before {clock(said.told_from, cast.nia.time_zone, 'en')}." in plain
    path = reverse("team_said", args=[cast.team.pk])
    assert f"{path}#said-{said.pk}" in plain
    client.force_login(cast.nia)
    page = client.get(path)
    assert f'id="said-{said.pk}"' in page.content.decode()
    assert reverse("team_said_hide", args=[cast.team.pk, said.pk]) in page.content.decode()
    assert listing(readers_of_team(cast.team)) in page.content.decode(), "as the page says it"


def test_its_coach_and_who_reads_french_are_told_in_their_words(cast):
    row = team_talk.say(team=cast.team, by=cast.nia, text="Who brings the sheet?")
    mails = PlannedMessage.objects.about(row)
    asked_all(mail(mails.get(recipient=cast.colin), "I have one here."))
    assert f"the team ({3})" in leaving(stands(cast.colin)).plain
    asked_all(mail(mails.get(recipient=cast.pierre), "Moi."))
    french = leaving(stands(cast.pierre))
    assert french.subject == f"Vos mots sont chez {cast.team.name}"
    assert "Personne n'en est avisé avant" in french.plain


@pytest.mark.parametrize("how", ["taken back", "reader", "planner"])
def test_taken_back_or_hidden_first_its_writer_is_not_told(cast, note, how):
    asked_all(mail(note, "Thank you."))
    row, by = stands(cast.nia), {"taken back": cast.nia, "reader": cast.pierre, "planner": cast.paula}[how]
    assert leaving(row)
    team_talk.hide(said=TeamTalk.objects.get(), by=by)
    assert leaving(row) is None


def test_who_says_it_on_the_page_gets_no_mail_and_answers_to_this_one_are_for_people(cast, note):
    team_talk.say(team=cast.team, by=cast.nia, text="One.")
    assert not PlannedMessage.objects.filter(kind=team_talk.STANDS).exists()
    asked_all(mail(note, "Two."))
    assert asked_all(mail(stands(cast.nia), "That was not meant for all.")) == []
    assert TeamTalk.objects.count() == 2


def test_planners_find_a_sample_of_it_among_the_kinds(cast, note, client):
    asked_all(mail(note, "Thank you."))
    client.force_login(cast.paula)
    page = client.get(reverse("planning_kind", args=[cast.cohort.pk, "collaborative", "team-stands"])).content.decode()
    assert f"Your words stand in {cast.team.name}" in page
    assert f"Vos mots sont chez {cast.team.name}" in page


# ---------------------------------------------------------------- the thread


def test_letters_about_a_team_are_one_conversation_and_those_of_another_are_not(cast, note):
    said = PlannedMessage.objects.about(team_talk.say(team=cast.team, by=cast.nia, text="One."))
    far = PlannedMessage.objects.about(make.said(team=cast.other_team, by=cast.otto)).first()
    assert far is None, "Otto is the only one of his team"
    make.coach(team=cast.other_team, user=cast.colin)
    far = PlannedMessage.objects.about(make.said(team=cast.other_team, by=cast.otto)).get()
    shared = {wording.render(one).references for one in (note, *said)}
    assert len(shared) == 1
    assert wording.render(far).references not in shared
    assert len({wording.render(one).message_id for one in (note, *said)}) == 5, (
        "and each person has a copy of their own"
    )


# ---------------------------------------------------------------- pages


def test_a_team_says_something_on_its_home_and_takes_it_back(cast, client):
    client.force_login(cast.nia)
    home = client.get(reverse("team", args=[cast.team.pk])).content.decode()
    assert "your team (3), your coach Colin, your coach Cora and the planning team (1)" in home
    page = reverse("team_said", args=[cast.team.pk])
    assert client.post(page, {"said-text": "Who brings the sheet?"}).url == page
    row = TeamTalk.objects.get()
    assert "Who brings the sheet?" in client.get(reverse("team", args=[cast.team.pk])).content.decode()
    answer = client.post(reverse("team_said_hide", args=[cast.team.pk, row.pk]))
    assert answer.context["form"].initial["text"] == "Who brings the sheet?"
    assert "Who brings the sheet?" not in client.get(page).content.decode()


def test_the_home_names_the_same_readers_as_the_page(cast, client):
    make.planner(cohort=cast.cohort, name="Petra Voss")
    make.planner(cohort=cast.cohort, user=cast.cora)
    said = {}
    for who in (cast.nia, cast.colin, cast.cora, cast.paula):
        client.force_login(who)
        home, page = (client.get(reverse(name, args=[cast.team.pk])) for name in ("team", "team_said"))
        said[who.first_name] = home.context["say_form"].readers_of("text")
        assert said[who.first_name] == page.context["form"].readers_of("text"), who
    assert said["Colin"] == ["the team (3)", "its coach (1)", "the planning team (2)"]
    assert said["Paula"] == ["the team (3)", "its coaches (2)", "the planning team (1)"]


def test_what_waits_as_a_draft_stands_in_the_box_of_the_home_as_well(cast, note, client):
    words = "Mrs. Baker in room 12 asked for it."
    asked_all(mail(note, words))
    client.force_login(cast.nia)
    home = reverse("team", args=[cast.team.pk])
    page = client.get(home)
    assert page.context["say_form"].initial["text"] == words
    assert "This is your draft. Nobody else has seen it." in page.content.decode()
    for other in (cast.tess, cast.colin, cast.paula):
        client.force_login(other)
        assert "Baker" not in client.get(home).content.decode(), other


def test_what_is_typed_on_the_home_is_kept_until_it_is_said(cast, client):
    client.force_login(cast.nia)
    home = reverse("team", args=[cast.team.pk])
    form = re.search(r'<section class="card" id="said".*?</section>', client.get(home).content.decode(), re.S)[0]
    hidden = dict(re.findall(r'type="hidden" name="(draft_key|draft_back|said-once)" value="([^"]+)"', form))
    assert hidden["draft_back"] == home
    answer = client.post(reverse("draft"), {**hidden, "said-text": "Who brings the"})
    assert answer.url == home
    assert client.get(home).context["say_form"].initial["text"] == "Who brings the"
    assert client.get(reverse("team_said", args=[cast.team.pk])).context["form"].initial["text"] == "Who brings the"
    client.post(reverse("team_said", args=[cast.team.pk]), {**hidden, "said-text": "Who brings the sheet?"})
    assert not client.get(home).context["say_form"].initial.get("text")
    assert client.post(reverse("draft"), {**hidden, "said-text": "Who brings the sheet"}, follow=True)
    assert not client.get(home).context["say_form"].initial.get("text"), "an autosave that comes late keeps nothing"


def test_a_draft_costs_the_home_nothing(cast, client):
    client.force_login(cast.nia)
    home, counts = reverse("team", args=[cast.team.pk]), []
    for words in ("", "Who brings the"):
        if words:
            client.post(reverse("draft"), {"draft_key": team_talk.draft_of(cast.team), "said-text": words})
            assert words in client.get(home).content.decode()
        client.get(home)
        with CaptureQueriesContext(connection) as asked:
            client.get(home)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_a_reader_hides_on_the_page_and_undoes_it(cast, client):
    row = make.said(team=cast.team, by=cast.nia, text="A word too much")
    client.force_login(cast.tess)
    page = reverse("team_said", args=[cast.team.pk])
    client.post(reverse("team_said_hide", args=[cast.team.pk, row.pk]))
    assert "A word too much" not in client.get(page).content.decode()
    client.post(reverse("team_said_show", args=[cast.team.pk, row.pk]))
    assert "A word too much" in client.get(page).content.decode()


def test_the_guard_asks_on_the_page(cast, client):
    client.force_login(cast.nia)
    answer = client.post(reverse("team_said", args=[cast.team.pk]), {"said-text": "Call 709-555-0199"})
    assert answer.context["form"].guards
    assert not TeamTalk.objects.exists()


def test_a_long_talk_stands_on_pages(cast, client, monkeypatch):
    for nth in range(4):
        make.said(team=cast.team, by=cast.nia, text=f"Line {nth} of it")
    monkeypatch.setattr("desk.said.PAGE", 2)
    client.force_login(cast.colin)
    page = reverse("team_said", args=[cast.team.pk])
    assert [one.text for one in client.get(page).context["said"]] == ["Line 3 of it", "Line 2 of it"]
    assert [one.text for one in client.get(f"{page}?page=2").context["said"]] == ["Line 1 of it", "Line 0 of it"]


def test_thirty_lines_cost_what_one_costs(cast, client):
    def costs() -> list[int]:
        found = []
        for who in (cast.nia, cast.colin, cast.paula):
            client.force_login(who)
            for name in ("team", "team_said"):
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(reverse(name, args=[cast.team.pk])).status_code == 200
                found.append(len(asked))
        return found

    make.said(team=cast.team, by=cast.nia)
    few = costs()
    for nth in range(30):
        make.said(team=cast.team, by=make.member(team=cast.team) if nth < 5 else cast.tess)
    assert costs() == few
    assert max(few) <= 12


# ---------------------------------------------------------------- a person's own


def test_what_a_person_said_is_told_and_forgotten(cast):
    row = team_talk.say(team=cast.team, by=cast.nia, text="Mine.")
    assert [one["text"] for one in team_talk.data_of(cast.nia)["said"]] == ["Mine."]
    team_talk.forget(cast.nia)
    row.refresh_from_db()
    assert (row.text, row.by, row.hidden_why) == ("", None, "writer")
    assert told(row) == set()
