"""Forgetting a person: every key that leads to one is accounted for, and afterwards nothing of theirs stands anywhere."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import cards, consent, drafts, messages, once, services
from accounts.models import ParkedPost, User, ViewAs
from audit.models import Entry
from coaching import services as coaching
from collaborative import agreeing, pausing, prework, tasks
from collaborative.line import today_in
from collaborative.models import Cohort, Membership, Merge, NotThisWeek, Programme, Report, Reschedule, SpentLink
from collaborative.services import give_role
from core import registry
from core.refusals import Refused
from enrolment import application_links, deciding
from enrolment import services as enrolment
from enrolment.models import ContactNote, Interest, PeopleImport, Release, Review
from files.models import StoredFile
from improvement import services as improvement
from improvement.models import QUESTIONS, ChartEvent, MeasureChange, MeasurePhase, ReturnedSheet, TriedChange
from improvement.weeks import monday_of
from jobs.models import Job
from notifications import by_hand, choosing
from notifications import services as notifications
from notifications.inbound import bounces
from notifications.inbound.conversations import answer
from notifications.inbound.receiving import receive
from notifications.models import Conversation, PlannedMessage, PushSubscription, Tick
from notifications.sealing import seal
from sessions import models as rooms
from surveys.models import Asked, Round, Survey
from tests import make

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

# Every column that holds the key of a person: the room that tells it, and under which word ...
TOLD = {
    "accounts.draft.user": ("accounts", "drafts"),
    "accounts.membercard.user": ("accounts", "cards"),
    "accounts.viewas.person": ("accounts", "visits_to_my_pages"),
    "accounts.viewas.planner": ("accounts", "visits_as_planner"),
    "socialaccount.socialaccount.user": ("accounts", "organisation_accounts"),
    "accounts.consent.user": ("accounts", "consents"),
    "accounts.device.user": ("accounts", "signed_in_since"),
    "account.emailaddress.user": ("accounts", "addresses"),
    "mfa.authenticator.user": ("accounts", "second_factors"),
    "admin.logentry.user": ("accounts", "back_office"),
    "audit.entry.by": ("audit", "did"),
    "notifications.plannedmessage.recipient": ("notifications", "messages"),
    "notifications.messageevent.actor": ("notifications", "settled"),
    "notifications.choice.user": ("notifications", "message_choice"),
    "notifications.inboundmail.person": ("inbound", "mails"),
    "notifications.conversation.person": ("inbound", "answers_to_mails"),
    "notifications.conversation.owner": ("inbound", "conversations"),
    "notifications.conversationanswer.by": ("inbound", "answered"),
    "notifications.pushsubscription.user": ("devices", "devices_told"),
    "collaborative.membership.user": ("collaborative", "roles"),
    "collaborative.reschedule.by": ("collaborative", "dates_moved"),
    "collaborative.cohort.closed_by": ("collaborative", "cohorts_closed"),
    "collaborative.planningtask.assignee": ("collaborative", "planning_tasks"),
    "collaborative.merge.by": ("organisations", "made_one"),
    "collaborative.agreed.by": ("collaborative", "agreed_to"),
    "collaborative.report.by": ("hiding", "hidden_as_reader"),
    "collaborative.announcement.by": ("announcements", "announcements"),
    "collaborative.kindnote.by": ("kind_notes", "kind_notes"),
    "collaborative.notthisweek.person": ("not_this_week", "not_this_week"),
    "collaborative.spentlink.person": ("links", "links_spent"),
    "enrolment.invitation.person": ("enrolment", "invitations"),
    "enrolment.invitation.by": ("enrolment", "asked_others"),
    "learning_sessions.attendance.person": ("sessions", "attendance"),
    "learning_sessions.attendance.by": ("sessions", "others_entered"),
    "learning_sessions.attendance.confirmed_by": ("sessions", "others_confirmed"),
    "learning_sessions.followed.person": ("sessions", "followed"),
    "learning_sessions.rsvp.person": ("sessions", "said_whether_coming"),
    "learning_sessions.soundcheck.person": ("sessions", "sound_checks"),
    "learning_sessions.personallink.person": ("sessions", "join_links"),
    "learning_sessions.personallink.revoked_by": ("sessions", "join_links_taken_back"),
    "learning_sessions.guest.by": ("sessions", "guests_admitted"),
    "learning_sessions.addressrelease.by": ("sessions", "addresses_released"),
    "learning_sessions.meetingreport.by": ("sessions", "reports_sent"),
    "learning_sessions.reportedname.person": ("sessions", "named_in_reports"),
    "learning_sessions.rememberedname.person": ("sessions", "names_remembered"),
    "learning_sessions.rememberedname.by": ("sessions", "names_settled"),
    "learning_sessions.breakoutseat.person": ("sessions", "small_rooms"),
    "learning_sessions.breakoutplan.made_by": ("sessions", "small_rooms_planned"),
    "learning_sessions.calendarfeed.person": ("sessions", "calendars"),
    "learning_sessions.calendarleft.person": ("sessions", "calendars_told_to_cancel"),
    "learning_sessions.certificate.person": ("sessions", "certificates"),
    "learning_sessions.certificate.by": ("sessions", "certificates_given"),
    "learning_sessions.speaker.person": ("sessions", "speaks_as"),
    "files.storedfile.by": ("files", "files"),
    "surveys.asked.person": ("surveys", "surveys"),
    "improvement.safetyconversation.by": ("improvement", "conversations"),
    "improvement.triedchange.by": ("improvement", "tries_written"),
    "improvement.triedchange.learned_by": ("improvement", "tries_learned_from"),
    "improvement.triedchange.decided_by": ("improvement", "tries_decided"),
    "improvement.measure.by": ("improvement", "measures"),
    "improvement.datapoint.by": ("improvement", "numbers"),
    "improvement.datapointcorrection.was_by": ("improvement", "numbers_before_correction"),
    "improvement.chartevent.by": ("improvement", "on_charts"),
    "improvement.measurephase.by": ("improvement", "lines_of_charts"),
    "improvement.measurephase.fixed_by": ("improvement", "lines_of_charts"),
    "improvement.measurechange.by": ("improvement", "measures_changed"),
    "improvement.returnedsheet.by": ("sheets", "sheets_sent"),
    "forum.post.by": ("forum", "posts"),
    "forum.thread.by": ("forum", "posts"),
    "coaching.teamnote.by": ("coaching", "team_notes"),
    "collaborative.teamtalk.by": ("team_talk", "said"),
    "coaching.privatenote.author": ("coaching", "private_notes"),
    "coaching.visit.coach": ("coaching", "marked_read"),
    "jobs.job.by": ("jobs", "jobs"),
    "enrolment.review.by": ("enrolment", "readings"),
    "enrolment.release.by": ("enrolment", "releases"),
    "enrolment.decision.by": ("enrolment", "decisions"),
    "enrolment.peopleimport.by": ("people_import", "tables_sent"),
}
# ... or why it is not told.
_DID = "that they did it is told by the audit trail"
NOT_TOLD = {
    "accounts.submittedonce.user": "random keys of forms that were sent; gone after seven days",
    "accounts.parkedpost.user": "sealed for its writer; gone after half an hour",
    "accounts.user_groups.user": "groups of Django's admin; nothing here uses them",
    "accounts.user_user_permissions.user": "rights of Django's admin; nothing here uses them",
    "accounts.membercard.made_by": _DID,
    "collaborative.membership.by": _DID,
    "collaborative.membership.ended_by": _DID,
    "collaborative.planningtask.done_by": _DID,
    "collaborative.pause.by": _DID,
    "collaborative.pause.ended_by": _DID,
    "collaborative.preworktick.by": _DID,
    "collaborative.agreement.changed_by": _DID,
    "collaborative.announcement.sent_by": _DID,
    "collaborative.announcement.hidden_by": _DID,
    "coaching.teamnote.hidden_by": _DID,
    "collaborative.teamtalk.hidden_by": _DID,
    "forum.post.hidden_by": _DID,
    "improvement.safetyconversation.hidden_by": _DID,
    "improvement.triedchange.hidden_by": _DID,
    "improvement.triedchange.changed_by": _DID,
    "improvement.datapointcorrection.by": _DID,
    "improvement.measure.named_by": _DID,
    "notifications.tick.paused_by": _DID,
    "enrolment.siteversion.by": _DID,
    "enrolment.contactnote.settled_by": _DID,
}
# What goes on pointing to the row when it has no name any more (docs/erasure.md); every other key is taken out.
POINTS_TO_NOBODY = {
    "accounts.viewas.planner",
    "accounts.membercard.made_by", "admin.logentry.user", "audit.entry.by", "collaborative.membership.by",
    "collaborative.membership.ended_by", "collaborative.membership.user", "collaborative.reschedule.by",
    "enrolment.invitation.by", "enrolment.invitation.person", "enrolment.review.by", "learning_sessions.attendance.person",
    "notifications.messageevent.actor", "notifications.plannedmessage.recipient",
}  # fmt: skip
# Columns that may hold an address, and what becomes of it.
ADDRESSES = {
    "accounts.user.email": "emptied",
    "account.emailaddress.email": "the row goes",
    "account.emailconfirmation.email_address": "a key: the row goes with its address",
    "collaborative.programme.contact_email": "emptied where it is the person's",
    "collaborative.cohort.contact_email": "emptied where it is the person's",
    "collaborative.partnerwelcome.support_phone": "the team's: whoever supports its partner, named by the team",
    "enrolment.application.contact_email": "emptied; a draft goes",
    "enrolment.application.sponsor_email": "emptied",
    "enrolment.application.support_phone": "the team's: whoever supports its partner, named by the team",
    "enrolment.applicationmember.email": "emptied",
    "enrolment.invitation.address": "emptied",
    "enrolment.interest.email": "the row goes",
    "enrolment.contactnote.email": "the row goes",
    "learning_sessions.speaker.email": "emptied",
    "learning_sessions.speaker.phone": "emptied",
    "learning_sessions.registration.email": "the row goes",
    "learning_sessions.reportedname.email": "emptied",
    "learning_sessions.rememberedname.email": "the row goes",
    "notifications.plannedmessage.address": "emptied",
    "notifications.conversation.address": "emptied",
    "notifications.conversationanswer.to_mail": "a key: its mail is emptied",
    "notifications.inboundfile.mail": "a key: its mail is emptied",
    "notifications.suppression.address": "the row goes",
    "notifications.plannedmessage.recipient_key": "an address becomes a random word",
    "notifications.kindchoice.recipient_key": "the row goes",
    "notifications.consententry.recipient_key": "the row goes",
}


def columns() -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if not model._meta.proxy
    ]


def label(model: type[models.Model], field: models.Field) -> str:
    return f"{model._meta.label_lower}.{field.name}"


def keys_to_people() -> dict[str, tuple[type[models.Model], models.Field]]:
    return {label(model, field): (model, field) for model, field in columns() if field.related_model is User}


def test_every_key_that_leads_to_a_person_is_told_or_has_a_reason():
    known = set(TOLD) | set(NOT_TOLD)
    assert sorted(set(keys_to_people()) - known) == [], "say here in which room's data_of it is told, or why not"
    assert sorted(known - set(keys_to_people())) == []
    assert not set(TOLD) & set(NOT_TOLD)
    assert set(keys_to_people()) >= POINTS_TO_NOBODY


def test_every_column_that_may_hold_an_address_is_known():
    found = {
        label(model, field)
        for model, field in columns()
        if isinstance(field, models.EmailField)
        or (re.search(r"mail|address|recipient_key|phone", field.name) and not isinstance(field, models.BooleanField))
    }
    assert sorted(found) == sorted(ADDRESSES)


# ---------------------------------------------------------------- a person with marked words

MARK = "canarywren"
WORDS = f"{MARK} said: ring 709-555-0199"
ANYTHING = "canarywren|709-555-0199"
PASSWORD = "lantern-under-the-bridge"


@pytest.fixture
def wren(cast, client) -> User:
    """Wren plans the cohort, coaches one team, works in another, and has left words in every box that there is."""
    user = make.planner(
        cohort=cast.cohort, name="Canarywren Stone", email=f"{MARK}@example.org", password=PASSWORD, city="st-johns"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    EmailAddress.objects.create(user=user, email=f"{MARK}.second@example.net", verified=True, primary=False)
    _in_accounts(user)
    _in_the_series(user, cast)
    _in_sessions(user, cast)
    _in_teams(user, cast)
    _in_messages(user, cast)
    del user._held
    return user


def _in_accounts(user: User) -> None:
    Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    waiting = Client()
    waiting.post("/accounts/login/code/", {"email": user.email})
    drafts.save(user, "forum/new", QueryDict(f"text={WORDS}"))
    once.do_once(user=user, key=uuid.uuid4(), make=lambda: f"/x/{MARK}/")
    cards.issue(user=user, by=user)
    consent.answer(user=user, yes=True, by=user)
    SocialAccount.objects.create(user=user, provider="harbour", uid=MARK, extra_data={"name": WORDS})
    now = timezone.now()
    for planner, person in ((user, make.person("Somebody")), (make.person("A planner"), user)):
        ViewAs.objects.create(planner=planner, person=person, reason=WORDS, began_at=now, ends_at=now)
    auth.TOTP.activate(user, auth.generate_totp_secret())
    ParkedPost.objects.create(user=user, token_hash="x", sealed=seal(WORDS), expires_at=timezone.now())
    for model, key, called in ((User, user.pk, user.name), (EmailAddress, 1, user.email)):
        LogEntry.objects.create(
            user=user, content_type=ContentType.objects.get_for_model(model), object_id=str(key), object_repr=called,
            action_flag=CHANGE, change_message=json.dumps([{"changed": {"name": called}}]),
        )  # fmt: skip


def _in_the_series(user: User, cast) -> None:
    ReturnedSheet.objects.create(team=cast.team, by=user)
    give_role(user=user, role="coach", by=user, title=WORDS, team=cast.team)
    give_role(user=user, role="participant", by=cast.paula, title=WORDS, team=cast.other_team)
    Programme.objects.update(contact_email=user.email.upper())
    cast.cohort.reschedules.create(by=user, reason=WORDS)
    make.announcement(
        cohort=cast.cohort, by=user, left=True, hidden_by=user, hidden_why="planner", hidden_at=timezone.now()
    )
    make.announcement(cohort=cast.cohort, by=user, text_en=WORDS)
    cast.programme.kind_notes.create(kind="sessions/reminder", by=user, text_en="Bring it.", text_fr="Apportez-le.")
    Cohort.objects.filter(pk=cast.other_cohort.pk).update(closed_by=user, closed_reason=WORDS)
    Merge.objects.create(what="collaborative.unit", kept_id=uuid.uuid4(), gone_id=uuid.uuid4(), by=user)
    agreeing.write(team=cast.other_team, version=0, by=user, meeting="Tuesdays", roles="", goals="", disagreeing="")
    prework.tick(team=cast.other_team, item=cast.programme.prework.first(), ready=True, by=user)
    pausing.pause(team=cast.other_team, reason="other", until=today_in(cast.cohort), by=user)
    for place in (0, 1):
        cast.cohort.tasks.filter(pk=cast.cohort.tasks.all()[place].pk).update(assignee=user)
    tasks.tick(task=cast.cohort.tasks.filter(assignee=user).first(), by=user)
    Report.objects.create(about_type="forum.post", about_id=uuid.uuid4(), by=user)
    enrolment.invite(by=user, role="participant", name="Somebody", email="somebody@example.org", team=cast.team)
    enrolment.invite(by=cast.pia, role="lead", name=WORDS, title=WORDS, email=user.email, team=cast.far_team)
    applied = make.application(cohort=cast.cohort)
    applied.members.filter(ordinal=2).update(name=user.name, email=user.email.upper(), title=WORDS)
    Review.objects.create(application=applied, by=user, note=WORDS)
    deciding.decide(application=applied, outcome="wait", reason=WORDS, by=user)
    Release.objects.create(cohort=cast.cohort, by=user, release_at=timezone.now())
    Job.objects.create(kind="enrolment/people", by=user)
    PeopleImport.objects.create(cohort=cast.cohort, by=user, rows=[{"number": 2, "name": WORDS, "email": user.email}])
    other = {"number": 2, "name": WORDS, "email": user.email}
    PeopleImport.objects.create(cohort=cast.cohort, by=cast.paula, rows=[other])
    make.attendance(learning_session=cast.past_session, person=user, team=cast.team)
    entered = make.attendance(learning_session=cast.past_session, person=cast.nia, team=cast.team)
    type(entered).objects.filter(pk=entered.pk).update(by=user)


def _in_sessions(user: User, cast) -> None:
    past, now = cast.past_session, timezone.now()
    at = {"learning_session": past, "person": user}
    guest = rooms.Guest.objects.create(learning_session=past, name="Ann Vale", by=user)
    rooms.Attendance.objects.create(learning_session=past, guest=guest, role="participant", confirmed_by=user)
    rooms.Followed.objects.create(**at, at=now)
    rooms.Rsvp.objects.create(**at, coming="yes", stamped_at=now, at=now)
    rooms.SoundCheck.objects.create(**at, at=now)
    rooms.PersonalLink.objects.create(**at, used_at=now, revoked_at=now, revoked_by=user)
    rooms.CalendarLeft.objects.create(**at, at=now)
    rooms.CalendarFeed.objects.create(person=user, secret_hash="0" * 64)
    rooms.AddressRelease.objects.create(learning_session=past, by=user, reason=WORDS)
    report = rooms.MeetingReport.objects.create(learning_session=past, provider="zoom", sha256="0", lines=1, by=user)
    said = {"name": WORDS, "email": user.email}
    rooms.ReportedName.objects.create(report=report, person=user, state="matched", minutes=9, **said)
    rooms.RememberedName.objects.create(cohort=cast.cohort, person=user, by=user, **said)
    plan = rooms.BreakoutPlan.objects.create(learning_session=past, seed=1, rooms=1, made_by=user, made_at=now)
    rooms.BreakoutSeat.objects.create(plan=plan, room=1, person=user)
    rooms.Certificate.objects.create(
        cohort=cast.cohort, person=user, by=user, name=user.name, code="CANARY", sessions=3, hours=4, given_on=now.date(),
        revoked_at=now, revoke_reason=WORDS,
    )  # fmt: skip
    rooms.Certificate.objects.create(
        cohort=cast.cohort, person=cast.nia, by=user, name="Nia", code="NIA", sessions=3, hours=4, given_on=now.date()
    )
    rooms.Speaker.objects.create(programme=cast.programme, person=user, spoken_name=WORDS, **said)
    rooms.Registration.objects.create(learning_session=past, name=WORDS, email=user.email.upper(), language="en")
    StoredFile.objects.create(
        name="slides.pdf", content_type="application/pdf", size=1, sha256="0", by=user, kept_for=cast.cohort.pk
    )
    survey = Survey.objects.create(cohort=cast.cohort, moment="before", title_en="Before", title_fr="Avant")
    put = Round.objects.create(survey=survey, opens_at=now, closes_at=now + dt.timedelta(days=7))
    Asked.objects.create(round=put, person=user, asked_at=now)


def _in_teams(user: User, cast) -> None:
    week = monday_of(today_in(cast.cohort))
    NotThisWeek.objects.create(person=user, task="improvement.numbers", about=cast.team.pk, week=week, team=cast.team)
    SpentLink.objects.create(
        person=user, purpose="number", about=cast.team.pk, week=week, made_on=week, used_at=timezone.now()
    )
    make.conversation(team=cast.other_team, by=user, sentence=WORDS)
    make.tried_change(
        team=cast.other_team, by=user, state="next", title=WORDS, plan=WORDS, prediction=WORDS, what_happened=WORDS
    )
    measure = make.measure(team=cast.other_team, by=user)
    line = {"why": WORDS, "by": user, "fixed_by": user, **dict.fromkeys(QUESTIONS, True)}
    MeasurePhase.objects.create(measure=measure, starts_on=dt.date(2026, 1, 5), **line)
    MeasureChange.objects.create(measure=measure, by=user, before={"unit_en": "falls"})
    ChartEvent.objects.create(team=cast.other_team, on=dt.date(2026, 1, 5), words=WORDS, by=user)
    # Begun on every clock.
    monday = monday_of(timezone.now().date() - dt.timedelta(days=1))
    for value in (3, 4):
        improvement.record_number(measure=measure, by=user, period_start=monday, value=Decimal(value))
    thread = make.thread(board=make.board(cohort=cast.cohort), by=user, text=f"{WORDS}?\n\n{WORDS}")
    make.post(thread=thread, by=user, text=WORDS)
    make.team_note(team=cast.team, by=user, text=WORDS)
    make.said(team=cast.team, by=user, text=WORDS)
    make.private_note(team=cast.team, by=user, text=WORDS)
    coaching.mark_seen(team=cast.team, by=user)


def _in_messages(user: User, cast) -> None:
    messages.post("account/email/unknown_account", email=f"{MARK}.second@example.net", user=None, secret="")
    messages.post("account/email/email_changed", email=f"{MARK}.old@example.net", user=user, secret="")
    PlannedMessage.objects.to(user).update(smtp_text=f"550 <{user.email}> unknown")
    failed = PlannedMessage.objects.exclude(recipient=user).filter(recipient__isnull=False).first()
    PlannedMessage.objects.filter(pk=failed.pk).update(state="dead", address=user.email)
    by_hand.retry(failed, by=user, reason=WORDS)
    notifications.pause_sending(by=user, reason=WORDS)
    letter = f"From: {{}}\nSubject: {WORDS}\nContent-Type: text/plain; name={MARK}\n\n{WORDS}\n"
    receive(letter.format(user.email).encode())
    receive(letter.format("somebody@example.org").replace(WORDS, "Hello").encode())
    # What they were answered goes with them.
    for with_whom, by in ((user.email, make.person("Who plans")), ("somebody@example.org", user)):
        conversation = Conversation.objects.get(address=with_whom)
        answer(conversation, words=WORDS, by=by)
    bounces.count(user.email, bounces.HARD)
    choosing.choose(
        user=user, level="must", rhythm="weekly", shift="nights", quiet_from=None, quiet_until=None, version=0
    )
    PushSubscription.objects.create(
        user=user, endpoint=f"https://fcm.googleapis.com/{MARK}", p256dh=MARK, auth=MARK, language="en", device=MARK,
        ends_at=timezone.now() + dt.timedelta(days=14),
    )  # fmt: skip


def tables_with(pattern: str) -> list[str]:
    """Return the tables in which any column of any row matches."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~* %s', [pattern])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def rows_of(user: User) -> set[str]:
    """Return the columns in which the key of this person stands."""
    return {
        name
        for name, (model, field) in keys_to_people().items()
        if model._base_manager.filter(**{field.attname: user.pk}).exists()
    }


def test_everything_that_is_kept_is_told(wren):
    told = services.everything_about(wren)
    assert not [name for name, (room, word) in TOLD.items() if not told[room][word]]
    assert {"accounts.parkedpost.user", "notifications.tick.paused_by"} <= rows_of(wren)
    for words in ("sentence", "what_happened", "reason", "title"):
        assert f'"{words}": "{WORDS}' in json.dumps(told, default=str)


def test_nothing_personal_is_left_in_any_table(wren, cast):
    full = set(tables_with(ANYTHING))
    assert {
        "accounts_user", "planned_message", "forum_post", "coaching_privatenote", "improvement_triedchange",
        "collaborative_membership", "collaborative_reschedule", "django_admin_log", "message_tick", "accounts_draft",
    } <= full  # fmt: skip

    services.forget(wren, by=None)

    assert tables_with(ANYTHING) == []
    assert rows_of(wren) - POINTS_TO_NOBODY == set()
    assert not [one for one in Session.objects.all() if MARK in json.dumps(one.get_decoded()).lower()]
    assert not PlannedMessage.objects.to(wren).exclude(secret="").exists(), "no sealed code either"
    assert not PlannedMessage.objects.filter(state__in=("planned", "held", "retry"), recipient=wren).exists()
    assert not Membership.objects.current().filter(user=wren).exists()
    assert Tick.objects.get().paused_at, "what they stopped stays stopped"
    assert Reschedule.objects.filter(by=wren).exists()
    assert Entry.objects.filter(by=wren).exists(), "the trail stays, under a key that leads to nobody"
    assert str(User.objects.get(pk=wren.pk)) == "somebody who left"


def test_the_others_lose_nothing(wren, cast):
    def others() -> dict:
        """Return what is kept about everybody else; news about what Wren wrote is taken back, and that is right."""
        told = {name: services.everything_about(person) for name, person in cast.people.items()}
        return {name: {room: one[room] for room in one if room != "notifications"} for name, one in told.items()}

    before = others()
    services.forget(wren, by=None)
    assert others() == before


def test_reasons_that_others_gave_for_a_release_stay(wren, cast):
    kept = [
        rooms.AddressRelease.objects.create(learning_session=cast.past_session, by=by, reason="The room was full")
        for by in (None, cast.paula)
    ]
    services.forget(wren, by=None)
    assert {one.reason for one in rooms.AddressRelease.objects.filter(pk__in=[one.pk for one in kept])} == {
        "The room was full"
    }


def test_words_of_a_try_go_and_stay_with_whoever_wrote_them_last(cast):
    def written(first, last) -> TriedChange:
        """Return a try that two people wrote, one over the other; a third pressed its buttons."""
        tried = improvement.try_change(team=cast.team, by=first, title="first", plan="first", started=False)
        tried = improvement.change_plan(tried=tried, by=last, version=1, title="last", plan="last", prediction="last")
        tried = improvement.start_trying(tried=tried, by=cast.pierre, version=2)
        tried = improvement.learn_from_change(tried=tried, by=first, version=3, what_happened="first")
        tried = improvement.learn_from_change(tried=tried, by=last, version=4, what_happened="last", matched="yes")
        # The same words once more, with another answer: they stay whose they were.
        tried = improvement.learn_from_change(tried=tried, by=first, version=5, what_happened="last", matched="no")
        tried = improvement.change_plan(tried=tried, by=first, version=6, title="last", plan="last")
        return improvement.decide(tried=tried, by=cast.pierre, version=7, decision="adopt")

    over_nia, over_tess = written(cast.nia, cast.tess), written(cast.tess, cast.nia)
    for gone in (cast.pierre, cast.nia):
        services.forget(gone, by=None)
    for tried, words in ((over_nia, "last"), (over_tess, "")):
        tried.refresh_from_db()
        assert [getattr(tried, name) for name in tried.WORDS] == [words] * 4
        assert (tried.state, tried.matched, tried.decision) == ("next", "no", "adopt")
    assert (over_nia.by, over_nia.learned_by) == (cast.tess, cast.tess)


def test_one_persons_plan_and_anothers_findings_part_when_one_is_forgotten(cast):
    tried = improvement.try_change(team=cast.team, by=cast.nia, title="Nia's", plan="Nia's")
    improvement.learn_from_change(tried=tried, by=cast.tess, version=1, what_happened="Tess's")
    services.forget(cast.nia, by=None)
    tried.refresh_from_db()
    assert (tried.title, tried.plan, tried.what_happened, tried.learned_by) == ("", "", "Tess's", cast.tess)


def test_pages_of_others_still_open(wren, cast):
    services.forget(wren, by=None)
    client = Client()
    client.force_login(cast.paula)
    for path in (
        reverse("planning_cohort", args=[cast.cohort.pk]), reverse("team", args=[cast.team.pk]),
        reverse("team", args=[cast.other_team.pk]), reverse("tries", args=[cast.other_team.pk]),
        reverse("numbers", args=[cast.other_team.pk]), reverse("forum", args=[cast.cohort.pk]),
        reverse("forum_board", args=[cast.cohort.pk, "ask"]), reverse("team_notes", args=[cast.team.pk]),
        reverse("team_people", args=[cast.team.pk]),
    ):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200, path
        assert str(wren.pk) not in page.content.decode(), path


def test_who_is_the_last_to_plan_is_refused_and_keeps_everything(cast):
    before = services.everything_about(cast.paula)
    with pytest.raises(Refused, match="Somebody has to plan"):
        services.forget(cast.paula, by=None)
    assert services.everything_about(User.objects.get(pk=cast.paula.pk)) == before
    with pytest.raises(CommandError, match="Somebody has to plan"):
        call_command("forget", cast.paula.email, yes=True)


# ---------------------------------------------------------------- the ways to it


def test_a_person_takes_everything_along(client, wren):
    client.force_login(wren)
    Authenticator.objects.all().delete()
    answer = client.get("/me/data/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    told = json.loads(answer.content)
    assert set(told) == set(registry.data_of.keys())
    assert told["coaching"]["private_notes"][0]["text"] == WORDS


def test_the_command_tells_first_and_does_it_only_when_told_to(wren, capsys):
    call_command("forget", wren.email)
    said = capsys.readouterr().out
    assert "private_notes 1" in said
    assert "Nothing was done" in said
    assert User.objects.get(pk=wren.pk).name
    call_command("forget", str(wren.pk), yes=True)
    assert User.objects.get(pk=wren.pk).name == ""
    with pytest.raises(CommandError, match="forgotten already"):
        call_command("forget", str(wren.pk), yes=True)


def test_every_room_that_tells_also_forgets():
    # accounts does it itself; the audit trail holds nothing that could be emptied.
    assert set(registry.data_of.keys()) - set(registry.forget.keys()) == {"accounts", "audit"}


def test_an_address_that_nobody_confirmed_is_nobodys(wren):
    """Whoever types another's address into their profile may neither read nor erase what came from it."""
    EmailAddress.objects.create(user=wren, email="victim@example.org", verified=False, primary=False)
    programme = make.programme(slug_en="letters", slug_fr="lettres")
    ContactNote.objects.create(
        programme=programme, name="Vic", email="victim@example.org", language="en", text="only for you"
    )
    application = make.application(contact_name="Vic", contact_email="victim@example.org")
    messages.post("account/email/unknown_account", email="victim@example.org", user=None, secret="")
    assert "only for you" not in json.dumps(services.everything_about(wren), default=str)
    services.forget(wren, by=None)
    application.refresh_from_db()
    assert application.contact_email == "victim@example.org"
    assert ContactNote.objects.get().text == "only for you"
    assert PlannedMessage.objects.filter(address="victim@example.org").exists()


def test_somebody_without_an_account_is_erased_by_the_address(wren, capsys):
    address = "canary.outside@example.org"
    programme = make.programme(slug_en="letters", slug_fr="lettres")
    ContactNote.objects.create(programme=programme, name="Canary", email=address, language="en", text="a letter")
    Interest.objects.create(programme=programme, email=address, language="en")
    make.application(sponsor_name="Canary", sponsor_email=address)
    sent = make.application(contact_name="Canary", contact_email=address)
    application_links.mail(sent)
    call_command("forget", address)
    assert "letters 1" in capsys.readouterr().out
    call_command("forget", address, yes=True)
    assert tables_with("canary.outside") == []
    with pytest.raises(CommandError, match="nothing is kept"):
        call_command("forget", address)
