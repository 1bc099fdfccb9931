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
    shaping.remove_template_task(task=task, by=None)
    assert programme.template_tasks.count() == many
    assert cohort.tasks.filter(key=task.key).exists()
