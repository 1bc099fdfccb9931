"""Every form of every page is filled with what no form should get: a message beside each wrong field, and nothing lost.

The pages are those of tests/doors.py, each opened by somebody whom it is open to, and those before the sign-in. Forms are
read off the page as a browser would, and every field gets the same nonsense at once; in French what brings messages about.
A form that stands in many rows or on many pages is tried where it is met first.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm
from django.http import QueryDict
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import cards
from enrolment import application_links, applying
from enrolment.links import token_for
from improvement import number_link
from improvement.weeks import day_at, monday_of
from sessions.models import LearningSession
from sessions.room import personal_links
from sessions.speaking import links as speaker_links
from surveys import answering
from tests import make
from tests.browser import Field, Form, Reader
from tests.doors import PAGES, Door, sign_out
from tests.world import signed_in, undone

# The mark also tells pytest-django that this module needs a test database.
pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]
URLENCODED = "application/x-www-form-urlencoded"
TYPED = {
    "100 kB": "x" * 100_000,
    "NUL": "safe\x00sound",
    "half a character": "safe\ud83dsound",
    "markup": "<script>alert(1)</script>{{ x }}{% y %}",
    "beyond": "\u202e\N{FULLWIDTH EQUALS SIGN}cmd|' /C calc'!A0" + "e\u0301" * 50,
    "lines": "one\r\ntwo\u2028three",
    "a number": "-1e309",
    "nothing": "",
}
IN_FRENCH_TOO = {"100 kB", "markup", "nothing"}
# The forms that were tried in this process.
TRIED: set[tuple] = set()


def shape(form: Form, here: str) -> tuple:
    """Return what is the same of a form in every row and on every page: where it leads, and its fields."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)", "*", (form.action or here).split("?")[0].split("#")[0])
    return path, *sorted({field.name for field in form.fields} | {name for name, _value in form.presses})


def nonsense(form: Form, *, few: bool = False):
    """Yield (what it is, body, its type) of everything that is sent to a form; ``few``: what brings messages about."""
    as_it_is, typed = form.sent(), form.typed
    for what, text in TYPED.items() if typed else ():
        if few and what not in IN_FRENCH_TOO:
            continue
        yield what, _encoded({**as_it_is, **dict.fromkeys(typed, text)}), URLENCODED
    chosen = {*(field.name for field in form.fields), *(name for name, _value in form.presses)} - typed
    wrong = {**as_it_is, **dict.fromkeys(typed, "Words"), **dict.fromkeys(chosen, "no such thing")}
    yield "wrong types", _encoded(wrong), URLENCODED
    if few:
        return
    yield "everything twice", _encoded({**as_it_is, **dict.fromkeys(typed, "one")}) + b"&" + _encoded(wrong), URLENCODED
    files = {name: SimpleUploadedFile("words.txt", b"words") for name in typed}
    yield "files", encode_multipart(BOUNDARY, {**as_it_is, **files}), MULTIPART_CONTENT
    yield "no form at all", b'{"name": [1]}', "application/json"


def _encoded(values: dict[str, str]) -> bytes:
    return urlencode(values, encoding="utf-8", errors="surrogatepass").encode()


def send(client: Client, url: str, body: bytes, kind: str):
    """Return the answer to a form sent in a browser like ``client``, which stays as it was."""
    browser = Client()
    browser.cookies = copy.deepcopy(client.cookies)
    with undone():
        return browser.generic("POST", url, body, content_type=kind)


def forms_in(answer) -> list[BaseForm]:
    """Return the forms that were sent and are shown again."""
    found = {}
    for context in answer.context or []:
        for layer in getattr(context, "dicts", [context]):
            found |= {id(one): one for one in layer.values() if isinstance(one, BaseForm) and one.is_bound}
    return list(found.values())


def complaints(form: Form, body: bytes, kind: str, answer) -> list[str]:
    """Return what is wrong with an answer that shows a form again."""
    page, again = Reader.of(answer), forms_in(answer)
    fields = [field for one in page.forms for field in one.fields]
    found = []
    for shown in again:
        for name, errors in shown.errors.items():
            place = _beside(page, [one for one in fields if one.name == shown.add_prefix(name)])
            found += [f"{name}: not said: {text}" for text in errors if _plain(str(text)) not in _plain(place)]
    sent = QueryDict(body) if kind == URLENCODED else QueryDict()
    for name in form.typed & set(sent) if again else ():
        kept = [field.value for field in fields if field.name == name]
        if all(field.kind == "password" for field in form.find(name)):
            found += [f"{name}: a password came back" for value in kept if value]
        elif _storable(sent[name]) not in map(_storable, kept):
            found.append(f"{name}: lost {sent[name][:30]!r}, there is {[one[:30] for one in kept]}")
    return found


def _beside(page: Reader, fields: list[Field]) -> str:
    """Return what describes these fields; of what nobody sees (a key, a button, the whole form) anything on the page."""
    seen = [field for field in fields if field.kind != "hidden"]
    return " ".join(
        [page.texts.get(part, "") for one in seen for part in one.described_by] if seen else page.texts.values()
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _storable(text: str) -> str:
    """Return ``text`` as a form may give it back: signs that cannot be kept are taken out, lines end one way."""
    return re.sub("[\x00\ud800-\udfff]", "", text).replace("\r\n", "\n")


def try_all(client: Client, page, here: str, lang: str) -> list[str]:
    """Return everything that is wrong with what the forms of a page answer to nonsense."""
    wrong = []
    for form in Reader.of(page).forms:
        refused = lang == "fr" or not form.typed  # in French not everything is tried
        known = shape(form, here)
        if form.action in sign_out() or known in TRIED:
            continue
        TRIED.add(known)
        for what, body, kind in nonsense(form, few=lang == "fr"):
            answer = send(client, form.action or here, body, kind)
            if answer.status_code == 400 and kind not in (URLENCODED, MULTIPART_CONTENT):
                continue  # what is no form may be told so
            if answer.status_code >= 500 or answer.status_code in (400, 403, 404, 405, 413, 429):
                wrong.append(f"{form.action or here} {what}: {answer.status_code}")
            elif answer.status_code < 300 or answer.status_code in (409, 422):
                refused = refused or any(shown.errors for shown in forms_in(answer))
                wrong += [f"{form.action or here} {what}: {one}" for one in complaints(form, body, kind, answer)]
        if not refused:
            wrong.append(f"{form.action or here} refuses nothing")
    return wrong


def opened(client: Client, url: str):
    """Return the page and its address, after whatever leads there."""
    page = client.get(url, follow=True)
    return page, page.redirect_chain[-1][0] if page.redirect_chain else url


# ---------------------------------------------------------------- inside


def writer_at(door: Door) -> str:
    """Return somebody who may send what stands on this page."""
    may = door.post or door.get
    return next(who for who in ("tess", "paula", "colin", "nia", *sorted(may)) if who in may and who in door.get)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", PAGES)
def test_every_form_survives_everything(world, name, lang):
    door = PAGES[name]
    client = world.clients[writer_at(door)]
    wrong = try_all(client, *opened(client, door.address(world, lang)), lang)
    assert not wrong, "\n".join(wrong)


def test_forms_are_found_at_all(world):
    url = reverse("enrol", args=[world.near.cohort.pk])
    assert any({"organisation", "unit"} <= form.typed for form in Reader.of(world.clients["paula"].get(url)).forms)


# ---------------------------------------------------------------- before the sign-in, and allauth's


def _login(world, client):
    return reverse("account_login")


def _code(world, client):
    """Return the page that asks for the code, after one was asked for."""
    answer = client.post(reverse("account_request_login_code"), {"email": world.cast.tess.email})
    assert answer.url == reverse("account_confirm_login_code")
    return answer.url


def _reset_from_key(world, client):
    world.cast.tess.refresh_from_db()  # other tests gave her a password and took it back
    uid, key = user_pk_to_url_str(world.cast.tess), default_token_generator.make_token(world.cast.tess)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def _invitation(world, client):
    invitation = world.near.invitation
    token = token_for(invitation.pk, invitation.version, mailed_to=invitation.person.email)
    return reverse("invitation", args=[token])


def _open_application(world):
    """Return an application that can be changed now."""
    today = timezone.now().date()
    days = {"apply_from": today - dt.timedelta(days=5), "apply_until": today + dt.timedelta(days=9)}
    world.cast.other_cohort.__class__.objects.filter(pk=world.cast.other_cohort.pk).update(answers_on=None, **days)
    return make.application(cohort=world.cast.other_cohort, state="draft")


def _apply(world, client):
    return reverse("apply", args=[_open_application(world).cohort.slug])


def _lost_link(world, client):
    return reverse("apply_link", args=[world.cast.other_cohort.slug])


def _step(step: str):
    """Return the way to one step of an application."""

    def way(world, client):
        return reverse(
            "application_step", args=[application_links.token_for(_open_application(world), mailed=True), step]
        )

    return way


def _speaker_page(world, client):
    return reverse("speaker_page", args=[speaker_links.token_for(world.near.appearance)])


def _survey(world, client):
    """Return the page of somebody who was asked in a survey, behind the link in their mail."""
    asked = world.near.survey_round.asked.first()
    return reverse("survey_link", args=[answering.token_for(asked.pk, asked.person)])


def _first_visit(world, client):
    """Return the page of the first visit, after the code of a card was typed."""
    person = world.near.unmailed
    _card, code = cards.issue(user=person, by=person)
    return client.post(reverse("card"), {"code": code}).url


def _own(name: str):
    """Return the way to a page of allauth's for somebody who is signed in and has just shown their password."""

    def way(world, client):
        person = world.cast.tess
        person.set_password("three good words")
        person.save()
        client.post(reverse("account_login"), {"login": person.email, "password": "three good words"})
        return reverse(name)

    return way


def _of_programme(name: str):
    """Return the way to a page of the programme's public site."""
    return lambda world, client: reverse(name, args=[world.cast.programme.slug])


def _colleague(world, client):
    """Return the page on which somebody asks to be let in, before another one's link."""
    soon = (timezone.now() + dt.timedelta(minutes=10)).replace(second=0, microsecond=0)
    LearningSession.objects.filter(pk=world.near.session.pk).update(starts_at=soon)
    world.near.session.refresh_from_db()
    return reverse("personal_colleague", args=[personal_links.token_for(world.near.session, world.cast.nia)])


def _one_thing(world, client):
    """Return the page of the link with which a lead enters the numbers of this week."""
    on, team = timezone.now(), world.near.team
    return number_link.path_for(team=team, person=world.cast.tess, week=monday_of(day_at(on, team)), on=on.date())


BEFORE = {
    "login": _login,
    "ask for a code": lambda world, client: reverse("account_request_login_code"),
    "the code": _code,
    "ask for a new password": lambda world, client: reverse("account_reset_password"),
    "a new password": _reset_from_key,
    "sign up": lambda world, client: reverse("account_signup"),
    "an invitation": _invitation,
    "a letter to the planning team": _of_programme("programme_contact"),
    "tell me when": _of_programme("programme_tell_me"),
    "for the privacy office": _of_programme("programme_privacy_office"),
    "apply": _apply,
    "a lost link": _lost_link,
    **{f"an application: {step}": _step(step) for step in applying.STEPS if step != "send"},
    "the page of somebody who speaks": _speaker_page,
    "a colleague who asks to come in": _colleague,
    "a survey": _survey,
    "a link that asks one thing": _one_thing,
    "a card": lambda world, client: reverse("card"),
    "a first visit with a card": _first_visit,
    "change the password": _own("account_change_password"),
    "one's addresses": _own("account_email"),
    "show the password again": _own("account_reauthenticate"),
    "set up a second step": _own("mfa_activate_totp"),
}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", BEFORE)
def test_every_form_before_the_sign_in_survives_everything(world, settings, name, lang):
    settings.SIGNUP_OPEN = True
    client = signed_in(None)
    with undone():
        with override(lang):
            page, here = opened(client, BEFORE[name](world, client))
        assert any(form.typed for form in Reader.of(page).forms), (here, page.status_code)
        wrong = try_all(client, page, here, lang)
    assert not wrong, "\n".join(wrong)
