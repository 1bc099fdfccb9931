"""The pack for the privacy and IT office, the map of the site, and what search engines are told."""

import io
import re

import django
import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from enrolment import application_keeping
from enrolment.people_import import run
from enrolment.site import pages, trust, trust_words
from enrolment.site import people as site_people
from jobs import services as job_services
from tests import make

pytestmark = pytest.mark.django_db


def test_the_page_is_made_from_what_runs(client, settings):
    settings.HOSTING = "Toronto, Ontario, Canada"
    settings.PRIVACY_CONTACT = "Odile Marchand, privacy@example.ca"
    settings.SUB_PROCESSORS = [["Postal", "sends mail", "Montreal"]]
    settings.SITE_URL = "https://series.example.ca"
    settings.DEFAULT_FROM_EMAIL = "Action Series <series@mail.example.ca>"
    answer = client.get("/trust/")
    text = answer.content.decode()
    for words in (
        "Toronto, Ontario, Canada",
        "Odile Marchand, privacy@example.ca",
        "Postal, sends mail, Montreal",
        "series.example.ca, port 443",
        "mail.example.ca",
        "zoom.us",
        f"Django {django.get_version()}",
        "Law 25",
        "PHIPA",
        "PIPEDA",
        "no request goes to any third party",
        "accounts.user",
    ):
        assert words in text, words
    assert answer.headers["Cache-Control"].startswith("public")
    assert not answer.cookies


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_and_document_answer_the_same_questions_of_an_assessment(client, lang):
    with override(lang):
        text = client.get(reverse("trust")).content.decode()
        pack = trust.document()
        leads_on = [reverse("accessibility"), reverse("trust_pdf")]
        prepared = {key: heading for key, heading, _text in trust_words.sections(lang)}
        kept = trust.kept()
    assert {"access", "technique", "erasure", "breach", "law25", "phipa", "pipeda"} <= set(prepared)
    assert all(f'<h2 id="{key}">' in text for key in prepared)
    assert [heading for heading, _lines in pack["sections"]] == list(prepared.values())
    assert all(lines for _heading, lines in pack["sections"])
    assert len(pack["facts"]) > 8
    assert [label for label, _value in pack["facts"] if f"<strong>{escape(label)}</strong>" not in text] == []
    assert len(pack["kept"]) == len(kept) == text.count('<span class="small quiet d-block">')
    assert pack["components"].count(", ") + 1 == len(trust.components())
    assert [address for address in leads_on if f'href="{address}"' not in text] == []


def test_what_nobody_has_said_is_called_so(client):
    assert "Not stated yet for this installation" in client.get("/trust/").content.decode()


def test_an_organisations_own_accounts_are_a_way_in_and_a_third_party(client, settings):
    plain = client.get("/trust/").content.decode()
    assert "None. A link into a meeting" in plain
    assert "a passkey" in plain
    settings.OIDC = [{"id": "cedar", "name": "Cedar Ridge Hospital", "issuer": "https://login.cedar.example/realm"}]
    cache.clear()
    text = client.get("/trust/").content.decode()
    assert "the account of Cedar Ridge Hospital" in text
    assert "login.cedar.example" in text
    assert "led to the sign-in page of that organisation" in text
    assert trust_words.sections("fr", sign_in_elsewhere=True) != trust_words.sections("fr")


def test_the_register_says_the_days_after_which_it_is_swept():
    kept = {(row["table"], row["fields"].split(", ")[0]): row["kept"] for row in trust.kept()}
    applied = kept["enrolment.application", "typed"]
    assert f"{application_keeping.KEPT_DAYS} days" in applied
    assert f"{application_keeping.KEPT_FOR_NEXT_DAYS} days" in applied
    for table, field in (
        ("application", "sponsor_name"),
        ("application", "outcome_reason"),
        ("applicationmember", "name"),
    ):
        assert kept[f"enrolment.{table}", field] == applied
    assert f"{site_people.SETTLED_KEPT.days} days" in kept["enrolment.contactnote", "name"]
    assert kept["enrolment.peopleimport", "by"] == f"{run.KEPT.days} days"
    assert f"{job_services.KEPT.days} days" in kept["jobs.job", "by"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_same_as_a_pdf(client, lang):
    with override(lang):
        answer = client.get(reverse("trust_pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert len(io.BytesIO(answer.content).getvalue()) < 500_000


def test_both_languages_have_the_same_sections():
    for words in (trust_words.sections, trust_words.accessibility):
        en, fr = words("en"), words("fr")
        assert [row[0] for row in en] == [row[0] for row in fr]
        assert all(row[1] and row[2] for row in en + fr)
        for (_key, _heading, text), (_cle, _titre, texte) in zip(en, fr, strict=True):
            assert text.count("\n- ") == texte.count("\n- ")


def test_no_page_for_anybody_asks_a_third_party(client):
    cohort = make.cohort()
    pages.write_defaults(programme=cohort.programme, publish=True)
    addresses = [
        "/",
        "/trust/",
        "/accessibility/",
        *(pages.address(cohort.programme, key, "en") for key in pages.ROUTES),
    ]
    for address in addresses:
        text = client.get(address).content.decode()
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]+src="([^"]+)"', text)
        loaded += re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', text)
        assert all(one.startswith("/static/") for one in loaded), address


def test_the_accessibility_statement_says_what_needs_script(client):
    assert "What needs JavaScript" in client.get("/accessibility/").content.decode()


def test_components_have_versions():
    found = dict(trust.components())
    assert found["Django"] == django.get_version()
    assert "collaborative" not in found


def test_the_map_of_the_site(client, settings):
    cohort = make.cohort()
    assert "/programs/" not in client.get("/sitemap.xml").content.decode()
    pages.write_defaults(programme=cohort.programme, publish=True)
    answer = client.get("/sitemap.xml")
    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "application/xml"
    for key in pages.ROUTES:
        for lang in ("en", "fr"):
            assert f"<loc>{settings.SITE_URL}{pages.address(cohort.programme, key, lang)}</loc>" in text
    assert 'hreflang="fr-CA"' in text
    assert not answer.cookies


def test_robots(client, settings):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /planning/" in text
    assert "Disallow: /programs/" not in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text
