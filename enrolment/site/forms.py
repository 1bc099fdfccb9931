"""What planners write on the public pages, and what visitors write to them."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core import filled
from core.forms import EmailText, FreeText, GuardedForm, PlainText, VersionedForm, plain_name
from enrolment.site import content

NAMES = {"en": _("English"), "fr": _("French")}
_KEY = re.compile(r"[a-z0-9]{1,12}")


class _EditForm(VersionedForm):
    """A page in both languages, and when it is to be read by everybody. A draft may leave anything empty."""

    mark_optional = False

    publish = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[
            ("draft", _("Keep it for the planning team: visitors go on reading what stands there")),
            ("now", _("Publish it now")),
            ("at", _("Publish it at a minute of your choice")),
        ],
        widget=forms.RadioSelect,
        initial="draft",
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=_("Minute"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody who opens the public page, once it is published")]

    def safety(self, field_name: str) -> str:
        """Return the line under the box: everybody reads this, for years."""
        return gettext("Name nobody who has not said yes to it, and nothing by which a patient could be known.")

    def said_above(self) -> list[tuple[str, str, str]]:
        """Return who reads this and what stays out of it, once for all boxes, so that pairs stand level: (id, kind, words)."""
        lines = (("audience", self.audience("")), ("safety", self.safety("")))
        return [(f"boxes_{kind}", kind, self.say_once(text, f"boxes_{kind}")[0]) for kind, text in lines]

    def clean(self) -> dict[str, Any] | None:
        """Ask for the minute where one is to be chosen."""
        answers = super().clean() or self.cleaned_data
        if answers.get("publish") == "at":
            for name, sentence in (("day", _("Choose a day.")), ("clock", _("Choose an hour and a minute."))):
                if not answers.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return answers

    def wall(self) -> dt.datetime | None:
        """Return the minute that was typed, as the cohort's clock will show it; None where none is wanted."""
        if self.cleaned_data["publish"] != "at":
            return None
        return dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["clock"])


class PageForm(_EditForm):
    """A page with fixed fields. A draft may be unfinished, so nothing is required here."""

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key
        for spec in content.SPECS[key]:
            for lang in content.LANGS:
                label = gettext("%(field)s, %(language)s") % {"field": spec.label, "language": NAMES[lang]}
                most = content.LONGEST[spec.kind]
                box: forms.Field
                if spec.kind == content.LINE:
                    box = PlainText(max_length=most, required=False, label=label)
                else:
                    rows = {content.SENTENCE: 3, content.WORDS: 8}.get(spec.kind, 5)
                    box = FreeText(max_length=most, rows=rows, required=False, label=label)
                    box.help_text = spec.hint
                    self._set_limit(box)
                box.widget.attrs["lang"] = f"{lang}-CA"
                self.fields[f"{lang}-{spec.name}"] = box

    @classmethod
    def values_of(cls, words: dict[str, Any], number: int, key: str) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        boxes = {
            f"{lang}-{spec.name}": words.get(lang, {}).get(spec.name, "")
            for spec in content.SPECS[key]
            for lang in content.LANGS
        }
        return boxes | {"version": number}

    def words(self) -> dict[str, Any]:
        """Return what was typed as it is stored."""
        return {
            lang: {spec.name: self._typed(f"{lang}-{spec.name}", spec.kind) for spec in content.SPECS[self.key]}
            for lang in content.LANGS
        }

    def _typed(self, name: str, kind: str) -> str:
        typed = self.cleaned_data[name].strip()
        return " ".join(typed.split()) if kind == content.SENTENCE else typed

    def rows(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """Return every field with its two boxes, side by side, each with the name of its language."""
        return [
            (spec, [(self[f"{lang}-{spec.name}"], NAMES[lang]) for lang in content.LANGS])
            for spec in content.SPECS[self.key]
        ]

    def beside(self, theirs: dict[str, Any]) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs, 0, self.key)
        return [
            (str(self.fields[name].label), now[name])
            for name in now
            if name != "version" and now[name] != self.cleaned_data.get(name)
        ]


class QuestionsForm(_EditForm):
    """The ordered list of questions and answers. ``order`` names the pairs; buttons add, move and remove without script."""

    order = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = keys
        for key in keys:
            for lang in content.LANGS:
                named = {"language": NAMES[lang]}
                question = PlainText(required=False, max_length=200, label=gettext("Question, %(language)s") % named)
                answer = FreeText(required=False, rows=4, label=gettext("Answer, %(language)s") % named)
                self._set_limit(answer)
                for box in (question, answer):
                    box.widget.attrs["lang"] = f"{lang}-CA"
                self.fields[f"{key}-{lang}-q"], self.fields[f"{key}-{lang}-a"] = question, answer
        filled.fill(self)  # again, now that its boxes are there

    @classmethod
    def values_of(cls, words: dict[str, Any], number: int) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        pairs = content.pairs_in(words)
        boxes = {
            f"{pair['key']}-{lang}-{part}": pair.get(lang, {}).get(part, "")
            for pair in pairs
            for lang in content.LANGS
            for part in ("q", "a")
        }
        return boxes | {"version": number, "order": ",".join(pair["key"] for pair in pairs)}

    @classmethod
    def typed(cls, data: QueryDict, keys: list[str]) -> dict[str, Any]:
        """Return everything that was typed so far about these pairs, to stand in the boxes of the next page."""
        names = [f"{key}-{lang}-{part}" for key in keys for lang in content.LANGS for part in ("q", "a")]
        names += ["version", "publish", "day", "clock"]
        return {name: data[name] for name in names if name in data} | {"order": ",".join(keys)}

    def words(self) -> dict[str, Any]:
        """Return what was typed as it is stored; a pair without a word in it is none."""
        pairs = []
        for key in self.keys:
            pair: dict[str, Any] = {"key": key}
            for lang in content.LANGS:
                pair[lang] = {part: self.cleaned_data[f"{key}-{lang}-{part}"].strip() for part in ("q", "a")}
            if any(pair[lang][part] for lang in content.LANGS for part in ("q", "a")):
                pairs.append(pair)
        return {"pairs": pairs}

    def rows(self) -> list[tuple[str, list[Any]]]:
        """Return every pair with its four boxes: question beside question, answer beside answer."""
        return [
            (key, [self[f"{key}-{lang}-{part}"] for part in ("q", "a") for lang in content.LANGS]) for key in self.keys
        ]

    def beside(self, theirs: dict[str, Any]) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs, 0)
        found = []
        for pair in content.pairs_in(theirs):
            for lang in content.LANGS:
                for part, label in (("q", gettext("Question, %(language)s")), ("a", gettext("Answer, %(language)s"))):
                    name = f"{pair['key']}-{lang}-{part}"
                    if now[name] != self.cleaned_data.get(name, ""):
                        found.append((label % {"language": NAMES[lang]}, now[name]))
        return found


def keys_in(order: str) -> list[str]:
    """Return the keys of pairs that a form names, each once, as many as a page holds."""
    found = [key for key in order.split(",") if _KEY.fullmatch(key)]
    return list(dict.fromkeys(found))[: content.MOST_PAIRS]


def new_key() -> str:
    """Return the key of a new pair: it stands in its address, so it never means another one later."""
    return f"q{secrets.token_hex(3)}"


class VisitorsLetterForm(OncePerKey, GuardedForm):
    """A visitor writes to the planning team."""

    name = PlainText(label=_("Your name"), max_length=120, validators=[plain_name])
    email = EmailText(label=_("Your e-mail"))
    text = FreeText(label=_("What would you like to know?"), rows=6, max_length=4000)

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

    def required_message(self, field: forms.Field) -> Any:
        return {"name": _("Write your name."), "email": _("Write the address at which we can answer.")}.get(
            next((name for name, one in self.fields.items() if one is field), ""), _("Write your question.")
        )


class TellMeForm(GuardedForm):
    """Somebody wants to be told when enrolment opens."""

    missing: Any = _("Write your e-mail address.")

    email = EmailText(label=_("Your e-mail"))
    language = forms.ChoiceField(
        label=_("In which language?"), choices=[("en", _("English")), ("fr", _("French"))], widget=forms.RadioSelect
    )

    def required_message(self, field: forms.Field) -> Any:
        return _("Choose one.") if field is self.fields["language"] else self.missing


class PassOnForm(TellMeForm):
    """Somebody sends the page about privacy and security to their privacy office."""

    missing = _("Write the address of the office.")

    email = EmailText(label=_("Address of the office"))
