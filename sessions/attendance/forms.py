"""What planners send and choose about who came."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.once import OncePerKey
from core import places, sheets
from core.forms import GuardedForm
from core.language import language
from core.places import sort_key
from sessions.meeting_reports import names
from sessions.meeting_reports.taking_in import NOBODY
from sessions.models import Guest, LearningSession, ReportedName, Seen

UNIVERSAL = "utc"


def _clocks() -> list:
    return [*places.choices(language()), (UNIVERSAL, _("Universal time (UTC)"))]


class ReportForm(OncePerKey, GuardedForm):
    """The report of a meeting, and on whose clock its hours are."""

    file = forms.FileField(
        label=gettext_lazy("The report"),
        help_text=gettext_lazy(
            "From Zoom: Reports, Usage, the number of participants, Export. From Teams: the Attendance tab, Download. As it is, "
            "in any language."
        ),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Its hours are those of"),
        choices=_clocks,
        help_text=gettext_lazy("Of the account that held the meeting. Most often the cohort’s clock."),
    )

    def __init__(self, *args: Any, learning_session: LearningSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = learning_session.cohort.city
        self.fields["file"].error_messages["required"] = _("Choose a file.")

    @property
    def zone(self) -> str:
        place = self.cleaned_data["place"]
        return "UTC" if place == UNIVERSAL else places.zone_of(place)

    def content(self) -> bytes:
        """Return the file that was sent. Raises Refused where it is too large to be read."""
        sent = self.cleaned_data["file"]
        if sent.size > sheets.MOST_BYTES:
            raise sheets.too_large()
        return sent.read()


class SettleForm(GuardedForm):
    """Whom names of a report stand for: one list for each. ``people`` are the roles of those who were expected."""

    mark_optional = False

    def __init__(
        self, *args: Any, rows: Sequence[ReportedName], people: Sequence[Any], guests: Sequence[Guest], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        by_team: dict[str, list[tuple[str, str]]] = {}
        for role in sorted(people, key=lambda one: sort_key(one.user.name)):
            team = role.team.name if role.team else _("Those who help the teams")
            by_team.setdefault(team, []).append((str(role.user_id), role.user.name))
        groups: list = [(team, by_team[team]) for team in sorted(by_team, key=sort_key)]
        if guests:
            groups.append((_("Guests"), [(f"guest:{one.pk}", one.name) for one in guests]))
        words = {str(role.user_id): set(names.folded(role.user.name).split()) for role in people}
        called = {str(role.user_id): role.user.name for role in people}
        for row in rows:
            typed = {word for one in names.meant(row.name) for word in one.split()}
            near = [(key, called[key]) for key, own in words.items() if own & typed]
            perhaps = [(_("Perhaps"), sorted(near, key=lambda one: sort_key(one[1])))] if near else []
            # In a list of groups a person stands once: whoever is near is left out below.
            apart = {key for key, _name in near}
            rest = [(team, [one for one in some if one[0] not in apart]) for team, some in groups]
            empty = ("", _("Leave it open")) if row.state == Seen.OPEN else ("", _("Leave it as it is"))
            self.fields[self.key_of(row)] = forms.ChoiceField(
                label=row.name or row.email,
                required=False,
                choices=[empty, (NOBODY, _("Nobody of ours")), *perhaps, *[group for group in rest if group[1]]],
            )

    @staticmethod
    def key_of(row: ReportedName) -> str:
        return f"name-{row.pk}"

    @property
    def lines(self) -> list[tuple[ReportedName, Any]]:
        """Return each name with its list."""
        return [(row, self[self.key_of(row)]) for row in self.rows]

    def answers(self) -> dict[uuid.UUID, str]:
        """Return what was chosen, by the key of the name."""
        return {row.pk: self.cleaned_data.get(self.key_of(row), "") for row in self.rows}
