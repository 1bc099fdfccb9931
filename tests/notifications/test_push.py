"""A browser is told that something is waiting: where it may be asked, when it is told, what it hears, and what ends it."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import stat

import pytest
from django.utils import timezone
from py_vapid import Vapid02

from core import registry
from core.refusals import Refused
from core.time import wall_in
from notifications import causes, push, services, states, sweep, webpush
from notifications.models import Choice, PlannedMessage, PushSubscription
from tests.notifications import invariants, trial
from tests.notifications.conftest import ABOUT, go, in_hours, person, shift
from tests.push_service import PushService

pytestmark = pytest.mark.django_db
SOON = timezone.now() + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_push(settings, tmp_path, monkeypatch):
    settings.DATA_DIR, settings.VAPID_PRIVATE_KEY = tmp_path, ""
    settings.PUSH_HOSTS = ["127.0.0.1", *settings.PUSH_HOSTS]
    monkeypatch.setattr(webpush, "_resting", {})
    monkeypatch.setattr(sweep.sweeps, "_answers", {"devices": push.plan_words})


@pytest.fixture
def service():
    with PushService() as running:
        webpush.make_key()  # as the worker does when it starts
        yield running


def told_on(user, browser, language: str = "en", session_key: str = "s1", days: float = 14) -> PushSubscription:
    return push.subscribe(
        user=user, **browser.said, language=language, device="Chrome, Android", session_key=session_key,
        ends_at=timezone.now() + dt.timedelta(days=days),
    )  # fmt: skip


def tell(user, source: str = "7") -> PlannedMessage:
    return services.post("trial/reminder", to=user, about=("trial.thing", source))


def words() -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=push.WAITING).order_by("created_at"))


# ---------------------------------------------------------------- what is told


def test_after_a_mail_the_browser_hears_one_sentence_and_nothing_else(nia, sink, service):
    browser = service.browser()
    told_on(nia, browser)
    tell(nia)
    go()
    assert service.asked == [], "the mail has just left"
    go()
    assert browser.heard() == ["Something is waiting"]
    (asked,) = service.asked
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert asked.headers["ttl"] == "86400"
    for name, value in asked.headers.items():
        if (
            name.lower() != "authorization"
        ):  # its signature is random and can spell any short word; the next test reads it
            assert "thing" not in value
            assert "nia" not in value.lower()
    (row,) = words()
    assert (row.state, row.smtp_code, row.scope_id) == ("sent", 201, "")
    assert [f"{one.from_state}>{one.to_state}" for one in row.events.all()] == [
        ">planned", "claimed>sending", "sending>sent",
    ]  # fmt: skip
    assert len(sink.kept) == 1


def test_it_is_signed_with_the_key_that_the_browser_was_given(nia, sink, service):
    browser = service.browser()
    told_on(nia, browser)
    tell(nia)
    go()
    go()
    signed = service.asked[0].headers["authorization"]
    assert Vapid02.verify(signed)
    assert f"k={webpush.public_key()}" in signed
    claims = signed.split("t=")[1].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert set(said) == {"aud", "exp", "sub"}
    assert said["aud"] == service.base
    assert said["sub"].startswith("mailto:series@")


def test_in_the_language_of_the_page_and_after_what_stands_in_the_product(service, sink):
    somebody, browser = person("Ida", email=None), service.browser()
    told_on(somebody, browser, language="fr")
    tell(somebody)
    go()
    go()
    assert browser.heard() == ["Quelque chose vous attend"]


def test_many_messages_in_ten_minutes_are_one_word_and_then_the_next(nia, sink, service):
    browser = service.browser()
    told_on(nia, browser)
    for n in range(3):
        tell(nia, str(n))
    for _round in range(3):
        go()
    tell(nia, "later")
    go()
    go()
    assert len(browser.heard()) == 1
    first, second = words()
    assert second.state == "planned"
    assert round((second.due_at - first.sent_at).total_seconds()) == 600
    shift(second, next_attempt_at=-600)
    go()
    assert len(browser.heard()) == 2


def test_two_senders_that_look_at_once_promise_one_word(nia, sink, service):
    told_on(nia, service.browser())
    tell(nia)
    go()
    rows = words()
    push.plan_words()
    push.plan_words()
    assert len(words()) == len(rows) + 1


def test_each_browser_of_a_person_is_told_and_nobody_elses(nia, pierre, sink, service):
    one, other, far = service.browser(), service.browser(), service.browser()
    told_on(nia, one)
    told_on(nia, other, session_key="s2")
    told_on(pierre, far, session_key="s3")
    tell(nia)
    go()
    go()
    assert (len(one.heard()), len(other.heard()), len(far.heard())) == (1, 1, 0)


def test_what_was_told_before_and_codes_are_no_news(nia, sink, service, monkeypatch):
    trial.register_one(monkeypatch, "trial/secret", trial.thing, listed=False)
    tell(nia)
    go()
    told_on(nia, service.browser())
    services.post("trial/secret", to=nia, about=ABOUT)
    go()
    go()
    assert len(sink.kept) == 2
    assert words() == []


def test_what_was_read_meanwhile_is_not_told(service, sink):
    somebody = person("Ida", email=None)
    told_on(somebody, service.browser())
    row = tell(somebody)
    go()
    PlannedMessage.objects.filter(pk=row.pk).update(read_at=timezone.now())
    go()
    assert service.asked == []
    assert [(one.state, one.reason) for one in words()] == [("void", "source_gone")]


def test_quiet_hours_keep_it_back_and_it_comes_after_them(nia, sink, service):
    told_on(nia, service.browser())
    tell(nia)
    go()
    begins, ends = (wall_in(in_hours(hours), nia.time_zone).time() for hours in (-2, 2))
    Choice.objects.create(user=nia, shift="own", quiet_from=begins, quiet_until=ends)
    go()
    (row,) = words()
    assert (row.state, row.reason, service.asked) == ("planned", "quiet", [])
    Choice.objects.all().delete()
    shift(row, next_attempt_at=-3 * 3600)
    go()
    assert len(service.asked) == 1


@pytest.mark.parametrize("whose", ["own", "the installation's"])
def test_what_would_be_too_late_after_them_wakes_no_device(nia, sink, service, settings, whose):
    told_on(nia, service.browser())
    tell(nia)
    go()
    begins, ends = (wall_in(in_hours(hours), nia.time_zone).time() for hours in (-2, 2))
    if whose == "own":
        Choice.objects.create(user=nia, shift="own", quiet_from=begins, quiet_until=ends)
    else:
        settings.QUIET_HOURS = f"{begins:%H:%M}-{ends:%H:%M}"
    # A word of yesterday that could not leave before.
    push.plan_words()
    assert PlannedMessage.objects.filter(kind=push.WAITING).update(not_after=in_hours(1)) == 1
    go()
    (row,) = words()
    assert (row.state, row.reason, service.asked) == ("expired", "quiet_expired", [])
    assert causes.why(row)
    assert invariants.broken()["sent_in_quiet_hours"] == 1, "the mail that left before the hours were chosen"


# ---------------------------------------------------------------- what comes of it


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(nia, sink, service, status):
    told_on(nia, service.browser())
    service.answers = [status]
    tell(nia)
    go()
    go()
    assert not PushSubscription.objects.exists()
    assert [(one.state, one.reason) for one in words()] == [("dead", "device_gone")]
    tell(nia, "again")
    go()
    go()
    assert len(service.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_busy_is_asked_again(nia, sink, service, status):
    browser = service.browser()
    told_on(nia, browser)
    service.answers = [status]
    tell(nia)
    go()
    go()
    (row,) = words()
    assert (row.state, row.reason) == ("retry", "service_busy")
    shift(row, next_attempt_at=-3600)
    go()
    assert len(browser.heard()) == 2
    row.refresh_from_db()
    assert row.state == "sent"


@pytest.mark.parametrize("status", [302, 400, 403, 413])
def test_what_a_service_refuses_is_not_asked_again_and_no_redirect_is_followed(nia, sink, service, status):
    with PushService() as elsewhere:
        told_on(nia, service.browser())
        service.answers = [(status, {"Location": f"{elsewhere.base}/stolen"})]
        tell(nia)
        go()
        go()
        assert elsewhere.asked == []
    assert [(one.state, one.reason) for one in words()] == [("dead", "service_refused")]
    assert PushSubscription.objects.get().failed_at
    tell(nia, "again")
    go()
    go()
    assert len(service.asked) == 1


def test_no_answer_after_the_hand_over_is_never_handed_over_twice(nia, sink, service):
    told_on(nia, service.browser())
    service.answers = [None]
    tell(nia)
    for _round in range(3):
        go()
    assert len(service.asked) == 1
    assert [(one.state, one.reason) for one in words()] == [("expired", "no_answer")]


def test_a_service_that_is_away_waits_and_others_do_not_wait_for_it(nia, pierre, sink, service):
    with PushService() as gone:
        far = gone.browser()
    told_on(nia, far)
    told_on(pierre, service.browser(), session_key="s2")
    tell(nia)
    tell(pierre)
    go()
    go()
    by_reader = {one.recipient_id: one for one in words()}
    assert (by_reader[nia.pk].state, by_reader[nia.pk].reason) == ("retry", "service_away")
    assert by_reader[pierre.pk].state == "sent"
    assert webpush.is_resting(gone.base.removeprefix("http://"))
    assert not webpush.is_resting(service.base.removeprefix("http://"))


def test_a_sender_that_dies_in_between_leaves_it_to_nobody_twice(nia, sink, service, settings):
    told_on(nia, service.browser())
    tell(nia)
    go()
    push.plan_words()
    (row,) = words()
    with_claim = {
        "state": "sending",
        "claim_token": "0" * 32,
        "claimed_at": timezone.now(),
        "lease_until": in_hours(-1),
    }
    PlannedMessage.objects.filter(pk=row.pk).update(begun_at=timezone.now(), **with_claim)
    go()
    row.refresh_from_db()
    assert row.state == "uncertain"
    shift(row, updated_at=-settings.UNCERTAIN_SECONDS - 1)
    go()
    row.refresh_from_db()
    assert (row.state, service.asked) == (states.HELD, [])


# ---------------------------------------------------------------- where one may ask


@pytest.mark.parametrize("endpoint", [
    "https://fcm.googleapis.com/fcm/send/abc", "https://updates.push.services.mozilla.com/wpush/v2/x",
    "https://web.push.apple.com/Q", "https://wns2-by3p.notify.windows.com/w/?token=x", "https://fcm.googleapis.com:443/x",
])  # fmt: skip
def test_known_push_services_are_spoken_to(endpoint):
    assert webpush.is_allowed(endpoint)


@pytest.mark.parametrize("endpoint", [
    "", "fcm.googleapis.com", "http://fcm.googleapis.com/x", "https://example.ca/x", "https://169.254.169.254/latest",
    "https://fcm.googleapis.com.example.ca/x", "https://evilfcm.googleapis.com/x", "https://push.apple.com/x",
    "https://evilpush.apple.com/", "https://fcm.googleapis.com@169.254.169.254/x", "https://a:b@fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x", "https://fcm.googleapis.com:x/", "file:///etc/passwd", "gopher://fcm.googleapis.com/",
    "https://[::1]/x", "https://localhost/x", "https://fcm.googleapis.com\\@example.ca/", "https://example.ca\\.push.apple.com/",
    "https://fcm.googleapis.com/a b", "https://fcm.googleapis.com/\r\nX: y", "https://fcm.googleapis.com/" + "x" * 1000,
    "https://fcm.googleapis.com/é", "https://[fcm.googleapis.com/", "https://127.0.0.1%2f.push.apple.com/",
    "https://127.0.0.1%23.push.apple.com/x", "https://x_y.push.apple.com/", "https://*.push.apple.com/", "https://.push.apple.com/",
])  # fmt: skip
def test_nobody_else_is(nia, endpoint):
    assert not webpush.is_allowed(endpoint)
    with pytest.raises(Refused):
        push.subscribe(
            user=nia, endpoint=endpoint, p256dh="x", auth="y", language="en", device="", session_key="s", ends_at=SOON
        )
    assert not PushSubscription.objects.exists()


def test_plain_http_to_this_computer_is_for_tests_alone(settings, service):
    assert webpush.is_allowed(service.browser().endpoint)
    settings.PUSH_PLAIN_LOOPBACK = False
    assert not webpush.is_allowed(service.browser().endpoint)
    settings.PUSH_PLAIN_LOOPBACK, settings.PUSH_HOSTS = True, ["fcm.googleapis.com"]
    assert not webpush.is_allowed(service.browser().endpoint)


def test_where_it_goes_is_looked_at_once_more_before_it_goes(nia, sink, service, settings):
    """An address that got into the table another way, or a service that is not spoken to any more."""
    told_on(nia, service.browser())
    tell(nia)
    go()
    settings.PUSH_HOSTS = ["fcm.googleapis.com"]
    go()
    assert service.asked == []
    assert [(one.state, one.reason) for one in words()] == [("held", "cannot_be_written:ValueError")]


@pytest.mark.parametrize(
    "wrong", [{"p256dh": "AAAA"}, {"p256dh": "é"}, {"auth": "short"}, {"auth": ""}, {"p256dh": ""}]
)
def test_keys_that_are_none_are_refused(nia, service, wrong):
    keys = {**service.browser().said, **wrong}
    with pytest.raises(Refused):
        push.subscribe(user=nia, **keys, language="en", device="", session_key="s", ends_at=SOON)


# ---------------------------------------------------------------- our own key


def test_the_key_is_made_once_for_its_owner_alone(settings, tmp_path):
    with pytest.raises(webpush.NoKey):
        webpush.public_key()
    assert os.listdir(tmp_path) == [], "whoever looks writes nothing"
    webpush.make_key()
    first = webpush.public_key()
    file = tmp_path / "push-key"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    webpush.make_key()
    assert webpush.public_key() == first
    assert len(base64.urlsafe_b64decode(first + "=")) == 65
    assert os.listdir(tmp_path) == ["push-key"]


def test_a_key_from_the_settings_goes_before_the_file(settings, tmp_path):
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(b"\x01" * 32).decode().rstrip("=")
    first = webpush.public_key()
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(b"\x02" * 32).decode().rstrip("=")
    assert webpush.public_key() != first
    assert os.listdir(tmp_path) == []


def test_a_sender_without_the_key_makes_none_and_tries_later(nia, sink, tmp_path):
    with PushService() as service:
        told_on(nia, service.browser())
        tell(nia)
        go()
        go()
        assert service.asked == []
    assert [(one.state, one.reason) for one in words()] == [("retry", "service_away")]
    assert os.listdir(tmp_path) == []


# ---------------------------------------------------------------- what ends it


def test_a_browser_that_somebody_else_uses_now_is_theirs(nia, pierre, sink, service):
    browser = service.browser()
    told_on(nia, browser)
    tell(nia)
    go()
    push.plan_words()
    told_on(pierre, browser, session_key="s2")
    go()
    assert service.asked == []
    assert [one.user for one in PushSubscription.objects.all()] == [pierre]


def test_it_ends_with_its_session_and_follows_its_new_key(nia, service):
    told_on(nia, service.browser(), session_key="s1")
    told_on(nia, service.browser(), session_key="s2")
    push.follow("s1", "s9")
    push.end_session("s1")
    push.end_session(None)
    assert PushSubscription.objects.count() == 2
    push.end_session("s9")
    assert [one.session_mark for one in push.of(nia)] == [push.mark_of("s2")]
    push.end_other_sessions(nia, "s2")
    assert PushSubscription.objects.count() == 1
    push.end_other_sessions(nia, "s3")
    assert not PushSubscription.objects.exists()


def test_once_its_session_has_run_out_it_is_told_nothing_and_goes(nia, sink, service):
    over, here = service.browser(), service.browser()
    told_on(nia, over, session_key="s1")
    told_on(nia, here, session_key="s2")
    tell(nia)
    go()
    push.plan_words()
    assert len(words()) == 2
    PushSubscription.objects.filter(session_mark=push.mark_of("s1")).update(ends_at=timezone.now())
    go()
    assert (over.heard(), here.heard()) == ([], ["Something is waiting"]), "a word on its way is looked at once more"
    assert {(one.state, one.reason) for one in words()} == {("void", "source_gone"), ("sent", "")}
    for row in words():
        shift(row, created_at=-1200, **({"sent_at": -1200} if row.sent_at else {}))
    tell(nia, "8")
    go()
    push.plan_words()
    assert len(words()) == 3, "nothing is planned for it any more"
    assert [one.session_mark for one in push.of(nia)] == [push.mark_of("s2")]
    assert push.ended(timezone.now()).delete()[0] == 1
    assert PushSubscription.objects.count() == 1


def test_nobody_has_more_browsers_than_ten(nia, service, monkeypatch):
    for n in range(push.MOST + 2):
        told_on(nia, service.browser(), session_key=f"s{n}")
    assert len(push.of(nia)) == push.MOST


def test_it_is_told_and_forgotten_with_the_person(nia, service):
    told_on(nia, service.browser())
    told = dict(registry.data_of.ask_all(nia))["devices"]["devices_told"]
    assert [one["device"] for one in told] == ["Chrome, Android"]
    push.forget(nia)
    assert push.of(nia) == []


def test_looking_for_news_is_one_statement_where_there_is_none(nia, service, django_assert_num_queries):
    told_on(nia, service.browser())
    with django_assert_num_queries(3):  # it, and the ends of its transaction
        push.plan_words()
