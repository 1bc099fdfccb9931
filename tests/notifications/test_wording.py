"""Words made for one reader serve another only where nothing in them could differ."""

import pytest
from django.template import Engine
from django.utils.safestring import mark_safe

from notifications import services, wording
from notifications.models import PlannedMessage
from notifications.wording import Gone, Said, Stranger, render
from tests.notifications import trial
from tests.notifications.conftest import ABOUT, person

NIA = Stranger("nia@example.ca", "en", "America/Toronto", name="Nia Roy", first_name="Nia", city="toronto")
ADA = Stranger("ada@example.ca", "en", "America/Toronto", name="Ada Roy", first_name="Ada", city="toronto")
PIERRE = Stranger("p@example.ca", "fr", "America/Toronto", name="Pierre", first_name="Pierre")


@pytest.fixture
def drawn(monkeypatch):
    """A template of one's own: how often it was drawn."""
    times = []

    def use(text):
        template = Engine.get_default().from_string(text)
        monkeypatch.setattr(wording, "_template", lambda name: times.append(name) or template)
        return times

    return use


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Hello all of {{ reader.city }}", 1),
        ("Hello {{ reader.first_name }}", 2),
        ("Hello {% if reader.first_name == 'Nia' %}you{% endif %}", 2),
        ("Hello {{ reader }}", 2),
        ("Hello {% if reader == other %}you{% endif %}", 2),
    ],
)
def test_what_was_asked_of_the_reader_decides(drawn, text, times):
    drawings, said = drawn(text), Said()
    first = said.again("a", {"other": NIA}, NIA)
    second = said.again("a", {"other": NIA}, ADA)
    assert len(drawings) == times
    assert (first == second) == (times == 1)
    assert said.again("a", {"other": NIA}, NIA) == first
    assert len(drawings) == times


def test_another_language_another_template_another_thing(drawn):
    drawings, said = drawn("{{ thing }}"), Said()
    for name, thing, reader in (("a", 1, NIA), ("a", 1, ADA), ("a", 1, PIERRE), ("b", 1, NIA), ("a", 2, NIA)):
        assert said.again(name, {"thing": thing}, reader) == str(thing)
    assert len(drawings) == 4


def test_text_that_is_safe_is_not_text_that_is_not(drawn):
    said = Said()
    drawn("{{ thing }}")
    assert said.again("a", {"thing": mark_safe("<b>")}, NIA) == "<b>"
    assert said.again("a", {"thing": "<b>"}, NIA) == "&lt;b&gt;"


@pytest.mark.django_db
def test_sources_are_loaded_once_for_all_rows(monkeypatch):
    asked = []

    def sources(keys):
        asked.append(keys)
        return {key: f"thing {key}" for key in keys if key != "gone"}

    trial.register_one(monkeypatch, "trial/many", lambda row: {"thing": row.source}, sources=sources)
    rows = [
        services.post("trial/many", to=to, about=("trial.thing", key)) for to in (person(), person()) for key in "78"
    ]
    gone = services.post("trial/many", to=person(), about=("trial.thing", "gone"))
    wording.load_sources([*rows, gone])
    assert asked == [{"7", "8", "gone"}]
    assert [row.source for row in (*rows, gone)] == ["thing 7", "thing 8"] * 2 + [None]
    said = Said()
    assert [render(row, said).subject for row in rows] == ["About thing 7 for Nia", "About thing 8 for Nia"] * 2
    with pytest.raises(Gone):
        render(gone, said)
    assert len(asked) == 1
    fresh = PlannedMessage.objects.get(pk=rows[0].pk)
    assert render(fresh).subject == "About thing 7 for Nia", "alone, it loads its own"


@pytest.mark.django_db
def test_a_letter_of_its_own_for_everybody(nia, pierre):
    said = Said()
    rows = [services.post("trial/reminder", to=to, about=ABOUT) for to in (nia, pierre, person("Ada"))]
    letters = [render(row, said) for row in rows]
    assert [letter.to for letter in letters] == [one.recipient.email for one in rows]
    assert [letter.message_id for letter in letters] == [one.message_id for one in rows]
    assert [letter.plain.split("\n\n")[1].split(",")[0] for letter in letters] == [
        "Hello Nia",
        "Hello Pierre",
        "Hello Ada",
    ]
