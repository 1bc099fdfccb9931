"""The address goes to everybody who is expected, because Join cannot be used."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative.belonging import leave
from core.refusals import Refused
from notifications.inbox import list_of, note_of
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions.day import release
from sessions.models import AddressRelease, Appearance, LearningSession, MeetingAddress, Registration, Speaker
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "https://example.zoom.us/j/5550100?pwd=canary"


@pytest.fixture
def team():
    return make.team()


@pytest.fixture
def paula(team):
    return make.planner(cohort=team.cohort, language="en")


@pytest.fixture
def soon(team, paula):
    return make.learning_session(cohort=team.cohort, minutes_ahead=6, url=SECRET, dial_in="1 855 555-0188, 123#")


def sent(session):
    return PlannedMessage.objects.filter(kind="sessions/address").exclude(state="void").order_by("created_at")


def test_everybody_expected_gets_address_and_telephone(team, soon, paula):
    nia, pierre = make.member(team=team), make.partner(team=team, language="fr")
    make.sponsor(organisation=team.unit.organisation)
    told = release.release_address(learning_session=soon, reason="The site is down", by=paula)
    assert {row.recipient for row in sent(soon)} == {nia, pierre, paula}
    assert told == 3
    letter = render(sent(soon).get(recipient=nia))
    for words in (letter.plain, letter.html):
        assert "5550100" in words
        assert "1 855 555-0188, code 123#" in words
    assert "canary" not in letter.subject
    made = AddressRelease.objects.get()
    assert (made.by, made.reason) == (paula, "The site is down")
    entry = Entry.objects.get(verb="session.address_released")
    assert entry.detail["told"] == 3
    assert "canary" not in str(entry.detail)


def test_the_address_is_in_no_row(team, soon, paula):
    make.member(team=team)
    release.release_address(learning_session=soon, reason="x", by=paula)
    assert not [row for row in sent(soon).values() if "canary" in str(row)]


def test_it_leaves_before_what_is_merely_due(team, soon, paula):
    make.member(team=team)
    release.release_address(learning_session=soon, reason="x", by=paula)
    others = PlannedMessage.objects.exclude(kind="sessions/address")
    assert max(row.priority for row in sent(soon)) < min(row.priority for row in others)


def test_speakers_and_who_registered_get_it_too_each_once(team, soon, paula):
    nia = make.member(team=team)
    mine = Speaker.objects.create(programme=team.cohort.programme, name="Ann", person=make.person("Ann Vale"))
    guest = Speaker.objects.create(programme=team.cohort.programme, name="Gus", email="gus@example.ca", language="fr")
    double = Speaker.objects.create(programme=team.cohort.programme, name="Nia", email=nia.email.upper())
    for speaker in (mine, guest, double):
        Appearance.objects.create(learning_session=soon, speaker=speaker, page_sent_at=timezone.now())
    words = {"learning_session": soon, "name": "Rae", "language": "en"}
    Registration.objects.create(email="rae@example.ca", confirmed_at=timezone.now(), **words)
    Registration.objects.create(email="not@example.ca", **words)
    release.release_address(learning_session=soon, reason="x", by=paula)
    assert {row.address for row in sent(soon).filter(recipient=None)} == {"gus@example.ca", "rae@example.ca"}
    assert set(sent(soon).exclude(recipient=None).values_list("recipient", flat=True)) == {
        nia.pk,
        paula.pk,
        mine.person.pk,
    }
    why = {
        row.recipient.name if row.recipient else row.address: render(row).plain
        for row in sent(soon).select_related("recipient")
    }
    assert "because you are expected at this session" in why[nia.name]
    assert "because you speak at this session" in why["Ann Vale"]
    assert "because you registered for this session" in why["rae@example.ca"]
    assert "parce que vous prenez la parole" in why["gus@example.ca"]
    letter = render(sent(soon).get(address="gus@example.ca"))
    assert letter.language == "fr"
    assert "5550100" in letter.plain
    assert release.told_pairs([(mine.person, str(AddressRelease.objects.get().pk))])


def test_speakers_from_outside_without_a_page_are_not_told(team, soon, paula):
    for name, page, ended in (("Ada", None, None), ("Ben", timezone.now(), timezone.now())):
        speaker = Speaker.objects.create(programme=team.cohort.programme, name=name, email=f"{name}@example.ca")
        Appearance.objects.create(learning_session=soon, speaker=speaker, page_sent_at=page, link_ended_at=ended)
    release.release_address(learning_session=soon, reason="x", by=paula)
    assert {row.recipient for row in sent(soon)} == {paula}


def test_without_a_mailbox_it_stands_in_the_product_and_the_lead_is_asked_to_pass_it_on(team, soon, paula):
    lead, aide = (
        make.lead(team=team, language="en"),
        make.member(team=team, email=None, name="Rosa Lind", language="en"),
    )
    release.release_address(learning_session=soon, reason="x", by=paula)
    assert "Please pass it on to Rosa Lind" in render(sent(soon).get(recipient=lead)).plain
    assert "pass it on" not in render(sent(soon).get(recipient=paula)).plain
    PlannedMessage.objects.filter(recipient=aide, kind="sessions/address").update(state="sent", sent_at=timezone.now())
    (line,) = list_of(aide)[0]
    assert "5550100" in note_of(aide, line.key).words


def test_who_left_meanwhile_gets_nothing(team, soon, paula):
    nia = make.member(team=team)
    release.release_address(learning_session=soon, reason="x", by=paula)
    key = str(AddressRelease.objects.get().pk)
    assert release.told_pairs([(nia, key)]) == {(nia.pk, key)}
    leave(membership=nia.memberships.get(team=team), by=nia, why="moved")
    assert release.told_pairs([(nia, key)]) == set()


def test_cancelled_meanwhile_it_is_not_told(team, soon, paula):
    make.member(team=team)
    release.release_address(learning_session=soon, reason="x", by=paula)
    key = str(AddressRelease.objects.get().pk)
    assert release.releases_that_stand([key]) == {key: 1}
    LearningSession.objects.filter(pk=soon.pk).update(cancelled_at=timezone.now())
    assert release.releases_that_stand([key]) == {}


def test_the_address_of_the_moment_is_told(team, soon, paula):
    nia = make.member(team=team)
    release.release_address(learning_session=soon, reason="x", by=paula)
    MeetingAddress.objects.update(url="https://zoom.us/j/777")
    assert "https://zoom.us/j/777" in render(sent(soon).get(recipient=nia)).plain
    MeetingAddress.objects.all().delete()
    with pytest.raises(Gone):
        render(sent(soon).get(recipient=nia))


@pytest.mark.parametrize("minutes", [61, -60])
def test_only_from_an_hour_before_until_the_end(team, paula, minutes):
    row = make.learning_session(cohort=team.cohort, minutes_ahead=minutes + (minutes > 0), minutes=60)
    with pytest.raises(Refused):
        release.release_address(learning_session=row, reason="x", by=paula)


def test_not_of_a_cancelled_session_nor_without_an_address(team, soon, paula):
    MeetingAddress.objects.all().delete()
    with pytest.raises(Refused, match="no address"):
        release.release_address(learning_session=soon, reason="x", by=paula)
    LearningSession.objects.filter(pk=soon.pk).update(cancelled_at=timezone.now())
    with pytest.raises(Refused, match="cancelled"):
        release.release_address(learning_session=soon, reason="x", by=paula)


def test_not_in_a_cohort_that_is_closed(team, soon, paula):
    type(team.cohort).objects.filter(pk=team.cohort.pk).update(closed_at=timezone.now())
    with pytest.raises(Refused, match="series has ended"):
        release.release_address(learning_session=soon, reason="x", by=paula)
    assert release.may_be_released(timezone.now()) == []


def test_twice_within_some_minutes_is_once(team, soon, paula):
    make.member(team=team)
    release.release_address(learning_session=soon, reason="x", by=paula)
    with pytest.raises(Refused, match="a moment ago"):
        release.release_address(learning_session=soon, reason="y", by=paula)
    AddressRelease.objects.update(created_at=timezone.now() - dt.timedelta(minutes=11))
    assert release.release_address(learning_session=soon, reason="y", by=paula) == 2


def test_as_many_statements_for_one_as_for_thirty(team, soon, paula):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            release.release_address(learning_session=soon, reason="x", by=paula)
        AddressRelease.objects.all().delete()
        return len(asked)

    make.member(team=team)
    few = cost()
    for _nth in range(30):
        make.member(team=team)
    assert cost() == few


# ---------------------------------------------------------------- by command and by page


def test_the_command_lists_and_releases(team, soon, paula):
    make.member(team=team)
    listed = StringIO()
    call_command("release_join", stdout=listed)
    assert str(soon.pk) in listed.getvalue()
    said = StringIO()
    call_command("release_join", str(soon.pk), reason="web is down", stdout=said)
    assert "2 people are told" in said.getvalue()
    assert "canary" not in said.getvalue() + listed.getvalue()
    assert AddressRelease.objects.get().by is None


@pytest.mark.parametrize(
    ("key", "reason", "words"),
    [("{soon}", "", "Say why"), ("{soon}", "x" * 301, "300"), ("nonsense", "x", "no such session"),
     ("6d5e3a52-0000-4000-8000-000000000000", "x", "no such session")],
)  # fmt: skip
def test_the_command_says_what_is_wrong(soon, key, reason, words):
    with pytest.raises(CommandError, match=words):
        call_command("release_join", key.format(soon=soon.pk), reason=reason)
    assert not AddressRelease.objects.exists()


def test_the_page_says_how_many_first(client, team, soon, paula):
    make.member(team=team)
    make.member(team=team, email=None)
    client.force_login(paula)
    day, page = (reverse(name, args=[soon.pk]) for name in ("planning_session_day", "planning_session_release"))
    assert page in client.get(day).content.decode()
    text = client.get(page).content.decode()
    assert "2 people get the address and the telephone by mail." in text
    assert "1 without a mailbox finds it in the product" in text
    assert client.post(page, {"reason": ""}).status_code == 200
    assert not AddressRelease.objects.exists()
    assert client.post(page, {"reason": "The site is down"}).status_code == 302
    assert "canary" not in client.get(day).content.decode()
    refused = client.post(page, {"reason": "Again"}).content.decode()
    assert "It was released a moment ago" in refused
    assert "Again" in refused


def test_too_early_the_day_says_from_when(client, team, paula):
    row = make.learning_session(cohort=team.cohort, minutes_ahead=600)
    client.force_login(paula)
    text = client.get(reverse("planning_session_day", args=[row.pk])).content.decode()
    assert "from an hour before the start" in text
    assert reverse("planning_session_release", args=[row.pk]) not in text
