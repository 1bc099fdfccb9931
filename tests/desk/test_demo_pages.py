"""The pages that only the demo has: its mail, the press that signs in, the stand-in for the meeting."""

from __future__ import annotations

import email.message
import sys
from types import ModuleType

import pytest
from django.conf import settings
from django.urls import include, path, reverse
from django.utils import timezone

from accounts.models import User
from config.urls import urlpatterns as _all
from desk.demo import accounts, context, mail, meeting, world
from sessions.models import MeetingAddress
from tests import again, make
from tests.other_addresses import answered_by

pytestmark = pytest.mark.django_db

# The doors stand here whether or not the installation has wired them.
_doors = ModuleType("tests_desk_demo_doors")
_doors.urlpatterns = [path("", include("desk.demo.urls")), *_all]
for _handler in ("handler400", "handler403", "handler404", "handler500"):
    setattr(_doors, _handler, getattr(sys.modules["config.urls"], _handler))
sys.modules[_doors.__name__] = _doors
URLS = pytest.mark.usefixtures("doors")


@pytest.fixture
def doors():
    with answered_by(_doors.__name__):
        yield


HTML = """<html><head><style>p{color:red}</style><script>alert(1)</script></head><body><p style="color:red" onclick="x()">
Good <strong>morning</strong></p><a href="http://localhost:8000/cohorts/1/?a=1&amp;b=2">the session</a>
<a href="https://evil.example/x">away</a><a href="javascript:alert(1)">bad</a><img src="https://evil.example/p.gif">
<a hx-get="/me/" href="http://localhost:8000//evil.example/">twice</a></body></html>"""


@pytest.fixture
def letters(settings, tmp_path, monkeypatch):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    folder = tmp_path / "mail"
    folder.mkdir()
    for n, subject in enumerate(("The first", "Séance 2 : mercredi", "<b>third</b>"), start=1):
        message = email.message.EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, "series@example.org", "nia.roy@example.org"
        message.set_content("Go to http://localhost:8000/today/, or <b>stay</b>. Not https://evil.example/x either.")
        message.add_alternative(HTML, subtype="html")
        (folder / f"20261122T0{n}0000.000000Z-00000{n}.eml").write_bytes(message.as_bytes())
    (tmp_path / "secret-key").write_text("the key")
    (tmp_path / "outside.eml").write_text("Subject: outside\n\nno")
    (folder / "link.eml").symlink_to(tmp_path / "outside.eml")
    return folder


@URLS
def test_the_list_names_the_newest_first(letters, client):
    page = client.get("/demo/mail/")
    assert page.status_code == 200
    words = page.content.decode()
    assert words.index("&lt;b&gt;third&lt;/b&gt;") < words.index("Séance 2 : mercredi") < words.index("The first")
    assert "outside" not in words
    assert "Set-Cookie" not in page.headers


@URLS
def test_the_list_is_searched_by_address_and_subject(letters, client):
    words = client.get("/demo/mail/?about=séance").content.decode()
    assert "Séance 2 : mercredi" in words
    assert "The first" not in words
    assert words.count("nia.roy@") == 1
    assert client.get("/demo/mail/?about=NIA.ROY").content.decode().count("nia.roy@") == 3
    nothing = client.get("/demo/mail/?about=<i>").content.decode()
    assert "No mail has “&lt;i&gt;” in its address or subject." in nothing


@URLS
def test_an_empty_list_says_what_will_come(settings, tmp_path, client):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    assert b"about a minute" in client.get("/demo/mail/").content


@URLS
def test_a_mail_is_shown_clean_with_links_that_stay_here(letters, client):
    page = client.get("/demo/mail/20261122T010000.000000Z-000001.eml/")
    words = page.content.decode()
    assert page.status_code == 200
    assert '<a href="/cohorts/1/?a=1&amp;b=2">the session</a>' in words
    assert '<a href="/today/">http://localhost:8000/today/</a>, or &lt;b&gt;stay&lt;/b&gt;' in words
    assert "<strong>morning</strong>" in words
    for bad in (
        "alert(1)",
        "onclick",
        "color:red",
        "javascript:",
        "hx-get",
        "<img",
        'href="https://evil',
        'href="//evil',
    ):
        assert bad not in words, bad


TRAVERSAL = [
    "../secret-key", "..%2fsecret-key", "%2e%2e/secret-key", "..", ".", "secret-key", "../outside.eml", "..%2Foutside.eml",
    "/etc/passwd", "%2fetc%2fpasswd", "a/../../outside.eml", "link.eml", ".hidden.eml", "x.eml%00.txt", "x.eml%0a", "…eml",
    "..\\outside.eml", "A" * 300 + ".eml", "20261122T010000.000000Z-000001.eml/../../outside.eml", "nothing-here.eml",
]  # fmt: skip


@URLS
@pytest.mark.parametrize("name", TRAVERSAL)
def test_no_name_leads_out_of_the_folder(letters, client, name):
    page = client.get(f"/demo/mail/{name}/")
    assert page.status_code in (400, 404)
    assert b"the key" not in page.content
    assert b"outside" not in page.content.replace(b"outside.eml", b"")


@pytest.mark.parametrize("name", ["../outside.eml", "..", "", "x.eml\n", "\x00.eml", "a\\b.eml", "a/b.eml", "link.eml"])
def test_the_reader_itself_refuses_such_names(letters, name):
    assert mail.find(name) is None


# ---------------------------------------------------------------- signing in


@pytest.fixture
def demo(letters):
    return again.made(world.fill)


@URLS
@pytest.mark.parametrize("how", ["role", "email", "key"])
def test_one_press_signs_in(demo, client, how):
    pierre = User.objects.get(email="pierre.cyr@example.org")
    word = {"role": "partner", "email": pierre.email, "key": str(pierre.pk)}[how]
    page = client.post("/demo/sign-in/", {"person": word})
    assert page.status_code == 302
    signed_in = User.objects.get(pk=client.session["_auth_user_id"])
    if how != "role":
        assert signed_in == pierre
        assert page.url.startswith("/fr/"), "into the language of that person"
    assert accounts.find(word) == signed_in


@URLS
def test_it_goes_where_one_wanted_to_and_never_elsewhere(demo, client):
    assert client.post("/demo/sign-in/", {"person": "coach", "next": "/cohort/"}).url == "/cohort/"
    assert client.post("/demo/sign-in/", {"person": "lead", "next": "https://evil.example/"}).url == "/today/"


@URLS
def test_only_the_people_of_the_demo_can_be_signed_in(demo, client):
    real = make.person("Ruth Real", email="ruth@hospital.example")
    for word in (real.email, str(real.pk), "", "superuser", "planner;", "00000000"):
        assert client.post("/demo/sign-in/", {"person": word}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert client.get("/demo/sign-in/").status_code == 405


@URLS
def test_the_press_needs_its_token(demo):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/demo/sign-in/", {"person": "coach"}).status_code == 403


# ---------------------------------------------------------------- the sign-in page


def test_the_sign_in_page_offers_every_role_in_the_readers_language(demo, rf):
    class Match:
        url_name = "account_login"

    from django.utils.translation import override

    request = rf.get("/accounts/login/")
    request.resolver_match = Match()
    with override("fr"):
        offered = context.people(request)["demo_people"]
        assert [str(one["role"]) for one in offered]
    assert len(offered) == len(accounts.ROLES)
    assert offered[0]["name"] == "Benoît Lavoie"
    with override("en"):
        assert context.people(request)["demo_people"][0]["name"] == "Paula Whitford"
    Match.url_name = "today"
    assert context.people(request) == {}


def test_outside_the_demo_nobody_is_offered(demo, rf, settings):
    class Match:
        url_name = "account_login"

    settings.DEMO = False
    request = rf.get("/accounts/login/")
    request.resolver_match = Match()
    assert context.people(request) == {}


# ---------------------------------------------------------------- the meeting, and no demo


@URLS
def test_the_meeting_page_is_public_and_stands_in(letters, client):
    page = client.get("/demo/meeting/", headers={"accept-language": "fr"})
    assert page.status_code == 200
    assert page.headers["Content-Language"] == "fr"
    assert b'lang="fr-CA"' in page.content
    assert b'href="/demo/meeting/?language=en"' in page.content
    assert client.get("/demo/meeting/?language=en").headers["Content-Language"] == "en"
    assert "Set-Cookie" not in page.headers


@URLS
@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/demo/mail/"),
        ("get", "/demo/mail/x.eml/"),
        ("get", "/demo/meeting/"),
        ("post", "/demo/sign-in/"),
        ("get", "/demo/sign-in/"),
    ],
)
def test_without_demo_there_is_no_such_page(client, settings, method, address):
    settings.DEMO = False
    assert getattr(client, method)(address, {"person": "planner"}).status_code == 404


@URLS
def test_join_leads_to_the_stand_in(demo, client):
    """The whole way: drop-in hour about to begin, one press to sign in, Join, and the page of the other host."""
    from sessions.room import joining

    row = make.learning_session(cohort=demo.teams["fundy"].cohort, minutes_ahead=5)
    MeetingAddress.objects.update_or_create(learning_session=row, defaults={"url": meeting.meeting_url(row)})
    joined = joining.join(learning_session=row, user=accounts.find("participant"))
    assert joined.url.startswith("http://127.0.0.1:")
    page = client.get("/demo/meeting/?" + joined.url.partition("?")[2], headers={"accept-language": "en"})
    back = f"{settings.SITE_URL.rstrip('/')}{reverse('session', args=[row.cohort_id, row.pk])}"
    assert f'href="{back}"' in page.content.decode()
    assert f"?session={row.pk}&amp;language=fr" in page.content.decode()
    assert timezone.now() < row.starts_at


@URLS
@pytest.mark.parametrize("session", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_from_a_meeting_of_no_session_one_goes_back_to_today(demo, client, session):
    page = client.get("/demo/meeting/", {"session": session}, headers={"accept-language": "en"})
    assert page.status_code == 200
    assert f'{reverse("today")}"' in page.content.decode()
