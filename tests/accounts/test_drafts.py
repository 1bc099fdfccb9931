"""What was typed is not lost; what must not be kept is not kept."""

from __future__ import annotations

import re
import uuid

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from accounts import drafts
from accounts.models import Draft, ParkedPost, SubmittedOnce
from core.forms import GuardedForm
from core.refusals import Refused
from forum.reading import place_of
from surveys import rounds
from tests.world import signed_in as signed_in_as
from tests.world import undone


class TryForm(GuardedForm):
    what = forms.CharField(widget=forms.Textarea)
    who = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B"), ("c", "C")], required=False)
    agreed = forms.BooleanField(required=False)
    day = forms.SplitDateTimeField(required=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)

    def readers_of(self, field_name):
        return []


def sent(**values) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def test_a_draft_comes_back_into_every_kind_of_field(nia):
    data = sent(
        what="half a sen", who=["a", "c"], agreed="on", day_0="2026-11-22", day_1="10:00", password="hush", once="x"
    )
    drafts.save(nia, "improvement/try", data)
    form = TryForm()
    assert drafts.bring_back(nia, "improvement/try", form) is not None
    page = "".join(str(form[name]) for name in form.fields)
    assert "half a sen" in page
    assert "hush" not in page
    assert form.initial["who"] == ["a", "c"]
    assert form.initial["agreed"] is True
    assert 'value="2026-11-22"' in page
    assert 'value="10:00"' in page
    kept = Draft.objects.get().data
    assert not {"password", "once", "csrfmiddlewaretoken"} & set(kept)


def test_of_a_sealed_draft_whose_key_is_gone_nothing_is_said_to_have_come_back(nia, settings):
    key = f"{rounds.DRAFTS}one"
    drafts.save(nia, key, sent(what="half a sen"))
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-this"
    assert drafts.bring_back(nia, key, TryForm()) is None
    assert drafts.typed_last(nia, key) is None


@pytest.mark.parametrize("autosave", [{}, {"HX-Request": "true"}])
def test_what_the_database_cannot_hold_is_left_out_and_the_words_stay(signed_in, nia, autosave):
    sent_ = {"draft_key": "k", "text": "a\x00b", "na\x00me": "c", "pass\x00word": "hush"}
    assert signed_in.post("/me/draft/", sent_, headers=autosave).status_code in (200, 302)
    assert Draft.objects.get(user=nia).data == {"text": ["ab"], "name": ["c"]}


@pytest.mark.parametrize(
    "name",
    ["password", "password1", "old-password", "passphrase", "pin", "pin2", "new_pin", "code", "otp", "api_token"],
)
def test_secrets_are_never_kept(nia, name):
    drafts.save(nia, "k", sent(**{name: "hush", "text": "a"}))
    assert Draft.objects.get().data == {"text": ["a"]}


@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=300))
def test_any_words_come_back_as_they_were(nia, text):
    drafts.save(nia, "k", sent(what=text))
    assert drafts.load(nia, "k")["what"] == text


def test_one_draft_per_form_and_person(nia, pierre):
    drafts.save(nia, "k", sent(what="one"))
    drafts.save(nia, "k", sent(what="two"))
    drafts.save(pierre, "k", sent(what="his"))
    assert drafts.load(nia, "k")["what"] == "two"
    drafts.forget(nia, "k")
    assert drafts.load(nia, "k") is None
    assert drafts.load(pierre, "k")["what"] == "his"


@pytest.mark.parametrize("key", ["", "UPPER", "a b", "x" * 121, "/x", "é"])
def test_odd_names_are_refused(nia, key):
    with pytest.raises(Refused):
        drafts.save(nia, key, sent(what="a"))


def test_sealed_rooms_are_never_kept(signed_in, nia, monkeypatch):
    monkeypatch.setattr(drafts, "_never", set())
    drafts.never("forum/sealed")
    answer = signed_in.post("/me/draft/", {"draft_key": "forum/sealed/new", "text": "hush"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert b"not kept" in answer.content
    assert not Draft.objects.exists()


def test_too_much_is_refused_and_the_oldest_of_many_goes(nia):
    with pytest.raises(Refused):
        drafts.save(nia, "k", sent(what="é" * 33_000))
    for n in range(drafts.MOST_DRAFTS + 3):
        drafts.save(nia, f"k{n}", sent(what="a"))
    assert Draft.objects.filter(user=nia).count() == drafts.MOST_DRAFTS
    assert drafts.load(nia, "k0") is None
    assert drafts.load(nia, "k42") is not None


def test_the_button_without_javascript(signed_in, nia):
    answer = signed_in.post("/me/draft/", {"draft_key": "k", "draft_back": "/me/?a=1", "what": "half"}, follow=True)
    assert answer.redirect_chain == [("/me/?a=1", 302)]
    assert "Draft kept at" in answer.content.decode()
    assert drafts.load(nia, "k")["what"] == "half"
    signed_in.post("/me/draft/discard/", {"draft_key": "k"})
    assert drafts.load(nia, "k") is None


def test_while_typing(signed_in, nia):
    answer = signed_in.post("/me/draft/", {"draft_key": "k", "what": "half"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b"Draft kept at" in answer.content


def test_the_part_of_a_form(rf, nia):
    parts = {"draft": drafts.Offered("a/b")}
    part = render_to_string("accounts/draft.html", parts, request=rf.get("/x/?y=1"))
    assert 'value="a/b"' in part
    assert 'formaction="/me/draft/"' in part
    assert 'value="/x/?y=1"' in part
    assert 'hx-post="/me/draft/"' in part


def test_who_was_signed_out_while_typing_stays_on_the_page(client, db):
    answer = client.post("/me/draft/", {"draft_key": "k", "what": "half"}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (200, False)
    assert b"Copy your words before you leave this page, then sign in." in answer.content
    assert not Draft.objects.exists()


def test_an_autosave_that_comes_after_the_post_keeps_nothing(signed_in, nia):
    key = uuid.uuid4()
    SubmittedOnce.objects.create(user=nia, key=key, result_url="/")
    for field in ("once", "team-once"):
        signed_in.post("/me/draft/", {"draft_key": "k", "what": "half", field: str(key)}, HTTP_HX_REQUEST="true")
    assert not Draft.objects.exists()


WORDS = "Half a thought about rounds"
PAGES = {
    "ask": ("nia", lambda w: reverse("forum_new", args=[w.near.cohort.pk, "ask"]), None, {"text": WORDS}),
    "answer": ("nia", lambda w: place_of(w.near.post).split("#")[0].split("?")[0], None, {"text": WORDS}),
    "try": ("nia", lambda w: reverse("try_new", args=[w.near.team.pk]), None, {"title": WORDS, "started": "no"}),
    "change": (
        "nia",
        lambda w: reverse("try_change", args=[w.near.team.pk, w.near.tried.pk]),
        None,
        lambda w: {"title": WORDS, "version": w.near.tried.version},
    ),
    "tell": (
        "nia",
        lambda w: reverse("try", args=[w.near.team.pk, w.near.tried.pk]),
        None,
        lambda w: {"what_happened": WORDS, "version": w.near.tried.version},
    ),
    "note": (
        "colin",
        lambda w: reverse("coaching_team", args=[w.near.team.pk]),
        lambda w: reverse("coaching_note", args=[w.near.team.pk]),
        {"team-text": WORDS},
    ),
}


@pytest.mark.parametrize("which", PAGES)
def test_words_come_back_to_their_page_until_they_are_sent(world, which, django_assert_max_num_queries):
    who, where, door, typed = PAGES[which]
    typed = typed(world) if callable(typed) else typed
    with undone():
        client, url = signed_in_as(world.cast.people[who]), where(world)
        first = client.get(url).content.decode()
        key = re.search(r'name="draft_key" value="([^"]+)"', first)[1]
        back = re.search(r'name="draft_back" value="([^"]+)"', first)[1]
        assert client.post("/me/draft/", {"draft_key": key, "draft_back": back, **typed}).url == url
        with django_assert_max_num_queries(12):
            again = client.get(url).content.decode()
        assert WORDS in again
        assert "This is your draft. Nobody else has seen it." in again
        other = signed_in_as(world.cast.paula).get(url)
        assert WORDS not in other.content.decode()
        answer = client.post(door(world) if door else url, {**typed, "draft_key": key})
        assert answer.status_code in (302, 303)
        assert not Draft.objects.filter(key=key).exists()
        assert "This is your draft" not in client.get(url).content.decode()


def test_a_private_note_has_no_draft(world):
    with undone():
        page = signed_in_as(world.cast.colin).get(reverse("coaching_team", args=[world.near.team.pk])).content.decode()
    assert page.count('name="draft_key"') == 1
    assert 'value="coaching/private' not in page


OURS = "http://testserver"
NEWER = "A whole thought about rounds"


@pytest.mark.parametrize("which", PAGES)
def test_words_sent_after_a_time_out_come_back_to_their_page_instead_of_the_older_draft(world, which):
    who, where, door, typed = PAGES[which]
    typed = typed(world) if callable(typed) else typed
    with undone():
        client, url = signed_in_as(world.cast.people[who]), where(world)
        page = client.get(url).content.decode()
        own = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("draft_key", "draft_back")}
        client.post("/me/draft/", {**own, **typed})
        del client.cookies["sessionid"]
        empty = dict.fromkeys(re.findall(r'<(?:textarea|input type="text")[^>]* name="([^"]+)"', page), "")
        newer = {**empty, **{name: NEWER if value == WORDS else value for name, value in typed.items()}}
        for place in (door(world) if door else url, "/me/draft/"):
            client.post(place, {**own, **newer}, HTTP_ORIGIN=OURS, HTTP_REFERER=f"{OURS}{url}")
            client.force_login(world.cast.people[who], backend="django.contrib.auth.backends.ModelBackend")
            again = client.get(url).content.decode()
            assert NEWER in again
            assert WORDS not in again
            del client.cookies["sessionid"]


def test_a_private_note_sent_after_a_time_out_stands_in_the_answer_and_nowhere_else(world):
    url = reverse("coaching_team", args=[world.near.team.pk])
    with undone():
        client = signed_in_as(world.cast.colin)
        client.get(url)
        del client.cookies["sessionid"]
        answer = client.post(
            reverse("coaching_private_note", args=[world.near.team.pk]),
            {"private-text": WORDS, "private-once": str(uuid.uuid4())},
            HTTP_ORIGIN=OURS,
            HTTP_REFERER=f"{OURS}{url}",
        )
        page = answer.content.decode()
        assert re.search(rf"<textarea[^>]* readonly>\n{WORDS}</textarea>", page)
        assert page.count("<textarea") == 1
        assert f'href="{reverse("account_login")}?next={url}" target="_blank"' in page
        assert not ParkedPost.objects.exists()
        assert not Draft.objects.filter(data__contains={"private-text": [WORDS]}).exists()
