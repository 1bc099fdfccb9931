"""Mail to somebody of a team comes back for good: whoever leads the team reads so on the site."""

from __future__ import annotations

import pytest

from collaborative import unreachable
from collaborative.models import Role
from notifications import services, states, sweep
from notifications.inbound import addresses
from notifications.inbound.receiving import receive
from notifications.models import Channel, PlannedMessage
from tests import make
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(settings, monkeypatch):
    settings.INBOUND_ADDRESS = "answers@collaborative.example"
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    return make.team()


@pytest.fixture
def tess(team):
    return make.member(team=team, role=Role.LEAD, name="Tess")


@pytest.fixture
def nia(team):
    return make.member(team=team, name="Nia Roy")


def come_back(person, code: str, nth: int = 0) -> None:
    """Let a mail to a person come back."""
    row = services.post("notifications/test-mail", to=person, about=person, occurrence=f"{code} {nth}")
    PlannedMessage.objects.filter(pk=row.pk).update(state=states.SENT)
    to = addresses.bounce_address(row, person.email)
    raw = f"From: mailer-daemon@mx.example\nTo: {to}\nSubject: Undelivered mail\n\nNot delivered: {code}\n"
    assert receive(raw.encode(), envelope="") == "bounced"


def told(person) -> list[PlannedMessage]:
    return list(PlannedMessage.objects.to(person).filter(kind=unreachable.KIND))


def test_whoever_leads_the_team_reads_it_on_the_site_once(team, tess, nia, sink):  # noqa: F811
    other = make.member(team=team)
    for nth in range(2):
        come_back(nia, "5.1.1", nth)
    (row,) = told(tess)
    assert (row.channel, row.scope_id, row.recipient) == (Channel.INBOX, str(team.cohort_id), tess)
    assert not told(nia)
    assert not told(other)
    sweep.tick(seconds=20)
    row.refresh_from_db()
    assert (row.state, row.channel) == ("sent", "inbox")
    assert "Nia Roy" not in "".join(str(one.parsed["Subject"]) for one in sink.kept)
    assert row in PlannedMessage.objects.listed_for(tess)


def test_not_where_the_mailbox_is_full_nor_of_another_team(tess, nia):
    make.member(team=make.team(), role=Role.LEAD)
    come_back(nia, "5.2.2")
    assert not PlannedMessage.objects.filter(kind=unreachable.KIND).exists()


def test_a_refusal_at_the_hand_over_says_so_too(tess, nia, sink):  # noqa: F811
    services.post("notifications/test-mail", to=nia, about=nia)
    sink.script.append("550")
    sweep.tick(seconds=20)
    assert len(told(tess)) == 1


def test_who_leads_alone_is_told_nothing_about_themselves_and_who_leads_no_more_neither(team, tess, nia):
    come_back(tess, "5.1.1")
    assert not told(tess)
    come_back(nia, "5.1.1")
    (row,) = told(tess)
    assert unreachable.may_hear_of([(tess, row.source_id), (nia, row.source_id)]) == {(tess.pk, row.source_id)}
    tess.memberships.all().delete()
    assert unreachable.may_hear_of([(tess, row.source_id)]) == set()
