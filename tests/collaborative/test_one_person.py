"""One person with two accounts: made one, told, and parted again as if nothing had been."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.db import models
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import addresses, drafts
from accounts import services as accounts
from accounts.models import User
from audit.models import Entry
from coaching.models import PrivateNote
from collaborative import one_person
from collaborative.models import Membership, Merge
from core.refusals import Refused
from enrolment import links
from enrolment import services as enrolment
from forum.models import Post
from notifications.models import PlannedMessage
from notifications.sealing import unseal
from notifications.wording import render
from sessions.models import Attendance
from tests import make
from tests.world import signed_in

pytestmark = pytest.mark.django_db
# What is only ever added to, and what counts by itself.
ASIDE = {"audit.Entry", "collaborative.Merge", "sessions.Session", "notifications.Tick", "notifications.MessageEvent"}


@pytest.fixture
def twin(cast) -> User:
    """Nia was asked in twice: with a second account she writes, comes to a session, and leads another team."""
    twin = make.member(team=cast.team, name="Roy Nia", email="nia.roy@second.example.org", by=cast.paula)
    make.lead(team=cast.other_team, user=twin, by=cast.paula)
    thread = make.thread(board=make.board(cohort=cast.cohort), by=twin, text="Who has tried huddles?")
    make.post(thread=thread, by=cast.nia)
    make.conversation(team=cast.team, by=twin)
    make.attendance(learning_session=cast.past_session, person=twin, team=cast.team)
    make.attendance(learning_session=cast.next_session, person=twin, team=cast.team)
    make.attendance(learning_session=cast.next_session, person=cast.nia, team=cast.team)
    return twin


def make_one(cast, twin, **more) -> Merge:
    return one_person.make_one(**{"keep": cast.nia, "gone": twin, "cohort": cast.cohort, "by": cast.paula, **more})


def everything() -> dict[str, list]:
    """Return every row of every table, whole; the sessions that were ended aside."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in ASIDE:
            continue
        rows: models.QuerySet = model._base_manager.order_by("pk")
        if model is PlannedMessage:
            rows = rows.exclude(kind__in=("collaborative/one-person", "collaborative/parted"))
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.name not in ("session_version", "updated_at")
        ]
        found[model._meta.label] = list(rows.values(*names))
    return found


def test_everything_that_either_did_is_one_persons(cast, twin):
    make_one(cast, twin)
    held = Membership.objects.current().filter(user=cast.nia).values_list("role", "team")
    assert sorted(held) == sorted([("participant", cast.team.pk), ("lead", cast.other_team.pk)])
    assert not Membership.objects.current().filter(user=twin).exists()
    assert Post.objects.filter(by=cast.nia).count() == 2
    assert not Post.objects.filter(by=twin).exists()
    assert Attendance.objects.filter(person=cast.nia).count() == 2, (
        "planners read who was where: both accounts' sessions count for the one person"
    )
    assert Attendance.objects.filter(person=twin).count() == 1, (
        "a session where both were is one, and the other row stays"
    )
    twin.refresh_from_db()
    assert not twin.is_active
    verbs = Entry.objects.filter(verb__in=("person.made_one", "person.closed_as_one"), by=cast.paula)
    assert sorted(verbs.values_list("about_id", flat=True)) == sorted([str(cast.nia.pk), str(twin.pk)])


def test_a_role_held_twice_began_when_the_first_one_did(cast, twin):
    early = timezone.now() - dt.timedelta(days=90)
    Membership.objects.filter(user=twin, team=cast.team).update(since=early)
    make_one(cast, twin)
    assert Membership.objects.get(user=cast.nia, team=cast.team).since == early
    assert Membership.objects.get(user=twin).ended_by == cast.paula


def test_undone_every_row_is_as_it_was(cast, twin):
    enrolment.invite(by=cast.paula, role="sponsor", name="Roy Nia", email=twin.email, team=cast.team)
    before = everything()
    merge = make_one(cast, twin)
    assert everything() != before
    one_person.part(merge=merge, by=cast.paula)
    assert everything() == before
    with pytest.raises(Refused):
        one_person.part(merge=merge, by=cast.paula)


def test_whoever_was_made_one_with_somebody_for_a_few_minutes_learns_it_and_from_whom(cast, twin):
    """A planner could otherwise lead an account of their own to somebody's pages, and nobody would know."""
    merge = make_one(cast, twin)
    one_person.part(merge=merge, by=cast.paula)
    told = PlannedMessage.objects.exclude(state="void").filter(source_id=str(merge.pk))
    assert {(row.kind.partition("/")[2], row.recipient_key) for row in told} == {
        ("one-person", str(cast.nia.pk)), ("one-person", twin.email), ("parted", str(cast.nia.pk)), ("parted", str(twin.pk)),
    }  # fmt: skip
    assert set(one_person.versions([str(merge.pk)])) == {str(merge.pk)}, "nothing is kept back because it was undone"
    assert all(cast.paula.name in render(row).plain for row in told)


def test_it_is_not_undone_once_people_are_told_or_something_changed(cast, twin):
    merge = make_one(cast, twin)
    Membership.objects.filter(user=cast.nia, role="lead").update(until=timezone.now(), user=cast.otto)
    with pytest.raises(Refused, match="changed since"):
        one_person.part(merge=merge, by=cast.paula)
    Merge.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
    with pytest.raises(Refused, match="too late"):
        one_person.part(merge=merge, by=cast.paula)


def test_both_addresses_are_told_at_once(cast, twin):
    make_one(cast, twin)
    told = PlannedMessage.objects.filter(kind="collaborative/one-person")
    assert {row.recipient_key for row in told} == {str(cast.nia.pk), twin.email}
    assert all(row.due_at <= timezone.now() for row in told)
    letters = {row.recipient_key: render(row) for row in told}
    assert "add it on your page" in letters[str(cast.nia.pk)].plain
    assert "is closed" in letters[twin.email].plain
    for letter in letters.values():
        assert not {cast.nia.email, twin.email} & set(letter.plain.split()), "neither learns the other address from us"


def test_what_waits_to_be_told_goes_along(cast, twin):
    enrolment.invite(by=cast.paula, role="sponsor", name="Roy Nia", email=twin.email, team=cast.team)
    assert PlannedMessage.objects.to(twin).filter(kind="enrolment/invitation").waiting().exists()
    make_one(cast, twin)
    assert PlannedMessage.objects.to(cast.nia).filter(kind="enrolment/invitation").waiting().count() == 1
    assert not PlannedMessage.objects.to(twin).filter(kind="enrolment/invitation").waiting().exists()


# ---------------------------------------------------------------- who may


def test_only_somebody_else_who_plans_everywhere_either_is(cast, twin):
    assert one_person.may_be_one(cast.paula, cast.nia, twin)
    for who in ("tess", "colin", "pia", "stan", "root"):
        assert not one_person.may_be_one(cast.people[who], cast.nia, twin), who
    assert not one_person.may_be_one(cast.paula, cast.paula, twin)
    far = make.member(team=cast.far_team, user=twin)
    with pytest.raises(Refused, match="every cohort"):
        make_one(cast, far)
    assert User.objects.get(pk=twin.pk).is_active


def test_a_role_of_a_whole_series_or_the_back_office_is_out_of_reach(cast, twin):
    assert not one_person.may_be_one(cast.paula, cast.nia, cast.fay)
    User.objects.filter(pk=twin.pk).update(is_staff=True)
    twin.refresh_from_db()
    assert not one_person.may_be_one(cast.paula, cast.nia, twin)


def test_closed_accounts_are_not_made_one(cast, twin):
    User.objects.filter(pk=twin.pk).update(is_active=False)
    with pytest.raises(Refused, match="closed"):
        make_one(cast, twin)


# ---------------------------------------------------------------- nothing is captured


def test_what_only_its_owner_reads_does_not_go_along(cast):
    twin = make.coach(team=cast.other_team, by=cast.paula, name="Colin MacLeod", email="colin@second.example.org")
    note = make.private_note(team=cast.other_team, by=twin, text="For me alone.")
    drafts.save(twin, "forum/new", QueryDict("text=half a thought"))
    EmailAddress.objects.create(user=twin, email=twin.email, verified=True, primary=True)
    make_one(cast, twin, keep=cast.colin)
    assert PrivateNote._base_manager.get(pk=note.pk).author == twin
    assert twin.drafts.exists()
    assert not cast.colin.drafts.exists()
    assert EmailAddress.objects.get(email=twin.email).user == twin


def test_the_address_of_the_closed_account_signs_in_nowhere_until_its_reader_takes_it_over(cast, twin):
    EmailAddress.objects.create(user=twin, email=twin.email, verified=True, primary=True)
    make_one(cast, twin)
    assert addresses.signing_in_with(twin.email) is None
    stranger = EmailAddress.objects.create(user=cast.stan, email=twin.email, verified=False)
    assert not addresses.may_be_confirmed(stranger)
    addresses.take_over(stranger)
    assert addresses.holder_of(twin.email) == twin
    own = EmailAddress.objects.create(user=cast.nia, email=twin.email, verified=False)
    assert addresses.may_be_confirmed(own)
    addresses.take_over(own)
    own.set_verified()
    assert addresses.signing_in_with(twin.email) == cast.nia


def test_an_invited_account_that_nobody_used_becomes_theirs_who_read_its_mail(cast):
    asked = enrolment.invite(
        by=cast.paula, role="lead", name="N. Roy", email="nroy@second.example.org", team=cast.other_team
    )
    token = links.token_for(asked.pk, asked.version, mailed_to="nroy@second.example.org")
    claim = EmailAddress.objects.create(user=cast.nia, email="nroy@second.example.org", verified=False)
    assert addresses.may_be_confirmed(claim)
    for other in (AnonymousUser(), cast.otto):
        assert not EmailConfirmationHMAC(claim).confirm(make_request(other))
        assert addresses.holder_of(claim.email) == asked.person, "only the claimant, who also reads the mail"
    assert EmailConfirmationHMAC(claim).confirm(make_request(cast.nia))
    assert addresses.signing_in_with("nroy@second.example.org") == cast.nia
    asked.person.refresh_from_db()
    assert (asked.person.is_active, asked.person.email) == (False, None)
    found = enrolment.meet(token, visitor=cast.nia)
    assert found.state == "waiting"
    enrolment.accept(found=found, name=cast.nia.name, language="en", city="toronto")
    assert Membership.objects.current().filter(user=cast.nia, role="lead", team=cast.other_team).exists()
    assert not one_person.undoable(cast.cohort).exists()


def test_an_account_that_somebody_uses_lets_nothing_go(cast):
    for name, fields in {
        "a": {"welcomed_at": timezone.now()},
        "b": {"last_login": timezone.now()},
        "c": {"is_staff": True},
    }.items():
        used = make.person(f"Used {name}", **{"welcomed_at": None, **fields})
        claim = EmailAddress.objects.create(user=cast.nia, email=used.email, verified=False)
        assert not addresses.may_be_confirmed(claim), name
        addresses.take_over(claim)
        assert addresses.holder_of(used.email) == used


def make_request(person):
    request = RequestFactory().get("/")
    request.user = person
    request.session = {}
    request._messages = default_storage(request)
    return request


def test_who_is_asked_in_at_the_closed_address_is_the_one_person(cast, twin):
    make_one(cast, twin)
    asked = enrolment.invite(by=cast.paula, role="sponsor", name="Nia Roy", email=twin.email, team=cast.team)
    assert asked.person == cast.nia


def test_who_is_forgotten_is_forgotten_with_both_accounts(cast, twin):
    make_one(cast, twin)
    assert one_person.data_of(cast.nia) == {"other_accounts": [{"name": "Roy Nia", "email": twin.email}]}
    accounts.forget(cast.nia, by=None)
    twin.refresh_from_db()
    assert (twin.name, twin.email) == ("", None)


# ---------------------------------------------------------------- pages


def test_names_are_the_same_but_for_their_order_and_accents(cast, twin):
    make.member(team=cast.team, name="Zoé Roy-Nia", email=None)
    pairs = one_person.alike(one_person.people_in(cast.cohort))
    assert [{one, other} for one, other in pairs] == [{cast.nia, twin}]


def test_a_planner_makes_them_one_and_takes_it_back(cast, twin):
    client, url = signed_in(cast.paula), reverse("planning_same_person", args=[cast.cohort.pk])
    assert twin.email in client.get(url).content.decode()
    side_by_side = client.post(url, {"one": cast.nia.email, "other": twin.email.upper()}).url
    assert "team lead" in client.get(side_by_side).content.decode()
    client.post(side_by_side, {"first": cast.nia.pk, "second": twin.pk, "keep": cast.nia.pk})
    merge = Merge.objects.get()
    assert "Can be undone" in client.get(url).content.decode()
    client.post(reverse("planning_same_person_undo", args=[cast.cohort.pk, merge.pk]))
    twin.refresh_from_db()
    assert twin.is_active


def test_people_of_other_cohorts_are_not_found(cast):
    client, url = signed_in(cast.paula), reverse("planning_same_person", args=[cast.cohort.pk])
    answer = client.post(url, {"one": cast.olga.email, "other": cast.nia.email}).content.decode()
    assert "Nobody in this cohort has this address." in answer
    assert "Olga" not in client.get(url, {"first": cast.olga.pk, "second": cast.nia.pk}).content.decode()


def add_on_ones_page(person, email: str):
    """Let somebody add an address on their page and open the link that comes. Returns the page behind it, and its client."""
    client = signed_in(person)
    page = client.post(reverse("account_email"), {"email": email, "action_add": "1"})
    assert (page.status_code, page.headers.get("Location")) == (302, reverse("account_email"))
    told = PlannedMessage.objects.filter(kind="account/confirm-email").latest("created_at")
    return client, unseal(told.secret)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_person_takes_an_account_over_that_was_never_used(cast, language):
    User.objects.filter(pk=cast.nia.pk).update(language=language)
    asked = enrolment.invite(
        by=cast.paula, role="lead", name="N. Roy", email="nroy@second.example.org", team=cast.other_team
    )
    client, link = add_on_ones_page(cast.nia, asked.address)
    assert client.get(link).context["takes_over"]
    assert addresses.holder_of(asked.address) == asked.person, "looking changes nothing"
    signed_in(cast.stan).post(link)
    assert addresses.holder_of(asked.address) == asked.person, "a link that somebody else opens gives nothing away"
    client.post(link)
    assert addresses.signing_in_with(asked.address) == cast.nia
    asked.refresh_from_db()
    assert asked.person == cast.nia


def test_a_person_takes_the_address_of_their_closed_account_over(cast, twin):
    EmailAddress.objects.create(user=twin, email=twin.email, verified=True, primary=True)
    make_one(cast, twin)
    client, link = add_on_ones_page(cast.nia, twin.email)
    page = client.get(link)
    assert page.context["takes_over"]
    assert page.context["can_confirm"]
    client.post(link)
    assert addresses.signing_in_with(twin.email) == cast.nia


def test_the_address_of_an_account_that_somebody_uses_has_no_button(cast):
    EmailAddress.objects.create(user=cast.otto, email=cast.otto.email, verified=True, primary=True)
    client = signed_in(cast.nia)
    claim = EmailAddress.objects.create(user=cast.nia, email=cast.otto.email, verified=False)
    link = reverse("account_confirm_email", args=[EmailConfirmationHMAC(claim).key])
    assert not client.get(link).context["can_confirm"]
    client.post(link)
    assert addresses.signing_in_with(cast.otto.email) == cast.otto
