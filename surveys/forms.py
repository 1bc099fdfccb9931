"""What people answer in a survey, and what planners write of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core.forms import FreeText, GuardedForm, PlainText, VersionedForm, plain_name
from core.language import language
from surveys import passing_on
from surveys.envelopes import Said
from surveys.models import Answer, Moment, Question, QuestionKind, Round, Survey
from surveys.writing import WORDS

SHORTEST, LONGEST = 2, 11
MOST_CHOICES, LONGEST_CHOICE = 12, 120


def name_of(question: Question) -> str:
    """Return the name of the box of a question."""
    return f"q-{question.key}"


def field_for(question: Question) -> forms.Field:
    """Return the box of a question. None has to be filled."""
    if question.kind == QuestionKind.TEXT:
        return FreeText(label=question.text, rows=3, max_length=2000, required=False)
    if question.kind == QuestionKind.SCALE:
        ends = {1: question.low, question.steps: question.high}
        steps = range(1, question.steps + 1)
        choices = [(str(step), f"{step} · {ends[step]}" if ends.get(step) else str(step)) for step in steps]
    else:
        choices = [(one["key"], one[language()]) for one in question.options]
    return forms.ChoiceField(
        label=question.text,
        choices=[*choices, ("", gettext("I leave this out"))],
        widget=forms.RadioSelect,
        required=False,
    )


class AnswerForm(GuardedForm):
    """The questions of one survey; ``answer_form`` puts them in."""

    # One sentence above all of them says so.
    mark_optional = False
    questions: list[Question] = []

    def readers_of(self, field_name: str) -> list[str]:
        readers = [gettext("the planning team, without your name")]
        if any(name_of(one) == field_name and passing_on.is_for_who_spoke(one) for one in self.questions):
            readers.append(gettext("those who spoke, if the planning team passes your sentence on, without your name"))
        return readers

    def clean(self) -> dict[str, Any] | None:
        if not self.errors and not self.values():
            self.add_error(None, gettext("Nothing is answered yet. Answer one question at least, then send."))
        return super().clean()

    def values(self) -> dict[Question, Said]:
        """Return what was answered, without what was left out."""
        found = {}
        for question in self.questions:
            value = self.cleaned_data.get(name_of(question))
            if not value:
                continue
            if question.kind == QuestionKind.TEXT:
                found[question] = Said(text=value)
            else:
                is_step = question.kind == QuestionKind.SCALE
                found[question] = Said(value=int(value)) if is_step else Said(choice=value)
        return found


def answer_form(questions: list[Question]) -> type[AnswerForm]:
    """Return the form of these questions."""
    boxes = {name_of(one): field_for(one) for one in questions}
    return type("AnswerForm", (AnswerForm,), {**boxes, "questions": questions, "__doc__": AnswerForm.__doc__})


# ---------------------------------------------------------------- planners


class WordsForm(VersionedForm):
    """Title and introduction of a survey, in both languages; of the one after each session, after which it asks."""

    title_en = PlainText(label=_("Title, English"), max_length=160, validators=[plain_name])
    title_fr = PlainText(label=_("Title, French"), max_length=160, validators=[plain_name])
    intro_en = FreeText(label=_("Introduction, English"), rows=2, max_length=600, required=False)
    intro_fr = FreeText(label=_("Introduction, French"), rows=2, max_length=600, required=False)
    with_added = forms.BooleanField(
        label=_("Ask also after webinars, office hours and drop-in hours that are not part of the series"),
        help_text=_("Only in a week in which nobody is asked about another session, and without a reminder."),
        required=False,
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if survey.moment != Moment.SESSION:
            del self.fields["with_added"]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody in the cohort")]

    @classmethod
    def values_of(cls, survey: Survey) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        return {name: getattr(survey, name) for name in WORDS} | {"version": survey.version}

    def beside(self, theirs: Survey) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        return _beside(self, self.values_of(theirs))


class PassOnForm(VersionedForm):
    """Which sentences go to those who spoke: all are shown as they were written."""

    mark_optional = False
    passed = forms.MultipleChoiceField(
        label=_("Tick what those who spoke may read"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, sentences: list[Answer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.text) for one in sentences]
        self.fields["passed"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def values_of(cls, row: Round, sentences: list[Answer]) -> dict[str, Any]:
        """Return what is ticked, and which version it is of."""
        return {"passed": [str(one.pk) for one in sentences if one.passed_on], "version": row.version}

    def beside(self, sentences: list[Answer]) -> list[tuple[str, Any]]:
        """Return what is passed on now, as (label, value)."""
        return [(gettext("Passed on now"), "\n".join(one.text for one in sentences if one.passed_on))]


_OF_A_SCALE = ("steps", "low_en", "low_fr", "high_en", "high_fr")


class QuestionBoxes(GuardedForm):
    """One question in both languages: a scale with what its ends mean, a choice, or own words."""

    text_en = FreeText(label=_("Question, English"), rows=2, max_length=300)
    text_fr = FreeText(label=_("Question, French"), rows=2, max_length=300)
    kind = forms.ChoiceField(
        label=_("Answered by"), choices=QuestionKind.choices, widget=forms.RadioSelect, initial=QuestionKind.SCALE
    )
    steps = forms.IntegerField(label=_("Steps of the scale"), min_value=SHORTEST, max_value=LONGEST, initial=5)
    low_en = PlainText(label=_("What 1 means, English"), max_length=60, required=False)
    low_fr = PlainText(label=_("What 1 means, French"), max_length=60, required=False)
    high_en = PlainText(label=_("What the highest step means, English"), max_length=60, required=False)
    high_fr = PlainText(label=_("What the highest step means, French"), max_length=60, required=False)
    options_en = FreeText(
        label=_("Choices, English"), rows=4, max_length=2000, required=False, help_text=_("One on each line.")
    )
    options_fr = FreeText(
        label=_("Choices, French"),
        rows=4,
        max_length=2000,
        required=False,
        help_text=_("One on each line, in the same order."),
    )

    # What stands, where the question is changed.
    standing: list[dict[str, str]] = []
    locked = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        length = gettext("A scale has from %(least)d to %(most)d steps.") % {"least": SHORTEST, "most": LONGEST}
        self.fields["steps"].error_messages |= {"min_value": length, "max_value": length, "invalid": length}

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody in the cohort")]

    def clean(self) -> dict[str, Any] | None:
        kind = self.cleaned_data.get("kind")
        if kind == QuestionKind.SCALE:
            for name in ("low_en", "low_fr", "high_en", "high_fr"):
                if name not in self.errors and not self.cleaned_data.get(name):
                    self.add_error(name, gettext("Say what this end of the scale means."))
        if kind == QuestionKind.CHOICE and not {"options_en", "options_fr"} & set(self.errors):
            self._clean_choices()
        return super().clean()

    def _clean_choices(self) -> None:
        english, french = self._lines("options_en"), self._lines("options_fr")
        for name, lines in (("options_en", english), ("options_fr", french)):
            if not 2 <= len(lines) <= MOST_CHOICES:
                self.add_error(name, gettext("Write from 2 to %(most)d choices.") % {"most": MOST_CHOICES})
            elif len({line.casefold() for line in lines}) < len(lines):
                self.add_error(name, gettext("Two choices are the same."))
            elif any(len(line) > LONGEST_CHOICE for line in lines):
                self.add_error(name, gettext("A choice has %(most)d characters at most.") % {"most": LONGEST_CHOICE})
        if not self.errors and len(english) != len(french):
            self.add_error(
                "options_fr",
                gettext("There are %(en)d choices in English and %(fr)d in French.")
                % {"en": len(english), "fr": len(french)},
            )
        if not self.errors and self.locked and not self._begins_as_it_stood(english, french):
            self.add_error(
                "options_en",
                gettext("People have answered this already: leave these lines as they are, and add yours below."),
            )

    def _begins_as_it_stood(self, english: list[str], french: list[str]) -> bool:
        stood = [(one["en"], one["fr"]) for one in self.standing]
        return list(zip(english, french, strict=True))[: len(stood)] == stood

    def _lines(self, name: str) -> list[str]:
        return [" ".join(line.split()) for line in self.cleaned_data.get(name, "").splitlines() if line.strip()]

    def question(self) -> dict[str, Any]:
        """Return the columns of the question; what its kind has no use for is empty."""
        said, kind = self.cleaned_data, self.cleaned_data["kind"]
        scale = kind == QuestionKind.SCALE
        fields = {name: said[name] for name in ("text_en", "text_fr", "kind")}
        fields |= {name: said[name] if scale else "" for name in _OF_A_SCALE[1:]}
        return fields | {"steps": said["steps"] if scale else 5, "options": self._options(kind)}

    def _options(self, kind: str) -> list[dict[str, str]]:
        if kind != QuestionKind.CHOICE:
            return []
        known = {one["en"]: one["key"] for one in self.standing}
        free = (key for n in range(1, 1000) if (key := f"c{n}") not in known.values())
        pairs = zip(self._lines("options_en"), self._lines("options_fr"), strict=True)
        return [{"key": known.get(en) or next(free), "en": en, "fr": fr} for en, fr in pairs]


class NewQuestionForm(OncePerKey, QuestionBoxes):
    """A question more."""

    def __init__(self, *args: Any, others: list[Survey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            self.fields["also"] = forms.MultipleChoiceField(
                label=_("Ask the same in"),
                choices=[(one.moment, Moment(one.moment).label) for one in others],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text=_("Then the answers stand side by side."),
            )


class QuestionForm(QuestionBoxes, VersionedForm):
    """A question that stands. What gives its answers their meaning stays once there are any."""

    def __init__(self, *args: Any, question: Question, locked: bool, **kwargs: Any) -> None:
        self.standing, self.locked = question.options, locked
        super().__init__(*args, **kwargs)
        if locked:
            self._keep_only(question.kind)

    def _keep_only(self, kind: str) -> None:
        """Show what stays as it is, and nothing of the other kinds."""
        choices = ("options_en", "options_fr")
        for name in (*_OF_A_SCALE, *choices):
            if (kind != QuestionKind.SCALE and name in _OF_A_SCALE) or (
                kind != QuestionKind.CHOICE and name in choices
            ):
                del self.fields[name]
        del self.free_text
        for name in {"kind", *_OF_A_SCALE} & set(self.fields):
            self.fields[name].disabled = True

    @classmethod
    def values_of(cls, question: Question) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        names = ("text_en", "text_fr", "kind", "steps", "low_en", "low_fr", "high_en", "high_fr", "version")
        lines = {f"options_{lang}": "\n".join(one[lang] for one in question.options) for lang in ("en", "fr")}
        return {name: getattr(question, name) for name in names} | lines

    def beside(self, theirs: Question) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        return _beside(self, self.values_of(theirs))


def _beside(form: forms.Form, now: dict[str, Any]) -> list[tuple[str, Any]]:
    names = [name for name in form.fields if name in now and name != "version" and now[name] != form.cleaned_data[name]]
    return [(str(form.fields[name].label), _in_words(now[name])) for name in names]


def _in_words(value: Any) -> Any:
    return (gettext("Yes") if value else gettext("No")) if isinstance(value, bool) else value
