"""Nobody is led off this site by a link, whatever stands in `next`."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.redirects import in_language, safe_path
from tests.accounts.conftest import PASSWORD

EVIL = [
    "http://evil.example", "https://evil.example/", "HTTP://EVIL.EXAMPLE", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example", "//\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "//evil.example/%2e%2e", "//evil.example?x=1",
    "/%09/evil.example", "/%0a/evil.example", "/%5cevil.example", "/%2f/evil.example", "/%2fevil.example", "%2f%2fevil.example",
    "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", "javascript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "file:///etc/passwd", "ftp://evil.example/",
    "http:evil.example", "https:evil.example", "http:/evil.example", "http:///evil.example", "https:\\evil.example",
    "http://localhost:8000@evil.example/", "http://localhost:8000.evil.example/", "http://evil.example#localhost:8000",
    "http://evil.example\\@localhost:8000", "http://testserver@evil.example", "http://testserver.evil.example/",
    "//testserver@evil.example/", "//localhost:8000@evil.example", "http://[::1]@evil.example/", "//evil.example:80",
    "//evil%E3%80%82example", "//evil。example", "/\u2028/evil.example", "/\u00a0/evil.example", "\ufeff//evil.example",
    "/\x00/evil.example", "//xn--evl-hoa.example", "/.//evil.example/..//", "?next=//evil.example", "#//evil.example",
    "today", "../evil", "@evil.example", ":80/evil", "//", "/\\", "http://", "", "/" + "a" * 3000,
    "http://testserver/\x00", "blob:http://evil.example/x", "ws://evil.example/", "mailto:a@evil.example",
]  # fmt: skip
OURS = {"testserver", "localhost", ""}


def off_site(location: str) -> bool:
    """Would a browser leave this site for ``location``? Browsers drop tabs and line ends, and take \\ for /."""
    seen = location.translate({9: None, 10: None, 13: None}).replace("\\", "/").strip("\x00 \t\r\n")
    parts = urlsplit(seen)
    return parts.scheme not in ("", "http", "https") or (parts.hostname or "") not in OURS or seen.startswith("//")


def test_there_are_sixty():
    assert len(EVIL) >= 60


@pytest.mark.parametrize("where", EVIL)
def test_no_payload_is_a_safe_path(where):
    found = safe_path(where, "/default/")
    assert found == "/default/" or not off_site(found)


@given(st.text())
def test_no_text_leads_off_site(text):
    assert not off_site(safe_path(text, "/"))
    assert not off_site(safe_path("/" + text, "/"))


@pytest.mark.parametrize("path", ["/today/", "/fr/moi/", "/teams/1/?week=3&tab=a%20b", "/help/#start", "/é/"])
def test_paths_of_ours_are_kept(path):
    assert safe_path(path) == path


def test_the_other_language_of_a_path_with_a_thousand_words_is_told_without_them():
    assert in_language("/me/?" + "&" * 1001, "fr") == "/fr/moi/"


@pytest.mark.parametrize("header", ["Referer", "Origin"])
def test_a_header_that_is_no_address_breaks_nothing(nia, header):
    for enforced in (False, True):
        client = Client(enforce_csrf_checks=enforced)
        for _visitor_then_nia in range(2):
            assert client.post("/me/", {"name": "x"}, headers={header: "http://["}).status_code < 500
            client.force_login(nia)


@pytest.mark.everywhere
def test_no_page_follows_a_payload(nia):
    """Sign-in (password, code), sign-out, language and draft: every page of ours that reads where to go next."""
    from tests.accounts.conftest import last_secret

    for where in EVIL:
        locations = []
        client = Client()
        page = client.get("/accounts/login/", {"next": where})
        assert page.status_code in (200, 400)
        answer = client.post(
            f"/accounts/login/?next={quote(where)}", {"login": nia.email, "password": PASSWORD, "next": where}
        )
        locations.append(answer)
        client.force_login(nia)
        locations += [
            client.get(f"/accounts/login/?next={quote(where)}"),
            client.post("/me/language/", {"language": "en", "next": where}),
            client.post("/me/draft/", {"draft_key": "x", "draft_back": where, "text": "a"}),
            client.post("/accounts/logout/", {"next": where}),
        ]
        for answer in locations:
            assert answer.status_code in (200, 302, 400), (where, answer.status_code)
            assert not off_site(answer.headers.get("Location", "/")), (where, answer.headers["Location"])
    client = Client()
    client.post("/accounts/login/code/?next=//evil.example", {"email": nia.email, "next": "//evil.example"})
    answer = client.post(
        "/accounts/login/code/confirm/?next=//evil.example",
        {"code": last_secret("account/login-code"), "next": "//evil.example"},
    )
    assert answer.status_code == 302
    assert not off_site(answer.url)
