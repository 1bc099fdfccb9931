"""What stands in the address of an invitation, and what of it can be forged."""

import uuid

import pytest
from django.core import signing

from enrolment import links

ROW = uuid.UUID("0c6f3f0e-7f0b-4b53-9f0f-1f5e6a2b9c11")


def test_a_token_names_row_version_and_mailbox_and_nobody():
    token = links.token_for(ROW, 3, mailed_to="Nia.Roy@Example.org")
    link = links.read(token)
    assert (link.row_id, link.version) == (str(ROW), 3)
    assert "nia" not in signing.b64_decode(token.split(":")[0].lstrip(".").encode()).decode("latin-1").lower()
    assert link.went_to("nia.roy@example.org ")
    for other in ("nia.roy@example.com", "", None):
        assert not link.went_to(other)


def test_no_mailbox_is_one_too():
    link = links.read(links.token_for(ROW, 1, mailed_to=None))
    assert link.went_to(None)
    assert link.went_to("")
    assert not link.went_to("nia@example.org")


def test_the_mailbox_in_it_cannot_be_reckoned_without_the_key(settings):
    token = links.token_for(ROW, 1, mailed_to="nia@example.org")
    mailbox = links.read(token).mailbox
    settings.SECRET_KEY = "another-key-" + "x" * 40
    assert links.read(token) is None
    assert links.read(links.token_for(ROW, 1, mailed_to="nia@example.org")).mailbox != mailbox


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "🙂", "x" * 5000])
def test_a_token_of_another_make_is_nothing(token):
    assert links.read(token) is None


def test_one_letter_more_or_another_purpose_is_nothing():
    token = links.token_for(ROW, 1, mailed_to="nia@example.org")
    assert links.read(token + "a") is None
    assert links.read(token[:-2] + ("aa" if not token.endswith("aa") else "bb")) is None
    assert links.read(signing.dumps([str(ROW), 1, "x"], salt="another purpose")) is None
    assert links.read(signing.dumps([str(ROW), 1], salt=links.SALT)) is None, "without a mailbox it is none of ours"
