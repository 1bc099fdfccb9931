"""What `/design/` shows: every part in every state, with words of an invented cohort. No rows, no queries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import time as clocks
from core.charts.icons import assurance_icon, variation_icon
from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords, Level
from core.charts.small import small_chart_svg
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
        "two_lines": _two_lines(lang),
        "control": _control(lang),
        "neutral": _neutral(),
        "signs": _signs(),
        "small_charts": _small_charts(),
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


def _weeks(lang: str, count: int) -> list[str]:
    begin = date(2022, 9, 5).toordinal()
    return [clocks.day_short(date.fromordinal(begin + 7 * week), lang, weekday=False) for week in range(count)]


def _chart(lang: str) -> dict[str, Any]:
    values = (4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12)
    labels = _weeks(lang, len(values))
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
        levels=[Level(0, 13, 5, made_until=7)],
        goal=15,
        signal=(8, 13),
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
    return _both(data, "short")


def _both(data: ChartData, uid: str) -> dict[str, Any]:
    return {
        "wide": run_chart_svg(data, wide=True, uid=f"{uid}-w"),
        "narrow": run_chart_svg(data, wide=False, uid=f"{uid}-n"),
    }


def _two_lines(lang: str) -> dict[str, Any]:
    """A new line, and a number far from the others."""
    values = (3, 5, 4, 6, 3, 5, 4, 14, 5, 6, 4, 9, 8, 10, 9, 7, 9, 11, 8, 10, 9, 10)
    points = [ChartPoint(label, value) for label, value in zip(_weeks(lang, len(values)), values, strict=True)]
    words = ChartWords(
        _("Huddles a week, 2 West"),
        _(
            "22 weeks. Median 5 before the huddle moved, 9 since then; the goal is 12. One week, 14, lies far from the others."
        ),
        goal=_("goal 12"),
        median=_("median 9"),
    )
    data = ChartData(
        points,
        words,
        levels=[Level(0, 10, 5, made_until=10), Level(11, 21, 9, made_until=18)],
        breaks=(11,),
        goal=12,
        notes=(ChartNote(11, 1),),
        marks={7: "far"},
    )
    return {
        **_both(data, "two-lines"),
        "notes": [{"number": 1, "text": _("21 November: the huddle moved before the breakfast trays")}],
    }


def _control(lang: str) -> dict[str, Any]:
    """A control chart: limits that change with how many were asked, two lines, marks on single numbers."""
    values = (68, 74, 66, 71, 49, 72, 69, 75, 63, 70, 72, 68, 90, 71, 82, 86, 80, 88, 84, 79, 87, 85)
    narrow, usual, few = (56, 84), (52, 88), (48, 92)
    before = [usual, usual, usual, narrow, usual, usual, few, few, usual, usual, usual, narrow, usual, usual]
    after = [(70, 98)] * 8
    words = ChartWords(
        _("Share of shifts with a huddle, 2 West"),
        _("22 weeks with limits. One week lies below them, one above; since 12 December another line counts, at 84."),
        goal=_("goal 95"),
        median=_("mean 84"),
        low=_("lower limit 70"),
        high=_("upper limit 98"),
    )
    data = ChartData(
        [ChartPoint(label, value) for label, value in zip(_weeks(lang, len(values)), values, strict=True)],
        words,
        levels=[Level(0, 13, 70), Level(14, 21, 84)],
        breaks=(14,),
        goal=95,
        limits=[*before, *after],
        marks={4: "concern", 12: "good"},
    )
    signs = [
        variation_icon("common", _("The last number lies within what is usual here."), "gallery-control"),
        assurance_icon("hit-or-miss", _("As things go, the goal will be met at times, by chance."), "gallery-control"),
    ]
    return {**_both(data, "control"), "signs": signs}


def _neutral() -> dict[str, Any]:
    """A control chart of something that is neither good nor bad; its centre differs from place to place."""
    values = (8, 11, 7, 9, 12, 8, 10, 9, 22, 9, 7, 10)
    words = ChartWords(
        _("Admissions a week"),
        _("12 weeks, 7 to 22; the ninth lies above its limit."),
        median=_("mean 10"),
        high=_("upper limit 20"),
    )
    data = ChartData(
        [ChartPoint("", value) for value in values],
        words,
        centres=[9] * 6 + [10] * 6,
        limits=[(None, 18)] * 6 + [(None, 20)] * 6,
        marks={8: "either"},
    )
    return _both(data, "neutral")


def _signs() -> list[dict[str, Any]]:
    """Every sign beside a control chart, with what it says."""
    variations = {
        "common": _("The last number lies within what is usual here."),
        "improvement-high": _("Better than usual: the last number is part of a change upward."),
        "improvement-low": _("Better than usual: the last number is part of a change downward."),
        "concern-high": _("Worth a look: the last number is part of a change upward, the wrong way."),
        "concern-low": _("Worth a look: the last number is part of a change downward, the wrong way."),
        "neutral-high": _("Not as usual: the last number is part of a change upward."),
        "neutral-low": _("Not as usual: the last number is part of a change downward."),
    }
    assurances = {
        "passes": _("As things go, the goal will be met each time."),
        "fails": _("As things go, the goal will not be met: something has to change first."),
        "hit-or-miss": _("As things go, the goal will be met at times, by chance."),
    }
    return [
        *({"svg": variation_icon(state, text, f"all-{state}"), "text": text} for state, text in variations.items()),
        *({"svg": assurance_icon(state, text, f"all-{state}"), "text": text} for state, text in assurances.items()),
    ]


def _small_charts() -> list[dict[str, Any]]:
    """Charts beside each other, on one scale."""
    teams: list[tuple[str, tuple[int | None, ...], int, tuple[int, int] | None]] = [
        ("2 West", (4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12), 5, (8, 13)),
        ("4 North", (3, 5, 4, None, 6, None, 7, 5, 4, 6, 5, 4, 6, 5), 5, None),
        ("Harbour View", (14, 12, 15, 13, 16, 14, 15, 13, 15, 14, 16, 15, 14, 16), 15, None),
        ("Foothill Creek", (6, 5, 6, 4, 5, 6, 5, 2, 1, 2, 1, 2, 1, 2), 5, (7, 13)),
    ]
    highest = max(value for _name, values, _median, _signal in teams for value in values if value is not None)
    found = []
    for number, (name, values, median, signal) in enumerate(teams, start=1):
        data = ChartData(
            [ChartPoint("", value) for value in values],
            ChartWords(name, _("Fourteen weeks; the last number is %(number)d.") % {"number": values[-1] or 0}),
            levels=[Level(0, 13, median)],
            goal=15,
            signal=signal,
        )
        found.append({"name": name, "svg": small_chart_svg(data, high=highest, uid=f"beside-{number}")})
    return found
