"""Will it arrive? The sender's domain by DNS, the line to the mail server, what came back by domain, and a test mail."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from desk import doctor
from desk.outbox import arrival as page
from notifications import arrival, delivery, sweep, wording
from notifications import services as notifications
from notifications.models import MessageEvent, PlannedMessage, SenderCheck
from tests import make
from tests.dns_server import DnsServer
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

DOMAIN = "series.example"
ALL_GOOD = dict.fromkeys(arrival.LOOKED_AT, "good")


@pytest.fixture(autouse=True)
def _quiet(silent_bell, monkeypatch, settings):
    monkeypatch.setattr(arrival, "_look_again_at", 0.0)
    settings.DEFAULT_FROM_EMAIL = f"Action Series <hello@{DOMAIN}>"
    settings.DKIM_SELECTORS = ["k1"]
    # A process remembers its sender; the tests after these have another.
    for module, name in ((delivery, "_sender_address"), (wording, "_sender_name")):
        monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)
    cache.clear()


@pytest.fixture
def dns(settings):
    """A DNS in which everything is as it should be."""
    with DnsServer() as server:
        settings.DNS_RESOLVERS = [server.address]
        server.exchanges[DOMAIN] = ["10 mx.series.example."]
        server.texts[DOMAIN] = ["google-site-verification=x", "v=spf1 include:relay.example -all"]
        server.texts[f"k1._domainkey.{DOMAIN}"] = ["v=DKIM1; k=rsa; p=" + "A" * 400]
        server.texts[f"_dmarc.{DOMAIN}"] = ["v=DMARC1; p=quarantine; rua=mailto:x@series.example"]
        yield server


@pytest.fixture
def paula(cohort):
    person = make.planner(cohort=cohort, name="Paula", email="paula@example.org")
    PlannedMessage.objects.update(state="void")  # what greets somebody new
    return person


@pytest.fixture
def planning(client, paula):
    client.force_login(paula)
    return client


def address(cohort) -> str:
    return reverse("planning_arrival", args=[cohort.pk])


def shown(client, cohort) -> str:
    return " ".join(client.get(address(cohort)).content.decode().split())


# ---------------------------------------------------------------- the sender's domain


def test_where_everything_is_as_it_should_be_each_thing_is_good(dns):
    assert arrival.look().found == ALL_GOOD


@pytest.mark.parametrize(("change", "name", "code"), [
    (lambda dns: dns.texts.update({DOMAIN: ["something else"]}), "spf", "missing"),
    (lambda dns: dns.texts.pop(DOMAIN), "spf", "missing"),
    (lambda dns: dns.texts.update({DOMAIN: ["v=spf1 -all", "v=spf1 a -all"]}), "spf", "several"),
    (lambda dns: dns.texts.update({DOMAIN: ["v=spf1 include:x.example +all"]}), "spf", "open"),
    (lambda dns: dns.texts.update({DOMAIN: ["v=spf1 include:x.example ?all"]}), "spf", "open"),
    (lambda dns: dns.texts.update({DOMAIN: ["v=spf1 include:x.example"]}), "spf", "open"),
    (lambda dns: dns.texts.update({DOMAIN: ["v=spf10 -all"]}), "spf", "missing"),
    (lambda dns: dns.texts.update({DOMAIN: ["V=SPF1 redirect=_spf.x.example"]}), "spf", "good"),
    (lambda dns: dns.texts.update({DOMAIN: ["v=spf1 mx ~all"]}), "spf", "good"),
    (lambda dns: dns.texts.pop(f"k1._domainkey.{DOMAIN}"), "dkim", "missing"),
    (lambda dns: dns.texts.update({f"k1._domainkey.{DOMAIN}": ["v=DKIM1; p="]}), "dkim", "broken"),
    (lambda dns: dns.texts.pop(f"_dmarc.{DOMAIN}"), "dmarc", "missing"),
    (lambda dns: dns.texts.update({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none"]}), "dmarc", "only_watches"),
    (lambda dns: dns.texts.update({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject"]}), "dmarc", "good"),
    (lambda dns: dns.texts.update({f"_dmarc.{DOMAIN}": ["v=DMARC1; q=reject"]}), "dmarc", "broken"),
    (lambda dns: dns.texts.update({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}), "dmarc", "several"),
    (lambda dns: dns.exchanges.update({DOMAIN: ["0 ."]}), "from", "no_answers"),
    (lambda dns: dns.exchanges.pop(DOMAIN), "from", "no_answers"),
    (lambda dns: dns.exchanges.pop(DOMAIN) and dns.addresses.update({DOMAIN: ["192.0.2.1"]}), "from", "good"),
    (lambda dns: dns.broken.add(f"_dmarc.{DOMAIN}"), "dmarc", "not_asked"),
])  # fmt: skip
def test_one_thing_wrong_is_named_and_nothing_else(dns, change, name, code):
    change(dns)
    assert arrival.look().found == {**ALL_GOOD, name: code}


def test_the_domain_above_speaks_for_one_below_it(dns, settings):
    settings.DEFAULT_FROM_EMAIL = f"hello@mail.{DOMAIN}"
    dns.texts[f"_dmarc.{DOMAIN}"] = ["v=DMARC1; p=none; sp=reject"]
    assert arrival.look().found["dmarc"] == "good"
    dns.texts[f"_dmarc.mail.{DOMAIN}"] = ["v=DMARC1; p=none; sp=reject"]
    assert arrival.look().found["dmarc"] == "only_watches"


def test_without_the_name_of_a_key_nobody_guesses(dns, settings):
    settings.DKIM_SELECTORS = []
    assert arrival.look().found["dkim"] == "no_selector"
    assert not [name for name, _kind in dns.asked if "_domainkey" in name]


def test_a_dns_that_is_silent_costs_two_seconds_and_no_more(dns):
    dns.silent.add("*")
    begun = time.monotonic()
    assert set(arrival.look().found.values()) == {"not_asked"}
    assert time.monotonic() - begun < 2.8


def test_a_resolver_that_cannot_be_one_is_no_accident(settings):
    settings.DNS_RESOLVERS = ["not an address"]
    assert set(arrival.look().found.values()) == {"not_asked"}


@pytest.mark.parametrize("sender", ["series@localhost", "series@127.0.0.1", "series@host.local", "nonsense"])
def test_about_a_name_of_this_computer_nobody_is_asked(dns, settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    assert set(arrival.look().found.values()) == {"local"}
    arrival.sweep()
    assert dns.asked == []


def test_the_tick_asks_once_a_day(dns, monkeypatch):
    arrival.sweep()
    asked = len(dns.asked)
    assert asked > 3
    arrival.sweep()
    monkeypatch.setattr(arrival, "_look_again_at", 0.0)
    arrival.sweep()
    assert len(dns.asked) == asked, "within the day nobody asks again"
    SenderCheck.objects.update(asked_at=timezone.now() - dt.timedelta(hours=25))
    monkeypatch.setattr(arrival, "_look_again_at", 0.0)
    arrival.sweep()
    assert len(dns.asked) == 2 * asked


def test_a_page_asks_nobody_and_pressing_does(planning, cohort, dns):
    assert f"Nobody has asked {DOMAIN} yet." in shown(planning, cohort)
    assert dns.asked == []
    dns.texts.pop(f"_dmarc.{DOMAIN}")
    planning.post(address(cohort), {"verb": "look"})
    asked = len(dns.asked)
    text = shown(planning, cohort)
    assert "series.example says which servers may send in its name (SPF)." in text
    assert "v=DMARC1; p=quarantine" in text
    assert "to put right" in text
    assert len(dns.asked) == asked


def test_what_was_found_of_another_domain_does_not_count(planning, cohort, dns, settings):
    arrival.look()
    settings.DEFAULT_FROM_EMAIL = "hello@other.example"
    assert "Nobody has asked other.example yet." in shown(planning, cohort)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_everything_that_can_be_found_has_its_sentence(lang):
    codes = {
        "from": ("good", "no_answers", "not_asked"), "spf": ("good", "missing", "several", "open", "not_asked"),
        "dkim": ("good", "missing", "broken", "no_selector", "not_asked"),
        "dmarc": ("good", "missing", "several", "only_watches", "broken", "not_asked"),
    }  # fmt: skip
    with override(lang):
        for name, some in codes.items():
            for code in some:
                (one,) = page.of_domain(SenderCheck(domain=DOMAIN, found={name: code}))
                assert DOMAIN in one.sentence
                assert bool(one.repair) is (code != "good")


# ---------------------------------------------------------------- the line


def test_the_last_hand_over_with_the_servers_answer(planning, cohort, paula, sink):  # noqa: F811
    assert "No mail has left yet." in shown(planning, cohort)
    planning.post(address(cohort), {"verb": "test"})
    sweep.tick(seconds=10)
    assert "The mail server said: 250 2.0.0 kept as 4711" in shown(planning, cohort)


def test_what_waits_and_why(planning, cohort, paula):
    row = notifications.post("enrolment/invitation", to=paula, about=("trial.thing", "x"))
    late = timezone.now() - dt.timedelta(minutes=40)
    PlannedMessage.objects.filter(pk=row.pk).update(state="retry", reason="server_away", next_attempt_at=late)
    text = shown(planning, cohort)
    assert "1 mail waits although its hour has come." in text
    assert "The mail server could not be reached. It is tried again." in text
    PlannedMessage.objects.update(state="sent")
    assert "Nothing waits that should have left." in shown(planning, cohort)


def test_what_was_asked_for_a_moment_ago_is_not_late(planning, cohort, paula):
    planning.post(address(cohort), {"verb": "test"})
    assert PlannedMessage.objects.to(paula).waiting().count() == 1
    assert "although its hour has come" not in shown(planning, cohort)
    PlannedMessage.objects.waiting().update(next_attempt_at=timezone.now() - dt.timedelta(minutes=3))
    assert "1 mail waits although its hour has come." in shown(planning, cohort)


def test_the_last_hand_over_is_not_looked_for_for_ever(monkeypatch, paula):
    row = notifications.post("enrolment/invitation", to=paula, about=("trial.thing", "x"))
    MessageEvent.objects.create(message=row, from_state="sending", to_state="sent")
    assert arrival.line().handed_at
    for _n in range(5):
        MessageEvent.objects.create(message=row, from_state="", to_state="planned")
    monkeypatch.setattr(arrival, "_STEPS_BACK", 3)
    assert arrival.line().handed_at is None


# ---------------------------------------------------------------- a test mail


def test_a_test_mail_goes_the_way_of_all_others_and_its_end_is_told(planning, cohort, paula, sink):  # noqa: F811
    planning.post(address(cohort), {"verb": "test"})
    assert "Your last test mail: waiting" in shown(planning, cohort)
    sweep.tick(seconds=10)
    (kept,) = sink.kept
    assert kept.to == "paula@example.org"
    assert "If you read this, mail leaves here" in kept.text()
    assert "Your last test mail: sent" in shown(planning, cohort)


def test_a_test_mail_that_is_refused_says_so(planning, cohort, sink):  # noqa: F811
    sink.script.append("550")
    planning.post(address(cohort), {"verb": "test"})
    sweep.tick(seconds=10)
    text = shown(planning, cohort)
    assert "The mail server of that address refused it." in text
    assert "550 5.1.1" in text


def test_nobody_gets_many_of_them(planning, cohort, paula):
    planning.post(address(cohort), {"verb": "test"})
    text = planning.post(address(cohort), {"verb": "test", "again": "1"}, follow=True).content.decode()
    assert "Your last test mail is still on its way." in text
    tests = PlannedMessage.objects.filter(kind="notifications/test-mail")
    for n in range(page.TESTS_AN_HOUR - 1):
        tests.update(state="sent")
        planning.post(address(cohort), {"verb": "test", "again": f"a{n}"})
    tests.update(state="sent")
    assert tests.count() == page.TESTS_AN_HOUR
    text = planning.post(address(cohort), {"verb": "test", "again": "last"}, follow=True).content.decode()
    assert "That is enough test mails for one hour." in text
    assert tests.count() == page.TESTS_AN_HOUR


def test_without_a_mailbox_there_is_none(client, cohort):
    client.force_login(make.planner(cohort=cohort, email=None))
    text = client.post(address(cohort), {"verb": "test"}, follow=True).content.decode()
    assert "You have no mailbox here" in text
    assert not PlannedMessage.objects.filter(kind="notifications/test-mail").exists()


# ---------------------------------------------------------------- by domain


def told(cohort, name: str, *, people: int, mails: int = 1, back: int = 0, refused: int = 0, days: int = 1) -> None:
    """Let mails to so many people at a domain have left, of which some came back or were refused."""
    n = 0
    for one in range(people):
        person = make.person(f"{name} {one}", email=f"p{one}@{name}")
        for _mail in range(mails):
            state, reason = ("bounced", "") if n < back else ("dead", "refused") if n < back + refused else ("sent", "")
            row = notifications.post(
                "enrolment/invitation", to=person, about=("trial.thing", f"{name}-{n}"), scope=cohort
            )
            at = timezone.now() - dt.timedelta(days=days)
            PlannedMessage.objects.filter(pk=row.pk).update(state=state, reason=reason, updated_at=at)
            n += 1


def test_shares_by_domain_with_small_ones_together(planning, cohort):
    told(cohort, "hospital.example", people=6, mails=2, back=2, refused=1)
    told(cohort, "clinic.example", people=5)
    told(cohort, "tiny.example", people=4, back=1)
    told(cohort, "one.example", people=1)
    told(cohort, "long-ago.example", people=9, days=31)
    told(make.cohort(), "elsewhere.example", people=9)
    fared = [(one.name, one.people, one.mails, one.returned, one.share) for one in page.by_domain(cohort)]
    assert fared == [
        ("hospital.example", 6, 12, 3, 25), ("others together", 5, 5, 1, 20), ("clinic.example", 5, 5, 0, 0),
    ]  # fmt: skip
    text = shown(planning, cohort)
    assert "hospital.example" in text
    for hidden in ("tiny.example", "one.example", "elsewhere.example", "long-ago.example"):
        assert hidden not in text


@pytest.mark.parametrize("small", [[4], [2, 2], [5, 4]])
def test_few_people_are_never_told_apart_nor_left_over(cohort, small):
    told(cohort, "large.example", people=8)
    for n, people in enumerate(small):
        told(cohort, f"d{n}.example", people=people, back=1)
    names = [one.name for one in arrival.by_domain(PlannedMessage.objects.all(), since=timezone.now() - arrival.LATELY)]
    assert names == (["d0.example", "large.example"] if small == [5, 4] else ["large.example"])


def test_one_of_many_is_never_rounded_away():
    assert arrival.Domain("x", 300, 1000, 1).share == 1
    assert arrival.Domain("x", 300, 1000, 0).share == 0


def test_the_page_asks_as_much_for_many_as_for_one(planning, cohort, django_assert_max_num_queries):
    for n in range(6):
        told(cohort, f"d{n}.example", people=5)
    with django_assert_max_num_queries(12):
        planning.get(address(cohort))


def test_the_doctor_names_where_much_comes_back(cohort):
    assert doctor.bounces_by_domain().seen == "too little has left to say"
    told(cohort, "clinic.example", people=5)
    assert doctor.bounces_by_domain() == doctor.Row("bounces by domain", "good", "none of 5 in thirty days")
    told(cohort, "hospital.example", people=6, back=2)
    row = doctor.bounces_by_domain()
    assert (row.state, row.seen) == ("note", "hospital.example 2 of 6")
    assert doctor.bounces_by_domain in doctor.LINES
