"""Ways beside mail: which rows go by which, and text messages, of which there are none until a provider is named."""

from __future__ import annotations

import pytest
from django.conf import settings as chosen
from django.utils import timezone, translation

from core import registry
from notifications import channels, gsm, kinds, services, states, sweep
from notifications.channels import Answer
from notifications.models import Channel, PlannedMessage
from notifications.services import Wanted
from tests import make
from tests.notifications import trial
from tests.notifications.conftest import ABOUT, go, in_hours, shift

pytestmark = pytest.mark.django_db


class Provider:
    """A provider of text messages that keeps what it is given."""

    given: list[tuple[str, str]] = []
    answers: list = []

    def send(self, number: str, words: str) -> Answer:
        self.given.append((number, words))
        answer = self.answers.pop(0) if self.answers else Answer(202, handed=True)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, settings):
    Provider.given, Provider.answers = [], []
    monkeypatch.setattr(sweep.sweeps, "_answers", {})
    monkeypatch.setattr(registry.text_numbers, "_answers", {})
    settings.SMS_BACKEND = ""
    trial.register_one(
        monkeypatch, "trial/soon", trial.thing,
        text=kinds.ShortText(frozenset({"T-1h"}), lambda row: (f"About {row.source_id}", "https://series.example/today/")),
    )  # fmt: skip


@pytest.fixture
def provider(settings):
    """A provider, and a room that knows everybody's number."""
    settings.SMS_BACKEND = "tests.notifications.test_channels.Provider"
    registry.text_numbers.add("trial", lambda keys: dict.fromkeys(keys, "+17095550142"))
    return Provider


def soon(person, occurrence: str = "T-1h", kind: str = "trial/soon", **more) -> None:
    services.post(kind, to=person, about=ABOUT, occurrence=occurrence, **more)


def by_text() -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(channel=Channel.SMS))


# ---------------------------------------------------------------- text messages


def test_without_a_provider_none_is_ever_planned_and_nobody_is_asked(nia, sink, django_assert_num_queries):
    registry.text_numbers.add("trial", lambda keys: pytest.fail("nobody asks for numbers"))
    soon(nia)
    go()
    assert by_text() == []
    assert len(sink.kept) == 1
    assert chosen.SMS_BACKEND == ""


def test_with_a_provider_the_last_reminder_goes_as_a_text_message_too_once(nia, sink, provider):
    soon(nia)
    soon(nia, "T-2d")
    soon(nia, "T-1h", kind="trial/reminder")
    for _round in range(3):
        go()
    assert provider.given == [("+17095550142", "About 7 https://series.example/today/")]
    assert len(sink.kept) == 3
    (row,) = by_text()
    assert (row.state, row.smtp_code, row.address, row.occurrence) == ("sent", 202, "", "T-1h")
    assert [f"{one.from_state}>{one.to_state}" for one in row.events.all()] == [
        ">planned", "claimed>sending", "sending>sent",
    ]  # fmt: skip


def test_what_was_promised_by_mail_is_returned_and_not_its_text_message(nia, provider):
    for number in range(6):
        row = services.plan(
            "trial/soon", to=nia, about=("trial.thing", str(number)), due=in_hours(5), occurrence="T-1h"
        )
        assert row.channel == Channel.MAIL
    assert len(by_text()) == 6


def test_whose_number_nobody_knows_gets_none(nia, sink, provider):
    registry.text_numbers.add("trial", lambda keys: {})
    soon(nia)
    go()
    assert by_text() == []


def test_a_number_that_was_taken_back_meanwhile_is_not_used(nia, sink, provider):
    soon(nia)
    registry.text_numbers.add("trial", lambda keys: {})
    go()
    assert provider.given == []
    assert [(one.state, one.reason) for one in by_text()] == [("void", "source_gone")]


def test_it_moves_and_goes_with_the_reminder_that_it_belongs_to(nia, provider):
    def plan(version, *wanted):
        services.replan(ABOUT, wanted, version=version, kinds_planned=["trial/soon"])

    reminder = Wanted("trial/soon", nia, in_hours(5), "T-1h")
    plan(1, reminder)
    plan(1, reminder)
    assert [(one.state, one.source_version) for one in by_text()] == [("planned", 1)]
    plan(1, Wanted("trial/soon", nia, in_hours(9), "T-1h"))
    assert by_text()[0].due_at > in_hours(8)
    plan(2, reminder)
    assert sorted((one.state, one.source_version) for one in by_text()) == [("planned", 2), ("void", 1)]
    plan(2)
    assert {one.state for one in by_text()} == {"void"}


@pytest.mark.parametrize(("answer", "state", "reason"), [
    (Answer(0, handed=True), "expired", "no_answer"),
    (RuntimeError("whatever"), "expired", "no_answer"),
    (Answer(400, handed=True), "dead", "service_refused"),
    (Answer(0, handed=False), "retry", "service_away"),
    (Answer(429, handed=True), "retry", "service_busy"),
    (Answer(503, handed=True), "retry", "service_busy"),
])  # fmt: skip
def test_what_a_provider_says_decides(nia, sink, provider, answer, state, reason):
    provider.answers.append(answer)
    soon(nia)
    go()
    (row,) = by_text()
    assert (row.state, row.reason) == (state, reason)
    go()
    assert len(provider.given) == 1


def test_a_sender_that_dies_over_it_sends_no_second_one(nia, sink, provider, settings):
    soon(nia)
    (row,) = by_text()
    in_hand = {"state": "sending", "claim_token": "0" * 32, "claimed_at": timezone.now(), "lease_until": in_hours(-1)}
    PlannedMessage.objects.filter(pk=row.pk).update(begun_at=timezone.now(), **in_hand)
    go()
    shift(row, updated_at=-settings.UNCERTAIN_SECONDS - 1)
    go()
    row.refresh_from_db()
    assert (row.state, provider.given) == (states.HELD, [])


def test_what_was_taken_back_in_the_last_moment_does_not_leave(nia, sink, provider, monkeypatch):
    soon(nia)
    monkeypatch.setattr(
        "notifications.delivery.checkpoint", lambda name: name == "begun" and services.void(ABOUT, "gone")
    )
    go()
    assert provider.given == []
    assert {one.state for one in by_text()} == {"void"}


def test_the_sessions_last_reminder_fits_into_one_in_both_languages(monkeypatch, provider, django_assert_num_queries):
    cohort = make.cohort()
    team = make.team(cohort=cohort)
    people = [make.member(team=team, language=lang) for lang in ("en", "fr")]
    title = "Écouter l’équipe – « être là » : " + "ça commence au chevet, œil ouvert " * 6
    session = make.learning_session(
        cohort=cohort, minutes_ahead=60 * 24 * 3, title_en=title[:160], title_fr=title[:160]
    )
    rows = PlannedMessage.objects.about(session).filter(channel=Channel.SMS, recipient__in=people)
    assert {row.occurrence for row in rows} == {"T-1h"}
    assert len(rows) == len(people)
    kind = kinds.get("sessions/reminder")
    for row in rows:
        row.source = kind.sources({row.source_id})[row.source_id]
        with translation.override(row.recipient.language):
            text = gsm.fitted(*kind.text.words(row))
        assert gsm.length(text) <= gsm.PLACES
        assert text == gsm.plain(text)
        assert text.endswith(
            " http://localhost:8000" + ("/today/" if row.recipient.language == "en" else "/fr/aujourdhui/")
        )


# ---------------------------------------------------------------- the alphabet


@pytest.mark.parametrize(("words", "plain"), [
    ("L’équipe à l’œuvre…", "L'équipe à l'oeuvre..."),
    ("être, naïf, ça, Â, û", "etre, naif, ca, A, u"),
    ("« Où? » – là", '" Où? " - là'),
    ("10 €", "10 €"),
    ("日本 ok", " ok"),
    ("a\u2028b\tc", "abc"),
])  # fmt: skip
def test_words_in_the_alphabet_of_every_phone(words, plain):
    assert gsm.plain(words) == plain


@pytest.mark.parametrize("n", [0, 10, 139, 140, 141, 500])
def test_words_are_cut_and_links_never(n):
    text = gsm.fitted("x" * n, "https://e.example/a")
    assert gsm.length(text) <= gsm.PLACES
    assert text.endswith("https://e.example/a")
    assert ("..." in text) is (n > 140)


def test_signs_that_take_two_places_count_two():
    assert gsm.length("[€]") == 6
    assert gsm.length(gsm.fitted("€" * 200)) <= gsm.PLACES


def test_a_link_that_fills_more_than_a_message_is_a_mistake():
    with pytest.raises(ValueError, match="link"):
        gsm.fitted("x", "https://e.example/" + "a" * 150)


# ---------------------------------------------------------------- which way


def test_only_the_ways_that_have_a_carrier_have_one():
    ways = {way: channels.carrier_of(PlannedMessage(channel=way)) is not None for way in Channel.values}
    assert ways == {"mail": False, "inbox": False, "push": True, "sms": True}


@pytest.mark.parametrize("code", [200, 201, 204])
def test_taken_is_sent(code):
    assert states.after_answer(code, handed=True, attempts=1, late=False, wait=1.0).to == states.SENT


@pytest.mark.parametrize(("late", "attempts", "to"), [(True, 1, "expired"), (False, 8, "dead"), (False, 7, "retry")])
def test_too_late_and_too_often_end_it(late, attempts, to):
    for code, handed in ((0, False), (503, True)):
        assert states.after_answer(code, handed=handed, attempts=attempts, late=late, wait=1.0).to == to
