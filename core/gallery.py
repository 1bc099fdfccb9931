"""What `/design/` shows: every part in every state, with words of an invented cohort. No rows, no queries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import time as clocks
from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords
from core.charts.thread import Quiet, Stretch
from core.charts.timeline import Station, TimelineWords, timeline_svg
from core.charts.upright import upright_rows
from core.forms import FreeText, GuardedForm
from core.language import language
from core.tabs import in_groups

TODAY = date(2022, 12, 14)
SWATCHES = (
    ("ink", gettext_lazy("ink, words")), ("ink2", gettext_lazy("ink-2, second voice")),
    ("paper", gettext_lazy("paper, page")), ("well", gettext_lazy("paper-2, wells")),
    ("card", gettext_lazy("card")), ("line", gettext_lazy("line, hairline")),
    ("accent", gettext_lazy("accent, act and data")), ("tint", gettext_lazy("accent-tint")),
    ("soft", gettext_lazy("accent-soft, still to come")), ("warm", gettext_lazy("warm, needs a person")),
    ("wtint", gettext_lazy("warm-tint")), ("info", gettext_lazy("info")),
)  # fmt: skip


class SampleForm(GuardedForm):
    """One field of each kind."""

    unit = forms.CharField(
        label=gettext_lazy("Name of your unit"), help_text=gettext_lazy("As people on the floor say it.")
    )
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"),
        choices=[("", "…"), ("ltc", gettext_lazy("Long-term care")), ("hospital", gettext_lazy("Hospital"))],
    )
    study = forms.CharField(label=gettext_lazy("Study number"), disabled=True, required=False)
    learned = FreeText(label=gettext_lazy("What did you learn?"), rows=3)
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often shall we write?"),
        widget=forms.RadioSelect,
        choices=[
            ("must", gettext_lazy("Only what I must know")),
            ("normal", gettext_lazy("Normal")),
            ("all", gettext_lazy("Everything")),
        ],
        required=False,
    )
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Which days suit you?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("tue", gettext_lazy("Tuesday")), ("wed", gettext_lazy("Wednesday"))],
        required=False,
    )
    recording = forms.BooleanField(label=gettext_lazy("Send me the recording"), required=False)

    incident_route = "4321"

    def readers_of(self, field_name: str) -> list[str]:
        return [_("your team (6)"), _("your coach Lucie"), _("the planning team (3)")]


def _form(prefix: str, data: dict | None = None, **initial: Any) -> SampleForm:
    full = {f"{prefix}-{key}": value for key, value in data.items()} if data is not None else None
    return SampleForm(full, prefix=prefix, initial=initial)


def parts() -> dict[str, Any]:
    """Return what the gallery's template prints."""
    lang = language()
    plain = _form("plain", None, unit="2 West", rhythm="normal", recording=True, study=_("given by the system"))
    wrong = _form("wrong", {"unit": "", "sector": "", "learned": "", "rhythm": "normal"})
    guarded_text = _("We tried the medication round at ten. J. T., room 12, told us the hall light frightens her.")
    guarded = _form("guarded", {"unit": "2 West", "sector": "ltc", "learned": guarded_text})
    partner = _form("partner", {"unit": "2 West", "sector": "ltc", "learned": guarded_text})
    partner.partner, partner.incident_route = True, ""
    return {
        "swatches": SWATCHES,
        "plain": plain,
        "wrong": wrong,
        "guarded": guarded,
        "theirs": [(plain.fields["learned"].label, guarded_text)],
        "partner": partner,
        "moment": datetime(2023, 1, 11, 17, 0, tzinfo=UTC),
        "cohort": SimpleNamespace(time_zone="America/Toronto", city="toronto"),
        "nia": SimpleNamespace(time_zone="America/St_Johns", city="st-johns", is_authenticated=True),
        "where": [_("Week 8 of 17"), _("Action period 1"), _("Session 2 on 11 Jan")],
        "crumbs": [
            {"text": _("Forum"), "url": "#g10"},
            {"text": _("Ask and answer"), "url": "#g10"},
            {"text": _("How do you ask on nights?")},
        ],
        "tabs": [
            {"text": _("Home"), "url": "#g10", "here": True},
            {"text": _("Tries"), "url": "#g10"},
            {"text": _("Numbers"), "url": "#g10"},
        ],
        "groups": in_groups(
            [
                {"text": _("Room"), "tabs": [{"text": _("Room"), "url": "#g10", "here": False}]},
                {
                    "text": _("People"),
                    "tabs": [
                        {"text": _("Applications"), "url": "#g10", "here": False},
                        {"text": _("Organisations"), "url": "#g10", "here": True},
                    ],
                },
                {"text": _("Dates"), "tabs": [{"text": _("Dates"), "url": "#g10", "here": False}]},
            ]
        ),
        "facts": [
            {"icon": "mail", "text": _("34 messages will move")},
            {"icon": "calendar-days", "text": _("118 calendars will be updated")},
            {"icon": "clock", "text": _("Two teams have said Thursday is hard")},
        ],
        "line": _line(lang),
        "chart": _chart(lang),
        "short_chart": _short_chart(),
    }


def _line(lang: str) -> dict[str, Any]:
    def say(day: date) -> str:
        return clocks.day_short(day, lang, weekday=False)

    days = (date(2022, 10, 25), date(2022, 11, 23), date(2023, 1, 11), date(2023, 2, 15))
    names = (_("Launch"), _("Session 1"), _("Session 2"), _("Session 3"))
    numbers = (None, 1, 2, 3)
    stations = [Station(day, name, say(day), n) for day, name, n in zip(days, names, numbers, strict=True)]
    stretches = [
        Stretch(_("Getting ready"), _("20 teams")),
        Stretch(_("Action period 1"), _("7 weeks on your unit")),
        Stretch(_("Action period 2"), _("5 weeks")),
    ]
    quiet = (Quiet(date(2022, 12, 22), date(2023, 1, 4)),)
    words = TimelineWords(
        _("The four months"),
        _("Three sessions and two action periods; today is in the first one."),
        _("Today, %(day)s") % {"day": clocks.day_short(TODAY, lang)},
        _("quiet weeks"),
    )
    rows = []
    for row in upright_rows(stations, TODAY, quiet=quiet):
        title = text = ""
        if row.kind == "station":
            title, text = stations[row.index].name, clocks.day(days[row.index], lang)
        elif row.kind == "stretch":
            title, text = stretches[row.index].name, stretches[row.index].say
        elif row.kind == "now":
            title = words.today
        else:
            text = _("4 weeks to go. Two of them are quiet.")
        rows.append({"kind": row.kind, "classes": row.classes, "rail": row.rail, "title": title, "text": text})
    return {
        "drawing": timeline_svg(stations, stretches, TODAY, words, uid="gallery-line", quiet=quiet),
        "rows": rows,
    }


def _chart(lang: str) -> dict[str, Any]:
    values = (4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12)
    weeks = [date.fromordinal(date(2022, 9, 5).toordinal() + 7 * week) for week in range(len(values))]
    labels = [clocks.day_short(week, lang, weekday=False) for week in weeks]
    data = ChartData(
        points=[ChartPoint(label, value) for label, value in zip(labels, values, strict=True)],
        words=ChartWords(
            _("Safety conversations a week, 2 West"),
            _(
                "14 weeks. Median of the first eight weeks 5, goal 15. The last six weeks, 7 to 12, are all above the median."
            ),
            goal=_("goal 15"),
            median=_("median 5"),
            signal=_("six above the median"),
        ),
        median=5,
        goal=15,
        signal=(8, 13),
        baseline_end=7,
        notes=(ChartNote(8, 1), ChartNote(11, 2)),
    )
    return {
        "wide": run_chart_svg(data, wide=True, uid="gallery-w"),
        "narrow": run_chart_svg(data, wide=False, uid="gallery-n"),
        "notes": [
            {"number": 1, "text": _("31 October: one question at the huddle")},
            {"number": 2, "text": _("23 November: session 1")},
        ],
        "table": {
            "caption": _("Conversations a week, 2 West. Median 5 (first eight weeks), goal 15."),
            "heads": [_("Week of"), _("Conversations")],
            "rows": list(zip(labels, values, strict=True)),
        },
    }


def _short_chart() -> dict[str, Any]:
    points = [ChartPoint("", value, "" if value is not None else _("paused")) for value in (3, 5, 4, None, 6, 5, 7)]
    words = ChartWords(_("Conversations a week"), _("Six points so far, 3 to 7; one week is empty."))
    data = ChartData(points=points, words=words)
    return {
        "wide": run_chart_svg(data, wide=True, uid="short-w"),
        "narrow": run_chart_svg(data, wide=False, uid="short-n"),
    }
