"""Where a message may go: what is its reader's own goes to their own mailboxes, whatever is typed."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from core.refusals import Refused
from notifications import by_hand, causes, kinds, readdressing, services
from notifications.models import PlannedMessage
from notifications.wording import render
from tests.notifications import trial
from tests.notifications.conftest import ABOUT, go, in_hours, trail

pytestmark = pytest.mark.django_db
ELSEWHERE = "mallory@evil.example"


def dead(to, kind="trial/reminder", **values) -> PlannedMessage:
    row = services.plan(kind, to=to, about=ABOUT, due=in_hours(-1))
    PlannedMessage.objects.filter(pk=row.pk).update(**{"state": "dead", "reason": "refused"} | values)
    row.refresh_from_db()
    return row


def again(row, by, address="") -> PlannedMessage:
    return by_hand.retry(row, by=by, reason="again", address=address)


def now(row) -> tuple[str, str, str]:
    row.refresh_from_db()
    return row.state, row.reason, row.address


def confirmed(person, email: str, *, verified: bool = True) -> None:
    EmailAddress.objects.create(user=person, email=email, verified=verified)


# ---------------------------------------------------------------- what a person may choose


def test_what_is_somebodys_goes_to_no_mailbox_but_theirs(nia, pierre, paula):
    confirmed(pierre, "pierre@home.example")
    confirmed(nia, "nia@claimed.example", verified=False)
    row = dead(nia)
    for address in (ELSEWHERE, "pierre@example.ca", "pierre@home.example", "nia@claimed.example", paula.email):
        with pytest.raises(Refused, match="own address alone"):
            again(row, paula, address)
        assert now(row) == ("dead", "refused", "")


def test_it_goes_to_an_address_that_they_have_confirmed(nia, paula, sink):
    confirmed(nia, "Nia@Home.example")
    row = again(dead(nia), paula, " nia@home.EXAMPLE ")
    assert row.address == "nia@home.example"
    go()
    assert now(row)[0] == "sent"
    assert [one.to for one in sink.kept] == ["nia@home.example"]


def test_to_their_present_address_it_goes_as_if_none_was_typed(nia, paula, sink):
    row = again(dead(nia), paula, "NIA@example.ca")
    assert row.address == ""
    nia.email = "nia@new.example"
    nia.save()
    go()
    assert [one.to for one in sink.kept] == ["nia@new.example"]


def test_who_has_no_mailbox_or_no_account_any_more_gets_none_from_a_planner(nia, paula):
    row = dead(nia)
    type(nia).objects.filter(pk=nia.pk).update(email=None)
    with pytest.raises(Refused, match="own address alone"):
        again(row, paula, ELSEWHERE)
    PlannedMessage.objects.filter(pk=row.pk).update(recipient=None)
    with pytest.raises(Refused, match="own address alone"):
        again(row, paula, ELSEWHERE)


@pytest.mark.parametrize("channel", ["sms", "push"])
def test_what_goes_by_another_way_does_not_become_a_mail(nia, paula, channel):
    row = dead(nia, channel=channel)
    with pytest.raises(Refused, match="own address alone"):
        again(row, paula, "nia@example.ca")
    assert again(row, paula).channel == channel


def test_a_reader_without_an_account_may_be_given_another_address(paula, sink):
    row = dead("ada@example.ca")
    assert readdressing.takes_another(row)
    again(row, paula, "Ada.Byron@example.ca")
    go()
    assert (now(row)[0], [one.to for one in sink.kept]) == ("sent", ["ada.byron@example.ca"])


def test_but_not_for_what_stands_on_no_page(paula, monkeypatch):
    trial.register_one(monkeypatch, "trial/secret", trial.thing, words_stay_hidden=True)
    row = dead("ada@example.ca", "trial/secret")
    assert not readdressing.takes_another(row)
    with pytest.raises(Refused, match="to no other"):
        again(row, paula, ELSEWHERE)
    assert again(row, paula, "ada@example.ca").state == "planned"


def test_nor_for_what_would_have_nothing_to_say_there(paula, monkeypatch):
    def for_one_mailbox(message):
        return trial.thing(message) if message.address == "ada@example.ca" else None

    trial.register_one(monkeypatch, "trial/page", for_one_mailbox)
    row = dead("ada@example.ca", "trial/page")
    with pytest.raises(Refused, match="nothing to say at that address"):
        again(row, paula, ELSEWHERE)
    assert now(row) == ("dead", "refused", "ada@example.ca")
    assert again(row, paula).state == "planned"


def test_what_cannot_be_written_is_tried_again_all_the_same(paula):
    row = dead("ada@example.ca", "trial/broken")
    assert again(row, paula, "ada.byron@example.ca").state == "planned"


@pytest.mark.parametrize(("reason", "words"), [("held_by_person", "holds it back"), ("hidden", "has hidden")])
def test_what_is_kept_is_not_tried_again(nia, paula, reason, words):
    row = dead(nia, state="held", reason=reason)
    for address in ("", "nia@example.ca"):
        with pytest.raises(Refused, match=words):
            again(row, paula, address)
    assert now(row) == ("held", reason, "")


# ---------------------------------------------------------------- whatever stands in the row


def test_a_letter_that_would_go_astray_is_held_and_goes_to_its_reader_when_tried_again(nia, pierre, paula, sink):
    row, other = dead(nia), services.post("trial/reminder", to=pierre, about=ABOUT)
    PlannedMessage.objects.filter(pk=row.pk).update(state="planned", reason="", address=ELSEWHERE)
    go()
    assert now(row) == ("held", "not_their_address", ELSEWHERE)
    assert trail(row)[-1] == "claimed>held"
    assert causes.why(row) == "It would have gone to an address that is not this person’s."
    assert now(other)[0] == "sent", "the others leave"
    again(row, paula)
    go()
    assert now(row)[0::2] == ("sent", "")
    assert sorted(one.to for one in sink.kept) == ["nia@example.ca", "pierre@example.ca"]


def test_nothing_of_a_readers_own_stands_in_a_letter_that_goes_astray(nia, settings):
    settings.INBOUND_ADDRESS = "answers@collaborative.example"
    for to in (nia, "ada@example.ca"):
        row = services.plan("trial/reminder", to=to, about=ABOUT, due=in_hours(-1))
        own = render(row)
        assert "answers+" in own.reply_to
        assert own.unsubscribe
        assert own.unsubscribe in own.plain
        row.address = ELSEWHERE
        astray = render(row)
        assert (astray.reply_to, astray.unsubscribe) == ("contact@example.ca", "")
        assert own.unsubscribe not in astray.plain + astray.html


def test_what_is_sent_for_the_sake_of_an_address_goes_there(nia, sink, monkeypatch):
    trial.register_one(monkeypatch, "trial/confirm", trial.thing, any_address=True)
    services.post("trial/confirm", to=nia, about=ABOUT, address="nia@new.example")
    go()
    assert [one.to for one in sink.kept] == ["nia@new.example"]
    sent_to_any = {one.key for one in kinds.every() if one.any_address} - {"trial/confirm"}
    assert {key for key in sent_to_any if not key.startswith("account/")} == {"notifications/answer"}
