"""Which of the two languages speaks."""

import pytest
from django.utils import translation

from core.language import language, other


@pytest.mark.parametrize(
    ("active", "spoken"), [("en", "en"), ("fr", "fr"), ("fr-ca", "fr"), ("en-gb", "en"), ("de", "en")]
)
def test_the_active_language_is_one_of_two(active, spoken):
    with translation.override(active):
        assert language() == spoken


def test_without_an_active_language_it_is_english():
    with translation.override(None):
        assert language() == "en"


def test_the_other_language():
    assert (other("en"), other("fr")) == ("fr", "en")


@pytest.mark.parametrize(
    ("path", "other_path"),
    [
        ("/design/", "/fr/apparence/"),
        ("/nowhere/", "/fr/"),
        ("/fr/nulle-part/", "/"),
        ("/demo/mail/no-such.eml/", "/fr/"),
    ],
)
def test_the_switch_leads_to_the_page_in_the_other_language_or_to_its_first_page(client, settings, path, other_path):
    settings.DEMO = True
    assert client.get(path).context["other_lang_url"] == other_path
