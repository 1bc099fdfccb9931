"""Two editors: nothing vanishes. Tried on cards, the only rows of this room that have a version."""

from __future__ import annotations

import pytest
from django import forms

from accounts import cards
from accounts.models import MemberCard
from accounts.versions import SomebodyChangedIt, Versioned, take_version


class Row:
    """A row as it is now."""

    def __init__(self, version: int, number: int, mood: str = "a") -> None:
        self.version, self.number, self.mood = version, number, mood


class NumberForm(Versioned, forms.Form):
    number = forms.IntegerField(label="Number")
    mood = forms.ChoiceField(choices=[("a", "Bright"), ("b", "Grey")])

    @classmethod
    def of(cls, row: Row, data=None):
        return cls(data, current=row, initial={"number": row.number, "mood": row.mood})


def browser(form, **changes):
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    data.update({name: form[name].value() for name in form.fields} | changes)
    return data


def test_the_form_knows_its_version():
    form = NumberForm.of(Row(3, 7))
    assert '<input type="hidden" name="version" value="3"' in str(form)
    sent = NumberForm.of(Row(3, 7), browser(form, number="9"))
    assert sent.is_valid()
    assert sent.cleaned_data["version"] == 3
    assert sent.status == 200


def test_the_second_editor_sees_both_and_keeps_what_was_typed():
    mine = browser(NumberForm.of(Row(3, 7)), number="9", mood="b")
    row = Row(4, 8, "a")  # Tess was faster
    form = NumberForm.of(row, mine)
    assert not form.is_valid()
    assert form.status == 409
    assert [(c.name, c.label, c.theirs, c.yours) for c in form.conflicts] == [
        ("number", "Number", "8", "9"),
        ("mood", "mood", "Bright", "Grey"),
    ]
    assert "Which one is right" in str(form.non_field_errors()) or "which one is right" in str(form.non_field_errors())
    assert form["number"].value() == "9"
    assert form["version"].value() == "4"
    again = NumberForm.of(row, form.data)
    assert again.is_valid(), "pressing the button again is the decision"


@pytest.mark.parametrize("version", ["", "x", "2", None])
def test_a_form_without_its_version_is_never_taken(version):
    data = browser(NumberForm.of(Row(3, 7)))
    if version is None:
        del data["version"]
    else:
        data["version"] = version
    assert not NumberForm.of(Row(3, 7), data).is_valid()


def test_only_one_of_two_takes_a_version(nia):
    card, _code = cards.issue(user=nia, by=nia)
    first, second = MemberCard.objects.get(pk=card.pk), MemberCard.objects.get(pk=card.pk)
    take_version(first, 1)
    assert first.version == 2
    with pytest.raises(SomebodyChangedIt):
        take_version(second, 1)
    assert MemberCard.objects.get(pk=card.pk).version == 2
