"""Measures that are ready to be added with one press. Data: the words of each stand in the catalogues of both languages.

They count what makes a unit safe today (that people talk, look ahead, answer each other, hand over well), besides harm that is
past. ``dimension`` is the one of the Measurement and Monitoring of Safety Framework (Vincent, Burnett and Carthey, 2013) that a
measure speaks about; the fields are those of ``MeasureDefinition``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from improvement.models import About, ChartType, Frequency, Good, Measure, MeasureKind, MeasureType, Sampling


@dataclass(frozen=True)
class Ready:
    """One measure of the library: what a team would otherwise have to write down itself."""

    name: Any
    unit: Any
    purpose: Any
    meaning: Any
    population: Any
    source: Any
    collector: Any
    measure_type: str
    kind: str
    direction: str
    frequency: str = Frequency.WEEKLY
    numerator: Any = ""
    denominator: Any = ""
    equity: Any = ""
    small_numbers: Any = ""
    reviewed: Any = ""
    per: int | None = None
    sampling: str = Sampling.ALL
    sample: int | None = None
    dimension: str = ""
    chart: str = ""

    def said(self, field: str) -> str:
        """Return the words of a field in the language of the page."""
        return str(getattr(self, field))

    def in_both(self, field: str) -> dict[str, str]:
        """Return the words of a field in both languages, by the names of the columns."""
        found = {}
        for lang in ("en", "fr"):
            with override(lang):
                found[f"{field}_{lang}"] = self.said(field)
        return found


_FEW_PEOPLE: Final = _("Below five people asked, no number is given for that time.")
_AT_THE_HUDDLE: Final = _("At the huddle, once a week, in front of the chart.")
_EACH_MONTH: Final = _("At the monthly meeting, with the number of the month before beside it.")
_WHO_LEADS_HUDDLE: Final = _("Whoever leads the huddle")
_WHO_IS_IN_CHARGE: Final = _("Whoever is in charge of the shift")
_INCIDENT_REPORTS: Final = _("The incident reports of the unit")
_PULSE: Final = _("A short pulse without names: one question, on paper or on a telephone")

READY: Final[Mapping[str, Ready]] = {
    # ---- process: do we do what we planned?
    "huddles": Ready(
        name=_("Huddles with a safety question"),
        unit=_("huddles"),
        purpose=_("Shows whether safety is talked about on ordinary days, and not only after something went wrong."),
        meaning=_("A huddle counts if at least one open question about safety was asked and somebody answered it."),
        population=_("Every huddle held on the unit, day, evening and night. One that was called off does not count."),
        source=_("A tick on the huddle sheet"),
        collector=_WHO_LEADS_HUDDLE,
        reviewed=_AT_THE_HUDDLE,
        measure_type=MeasureType.PROCESS,
        kind=MeasureKind.COUNT,
        direction=Good.UP,
        dimension=About.OPERATIONS,
        chart=ChartType.X,
    ),
    "shifts": Ready(
        name=_("Shifts with a safety conversation"),
        unit=_("shifts"),
        purpose=_("Shows whether the conversations reach evenings, nights and weekends too."),
        meaning=_("A shift counts if at least one conversation about safety was held in it, however short."),
        numerator=_("Shifts with at least one conversation about safety"),
        denominator=_("All shifts of the week"),
        population=_("Day, evening and night shifts, weekends too."),
        source=_("The log of conversations, and the roster for the number of shifts"),
        collector=_WHO_IS_IN_CHARGE,
        equity=_("Nights and weekends are looked at apart from weekdays."),
        reviewed=_AT_THE_HUDDLE,
        measure_type=MeasureType.PROCESS,
        kind=MeasureKind.PERCENT,
        direction=Good.UP,
        dimension=About.OPERATIONS,
        chart=ChartType.P,
    ),
    "ahead": Ready(
        name=_("Shifts that began with a look ahead"),
        unit=_("shifts"),
        purpose=_("Shows whether what could go wrong is spoken about while there is still time to prepare."),
        meaning=_("A shift counts if it began with the question what could catch us out, and what we would need then."),
        numerator=_("Shifts that began with that question"),
        denominator=_("All shifts of the week"),
        population=_("Day, evening and night shifts, weekends too."),
        source=_("A tick on the huddle sheet"),
        collector=_WHO_IS_IN_CHARGE,
        reviewed=_AT_THE_HUDDLE,
        measure_type=MeasureType.PROCESS,
        kind=MeasureKind.PERCENT,
        direction=Good.UP,
        dimension=About.ANTICIPATION,
        chart=ChartType.P,
    ),
    "between_units": Ready(
        name=_("Hand-overs between units with a safety question"),
        unit=_("hand-overs"),
        purpose=_("Shows how two units work together at the place where most is lost: the move from one to the other."),
        meaning=_(
            "A hand-over counts if whoever receives the person asked what worries the sending unit, and got an answer."
        ),
        numerator=_("Hand-overs of the sample in which the question was asked and answered"),
        denominator=_("Hand-overs of the sample"),
        population=_(
            "Moves to or from another unit, in both directions. Moves to an appointment and back do not count."
        ),
        source=_("A short look, or a call to whoever received the person"),
        collector=_("One person of each of the two units, in turn"),
        reviewed=_("Together with the other unit, once a month."),
        measure_type=MeasureType.PROCESS,
        kind=MeasureKind.PERCENT,
        direction=Good.UP,
        sampling=Sampling.SOME,
        sample=10,
        dimension=About.OPERATIONS,
        chart=ChartType.P,
    ),
    "concerns": Ready(
        name=_("Concerns raised by patients and care partners"),
        unit=_("concerns"),
        purpose=_(
            "Shows whether those who see most are heard. More of them can mean more trust or more trouble: ask which."
        ),
        meaning=_(
            "A concern counts if a patient or a care partner said that something worries them, in any words, to anybody."
        ),
        population=_(
            "Everybody in care on the unit and those close to them. The same worry said twice in a week counts once."
        ),
        source=_("The log of conversations, or a sheet at the desk"),
        collector=_("Whoever hears it"),
        equity=_("Is anybody never heard? Look at language, hearing, memory and who has no visitors."),
        reviewed=_AT_THE_HUDDLE,
        measure_type=MeasureType.PROCESS,
        kind=MeasureKind.COUNT,
        direction=Good.NONE,
        dimension=About.OPERATIONS,
        chart=ChartType.C,
    ),
    "told_back": Ready(
        name=_("Concerns answered within a week"),
        unit=_("concerns"),
        purpose=_("Shows whether those who speak up learn what came of it: who is told back speaks up again."),
        meaning=_(
            "A concern counts as answered if whoever raised it was told, within seven days, what was done or why nothing can be."
        ),
        numerator=_("Concerns whose answer was given within seven days"),
        denominator=_("Concerns raised in the period"),
        population=_(
            "Concerns of patients, care partners and staff. One raised without a name is answered on the board."
        ),
        source=_("The list of concerns, with the day on which each was raised and answered"),
        collector=_WHO_LEADS_HUDDLE,
        reviewed=_EACH_MONTH,
        measure_type=MeasureType.PROCESS,
        kind=MeasureKind.PERCENT,
        direction=Good.UP,
        frequency=Frequency.MONTHLY,
        dimension=About.LEARNING,
        chart=ChartType.P,
    ),
    "every_step": Ready(
        name=_("Checks in which every step was done"),
        unit=_("checks"),
        purpose=_("Shows whether the one thing that must work every time here does so."),
        meaning=_(
            "Choose one process and its three to five steps. A check counts if all of them were done; one left out is a no."
        ),
        numerator=_("Checks in which all steps were done"),
        denominator=_("Checks of the sample"),
        population=_("Any shift, chosen by chance. Not counted: where the process was not needed."),
        source=_("Looking on with a card on which the steps stand"),
        collector=_("Two people who take turns"),
        reviewed=_AT_THE_HUDDLE,
        measure_type=MeasureType.PROCESS,
        kind=MeasureKind.PERCENT,
        direction=Good.UP,
        sampling=Sampling.SOME,
        sample=10,
        dimension=About.RELIABILITY,
        chart=ChartType.P,
    ),
    # ---- outcome: is the aim reached?
    "speak_up": Ready(
        name=_("Staff who feel safe to speak up"),
        unit=_("answers"),
        purpose=_("Shows whether people dare to say what they see, which everything else here depends on."),
        meaning=_(
            "An answer counts if it is one of the two best of five to: “On this unit I can say what worries me.”"
        ),
        numerator=_("Answers that agree or agree strongly"),
        denominator=_("All answers"),
        population=_("Everybody who works on the unit, of every profession, casual and agency staff too."),
        source=_PULSE,
        collector=_("Somebody from outside the unit"),
        equity=_("By profession and by shift, where there are enough answers."),
        small_numbers=_FEW_PEOPLE,
        reviewed=_EACH_MONTH,
        measure_type=MeasureType.OUTCOME,
        kind=MeasureKind.PERCENT,
        direction=Good.UP,
        frequency=Frequency.MONTHLY,
        dimension=About.LEARNING,
        chart=ChartType.P,
    ),
    "felt_safe": Ready(
        name=_("Patients and care partners who felt safe this week"),
        unit=_("answers"),
        purpose=_("Shows that safety is there, not only that harm is away, in the eyes of those whom it is for."),
        meaning=_(
            "An answer counts if it is a yes to: “Did you feel safe here this week?” What else they say goes into the log."
        ),
        numerator=_("Answers that are a yes"),
        denominator=_("All answers"),
        population=_(
            "Whoever is in care that day or visits, and wants to answer. Those who cannot be asked are named as such."
        ),
        source=_("A short conversation with five people each week"),
        collector=_("Volunteers or a partner, not those who give the care"),
        equity=_("Ask in the language of the person, and ask those too who seldom speak."),
        small_numbers=_FEW_PEOPLE,
        reviewed=_EACH_MONTH,
        measure_type=MeasureType.OUTCOME,
        kind=MeasureKind.PERCENT,
        direction=Good.UP,
        sampling=Sampling.SOME,
        sample=5,
        dimension=About.OPERATIONS,
        chart=ChartType.P,
    ),
    "falls": Ready(
        name=_("Falls per 1,000 days of care"),
        unit=_("falls"),
        purpose=_("Shows how much harm of one kind there was, whatever the number of people on the unit."),
        meaning=_(
            "A fall is coming to rest on the floor without meaning to, seen or unseen, with or without an injury."
        ),
        numerator=_("Falls on the unit in the month"),
        denominator=_("Days of care in the month: one for each person and each day"),
        population=_("Everybody in care on the unit. Falls of visitors and staff do not count."),
        source=_INCIDENT_REPORTS,
        collector=_("Whoever keeps the reports of the unit"),
        equity=_("By time of day, and for people who live with dementia."),
        reviewed=_EACH_MONTH,
        measure_type=MeasureType.OUTCOME,
        kind=MeasureKind.RATE,
        direction=Good.DOWN,
        frequency=Frequency.MONTHLY,
        per=1000,
        dimension=About.PAST_HARM,
        chart=ChartType.U,
    ),
    "days_between": Ready(
        name=_("Days between falls with an injury"),
        unit=_("days"),
        purpose=_("Shows what happens seldom sooner than a rate does: each longer stretch is good news at once."),
        meaning=_(
            "The days from one fall with an injury to the next one. An injury is anything that needed more than a look."
        ),
        population=_("Everybody in care on the unit. Two falls on one day count once."),
        source=_INCIDENT_REPORTS,
        collector=_("Whoever keeps the reports of the unit"),
        reviewed=_("After each such fall, and once a month where there was none."),
        measure_type=MeasureType.OUTCOME,
        kind=MeasureKind.BETWEEN,
        direction=Good.UP,
        dimension=About.PAST_HARM,
        chart=ChartType.T,
    ),
    # ---- balancing: does something else suffer?
    "overtime": Ready(
        name=_("Overtime hours"),
        unit=_("hours"),
        purpose=_("Shows whether what is new is paid for with the time of those who work here."),
        meaning=_("Hours worked beyond the shift that was planned, paid or not, rounded to half an hour."),
        population=_("Everybody on the roster of the unit. Extra shifts that were planned ahead do not count."),
        source=_("The roster or the payroll"),
        collector=_("Whoever keeps the roster"),
        reviewed=_EACH_MONTH,
        measure_type=MeasureType.BALANCING,
        kind=MeasureKind.NUMBER,
        direction=Good.DOWN,
        chart=ChartType.X,
    ),
    "huddle_minutes": Ready(
        name=_("Minutes a huddle takes"),
        unit=_("minutes"),
        purpose=_("Shows whether the huddle stays short enough for everybody to come."),
        meaning=_("The middle one of the times of the sample, from the first word to the last, in whole minutes."),
        population=_("Huddles of any shift, chosen by chance."),
        source=_("A watch, and a line on the huddle sheet"),
        collector=_WHO_LEADS_HUDDLE,
        reviewed=_AT_THE_HUDDLE,
        measure_type=MeasureType.BALANCING,
        kind=MeasureKind.NUMBER,
        direction=Good.NONE,
        sampling=Sampling.SOME,
        sample=5,
        chart=ChartType.X,
    ),
}

# The measure that every team begins with: nobody adds it, and its definition is ours.
FROM_THE_LOG: Final = Ready(
    name=_("Safety conversations a week"),
    unit=_("conversations"),
    purpose=_("Shows whether safety is talked about on the unit, and with whom, week after week."),
    meaning=_("Each conversation about safety that somebody logged, on the day it was held by the clock of the unit. One that was taken back does not count."),
    population=_("Conversations with colleagues, leaders, patients and care partners, of any length."),
    source=_("The log of conversations"),
    collector=_("Everybody who was part of one: one tap"),
    measure_type=MeasureType.PROCESS,
    kind=MeasureKind.COUNT,
    direction=Good.UP,
    dimension=About.OPERATIONS,
)  # fmt: skip


def of(measure: Measure) -> Ready | None:
    """Return what the library says of a measure, None for one of the team's own."""
    return FROM_THE_LOG if measure.fills_itself else READY.get(measure.ready)


def by_type() -> list[tuple[str, list[tuple[str, Ready]]]]:
    """Return the measures that are ready with their keys, by what they tell of the aim."""
    return [
        (str(kind.label), [(key, one) for key, one in READY.items() if one.measure_type == kind])
        for kind in (MeasureType.PROCESS, MeasureType.OUTCOME, MeasureType.BALANCING)
    ]
