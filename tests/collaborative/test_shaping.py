"""A programme's template is changed by its planners; nonsense is refused in a sentence."""

import pytest

from collaborative import shaping
from collaborative.making import from_template
from collaborative.models import TemplatePhase
from core.refusals import Overtaken, Refused
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make.programme()


def phase(programme, key) -> TemplatePhase:
    return programme.template.get(key=key)


def test_a_changed_phase_shows_in_the_next_cohort_and_not_in_those_that_stand(programme):
    standing = make.cohort(programme=programme)
    before = list(standing.phases.in_order().values_list("name_en", "starts_on"))
    shaping.change_phase(phase=phase(programme, "ls2"), version=1, by=None, name_en="Second", start_offset=85)
    assert list(standing.phases.in_order().values_list("name_en", "starts_on")) == before
    made = {one.key: one.columns for one in from_template(programme).phases}
    assert (made["ls2"]["name_en"], made["ls2"]["start_offset"]) == ("Second", 85)


@pytest.mark.parametrize(
    ("key", "values", "field"),
    [
        ("ap1", {"start_anchor": "ap1"}, "start_anchor"),
        ("ls1", {"start_anchor": "pre-work", "start_offset": 5}, "start_anchor"),
        ("ls2", {"start_offset": 29}, "start_offset"),
        ("ls1", {"start_offset": -1}, "start_offset"),
        ("congress", {"start_anchor": "ap3", "start_offset": 1}, "start_anchor"),
    ],
)
def test_anchors_in_a_circle_and_sessions_out_of_order_are_refused(programme, key, values, field):
    row = phase(programme, key)
    with pytest.raises(Refused) as refused:
        shaping.change_phase(phase=row, version=1, by=None, **values)
    assert refused.value.field == field
    assert phase(programme, key).version == 1


def test_of_two_who_change_a_phase_the_second_sees_both(programme):
    row = phase(programme, "ls1")
    shaping.change_phase(phase=row, version=1, by=None, say_en="Listen.")
    with pytest.raises(Overtaken) as overtaken:
        shaping.change_phase(phase=row, version=1, by=None, say_en="Speak.")
    assert overtaken.value.theirs.say_en == "Listen."
    shaping.change_phase(phase=row, version=1, by=None, say_en="Listen.")  # the same words again are no quarrel


def test_tasks_are_added_changed_and_taken_out(programme):
    many = programme.template_tasks.count()
    task = shaping.add_template_task(
        programme=programme, text_en="Bake", text_fr="Cuire", anchor="ls1", offset=-1, by=None
    )
    shaping.change_template_task(
        task=task, version=1, by=None, text_en="Bake a cake", text_fr="Cuire", anchor="ls1", offset=-2
    )
    with pytest.raises(Overtaken):
        shaping.change_template_task(task=task, version=1, by=None, text_en="X", text_fr="Y", anchor="ls1", offset=-2)
    with pytest.raises(Refused) as refused:
        shaping.change_template_task(task=task, version=2, by=None, text_en="X", text_fr="Y", anchor="moon", offset=0)
    assert refused.value.field == "anchor"
    cohort = make.cohort(programme=programme)
    assert cohort.tasks.get(key=task.key).text_en == "Bake a cake"
    shaping.take_out_task(task=task, by=None)
    shaping.take_out_task(task=task, by=None)
    assert programme.template_tasks.standing().count() == many
    assert cohort.tasks.filter(key=task.key).exists()
    assert not make.cohort(programme=programme).tasks.filter(key=task.key).exists()
    shaping.put_back_task(task=task, by=None)
    assert make.cohort(programme=programme).tasks.get(key=task.key).text_en == "Bake a cake"


def line(programme) -> list[tuple[str, int | None]]:
    return list(programme.template.standing().values_list("key", "number"))


def take_out(programme, key) -> None:
    row = phase(programme, key)
    assert shaping.take_out_phase(phase=row, seen=shaping.taking_out(row).mark, by=None) is None


def test_an_added_phase_takes_its_place_and_its_number(programme):
    added = shaping.add_phase(
        programme=programme, kind="session", after="ap1", by=None,
        name_en="Halfway", name_fr="Mi-parcours", start_anchor="ls1", start_offset=20, minutes=60,
    )  # fmt: skip
    assert line(programme)[2:5] == [("ap1", 1), (added.key, 2), ("ls2", 3)]
    cohort = make.cohort(programme=programme)
    assert cohort.phases.get(key=added.key).ordinal == 4
    with pytest.raises(Refused) as refused:
        shaping.add_phase(
            programme=programme, kind="session", after="", by=None, name_en="X", name_fr="Y", start_offset=99
        )
    assert refused.value.field == "start_offset"
    assert len(line(programme)) == 10


def test_a_phase_moves_with_its_days_or_not_at_all(programme):
    row = phase(programme, "wrap-up")
    with pytest.raises(Refused) as refused:
        shaping.change_phase(phase=row, version=1, by=None, after="ap1")
    assert refused.value.field == "after"
    assert "Session 2" in refused.value.sentence
    shaping.change_phase(
        phase=row, version=1, by=None, after="ap1", start_anchor="ls1", start_offset=3, end_anchor="", end_offset=2
    )
    assert [key for key, _number in line(programme)][2:5] == ["ap1", "wrap-up", "ls2"]
    with pytest.raises(Refused) as refused:
        shaping.change_phase(phase=row, version=2, by=None, after="moon")
    assert refused.value.field == "after"


def test_a_phase_taken_out_is_as_if_it_had_never_been_and_comes_back_as_it_was(programme):
    before = [(one.columns, one.clock) for one in from_template(programme).phases]
    take_out(programme, "ls2")
    take_out(programme, "ls2")
    assert ("ls3", 2) in line(programme)
    short = make.cohort(programme=programme)
    assert not short.phases.filter(key="ls2").exists()
    assert not short.tasks.filter(anchor="ls2").exists()
    assert short.phases.get(key="ap2").start_anchor == "ap1"
    with pytest.raises(Refused):
        shaping.change_phase(phase=phase(programme, "ls2"), version=1, by=None, name_en="X")
    shaping.put_back_phase(phase=phase(programme, "ls2"), by=None)
    shaping.put_back_phase(phase=phase(programme, "ls2"), by=None)
    assert [(one.columns, one.clock) for one in from_template(programme).phases] == before


def test_what_was_not_seen_is_not_taken_out(programme):
    row = phase(programme, "ls2")
    seen = shaping.taking_out(row).mark
    task = shaping.add_template_task(
        programme=programme, text_en="Bake", text_fr="Cuire", anchor="ls2", offset=0, by=None
    )
    now = shaping.take_out_phase(phase=row, seen=seen, by=None)
    assert task in now.tasks
    assert phase(programme, "ls2").taken_out_at is None


def test_a_series_keeps_a_session_in_each_of_its_forms(programme):
    take_out(programme, "ls1")
    take_out(programme, "ls2")
    with pytest.raises(Refused, match="needs a session"):
        take_out(programme, "ls3")
    assert ("ls3", 1) in line(programme)


def test_what_fits_no_more_is_not_put_back(programme):
    take_out(programme, "ls2")
    take_out(programme, "ap2")
    shaping.change_phase(phase=phase(programme, "ls3"), version=1, by=None, start_offset=50)
    with pytest.raises(Refused, match="does not fit any more"):
        shaping.put_back_phase(phase=phase(programme, "ls2"), by=None)
    assert phase(programme, "ls2").taken_out_at is not None
