"""The addresses in our mails name one message, cannot be made by anybody else, and survive what mail programs do to them."""

from __future__ import annotations

import time
import uuid

import pytest

from notifications.inbound import addresses
from notifications.inbound.addresses import ANSWER, BOUNCE, LONGEST_NAME
from notifications.models import PlannedMessage


@pytest.fixture(autouse=True)
def _takes_mail(settings):
    settings.INBOUND_ADDRESS = "answers@collaborative.example"


@pytest.fixture
def row() -> PlannedMessage:
    return PlannedMessage(pk=uuid.uuid4())


def test_they_name_the_message_and_the_use(row):
    answer, bounce = addresses.answer_address(row), addresses.bounce_address(row, "Nia@example.ca")
    assert addresses.read(answer) == addresses.Named(row.pk, ANSWER)
    named = addresses.read(bounce)
    assert (named.message, named.use) == (row.pk, BOUNCE)
    assert addresses.is_marked("nia@example.ca", named.mark)
    assert not addresses.is_marked("nia@example.net", named.mark)


def test_case_and_brackets_do_not_matter(row):
    for made in (addresses.answer_address(row), addresses.bounce_address(row, "nia@example.ca")):
        assert addresses.read(f"<{made.upper()}>").message == row.pk


def test_they_fit_into_an_address_of_any_mail_server(row, settings):
    settings.INBOUND_ADDRESS = f"{'a' * LONGEST_NAME}@collaborative.example"
    assert len(addresses.bounce_address(row, "nia@example.ca").partition("@")[0]) == 64
    assert addresses.read(addresses.bounce_address(row, "nia@example.ca")).message == row.pk


def test_nobody_else_can_make_one(row, settings):
    made = addresses.answer_address(row)
    name, _at, domain = made.partition("@")
    for place in range(len("answers+"), len(name)):
        changed = name[:place] + ("a" if name[place] != "a" else "c") + name[place + 1 :]
        found = addresses.read(f"{changed}@{domain}")
        # The last letter bears bits that say nothing.
        assert found is None or (place == len(name) - 1 and found.message == row.pk)
    for other in (f"{name}@elsewhere.example", f"{name}x@{domain}", f"answers+@{domain}", f"answers@{domain}", "", "x"):
        assert addresses.read(other) is None
    # One use is not the other.
    bounce = addresses.bounce_address(row, "nia@example.ca")
    assert addresses.read(bounce.replace("+b", "+")) is None
    settings.SECRET_KEY = "another" * 8
    assert addresses.read(made) is None
    settings.SECRET_KEY_FALLBACKS = ["only-for-tests-" + "x" * 40]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY_FALLBACKS[0]]
    assert addresses.read(made) == addresses.Named(row.pk, ANSWER), "an old key still reads: a token is good for ever"


def test_without_mail_that_comes_in_there_are_none(row, settings):
    made = addresses.answer_address(row)
    settings.INBOUND_ADDRESS = ""
    assert (addresses.answer_address(row), addresses.bounce_address(row, "x@y.ca"), addresses.read(made)) == (
        "",
        "",
        None,
    )


def test_making_them_costs_next_to_nothing(row):
    begun = time.process_time()
    for _ in range(2_000):
        addresses.answer_address(row)
        addresses.bounce_address(row, "nia@example.ca")
    assert time.process_time() - begun < 1, "half a thousandth of a second for both at most"
