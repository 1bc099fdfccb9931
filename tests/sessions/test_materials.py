"""Materials: two languages at once, files replaced, seen by whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.refusals import Overtaken, Refused
from files import services as files
from files.models import StoredFile
from sessions import materials
from sessions.models import Material
from tests.files import nasty

pytestmark = pytest.mark.django_db


def add(learning_session, by=None, **values) -> Material:
    words = {"title_en": "Slides", "title_fr": "Diapositives", "kind": "slides", "only_in": ""}
    return materials.add(learning_session=learning_session, by=by, **words | values)


def sent(name: str = "slides.pdf", more: bytes = b""):
    return nasty.sent(nasty.pdf(more), name)


@pytest.fixture
def planned(cast):
    return cast.next_session


def test_nothing_comes_out_in_one_language(cast, planned):
    one = add(planned, cast.paula, file_en=sent())
    with pytest.raises(Refused, match="The French one is missing"):
        materials.publish(material=one, by=cast.paula)
    one = materials.change(
        material=one, by=cast.paula, version=one.version, kind="slides", title_en="Slides", title_fr="Diapositives",
        url_fr="https://example.ca/diapos", only_in="",
    )  # fmt: skip
    assert materials.publish(material=one, by=cast.paula).published_at


def test_the_only_language_there_is_is_marked(cast, planned, client):
    one = materials.publish(material=add(planned, file_en=sent(), only_in="en"), by=cast.paula)
    client.force_login(cast.nia)
    page = client.get(reverse("session", args=[cast.cohort.pk, planned.pk])).content.decode()
    assert one.published_at
    assert "There is only an English one." in page


def test_the_box_says_how_large_a_file_may_be_here(cast, planned, client, settings):
    settings.FILE_MAX_BYTES = 2 * 1024 * 1024
    client.force_login(cast.paula)
    page = client.get(reverse("planning_session_material_new", args=[planned.pk])).content.decode()
    assert page.count("up to 2 MB") == 2


def test_what_people_see_stays_whole(cast, planned):
    one = materials.publish(material=add(planned, file_en=sent(), url_fr="https://example.ca/d"), by=cast.paula)
    values = {"kind": "slides", "title_en": "Slides", "title_fr": "Diapositives", "only_in": ""}
    with pytest.raises(Refused, match="The French one is missing"):
        materials.change(material=one, by=cast.paula, version=one.version, **values)
    with pytest.raises(Refused, match="Take it back first"):
        materials.remove(material=one, by=cast.paula)
    materials.remove(material=materials.unpublish(material=one, by=cast.paula), by=cast.paula)
    assert files.sweep() == 1


def test_a_file_takes_the_place_of_the_one_before(cast, planned):
    one = add(planned, file_en=sent())
    before = one.file_en
    values = {"kind": "slides", "title_en": "Slides", "title_fr": "Diapositives", "only_in": ""}
    now = materials.change(material=one, by=cast.paula, version=1, file_en=sent("v2.pdf", b"%v2\n"), **values)
    assert now.file_en.name == "v2.pdf"
    files.sweep()
    assert not StoredFile.objects.filter(pk=before.pk).exists()
    with pytest.raises(Overtaken):
        materials.change(material=one, by=cast.paula, version=1, **values)
    with pytest.raises(Refused, match="not both") as refused:
        materials.change(material=one, by=cast.paula, version=2, file_en=sent(), url_en="https://example.ca", **values)
    assert refused.value.field == "url_en"


def test_one_moves_up(cast, planned):
    first, second = add(planned, title_en="One"), add(planned, title_en="Two")
    materials.move_up(material=second, seen=second.ordinal, by=cast.paula)
    assert [one.material.title_en for one in materials.of_session(planned)] == ["Two", "One"]
    materials.move_up(material=second, seen=0, by=cast.paula)
    assert [one.material.pk for one in materials.of_session(planned)] == [second.pk, first.pk]


def test_pressed_twice_it_moves_up_once(cast, planned, client):
    for title in ("One", "Two", "Three"):
        add(planned, title_en=title)
    third = planned.materials.get(title_en="Three")
    client.force_login(cast.paula)
    page = client.get(reverse("planning_session_materials", args=[planned.pk])).content.decode()
    assert f'name="seen" value="{third.ordinal}"' in page
    for _time in range(2):
        url = reverse("planning_session_material_do", args=[planned.pk, third.pk])
        client.post(url, {"do": "up", "seen": str(third.ordinal)})
    assert [one.material.title_en for one in materials.of_session(planned)] == ["One", "Three", "Two"]


def test_people_find_both_languages_and_get_the_file(cast, planned, client):
    one = add(planned, file_en=sent("Slides – v1.pdf"), file_fr=sent("Diapos été.pdf"), kind="prework")
    url = reverse("session_material_file", args=[cast.cohort.pk, planned.pk, one.pk, "fr"])
    client.force_login(cast.nia)
    assert client.get(url).status_code == 404  # not published
    materials.publish(material=one, by=cast.paula)
    page = client.get(reverse("session", args=[cast.cohort.pk, planned.pk])).content.decode()
    assert 'hreflang="fr-CA"' in page
    assert 'hreflang="en-CA"' in page
    assert "to read before" in page
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == nasty.pdf()
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Diapos%20%C3%A9t%C3%A9.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Length"] == str(len(nasty.pdf()))
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    client.force_login(cast.stan)
    assert client.get(url).status_code == 404


def test_a_refused_file_is_said_beside_its_box_and_the_title_stays(cast, planned, client):
    client.force_login(cast.paula)
    url = reverse("planning_session_material_new", args=[planned.pk])
    typed = {"kind": "sheet", "title_en": "Worksheet", "title_fr": "Feuille", "only_in": ""}
    answer = client.post(url, typed | {"file_fr": nasty.sent(nasty.HTML, "feuille.pdf")})
    assert "This is no file of a kind" in str(answer.context["form"].errors["file_fr"])
    assert "Worksheet" in answer.content.decode()
    assert client.post(url, typed | {"file_fr": sent("feuille.pdf")}).status_code == 302
    assert Material.objects.get().file_fr.by == cast.paula


def test_the_same_form_twice_keeps_one_file(cast, planned, client):
    client.force_login(cast.paula)
    url = reverse("planning_session_material_new", args=[planned.pk])
    once = client.get(url).context["form"]["once"].value()
    for _n in range(2):
        typed = {"kind": "sheet", "title_en": "Worksheet", "title_fr": "Feuille", "only_in": "", "once": str(once)}
        client.post(url, typed | {"file_fr": sent("feuille.pdf")})
    assert Material.objects.count() == StoredFile.objects.count() == 1


def test_a_press_without_the_other_language_says_so(cast, planned, client):
    one = add(planned, file_en=sent())
    client.force_login(cast.paula)
    answer = client.post(reverse("planning_session_material_do", args=[planned.pk, one.pk]), {"do": "publish"})
    assert answer.status_code == 422
    assert "The French one is missing" in answer.content.decode()


def test_the_tab_leads_there(cast, planned, client):
    client.force_login(cast.paula)
    here = reverse("planning_session_materials", args=[planned.pk])
    page = client.get(here).content.decode()
    assert f'<a href="{here}" aria-current="page">' in page
