"""What an address leads to, and the same page in the other language."""

import uuid

import pytest
from django.urls import reverse
from django.utils.translation import override

from core.addresses import match_of, path_in_language

KEYS = [uuid.UUID(int=1), uuid.UUID(int=2)]


def session(lang: str) -> str:
    with override(lang):
        return reverse("session", args=KEYS)


@pytest.mark.parametrize(("here", "there"), [("en", "fr"), ("fr", "en")])
def test_a_page_has_its_address_in_the_other_language(here, there):
    with override(here):
        assert path_in_language(session(here), there) == session(there) != session(here)
        assert path_in_language(session(here), here) == session(here)


def test_what_leads_nowhere_stays_as_it_is():
    with override("en"):
        for path in ("/nowhere/", "", "//", "/%ff/", "/a" * 900):
            assert match_of(path) is None
            assert path_in_language(path, "fr") == path


def test_an_address_is_looked_up_in_the_language_of_now():
    for lang, other in (("en", "fr"), ("fr", "en")):
        with override(lang):
            found = match_of(session(lang))
            assert (found.url_name, list(found.kwargs.values())) == ("session", KEYS)
            assert match_of(session(other)) is None


def test_an_address_that_a_program_writes_in_signs_is_the_same():
    with override("en"):
        quoted = session("en").replace("-", "%2D")
        assert "%2D" in quoted
        assert path_in_language(quoted, "fr") == session("fr")
