"""What planners type about the agenda of a session, its people, its hosts, and the run of show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core import places
from core.forms import EmailText, FreeText, GuardedForm, PlainText, VersionedForm, incident_sentence, plain_name
from core.language import language
from enrolment.outlook import FromOutlook
from sessions.forms import said
from sessions.models import LONGEST, AgendaItem, Part, Speaker, TeamSlot
from sessions.run_of_show import AFTER, BEFORE
from sessions.speaking.speakers import SOMEBODY_NEW

_LONGEST_TURN = 60


def whole_number(box: forms.Field, least: int, most: int) -> None:
    """Let a box of minutes say in words what fits."""
    words = gettext("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
    box.error_messages |= {"min_value": words, "max_value": words, "invalid": words}


class RowForm(VersionedForm):
    """A form over one row: its fields are called as the columns are."""

    @classmethod
    def values_of(cls, row: Any) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        return {name: getattr(row, name) for name in cls.base_fields}

    def beside(self, theirs: Any) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs)
        names = [name for name in self.fields if name != "version" and now[name] != self.cleaned_data[name]]
        return [(str(self.fields[name].label), said(self.fields[name], now[name])) for name in names]


class _ItemFields(GuardedForm):
    title_en = PlainText(label=_("Title, English"), max_length=160)
    title_fr = PlainText(label=_("Title, French"), max_length=160)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole_number(self.fields["minutes"], 1, LONGEST)


class NewItemForm(OncePerKey, _ItemFields):
    """An item more at the end of the agenda."""


class ItemForm(RowForm, _ItemFields):
    """What an item of the agenda is called, and how long it takes."""


class TeamsForm(VersionedForm):
    """Which teams show something in an item: a box of minutes for each team of the cohort, and its turn."""

    def __init__(self, *args: Any, teams: list[Any], item: AgendaItem, slots: list[TeamSlot], **kwargs: Any) -> None:
        here = {slot.team_id: slot for slot in slots if slot.item_id == item.pk}
        self.elsewhere = {slot.team_id for slot in slots} - here.keys()
        super().__init__(*args, initial={"version": item.version}, **kwargs)
        self.teams = sorted(teams, key=lambda team: here[team.pk].ordinal if team.pk in here else len(teams) + 1)
        for team in self.teams:
            slot = here.get(team.pk)
            self.fields[f"minutes-{team.pk}"] = forms.IntegerField(
                label=gettext("%(team)s: minutes") % {"team": team.name},
                min_value=1,
                max_value=_LONGEST_TURN,
                required=False,
                initial=slot and slot.minutes,
                help_text=gettext("Has its turn in another item now.") if team.pk in self.elsewhere else "",
            )
            self.fields[f"turn-{team.pk}"] = forms.IntegerField(
                label=gettext("%(team)s: turn") % {"team": team.name},
                min_value=1,
                max_value=99,
                required=False,
                initial=slot and slot.ordinal,
            )
            whole_number(self.fields[f"minutes-{team.pk}"], 1, _LONGEST_TURN)
            whole_number(self.fields[f"turn-{team.pk}"], 1, 99)

    # All of it may be left out, and the page says so once.
    mark_optional = False

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return each team with its two boxes: minutes and turn."""
        return [(team, self[f"minutes-{team.pk}"], self[f"turn-{team.pk}"]) for team in self.teams]

    def beside(self, theirs: AgendaItem) -> list[tuple[str, Any]]:
        """Return which teams have their turn now, as (label, value)."""
        slots = theirs.slots.select_related("team")
        lines = [f"{place}. {slot.team.name} ({slot.minutes})" for place, slot in enumerate(slots, start=1)]
        return [(gettext("Teams and their minutes"), "\n".join(lines))]

    def chosen(self) -> list[tuple[Any, int]]:
        """Return the teams that got minutes, with these, in the order of their turns; those without one come last."""
        found = []
        for place, team in enumerate(self.teams):
            if minutes := self.cleaned_data.get(f"minutes-{team.pk}"):
                found.append(((self.cleaned_data.get(f"turn-{team.pk}") or 100, place), team, minutes))
        return [(team, minutes) for _turn, team, minutes in sorted(found, key=lambda one: one[0])]


class _RoleFields(GuardedForm):
    part = forms.ChoiceField(label=_("What they do"))
    role_line_en = FreeText(
        label=_("A line about them for this time, English"),
        max_length=200,
        rows=1,
        required=False,
        help_text=_("It stands after the name in the agenda: “brings a resident’s story”."),
    )
    role_line_fr = FreeText(label=_("A line about them for this time, French"), max_length=200, rows=1, required=False)
    item_id = forms.TypedChoiceField(
        label=_("In which part of the agenda"), required=False, coerce=int, empty_value=None
    )
    in_both = ("role_line",)

    def __init__(self, *args: Any, items: list[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [(part.value, capfirst(part.label)) for part in Part]  # type: ignore[attr-defined]
        choices = [("", gettext("the whole session")), *((str(item.pk), item.title) for item in items)]
        self.fields["item_id"].choices = choices  # type: ignore[attr-defined]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody in the cohort"), gettext("anybody, where the session is public")]


class NewAppearanceForm(FromOutlook, OncePerKey, _RoleFields):
    """Somebody more at a session: known to the programme, of the cohort, or new."""

    who = forms.ChoiceField(label=_("Who"))
    name = PlainText(
        label=_("The name, if it is somebody new"),
        max_length=120,
        required=False,
        validators=[plain_name],
        help_text=_("Or as Outlook copies it: Nia Roy <nia@hospital.ca>"),
    )
    email = EmailText(
        label=_("Their e-mail, if it is somebody new"),
        required=False,
        help_text=_("For the planning team alone; it stands on no page of the session."),
    )

    field_order = ("who", "name", "email", "part", "item_id", "role_line_en", "role_line_fr")

    def __init__(self, *args: Any, speakers: list[Speaker], people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: list[tuple[str, Any]] = [(SOMEBODY_NEW, gettext("Somebody new"))]
        if speakers:
            groups.append((gettext("Speakers of the programme"), [(f"speaker:{one.pk}", one.name) for one in speakers]))
        if people:
            groups.append((gettext("People of this cohort"), [(f"person:{one.pk}", one.name) for one in people]))
        self.fields["who"].choices = groups  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("who") == SOMEBODY_NEW and "name" in typed and not typed["name"]:
            self.add_error("name", gettext("Write the name, or choose somebody above."))
        if typed.get("who", SOMEBODY_NEW) != SOMEBODY_NEW and (typed.get("name") or typed.get("email")):
            self.add_error("who", gettext("For the name below choose “Somebody new”, or leave name and e-mail empty."))
        return super().clean()


class AppearanceForm(RowForm, _RoleFields):
    """What somebody does at a session this time."""

    minutes = forms.IntegerField(label=_("Minutes they have"), min_value=1, max_value=LONGEST, required=False)
    introduced_by = PlainText(label=_("Who introduces them"), max_length=120, required=False, validators=[plain_name])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole_number(self.fields["minutes"], 1, LONGEST)


class SpeakerForm(FromOutlook, RowForm):
    """What the programme knows of a speaker, whatever the session."""

    name = PlainText(label=_("Name, without titles"), max_length=120, validators=[plain_name])
    post_nominals = PlainText(
        label=_("Letters after the name"), max_length=60, required=False, help_text=_("RN, MSc: where names have them.")
    )
    spoken_name = PlainText(
        label=_("How the name is said"), max_length=120, required=False, help_text=_("For whoever introduces them.")
    )
    affiliation_en = PlainText(label=_("Where they work, English"), max_length=160, required=False)
    affiliation_fr = PlainText(label=_("Where they work, French"), max_length=160, required=False)
    email = EmailText(label=_("E-mail"), required=False)
    phone = PlainText(label=_("Telephone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language of our mails to them"))
    city = forms.ChoiceField(
        label=_("Nearest place"), required=False, help_text=_("Their hours are said on this clock.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("en", _("English")), ("fr", _("French"))]  # type: ignore[attr-defined]
        self.fields["city"].choices = [("", _("not known")), *places.choices(language())]  # type: ignore[attr-defined]


class _PartnerFields(GuardedForm):
    name_en = PlainText(label=_("Name, English"), max_length=160, validators=[plain_name])
    name_fr = PlainText(label=_("Name, French"), max_length=160, validators=[plain_name])
    url_en = forms.URLField(label=_("Its page, English"), max_length=300, required=False, assume_scheme="https")
    url_fr = forms.URLField(label=_("Its page, French"), max_length=300, required=False, assume_scheme="https")


class NewPartnerForm(OncePerKey, _PartnerFields):
    """An organisation that the programme has not known."""


class PartnerForm(RowForm, _PartnerFields):
    """What a partner organisation is called, and where its links lead."""


class HostForm(OncePerKey, GuardedForm):
    """One of the organisations that the programme knows hosts this session."""

    organisation: Any = forms.ModelChoiceField(
        label=_("Organisation"), queryset=None, empty_label=_("Choose an organisation")
    )

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = partners  # type: ignore[attr-defined]
        self.fields["organisation"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]


class _RunFields(GuardedForm):
    minute = forms.IntegerField(
        label=_("Minute"),
        min_value=-BEFORE,
        max_value=LONGEST + AFTER,
        help_text=_("Counted from the start; −10 is ten minutes before it."),
    )
    who = PlainText(label=_("Who"), max_length=120, required=False)
    what = FreeText(label=_("Does what"), max_length=300, rows=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole_number(self.fields["minute"], -BEFORE, LONGEST + AFTER)

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

    def safety(self, field_name: str) -> str:
        """Return the line under the box: whoever does something at the session is named here, nobody else."""
        names = gettext("Name those who do something here; no patients or residents, please.")
        return f"{names} {incident_sentence(self.incident_route)}"


class NewLineForm(OncePerKey, _RunFields):
    """A line more of the run of show."""


class LineForm(RowForm, _RunFields):
    """A line of the run of show."""
