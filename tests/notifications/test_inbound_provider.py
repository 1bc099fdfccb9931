"""Mail that a provider hands over by its webhook: once, whole, behind a secret, and again where it could not be stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from notifications.inbound import multipart
from notifications.models import InboundMail
from tests.notifications.conftest import OURS, SECRET, plain, saying

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("takes_mail")]


def handed_over(raw: bytes, *, secret: str = SECRET):
    body = {
        "Headers": [{"Name": "Return-Path", "Value": "<nia@example.ca>"}],
        "OriginalRecipient": OURS,
        "RawEmail": raw.decode(),
    }
    return Client(enforce_csrf_checks=True).post(
        reverse("mail_in"), json.dumps(body), content_type="application/json", headers=saying(secret)
    )


def test_a_provider_hands_it_over(nia, provider):
    assert handed_over(plain("by hook", own_id="<1@mail>")).status_code == 200
    assert handed_over(plain("by hook", own_id="<1@mail>")).status_code == 200
    assert [row.words for row in InboundMail.objects.all()] == ["by hook"]


def test_a_large_mail_comes_through_a_provider_as_well(nia, provider):
    assert handed_over(plain("see below\n" + "word " * 1_000_000)).status_code == 200
    assert InboundMail.objects.get().words.startswith("see below")


def as_mailgun(raw: bytes) -> dict:
    signature = {"token": "t" * 50, "timestamp": "1790000000"}
    key = b"a key of the tests"
    signed = hmac.new(key, (signature["timestamp"] + signature["token"]).encode(), hashlib.sha256).hexdigest()
    return {"body-mime": raw.decode(), "recipient": OURS, "sender": "nia@example.ca", "signature": signed, **signature}


def as_sendgrid(raw: bytes) -> dict:
    return {"email": raw.decode(), "envelope": json.dumps({"to": [OURS], "from": "nia@example.ca"})}


def as_mandrill(raw: bytes) -> dict:
    told = {"raw_msg": raw.decode(), "email": OURS}
    events = json.dumps([{"event": "inbound", "ts": 1790000000, "_id": "1", "msg": told}])
    signed = base64.b64encode(
        hmac.new(
            b"a key of the tests", f"http://testserver/mail-in/mandrill_events{events}".encode(), hashlib.sha1
        ).digest()
    )
    return {"mandrill_events": events, "signature": signed.decode()}


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.parametrize(
    ("name", "fields", "kind"),
    [
        ("mailgun", as_mailgun, "multipart"),
        ("mailgun", as_mailgun, "urlencoded"),
        ("sendgrid", as_sendgrid, "multipart"),
        ("mandrill", as_mandrill, "urlencoded"),
    ],
)
def test_a_large_mail_comes_through_a_provider_that_sends_a_form(nia, provider, settings, name, fields, kind):
    settings.INBOUND_WEBHOOK = name
    settings.ANYMAIL = {
        "MAILGUN_WEBHOOK_SIGNING_KEY": "a key of the tests", "MANDRILL_WEBHOOK_KEY": "a key of the tests",
        "MANDRILL_WEBHOOK_URL": "http://testserver/mail-in/",
    }  # fmt: skip
    said = fields(plain("see below: été\n" + "word " * 600_000))
    header = saying(SECRET)
    if (signature := said.pop("signature", None)) and name == "mandrill":
        header["X-Mandrill-Signature"] = signature
    elif signature:
        said["signature"] = signature
    client, url = Client(enforce_csrf_checks=True), reverse("mail_in")
    if kind == "multipart":
        answer = client.post(url, said, headers=header)
    else:
        answer = client.post(url, urlencode(said), content_type="application/x-www-form-urlencoded", headers=header)
    assert answer.status_code == 200
    assert InboundMail.objects.get().words.startswith("see below: été")


def test_a_form_is_read_with_its_files_and_what_is_no_form_is_refused(provider, settings):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="subject"\r\n\r\n\xc3\xa9t\xc3\xa9\r\n--B\r\n'
        b'Content-Disposition: form-data; name="attachment-1"; filename="../a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        b"%PDF\r\n--C\r\n\x00\r\n--B--\r\n"
    )
    fields, files = multipart.parse(body, "multipart/form-data; boundary=B", "utf-8")
    assert fields.dict() == {"subject": "été"}
    file = files["attachment-1"]
    assert (file.name, file.content_type, file.read()) == ("a.pdf", "application/pdf", b"%PDF\r\n--C\r\n\x00")
    settings.INBOUND_WEBHOOK = "mailgun"
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "a key of the tests"}
    for broken in (body[:-6], b"--", b"--B\r\nno head\r\n--B--"):
        for kind in ("multipart/form-data; boundary=B", "multipart/form-data"):
            answer = Client().generic("POST", reverse("mail_in"), broken, kind, headers=saying(SECRET))
            assert answer.status_code == 400


def test_signs_that_no_row_can_hold_come_through_a_provider(nia, provider):
    assert handed_over(plain("a\x00b")).status_code == 200
    assert InboundMail.objects.get().words == "ab"


def test_what_is_larger_than_any_mail_is_turned_away(provider):
    answer = Client().generic(
        "POST", reverse("mail_in"), b"{}", "application/json", headers=saying(SECRET), CONTENT_LENGTH="99999999"
    )
    assert answer.status_code == 413


def test_without_the_secret_nobody_is_there(nia, provider, settings):
    assert handed_over(plain(), secret="x" * 40).status_code == 401
    for wrong in ("", "Basic", "Basic %%%", "Bearer " + SECRET, "Basic " + base64.b64encode(SECRET.encode()).decode()):
        assert Client().post(reverse("mail_in"), headers={"Authorization": wrong}).status_code == 401
    settings.INBOUND_WEBHOOK = ""
    assert handed_over(plain()).status_code == 404
    assert not InboundMail.objects.exists()


def test_a_provider_sends_again_what_could_not_be_stored(nia, provider, monkeypatch):
    def away(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr("notifications.inbound.provider.receive", away)
    with pytest.raises(OperationalError):
        handed_over(plain())
