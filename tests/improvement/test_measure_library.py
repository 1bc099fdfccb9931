"""The measures that are ready: each is whole, fits its column in both languages, and can be added."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from core.refusals import Refused
from core.words import Words, choices, speaking
from improvement import measuring
from improvement.definition_words import definition_of
from improvement.measure_library import FROM_THE_LOG, READY, by_type
from improvement.models import About, Measure, MeasureDefinition, MeasureKind, MeasureType

EVERY = [*READY.items(), ("the log", FROM_THE_LOG)]
NEEDED = ("purpose", "meaning", "population", "source", "collector")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("key", "ready"), EVERY)
def test_every_text_fits_its_column_in_every_word_that_is_spoken(key, ready, lang):
    limits = {"name": 120, "unit": 40}
    limits |= {name: MeasureDefinition._meta.get_field(name).max_length for name in MeasureDefinition.WORDS}
    for person, _called in choices("person"):
        with override(lang), speaking(Words(person=person)):
            assert [name for name, limit in limits.items() if len(ready.said(name)) > limit] == []


@pytest.mark.parametrize(("key", "ready"), EVERY)
def test_every_one_says_what_exactly_counts_in_both_languages(key, ready):
    for name in ("name", "unit", *NEEDED):
        both = ready.in_both(name)
        assert all(both.values()), name
        if name != "unit":  # "minutes" are called so in both
            assert both[f"{name}_en"] != both[f"{name}_fr"], name
    parts = bool(ready.numerator) and bool(ready.denominator)
    assert parts == (ready.kind in (MeasureKind.PERCENT, MeasureKind.RATE))
    assert bool(ready.per) == (ready.kind == MeasureKind.RATE)
    assert bool(ready.sample) == (ready.sampling != "all")


def test_there_is_one_for_every_part_of_safety_and_some_of_each_type():
    assert {one.dimension for one in READY.values()} >= set(About.values)
    kinds = [one.measure_type for one in READY.values()]
    assert {kind: kinds.count(kind) >= 2 for kind in MeasureType.values} == dict.fromkeys(MeasureType.values, True)
    assert sum(len(some) for _name, some in by_type()) == len(READY) >= 12
    assert all(0 < len(key) <= 40 for key in READY)


@pytest.mark.parametrize("key", READY)
def test_each_is_added_with_one_press_named_in_both_languages(world, key):
    ready = READY[key]
    measure = measuring.add_ready(team=world.team, key=key, by=world.tess)
    measure.refresh_from_db()
    assert {"name_en": measure.name_en, "name_fr": measure.name_fr} == ready.in_both("name")
    assert {"unit_en": measure.unit_en, "unit_fr": measure.unit_fr} == ready.in_both("unit")
    assert (measure.kind, measure.direction, measure.frequency, measure.per, measure.by) == (
        ready.kind, ready.direction, ready.frequency, ready.per, world.tess,
    )  # fmt: skip
    row = measure.definition
    assert (row.measure_type, row.dimension, row.chart) == (ready.measure_type, ready.dimension, ready.chart)
    assert [getattr(row, name) for name in MeasureDefinition.WORDS] == [""] * len(MeasureDefinition.WORDS)


def test_what_the_library_says_is_read_in_the_language_of_the_reader_until_the_team_writes_its_own(world):
    measure = measuring.add_ready(team=world.team, key="huddles", by=world.tess)
    with override("fr"):
        in_french = {line.label: line for line in definition_of(measure)}
        said = READY["huddles"].said("meaning")
        assert said in [line.words for line in in_french.values()]
    measuring.change_measure(measure=measure, by=world.tess, version=1, language="en", meaning="Ours.")
    measure.refresh_from_db()
    with override("fr"):
        words = [(line.words, line.lang) for line in definition_of(measure)]
        assert ("Ours.", "en") in words
        assert said not in [text for text, _lang in words]
        assert (READY["huddles"].said("source"), "") in words


def test_the_same_one_is_added_once(world):
    measure = measuring.add_ready(team=world.team, key="overtime", by=world.tess)
    with pytest.raises(Refused, match="You count this already"):
        measuring.add_ready(team=world.team, key="overtime", by=world.nia)
    measuring.stop_counting(measure=measure, by=world.tess, version=1)
    with pytest.raises(Refused, match="You counted this before"):
        measuring.add_ready(team=world.team, key="overtime", by=world.nia)
    assert Measure.objects.filter(team=world.team, ready="overtime").count() == 1
    assert measuring.add_ready(team=world.other_team, key="overtime", by=world.olga).pk != measure.pk


def test_what_is_not_in_the_library_is_not_added(world):
    with pytest.raises(Refused):
        measuring.add_ready(team=world.team, key="no such thing", by=world.tess)
    assert Measure.objects.filter(team=world.team).count() == 1
