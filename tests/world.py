"""The cast (tests/cast.py) in the middle of its work: one row of everything that an address can name, near and far.

``make_world()`` makes it, ``grow()`` makes more of everything that a page lists. The fixture ``world`` (tests/conftest.py)
is one for a whole test file; whoever changes it does so inside ``undone()``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import uuid
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from audit.services import record
from coaching import services as coaching
from collaborative import announcing, shaping, tasks, team_talk
from collaborative.models import Merge, Reschedule
from enrolment.models import ContactNote, Decision, Invitation, PeopleImport, Release, Review, SiteVersion
from enrolment.people_import.table import Row
from enrolment.site import pages
from forum import services as forum
from improvement import hiding as improvement
from improvement.models import ReturnedSheet
from improvement.weeks import monday_of
from jobs.models import Job
from notifications import services as notifications
from notifications.models import PlannedMessage, PushSubscription
from sessions import materials
from sessions.coming import small_rooms
from sessions.models import Certificate, Guest, MeetingAddress, MeetingReport, Recap
from sessions.public import series
from sessions.speaking import own_page as speaking
from tests import cast as people
from tests import make
from tests.files import nasty

CANARY = "canary-7391"
# Stands in the address of each cohort's next session.
MEETING = "meets-here-5128"


@dataclasses.dataclass
class Rows:
    """What the addresses of one team and its cohort name."""

    team: Any
    cohort: Any
    session: Any
    change: Any
    message: Any
    invitation: Any
    quiet: Any
    task: Any
    tried: Any
    measure: Any
    sheet: Any
    conversation: Any
    note: Any
    hidden_note: Any
    hidden_try: Any
    hidden_conversation: Any
    private: Any
    said: Any
    hidden_said: Any
    mail: Any
    mail_file: Any
    thread: Any
    post: Any
    hidden_post: Any
    letter: Any
    unmailed: Any
    role: Any
    prework: Any
    job: Any
    people_import: Any
    site: Any
    contact: Any
    merge: Any
    same: Any
    applied: Any
    release: Any
    series: Any
    survey: Any
    question: Any
    survey_round: Any
    survey_closed: Any
    survey_session: Any
    item: Any
    appearance: Any
    partner: Any
    run_line: Any
    material: Any
    guest: Any
    slides: Any
    report: Any
    certificate: Any
    announcement: Any
    announced: Any


@dataclasses.dataclass
class World:
    """``near`` is of the cast's own team, ``far`` of the team in the other cohort."""

    cast: people.Cast
    near: Rows
    far: Rows
    clients: dict[str | None, Client]
    # A browser on which Nia is told that something is waiting.
    told_device: PushSubscription
    # What stands in Nia's list of messages.
    told: PlannedMessage


def signed_in(person) -> Client:
    """Return a browser in which this person is signed in; None is a visitor."""
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_world() -> World:
    """Make the cast and one row of everything, for its own team and for the far one."""
    c = people.build()
    pages.write_defaults(programme=c.programme, publish=True)
    clients = {who: signed_in(c.people[who] if who else None) for who in (*people.PEOPLE, None)}
    signed_in(c.nia)  # on another device
    far_coach = make.coach(team=c.far_team, by=c.pia, name="Cleo Ferris")
    told_device = PushSubscription.objects.create(
        user=c.nia,
        endpoint="https://fcm.googleapis.com/x",
        p256dh="x",
        auth="x",
        language="en",
        device="Chrome, Android",
        ends_at=timezone.now() + dt.timedelta(days=14),
    )
    near = _rows(c.team, planner=c.paula, coach=c.colin, member=c.nia, asker=c.otto, private=CANARY)
    return World(
        cast=c,
        near=near,
        far=_rows(c.far_team, planner=c.pia, coach=far_coach, member=c.olga, asker=c.olga, private="Ask about nights."),
        clients=clients,
        told_device=told_device,
        told=_told(c.nia, near.session),
    )


def _told(person, session) -> PlannedMessage:
    """Let a reminder of a session stand in the list of a person alone."""
    now = timezone.now()
    return PlannedMessage.objects.create(
        recipient=person, recipient_key=str(person.pk), kind="sessions/reminder", channel="inbox", state="sent",
        source_type=session._meta.label_lower, source_id=str(session.pk), source_version=session.version,
        occurrence="listed", scope_type="collaborative.cohort", scope_id=str(session.cohort_id),
        due_at=now, next_attempt_at=now, sent_at=now,
    )  # fmt: skip


def _rows(team, *, planner, coach, member, asker, private: str) -> Rows:
    cohort = team.cohort
    session = cohort.learning_sessions.filter(starts_at__gt=timezone.now()).earliest("starts_at")
    MeetingAddress.objects.create(learning_session=session, url=f"https://zoom.us/j/1?pwd={MEETING}")
    entry = {"model": "learning_sessions.learningsession", "id": str(session.pk), "field": "day"}
    thread = make.thread(board=make.board(cohort=cohort), by=asker)
    hidden_post = make.post(thread=thread, by=asker, text="A word too much")
    _let_one_message_wait(cohort)
    people = _people_import(cohort, planner)
    forum.hide(post=hidden_post, by=planner)
    return Rows(
        team=team,
        cohort=cohort,
        session=session,
        change=Reschedule.objects.create(cohort=cohort, ledger=[entry | {"before": "x", "after": "y"}]),
        message=PlannedMessage.objects.filter(scope_id=str(cohort.pk)).first(),
        invitation=invitation(team, by=planner),
        quiet=_quiet(cohort),
        task=cohort.tasks.earliest("due_on"),
        tried=make.tried_change(team=team, by=member, state="plan"),
        measure=make.measure(team=team, by=member),
        sheet=_sheet(team, member),
        conversation=make.conversation(team=team, by=member, sentence="We will ask at the huddle."),
        note=make.team_note(team=team, by=coach, text="Your chart moves."),
        hidden_note=_hidden_note(team, coach, planner),
        hidden_try=_hidden(make.tried_change(team=team, by=member, state="learned"), planner),
        hidden_conversation=_hidden(make.conversation(team=team, by=member, sentence="Too plain."), planner),
        private=make.private_note(team=team, by=coach, text=private),
        said=make.said(team=team, by=member, text="Who brings the sheet?"),
        hidden_said=_hidden_said(team, member, planner),
        **_mail(cohort, member),
        thread=thread,
        post=thread.posts.order_by("number").first(),
        hidden_post=hidden_post,
        letter=_letter(cohort),
        unmailed=make.member(team=team, email=None, name="Rosa Lind"),
        role=member.memberships.get(team=team),
        prework=make.prework_item(programme=cohort.programme),
        job=_job(people),
        people_import=people,
        site=team.unit.organisation.sites.create(name="North campus", city="gander"),
        contact=team.unit.contacts.create(job="privacy", name="Ann Vale", reach="4400"),
        merge=_merge(team.unit.organisation),
        same=_same_person(member),
        applied=_applied(cohort, planner, outcome="wait"),
        release=Release.objects.create(cohort=cohort, by=planner, release_at=timezone.now() + dt.timedelta(hours=1)),
        series=_comes(session, planner),
        announcement=make.announcement(cohort=cohort, by=planner),
        announced=make.announcement(cohort=cohort, by=planner, left=True),
        **_surveys(cohort, member, session),
        **_plan_of(session, team),
        **_what_comes_after(session, member, planner),
    )


def _sheet(team, member) -> ReturnedSheet:
    """Let a sheet have come back with a number that is new and another that needs its sender."""
    measure, week = make.measure(team=team, by=member, ordinal=2), monday_of(team.cohort.first_day).isoformat()
    about = {"measure": str(measure.pk), "week": week}
    told = {
        "changes": [{"row": 2, "text": "4", "seen": "", **about}],
        "troubles": [{"row": 3, "code": "too_many", "facts": {"part": 14, "whole": 12}, **about}],
    }
    return ReturnedSheet.objects.create(team=team, by=member, told=told)


def _surveys(cohort, member, session) -> dict[str, Any]:
    """Let a survey be open to somebody, two be closed with the same question answered in both, and one after a session."""
    before, close = (make.survey(cohort=cohort, moment=moment) for moment in ("before", "close"))
    closed = [
        make.survey_round(survey=one, opened=20, closes_in=-2, mixed_at=timezone.now()) for one in (before, close)
    ]
    for one in closed:
        make.survey_answers(round=one, many=6, sure=4, study_id=member.study_id)
    open_round = make.survey_round(survey=make.survey(cohort=cohort, moment="later"))
    make.asked(round=open_round, person=member)
    question = before.questions.get(key="hope")
    told = make.survey_round(
        survey=make.survey(cohort=cohort, moment="session"), opened=20, closes_in=-1, about=str(session.pk),
        mixed_at=timezone.now(),
    )  # fmt: skip
    make.survey_answers(round=told, many=5, worth=4, **{"try": "Ask the night shift first."})
    return {
        "survey": before,
        "question": question,
        "survey_round": open_round,
        "survey_closed": closed[1],
        "survey_session": told,
    }


def _more_surveys(rows, person) -> None:
    """Let there be one more of everything that the pages of surveys list."""
    key = uuid.uuid4().hex[:8]
    rows.survey.questions.create(ordinal=50, key=key, kind="text", text_en="Why?", text_fr="Pourquoi?")
    make.survey_answers(round=rows.survey_closed, sure=2, helped="The huddle.", study_id=person.study_id)
    make.survey_answers(round=rows.survey_session, worth=5, **{"try": "Ask at the huddle."})
    make.asked(round=rows.survey_round, person=person)
    by_session = make.survey(cohort=rows.cohort, moment="session")
    row = make.survey_round(survey=by_session, opened=20, closes_in=-1, about=key, mixed_at=timezone.now())
    make.survey_answers(round=row, many=6, worth=4)


def _what_comes_after(session, member, planner) -> dict[str, Any]:
    """Give a session a recap that everybody may read and a report with names, and somebody a certificate."""
    texts = {"text_en": "Three things.", "text_fr": "Trois choses.", "now_en": "Ask.", "now_fr": "Demandez."}
    recap = Recap.objects.create(learning_session=session, published_at=timezone.now(), version=2, **texts)
    recap.chapters.create(second=60, title_en="Why", title_fr="Pourquoi")
    return {"report": _report(session, member), "certificate": _certificate(session.cohort, member, planner)}


def _report(session, member) -> MeetingReport:
    """Let a report have come in, with a name that was recognised, one that asks, one of nobody, and a row not read."""
    made = MeetingReport.objects.create(
        learning_session=session, provider="zoom", sha256=uuid.uuid4().hex, lines=4, unread=[[5, "cut_off"]]
    )
    for state, person in (("matched", member), ("open", None), ("nobody", None)):
        made.names.create(name=f"Laptop {uuid.uuid4().hex[:6]}", minutes=60, state=state, person=person)
    return made


def _certificate(cohort, person, by) -> Certificate:
    """Return a certificate that its person has heard of."""
    return Certificate.objects.create(
        cohort=cohort, person=person, by=by, name=person.name, code=uuid.uuid4().hex[:12].upper(), sessions=2, hours=3,
        given_on=timezone.now().date(), created_at=timezone.now() - dt.timedelta(hours=1),
    )  # fmt: skip


def _plan_of(session, team, nth: int = 0) -> dict[str, Any]:
    """Give a session an item of its agenda with a team in it, somebody who speaks, a host, and a line of the run of show."""
    programme = session.cohort.programme
    item = session.agenda.create(ordinal=nth + 1, minutes=2, title_en=f"Tries {nth}", title_fr=f"Essais {nth}")
    session.team_slots.create(team=team, item=item, ordinal=nth + 1, minutes=1)
    speaker = programme.speakers.create(name=f"Vera Holt {nth}", post_nominals="RN", email=f"vera.{nth}@example.org")
    programme.speakers.create(name=f"Known Only {nth}")
    partner = programme.partners.create(name_en=f"Hope {nth}", name_fr=f"Espoir {nth}", url_en="https://example.org/")
    programme.partners.create(name_en=f"Known Only {nth}", name_fr=f"Connu {nth}")
    session.hostings.create(partner=partner)
    appearance = session.appearances.create(speaker=speaker, item=item, ordinal=nth + 1)
    return {
        "item": item,
        "appearance": appearance,
        "material": _material(session, nth),
        "guest": _guest(session, team, nth),
        "slides": speaking.send_slides(appearance=appearance, language="en", file=nasty.sent(nasty.pdf())),
        "partner": partner,
        "run_line": session.run.create(minute=nth - 10, who="Paula", what="Opens the room"),
    }


def _guest(session, team, nth: int) -> Guest:
    """Let somebody ask to come in, and somebody sit in the room."""
    beside = Guest.objects.create(learning_session=session, team=team, name=f"Uma {nth}")
    session.attendance.create(guest=beside, team=team, role="participant", source="room", awaits_lead=True)
    return Guest.objects.create(
        learning_session=session, team=team, name=f"Sam {nth}", asks=True, secret_hash=uuid.uuid4().hex
    )


def _material(session, nth: int):
    """Give a session something to read in both languages, which everybody sees."""
    made = materials.add(
        learning_session=session, by=None, kind="sheet", title_en=f"Sheet {nth}", title_fr=f"Feuille {nth}", only_in="",
        file_en=nasty.sent(nasty.pdf()), file_fr=nasty.sent(nasty.office("docx"), "feuille.docx"),
    )  # fmt: skip
    return materials.publish(material=made, by=None)


def _comes(learning_session, by):
    """Let people sit in small rooms, somebody come from outside, and the cohort have a series of webinars; return that."""
    small_rooms.make(learning_session=learning_session, by=by, version=0, rooms=1)
    _registers(learning_session)
    words = {"title_en": "Seeing risk", "title_fr": "Voir le risque", "intro_en": "", "intro_fr": "", "is_public": True}
    made = series.make(cohort=learning_session.cohort, by=by, questions=[("Why?", "Pourquoi?")], parts=[], **words)
    _webinar(made)
    return made


def _webinar(of) -> None:
    """Let a series have a webinar in which somebody speaks and somebody hosts."""
    row = make.learning_session(cohort=of.cohort, kind="webinar", minutes_ahead=60 * 24 * 40, series=of)
    speaker = of.cohort.programme.speakers.create(name="Ada Lund")
    row.appearances.create(speaker=speaker)
    partner = of.cohort.programme.partners.create(name_en="Health North", name_fr="Santé Nord")
    row.hostings.create(partner=partner)


def _registers(learning_session) -> None:
    learning_session.registrations.create(
        name="Mina Okpik", email=f"{uuid.uuid4().hex[:8]}@example.ca", language="en", confirmed_at=timezone.now()
    )


def _applied(cohort, by, *, outcome: str, **more):
    """Let a team have applied, be read by a planner, and stand somewhere on decision day."""
    place = {"wait_place": cohort.applications.count() + 1} if outcome == "wait" else {}
    row = make.application(cohort=cohort, outcome=outcome, **place, **more)
    Review.objects.create(application=row, by=by, marks={}, note="They know whom they mean.")
    Decision.objects.create(application=row, number=1, by=by, after=outcome)
    row.decided = 1
    row.save(update_fields=["decided"])
    return row


def _decisions(c, nth: int) -> None:
    """Let more have applied, some of them told their outcome already, some about to be."""
    for outcome in ("", "wait", "decline"):
        _applied(c.cohort, c.paula, outcome=outcome, language=("en", "fr")[nth % 2])
    for hours in (-1, 1):
        release = Release.objects.create(
            cohort=c.cohort, by=c.paula, release_at=timezone.now() + dt.timedelta(hours=hours)
        )
        told = _applied(c.cohort, c.paula, outcome="decline")
        release.told.create(application=told, outcome="decline", decline_reason="full")


def _merge(kept) -> Merge:
    """Let an organisation have been made one with another."""
    return Merge.objects.create(what="collaborative.organisation", kept_id=kept.pk, gone_id=uuid.uuid4())


def _same_person(kept) -> Merge:
    """Let somebody have been made one with another account, just now."""
    gone = make.person(f"{kept.name} again", is_active=False)
    return Merge.objects.create(what="accounts.user", kept_id=kept.pk, gone_id=gone.pk)


def _job(people: PeopleImport) -> Job:
    """Let what came of a table wait among the files of who sent it."""
    return Job.objects.create(
        kind="enrolment/people", by=people.by, params={"people": str(people.pk)}, state="done", ended_at=timezone.now(),
        result=b"x", result_name="people.xlsx", result_type="text/plain",
    )  # fmt: skip


def _people_import(cohort, by) -> PeopleImport:
    row = Row(number=2, name="Ida Moe", email=f"ida.{uuid.uuid4().hex[:6]}@example.org", team=cohort.teams.first().name)
    return PeopleImport.objects.create(cohort=cohort, by=by, rows=[row.plain()])


def _quiet(cohort, after: int = 100):
    """Keep a day of a cohort free."""
    on = cohort.first_day + dt.timedelta(days=after)
    return cohort.quiet_weeks.create(starts_on=on, ends_on=on, name_en="Rest", name_fr="Repos")


def _letter(cohort) -> ContactNote:
    return ContactNote.objects.create(
        programme=cohort.programme, name="Mina Okpik", email="mina@example.ca", language="en", text="May four apply?"
    )


def _hidden(row, planner):
    return improvement.hide(row=row, by=planner)


def _hidden_note(team, coach, planner):
    return coaching.hide_note(note=make.team_note(team=team, by=coach, text="Too plain."), by=planner)


def _hidden_said(team, member, planner):
    return team_talk.hide(said=make.said(team=team, by=member, text="Too plain."), by=planner)


def _mail(cohort, person) -> dict[str, Any]:
    """Let somebody have written to the planning team, with a file, and been answered before."""
    conversation = make.mail_conversation(cohort=cohort, person=person, words="Can I come late?")
    mail = conversation.mails.get()
    conversation.answers.create(to_mail=mail, by=None, words="Yes.")
    return {"mail": conversation, "mail_file": mail.files.create(name="a.pdf", content_type="x/y", size=1, data=b"x")}


def _more_mail(conversation, writer, c) -> None:
    """Let somebody else have written, and a conversation go on."""
    _mail(c.cohort, writer)
    mail = conversation.mails.create(once=uuid.uuid4().hex, sender="x@example.org", words="Still?", everything="Still?")
    mail.files.create(name="b.pdf", content_type="x/y", size=1, data=b"x")
    answer = conversation.answers.create(to_mail=mail, by=c.paula, words="Still.")
    notifications.post("notifications/answer", to=writer, about=answer, scope=c.cohort)


def invitation(team, *, by) -> Invitation:
    """Ask somebody into a team, past the limit of how many one person may ask in an hour."""
    person = make.person(f"Ana Petit {uuid.uuid4().hex[:6]}", welcomed_at=None)
    expires = timezone.now() + dt.timedelta(days=14)
    return Invitation.objects.create(
        person=person, team=team, role="participant", called=person.name, by=by, expires_at=expires
    )


def grow(world: World, more: int) -> None:
    """Make ``more`` of everything that a page lists: in the team, in its cohort, and of teams and cohorts themselves."""
    c, rows = world.cast, world.near
    for nth in range(more):
        another = make.team(cohort=c.cohort)
        make.coach(team=another, user=c.colin)
        make.member(team=another, user=c.nia)
        for team in (c.team, another):
            _work(team, c, nth)
        writer = make.member(team=another)
        for key in ("ask", "tried"):
            make.thread(board=make.board(cohort=c.cohort, key=key), by=writer)
        make.post(thread=rows.thread, by=writer)
        _let_words_wait(rows.thread, another, writer, c)
        _more_surveys(rows, writer)
        past = make.learning_session(cohort=c.cohort, minutes_ahead=-60 * 24 * (nth + 1), kind="learning")
        make.attendance(learning_session=past, person=writer, team=another)
        make.attendance(learning_session=rows.session, person=writer, team=another)
        make.learning_session(cohort=c.cohort, minutes_ahead=60 * 24 * (nth + 1))
        _plan_of(rows.session, another, nth + 1 + rows.session.agenda.count())
        Reschedule.objects.create(cohort=c.cohort, ledger=rows.change.ledger)
        _quiet(c.cohort, 101 + nth)
        tasks.add_task(cohort=c.cohort, text="Bake", due_on=c.cohort.first_day, assignee=c.paula, by=c.paula)
        shaping.add_template_task(
            programme=c.programme, text_en="Bake", text_fr="Cuire", anchor="", offset=nth, by=c.paula
        )
        cohort = make.cohort(programme=c.programme)
        make.planner(cohort=cohort, user=c.paula)
        elsewhere = make.team(cohort=cohort)
        make.coach(team=elsewhere, user=c.colin)
        make.member(team=elsewhere, user=c.nia)
        make.announcement(cohort=c.cohort, by=c.paula, left=nth % 2 == 0)
        make.said(team=c.team, by=c.nia)
        _more_mail(rows.mail, writer, c)
        _let_one_message_wait(c.cohort)
        _let_a_place_have_more(c.team, cohort, nth)
        _more_pages(c)
        _job(rows.people_import)
        _decisions(c, nth)
        _after_more(rows, writer, c)
        people = rows.people_import
        more_rows = [Row(number=9 + nth, name=f"Ida {nth}", email=f"ida.{nth}@example.org", team=another.name).plain()]
        PeopleImport.objects.filter(pk=people.pk).update(rows=[*people.rows, *more_rows])


def _after_more(rows, writer, c) -> None:
    """Let one more report come in with one more name in the first, one more follow a session, one more be certified."""
    _report(rows.session, writer)
    rows.report.names.create(name=f"Laptop {uuid.uuid4().hex[:6]}", minutes=60)
    rows.session.recap.chapters.create(
        second=60 * (1 + rows.session.recap.chapters.count()), title_en="More", title_fr="Suite"
    )
    rows.session.followed.create(person=make.member(team=rows.team), at=timezone.now())
    _certificate(c.cohort, writer, c.paula)
    _certificate(make.cohort(programme=c.programme), c.nia, c.paula)


def _more_pages(c) -> None:
    """Let visitors write once more, and a planner write each public page once more."""
    _letter(c.cohort)
    for page in c.programme.site_pages.all():
        last = page.versions.first()
        SiteVersion.objects.create(page=page, number=last.number + 1, content=last.content, by=c.paula)


def _let_a_place_have_more(team, cohort, nth: int) -> None:
    """Let an organisation have one more of everything, and an entry that is alike, and its unit a team and a line more."""
    unit, home = team.unit, team.unit.organisation
    home.sites.create(name=f"Campus {nth} {uuid.uuid4().hex[:6]}", city="gander")
    unit.contacts.create(job="it", name=f"Al {nth}", reach="4401")
    make.team(cohort=cohort, unit=unit)
    make.team(cohort=cohort, unit=make.unit(organisation=home))
    _merge(home)
    _same_person(make.member(team=team, name="Twin Lee"))
    record("organisation.changed", home)
    record("unit.changed", unit)


def _let_words_wait(thread, team, writer, c) -> None:
    """Let a reader hide something of each kind, so that a planner finds it waiting."""
    reader = make.member(team=team)
    forum.hide(post=make.post(thread=thread, by=writer), by=reader)
    improvement.hide(row=make.tried_change(team=team, by=writer), by=reader)
    improvement.hide(row=make.conversation(team=team, by=writer, sentence="Too plain."), by=reader)
    coaching.hide_note(note=make.team_note(team=team, by=c.colin), by=reader)
    announcing.hide(announcement=make.announcement(cohort=c.cohort, by=c.paula, left=True), by=make.member(team=team))


def _work(team, c, nth: int) -> None:
    """Let a team have a member more, and let everybody do one thing more."""
    member = make.member(team=team)
    make.conversation(team=team, by=member, sentence="We will ask at the huddle.")
    make.tried_change(team=team, by=member, state=("plan", "doing", "learned", "next")[nth % 4])
    make.data_point(measure=make.measure(team=team, by=member), by=member)
    make.team_note(team=team, by=c.colin)
    make.private_note(team=team, by=c.colin)
    invitation(team, by=c.paula)
    make.member(team=team, email=None)


def _let_one_message_wait(cohort) -> None:
    """Let a message of the cohort, and an invitation that ran out, wait for a planner's word."""
    row = PlannedMessage.objects.filter(scope_id=str(cohort.pk), state="planned").order_by("pk")[:1]
    PlannedMessage.objects.filter(pk__in=[one.pk for one in row]).update(state="held", reason="no such mailbox")
    team = cohort.teams.first()
    Invitation.objects.filter(pk=invitation(team, by=None).pk).update(expires_at=timezone.now())


@contextlib.contextmanager
def undone():
    """Take back whatever is written inside."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def written() -> dict[str, int]:
    """Return how many rows of each table were written since the transaction began, those taken back included.

    PostgreSQL counts them itself; the sessions of the browsers are left out.
    """
    counts = " + ".join(f"pg_stat_get_xact_tuples_{what}(oid)" for what in ("inserted", "updated", "deleted"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT relname, {counts} FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_session'"
        )
        return dict(cursor.fetchall())
