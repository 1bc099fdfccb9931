"""What surrounds every answer: headers, what is turned away, and the page while we are being mended."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as live
from django.db import OperationalError
from django.test import Client
from django.urls import path
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from accounts.models import User
from config import urls
from core.middleware import Gate
from tests.other_addresses import answered_by


def broken(request):
    raise RuntimeError("secret of the patient in room 12")


def without_database(request):
    raise OperationalError("the connection of the patient in room 12 was closed")


urlpatterns = [*urls.urlpatterns, path("broken/", broken), path("away/", without_database)]
handler400, handler403, handler404, handler500, handler429 = (
    urls.handler400, urls.handler403, urls.handler404, urls.handler500, urls.handler429,
)  # fmt: skip

WANTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def anybody(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with answered_by(__name__):
        yield Client(raise_request_exception=False)


@pytest.fixture
def nia(db):
    return User.objects.create_user("nia@example.org", None, name="Nia Roy")


@pytest.mark.parametrize(
    ("where", "how_", "status"),
    [
        ("/accounts/login/", {}, 200),
        ("/fr/comptes-inconnus/", {}, 404),
        ("/healthz", {}, 200),
        ("/me/", {}, 302),
        ("/broken/", {}, 500),
        ("/away/", {}, 503),
        ("/static/css/components.css", {}, 200),
        ("/static/none.css", {}, 404),
        ("/accounts/login/", {"HTTP_HOST": "evil.example"}, 400),
        ("/accounts/login/?x=%00", {}, 400),
    ],
)
def test_headers_are_on_every_answer(anybody, db, where, how_, status):
    answer = anybody.get(where, **how_)
    assert answer.status_code == status
    for name, value in WANTED.items():
        assert answer.headers[name] == value, name
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    answer.close()


def test_signed_in_pages_are_never_kept(anybody, nia):
    anybody.force_login(nia)
    assert anybody.get("/me/").headers["Cache-Control"] == "private, no-store"
    assert "no-store" in anybody.get("/me/nowhere/").headers.get("Cache-Control", "no-store")


def test_a_page_for_anybody_sets_no_session(anybody, db):
    answer = anybody.get("/fr/nulle-part/")
    assert "sessionid" not in answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("where", ["/?q=%00", "/me/?next=a%00b", "/accounts/login/?next=/%00"])
def test_nul_in_an_address_is_a_bad_request(anybody, nia, where):
    anybody.force_login(nia)
    assert anybody.get(where).status_code == 400


@pytest.mark.parametrize("where", ["/", "/me/", "/fr/nulle-part/", "/accounts/login/"])
def test_an_address_of_a_thousand_words_is_too_much(anybody, nia, where):
    for _visitor_then_nia in range(2):
        assert anybody.get(where + "?" + "&" * 1001).status_code == 413
        anybody.force_login(nia)
    assert anybody.get("/?" + "&" * 990).status_code in (200, 302)


def test_nul_in_a_form_is_told_beside_its_field_and_nothing_is_lost(anybody, nia):
    anybody.force_login(nia)
    page = anybody.post("/me/", {"name": "a\x00b"})
    assert page.status_code == 200
    assert 'value="ab"' in page.content.decode()
    assert "cannot be kept" in page.content.decode()
    assert anybody.post("/me/", {"na\x00me": "x"}).status_code == 200


def test_nul_in_json_is_a_bad_request(anybody, nia):
    anybody.force_login(nia)
    assert anybody.post("/me/", '{"name": "a\\u0000b"}', content_type="application/json").status_code == 400


def test_nul_that_no_form_reads_is_a_bad_request_and_no_accident(anybody, nia, rf):
    gate = Gate(lambda request: None)
    answer = gate.process_exception(rf.post("/"), ValueError("A string literal cannot contain NUL (0x00) characters."))
    assert answer.status_code == 400
    assert gate.process_exception(rf.post("/"), ValueError("something else")) is None


def test_nul_in_the_path_and_in_cookies_is_no_accident(anybody, nia):
    assert anybody.get("/me/%00/").status_code in (400, 404)
    anybody.cookies["sessionid"] = "a" * 20
    answer = anybody.get("/me/", HTTP_COOKIE='sessionid="aaaaaaaaaaaa\\000bbbb"; django_language="\\000"')
    assert answer.status_code == 302


@how(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=40), value=st.text(max_size=200), raw=st.binary(max_size=100))
def test_no_text_is_an_accident(anybody, nia, name, value, raw):
    anybody.force_login(nia)
    assert anybody.get("/me/", {"q": value.encode("utf-8", "replace")}).status_code < 500
    data = {
        "name": value.encode("utf-8", "replace"),
        "language": "en",
        "x" + name.encode("utf-8", "replace").hex(): "y",
    }
    assert anybody.post("/me/", data).status_code < 500
    assert anybody.post("/me/", raw, content_type="application/x-www-form-urlencoded").status_code < 500
    assert anybody.post("/me/", raw, content_type="multipart/form-data; boundary=x").status_code < 500


def test_too_large_has_its_page(anybody, nia, settings):
    anybody.force_login(nia)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.UPLOAD_MAX_BYTES = 5000
    form = "application/x-www-form-urlencoded"
    assert anybody.post("/me/", "name=" + "a" * 2000, content_type=form).status_code == 413
    assert anybody.post("/me/", {"name": "a" * 6000}).status_code == 413
    assert anybody.post("/me/", {"name": "a" * 2000}).status_code == 413, "within the whole, but too long for text"
    answer = anybody.post("/fr/moi/", "name=" + "a" * 2000, content_type=form)
    assert answer.status_code in (404, 413)


def test_an_accident_says_nothing_about_what_was_typed(anybody, db, caplog):
    answer = anybody.get("/broken/?token=hush")
    assert answer.status_code == 500
    assert b"room 12" not in answer.content
    assert b"hush" not in answer.content
    assert b"Traceback" not in answer.content
    line = next(record for record in caplog.records if record.name == "web")
    assert line.getMessage() == "error in GET broken/"


def test_a_page_that_is_not_there_is_no_accident(anybody, db, caplog):
    anybody.get("/accounts/nowhere/")
    assert not [record for record in caplog.records if record.name == "web"]


def test_a_database_that_is_away_is_no_mistake_of_ours(anybody, db):
    answer = anybody.get("/away/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert b"room 12" not in answer.content


@pytest.mark.parametrize("said_by", ["file", "setting"])
def test_while_we_are_being_mended(anybody, db, settings, tmp_path, said_by, django_assert_num_queries):
    assert anybody.get("/accounts/login/").status_code == 200
    if said_by == "file":
        (tmp_path / "maintenance").touch()
    else:
        settings.MAINTENANCE = True
    with django_assert_num_queries(0):
        answer = anybody.get("/accounts/login/")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "300"
        assert anybody.post("/me/", {"a": "b"}).status_code == 503
    assert re.search('lang="fr', answer.content.decode())
    assert anybody.get("/healthz").status_code == 200
    sheet = anybody.get("/static/css/components.css")
    assert sheet.status_code == 200
    sheet.close()


def test_the_order_of_what_surrounds():
    order = [name.rsplit(".", 1)[1] for name in live.MIDDLEWARE]
    assert order[0] == "Envelope"
    assert order.index("WhiteNoiseMiddleware") > order.index("XFrameOptionsMiddleware")
    assert order.index("SessionAge") == order.index("AuthenticationMiddleware") + 1
