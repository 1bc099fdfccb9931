"""What a planner types to write to people of a cohort."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative import addressing
from collaborative.addressing import ROLES, Audience
from collaborative.announcing import moment_of
from collaborative.models import Announcement, Cohort
from core.forms import FreeText, GuardedForm, PlainText, VersionedForm
from core.language import language
from core.time import wall_in

NOW, LATER = "now", "later"
TOLD, CHOSEN = "told", "chosen"
_WORDS = ("subject_en", "text_en", "subject_fr", "text_fr")


class _Words(GuardedForm):
    """Whom it is for, what it says in both languages, and when it leaves."""

    goes_to = forms.ChoiceField(
        label=_("Whom it is for"),
        choices=[(TOLD, _("Those who got what it corrects")), (CHOSEN, _("Those whom you choose here"))],
        widget=forms.RadioSelect,
        initial=TOLD,
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=list(ROLES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick none to write to everybody. What you choose here and below narrows: all of it has to be true."
        ),
    )
    teams = forms.MultipleChoiceField(
        label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Tick none for all teams.")
    )
    said = forms.ChoiceField(label=_("By what they said about a session"), required=False)
    subject_en = FreeText(label=_("Subject, English"), rows=1, max_length=150, required=False)
    text_en = FreeText(label=_("Words, English"), rows=8, max_length=4000, required=False)
    subject_fr = FreeText(label=_("Subject, French"), rows=1, max_length=150, required=False)
    text_fr = FreeText(label=_("Words, French"), rows=8, max_length=4000, required=False)
    # Asked for where one language alone was changed, and not before.
    en_stays = forms.BooleanField(label=_("The English is right as it is"), required=False)
    fr_stays = forms.BooleanField(label=_("The French is right as it is"), required=False)
    when = forms.ChoiceField(
        label=_("When it leaves"),
        choices=[
            (NOW, _("As soon as you have sent it and the time to take it back is over")),
            (LATER, _("At an hour of its own")),
        ],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=_("Hour"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    is_must = forms.BooleanField(
        label=_("This is news about a session, or about safety on this site"),
        required=False,
        help_text=_(
            "It then reaches those too who want to be told only what they must know. Tick it for nothing else."
        ),
    )

    def __init__(self, *args: Any, cohort: Cohort, corrects: Announcement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        teams = [(str(key), name) for key, name in addressing.teams_of(cohort).values_list("pk", "name")]
        self.fields["teams"].choices = teams  # type: ignore[attr-defined]
        kinds = addressing.answer_choices(cohort)
        self.fields["said"].choices = [("", gettext("Whatever they said")), *kinds]  # type: ignore[attr-defined]
        self.fields["clock"].help_text = gettext("On the clock of the cohort.")
        for name in _WORDS:
            self.fields[name].needed_later = True  # type: ignore[attr-defined]
        # Who writes begins with the language that they read.
        self.languages = ("fr", "en") if language() == "fr" else ("en", "fr")
        self.order_fields(
            [name for lang in self.languages for name in (f"subject_{lang}", f"text_{lang}", f"{lang}_stays")]
        )
        self.fields[f"text_{self.languages[1]}"].help_text = gettext(
            "Both languages are needed, unless everybody whom it is for reads the same one. A line that begins with a "
            "hyphen is a list; **two stars** make bold."
        )
        if corrects is None:
            del self.fields["goes_to"]

    @property
    def names_teams(self) -> bool:
        """Return whether the list of teams has to be seen: some are ticked, or something is wrong with it."""
        return bool(self["teams"].value() or self["teams"].errors)

    @property
    def words(self) -> list[forms.BoundField]:
        """Return the boxes of its words, the reader's own language first, with the question about one that was left as it was."""
        named = [self[name] for lang in self.languages for name in (f"subject_{lang}", f"text_{lang}", f"{lang}_stays")]
        return [box for box in named if not box.name.endswith("_stays") or box.errors or box.value()]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody whom it is for"), gettext("the planning team")]

    def clean(self) -> dict[str, Any] | None:
        """Ask for the hour of what leaves later, for one of two where it is for those who got it and for others, and whether
        one language alone was to be changed."""
        values = super().clean()
        self._ask_about_the_other_language()
        if self.cleaned_data.get("goes_to") == TOLD and {"roles", "teams", "said"} & set(self.changed_data):
            both = gettext(
                "Below you chose others than those who got it. Take “Those whom you choose here”, or leave below what stood there."
            )
            self.add_error("goes_to", both)
        if self.cleaned_data.get("when") == LATER:
            for name in ("day", "clock"):
                if name not in self.errors and self.cleaned_data.get(name) is None:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return values

    def _ask_about_the_other_language(self) -> None:
        changed = {lang: self._is_changed(lang) for lang in self.languages}
        if not all(self.initial.get(name) for name in _WORDS) or len(set(changed.values())) == 1:
            return
        left = next(lang for lang in self.languages if not changed[lang])
        if not self.cleaned_data.get(f"{left}_stays"):
            asked = {
                "en": gettext("You changed the French and not the English. Change it too, or tick that it is right."),
                "fr": gettext("You changed the English and not the French. Change it too, or tick that it is right."),
            }
            self.add_error(f"{left}_stays", asked[left])

    def _is_changed(self, lang: str) -> bool:
        names = (f"subject_{lang}", f"text_{lang}")
        return any((self.initial.get(one) or "").split() != (self.data.get(one) or "").split() for one in names)

    def values(self) -> dict[str, Any]:
        """Return what was typed as the verbs take it. Raises Refused for an hour that cannot be."""
        typed = self.cleaned_data
        later = typed["when"] == LATER
        wall = dt.datetime.combine(typed["day"], typed["clock"]) if later else None
        return {
            "audience": Audience(tuple(typed["roles"]), tuple(typed["teams"]), typed["said"]),
            "is_must": typed["is_must"],
            "only_told": typed.get("goes_to", CHOSEN) == TOLD,
            "wished_at": moment_of(wall, self.cohort) if wall else None,
            **{name: typed[name].strip() for name in _WORDS},
        }


class NewForm(OncePerKey, _Words):
    """A new announcement, or a correction of one that has left."""


class ChangeForm(VersionedForm, _Words):
    """An announcement that has not left."""

    @classmethod
    def values_of(cls, row: Announcement) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        audience = Audience.read(row.audience)
        wall = wall_in(row.wished_at, row.cohort.time_zone) if row.wished_at else None
        return {
            "goes_to": TOLD if row.only_told else CHOSEN,
            "roles": list(audience.roles), "teams": list(audience.teams), "said": audience.answers,
            "subject_en": row.subject_en, "text_en": row.text_en,
            "subject_fr": row.subject_fr, "text_fr": row.text_fr,
            "when": LATER if wall else NOW, "day": wall and wall.date(), "clock": wall and wall.time(),
            "is_must": row.is_must, "version": row.version,
        }  # fmt: skip

    def beside(self, theirs: Announcement) -> list[tuple[str, Any]]:
        """Return the words that stand now where others were typed, as (label, value)."""
        now = self.values_of(theirs)
        return [(str(self.fields[name].label), now[name]) for name in _WORDS if now[name] != self.cleaned_data[name]]


def typed_anew(data: QueryDict, row: Announcement) -> QueryDict:
    """Return what was typed to change what has left meanwhile, for a correction: without the hour that is over."""
    if row.wished_at is None:
        return data
    wall = wall_in(row.wished_at, row.cohort.time_zone)
    if (data.get("day"), data.get("clock")) != (f"{wall:%Y-%m-%d}", f"{wall:%H:%M}"):
        return data
    anew = data.copy()
    for name in ("when", "day", "clock"):
        anew.pop(name, None)
    return anew


class NameForm(GuardedForm):
    """Whether somebody is among those who get it."""

    name = PlainText(
        label=_("Is somebody among them?"), max_length=120, help_text=_("A name, an address, or a part of it.")
    )
