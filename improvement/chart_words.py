"""The sentences of a run chart: one plain headline, one sentence that names measure and rule, the small labels.

Meaning comes from `run_chart`, never from here. Messages are whole sentences; what varies in number or gender comes
as a whole noun phrase ("the last six weeks"), so that a translator can turn every sentence round freely. English is
the source language; the reader's language is the active one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext, ngettext, pgettext

from core.charts.scales import plain
from core.quotes import inside
from improvement import rule_sets
from improvement.rule_sets import ENOUGH, Centre, RuleSet
from improvement.run_chart import Finding, RunChart, Side, Signal

Format = Callable[[Decimal], str]


class Period(StrEnum):
    """How often a number is given; it chooses the noun of the sentences."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    OTHER = "other"  # "the last six numbers"


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """A measure as sentences need it, in the reader's language.

    `subject` begins a sentence ("Conversations", "Les conversations"); `plural` says whether its verb is plural;
    `name` says all of it without a full stop ("Safety conversations a week on 2 West").
    """

    subject: str
    name: str
    plural: bool = True
    period: Period = Period.WEEK


# ---------------------------------------------------------------- small pieces


def count_word(n: int) -> str:
    """A small number in words, in lower case ("six"); from thirteen on in figures."""
    words = [
        pgettext("count", "zero"),
        pgettext("count", "one"),
        pgettext("count", "two"),
        pgettext("count", "three"),
        pgettext("count", "four"),
        pgettext("count", "five"),
        pgettext("count", "six"),
        pgettext("count", "seven"),
        pgettext("count", "eight"),
        pgettext("count", "nine"),
        pgettext("count", "ten"),
        pgettext("count", "eleven"),
        pgettext("count", "twelve"),
    ]
    return words[n] if 0 <= n < len(words) else str(n)


def centre_word(chart: RunChart) -> str:
    """What the line is called in a sentence: "median" or "mean"."""
    if chart.rules.centre is Centre.MEAN:
        return pgettext("line of a chart", "mean")
    return pgettext("line of a chart", "median")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _last(n: int, period: Period) -> str:
    """ "the last six weeks" """
    values = {"count": count_word(n)}
    if period is Period.DAY:
        return ngettext("the last %(count)s day", "the last %(count)s days", n) % values
    if period is Period.WEEK:
        return ngettext("the last %(count)s week", "the last %(count)s weeks", n) % values
    if period is Period.MONTH:
        return ngettext("the last %(count)s month", "the last %(count)s months", n) % values
    return ngettext("the last %(count)s number", "the last %(count)s numbers", n) % values


def _in_a_row(n: int, period: Period) -> str:
    """ "six weeks in a row" """
    values = {"count": count_word(n)}
    if period is Period.DAY:
        return ngettext("%(count)s day in a row", "%(count)s days in a row", n) % values
    if period is Period.WEEK:
        return ngettext("%(count)s week in a row", "%(count)s weeks in a row", n) % values
    if period is Period.MONTH:
        return ngettext("%(count)s month in a row", "%(count)s months in a row", n) % values
    return ngettext("%(count)s number in a row", "%(count)s numbers in a row", n) % values


def _recorded(n: int, period: Period) -> str:
    """ "14 weeks", in figures: it stands where a reader counts"""
    values = {"count": n}
    if period is Period.DAY:
        return ngettext("%(count)s day", "%(count)s days", n) % values
    if period is Period.WEEK:
        return ngettext("%(count)s week", "%(count)s weeks", n) % values
    if period is Period.MONTH:
        return ngettext("%(count)s month", "%(count)s months", n) % values
    return ngettext("%(count)s number", "%(count)s numbers", n) % values


def _signal(chart: RunChart) -> Signal:
    """The shift or trend of a chart whose finding is one. Raises ValueError for any other chart."""
    if chart.signal is None:
        raise ValueError("this chart has no signal to speak of")
    return chart.signal


def _whole_periods(chart: RunChart, period: Period) -> Period:
    """The period, if the signal fills its stretch of the time axis without a gap; else "numbers" is the true word."""
    signal = chart.signal
    if signal and signal.last - signal.first + 1 == signal.count:
        return period
    return Period.OTHER


def _reaches_end(chart: RunChart) -> bool:
    """Whether "the last six weeks" is true: the signal ends on the last place of the axis, not only on the last dot."""
    return chart.signal is not None and chart.signal.last == len(chart.points) - 1


# ---------------------------------------------------------------- the two sentences


def headline(chart: RunChart, words: MeasureWords, *, number: Format = plain) -> str:
    """The one plain sentence above the drawing: what the chart says, or why it does not speak yet."""
    reading = chart.reading
    match reading.finding:
        case Finding.EMPTY | Finding.TOO_FEW if len(chart.stretches) > 1:
            return _begun_anew(chart)
        case Finding.EMPTY:
            return gettext("Your first number makes the first dot. Ten dots can tell a story.")
        case Finding.TOO_FEW:
            return _sentence(
                ngettext(
                    "%(count)s point so far. Ten can tell a story.",
                    "%(count)s points so far. Ten can tell a story.",
                    reading.count,
                )
                % {"count": count_word(reading.count)}
            )
        case Finding.TOO_FEW_USEFUL if reading.useful == 0 and chart.now.centre is not None:
            return gettext("Every number so far is %(value)s.") % {"value": number(chart.now.centre)}
        case Finding.TOO_FEW_USEFUL:
            return gettext("Many numbers are the same so far. A little more and they can tell a story.")
        case Finding.STEADY:
            return gettext("No change beyond chance so far.")
        case Finding.FEW_RUNS:
            return gettext("The numbers cross the %(centre)s less often than chance would.") % {
                "centre": centre_word(chart)
            }
        case Finding.MANY_RUNS:
            return gettext("The numbers jump across the %(centre)s more often than chance would.") % {
                "centre": centre_word(chart)
            }
        case Finding.SHIFT:
            return _moved(chart, words)
        case Finding.TREND:
            return _trending(chart, words)


def _begun_anew(chart: RunChart) -> str:
    """The headline while a new line has few numbers: what stood before it is not judged with it."""
    count = chart.reading.count
    since = chart.points[chart.now.first].label
    return ngettext(
        "A new line since %(since)s: %(count)s point so far. Ten can tell a story.",
        "A new line since %(since)s: %(count)s points so far. Ten can tell a story.",
        count,
    ) % {"since": since, "count": count_word(count)}


def _moved(chart: RunChart, words: MeasureWords) -> str:
    """The headline of a shift: since its note where there is one, else since the date of its first point."""
    reading, signal = chart.reading, _signal(chart)
    up = reading.side is Side.ABOVE
    values = {"subject": words.subject, "since": chart.points[signal.first].label}
    if not reading.current:
        values["until"] = chart.points[signal.last].label
        if up and words.plural:
            return gettext("%(subject)s were higher from %(since)s to %(until)s.") % values
        if up:
            return gettext("%(subject)s was higher from %(since)s to %(until)s.") % values
        if words.plural:
            return gettext("%(subject)s were lower from %(since)s to %(until)s.") % values
        return gettext("%(subject)s was lower from %(since)s to %(until)s.") % values
    if reading.note_index is not None:
        # a note is somebody's own words in any form: quoted, so that the sentence stays one
        values["note"] = inside(chart.points[reading.note_index].note)
        if up and words.plural:
            return gettext("%(subject)s have gone up since “%(note)s”.") % values
        if up:
            return gettext("%(subject)s has gone up since “%(note)s”.") % values
        if words.plural:
            return gettext("%(subject)s have gone down since “%(note)s”.") % values
        return gettext("%(subject)s has gone down since “%(note)s”.") % values
    if up and words.plural:
        return gettext("%(subject)s have gone up since %(since)s.") % values
    if up:
        return gettext("%(subject)s has gone up since %(since)s.") % values
    if words.plural:
        return gettext("%(subject)s have gone down since %(since)s.") % values
    return gettext("%(subject)s has gone down since %(since)s.") % values


def _trending(chart: RunChart, words: MeasureWords) -> str:
    """The headline of a trend: under way, or over."""
    reading, signal = chart.reading, _signal(chart)
    up = reading.side is Side.ABOVE
    values = {
        "subject": words.subject,
        "since": chart.points[signal.first].label,
        "until": chart.points[signal.last].label,
    }
    if reading.current:
        if up and words.plural:
            return gettext("%(subject)s have been rising since %(since)s.") % values
        if up:
            return gettext("%(subject)s has been rising since %(since)s.") % values
        if words.plural:
            return gettext("%(subject)s have been falling since %(since)s.") % values
        return gettext("%(subject)s has been falling since %(since)s.") % values
    if up:
        return gettext("%(subject)s rose from %(since)s to %(until)s.") % values
    return gettext("%(subject)s fell from %(since)s to %(until)s.") % values


def explanation(chart: RunChart, words: MeasureWords, *, number: Format = plain) -> str:
    """The sentence under the headline: the measure, and the rule with its figures."""
    rule = _rule(chart, words, number)
    name = gettext("%(measure)s.") % {"measure": words.name}
    return f"{name} {rule}" if rule else name


def _rule(chart: RunChart, words: MeasureWords, number: Format) -> str:
    reading = chart.reading
    shift = chart.rules.shift(reading.useful) if chart.now.is_judged else 0
    value = number(chart.now.centre) if chart.now.centre is not None else ""
    values: dict[str, object] = {
        "centre": centre_word(chart),
        "value": value,
        "useful": reading.useful,
        "runs": reading.runs,
    }
    values |= {"fewest": reading.fewest, "most": reading.most, "shift": count_word(shift)}
    match reading.finding:
        case Finding.EMPTY:
            return ""
        case Finding.TOO_FEW:
            return gettext("Too few to judge yet; every number is on the chart.")
        case Finding.TOO_FEW_USEFUL:
            values["enough"] = count_word(ENOUGH)
            return (
                ngettext(
                    "%(useful)s point lies off the %(centre)s of %(value)s; from %(enough)s on, the chart can be judged.",
                    "%(useful)s points lie off the %(centre)s of %(value)s; from %(enough)s on, the chart can be judged.",
                    reading.useful,
                )
                % values
            )
        case Finding.STEADY:
            values["stretch"] = _sentence(_in_a_row(shift, words.period))
            return (
                gettext(
                    "The numbers move around a %(centre)s of %(value)s. %(stretch)s on one side of it would be a shift."
                )
                % values
            )
        case Finding.FEW_RUNS if reading.most is None:
            return (
                gettext(
                    "%(useful)s points off the %(centre)s of %(value)s make %(runs)s runs; by chance alone there would "
                    "be at least %(fewest)s. Something has moved: what was it?"
                )
                % values
            )
        case Finding.FEW_RUNS:
            return (
                gettext(
                    "%(useful)s points off the %(centre)s of %(value)s make %(runs)s runs; by chance alone there would "
                    "be %(fewest)s to %(most)s. Something has moved: what was it?"
                )
                % values
            )
        case Finding.MANY_RUNS:
            return (
                gettext(
                    "%(useful)s points off the %(centre)s of %(value)s make %(runs)s runs; by chance alone there would "
                    "be %(fewest)s to %(most)s. Perhaps two things share this chart, such as days and nights."
                )
                % values
            )
        case Finding.SHIFT:
            return _shift_rule(chart, words, values)
        case Finding.TREND:
            return _trend_rule(chart, words)


def _shift_rule(chart: RunChart, words: MeasureWords, values: dict[str, object]) -> str:
    reading, signal = chart.reading, _signal(chart)
    up = reading.side is Side.ABOVE
    n = signal.count
    period = _whole_periods(chart, words.period)
    if len(signal.indices) != n:  # some lie on the centre: "the last six" would be untrue
        values["count"] = _sentence(count_word(n))
        if up:
            text = gettext(
                "%(count)s numbers in a row lie above the %(centre)s of %(value)s, not counting those on it: "
                "that is a shift, not chance."
            )
        else:
            text = gettext(
                "%(count)s numbers in a row lie below the %(centre)s of %(value)s, not counting those on it: "
                "that is a shift, not chance."
            )
    elif reading.current:
        values["stretch"] = _sentence(_last(n, period if _reaches_end(chart) else Period.OTHER))
        if up and reading.earlier:
            text = gettext(
                "%(stretch)s all lie above the earlier %(centre)s of %(value)s: that is a shift, not chance."
            )
        elif up:
            text = gettext("%(stretch)s all lie above the %(centre)s of %(value)s: that is a shift, not chance.")
        elif reading.earlier:
            text = gettext(
                "%(stretch)s all lie below the earlier %(centre)s of %(value)s: that is a shift, not chance."
            )
        else:
            text = gettext("%(stretch)s all lie below the %(centre)s of %(value)s: that is a shift, not chance.")
    else:
        values["stretch"] = _sentence(_in_a_row(n, period))
        if up:
            text = gettext("%(stretch)s lay above the %(centre)s of %(value)s: that is a shift, not chance.")
        else:
            text = gettext("%(stretch)s lay below the %(centre)s of %(value)s: that is a shift, not chance.")
    return text % values


def _trend_rule(chart: RunChart, words: MeasureWords) -> str:
    reading, signal = chart.reading, _signal(chart)
    up = reading.side is Side.ABOVE
    steps = signal.count - 1  # the first point of a trend is what the second is higher than
    if len(signal.indices) != signal.count:  # equal neighbours: "each higher" would be untrue
        values = {"count": _sentence(count_word(steps))}
        if up:
            return (
                gettext("%(count)s rises in a row, equal numbers counted once: that is a trend, not chance.") % values
            )
        return gettext("%(count)s falls in a row, equal numbers counted once: that is a trend, not chance.") % values
    values = {"stretch": _sentence(_in_a_row(steps, _whole_periods(chart, words.period)))}
    if up:
        return gettext("%(stretch)s, each higher than the one before: that is a trend, not chance.") % values
    return gettext("%(stretch)s, each lower than the one before: that is a trend, not chance.") % values


# ---------------------------------------------------------------- labels and the description


def band_label(chart: RunChart) -> str:
    """The words above the pale band: "six above the median"; "" without a signal."""
    if chart.signal is None:
        return ""
    n = chart.signal.count
    values = {"count": count_word(n), "centre": centre_word(chart)}
    up = chart.signal.side is Side.ABOVE
    if chart.signal.finding is Finding.SHIFT:
        if up:
            return ngettext("%(count)s above the %(centre)s", "%(count)s above the %(centre)s", n) % values
        return ngettext("%(count)s below the %(centre)s", "%(count)s below the %(centre)s", n) % values
    values = {"count": count_word(n - 1)}  # five points rise four times
    if up:
        return ngettext("%(count)s rise in a row", "%(count)s rises in a row", n - 1) % values
    return ngettext("%(count)s fall in a row", "%(count)s falls in a row", n - 1) % values


def centre_label(chart: RunChart, *, number: Format = plain) -> str:
    """ "median 5" for the end of the line; "" where nothing is judged, because no line is drawn there."""
    if chart.now.centre is None or not chart.now.is_judged:
        return ""
    return gettext("%(centre)s %(value)s") % {"centre": centre_word(chart), "value": number(chart.now.centre)}


def centre_sentence(chart: RunChart, *, number: Format = plain) -> str:
    """ "Median 5." for captions and descriptions; "" where nothing is judged."""
    label = centre_label(chart, number=number)
    return gettext("%(label)s.") % {"label": _sentence(label)} if label else ""


def earlier_centres(chart: RunChart, *, number: Format = plain) -> str:
    """ "Before 7 November the median was 5." for each stretch before the last that was judged; "" without one."""
    return " ".join(
        gettext("Before %(until)s the %(centre)s was %(value)s.")
        % {"until": chart.points[after.first].label, "centre": centre_word(chart), "value": number(one.centre)}
        for one, after in pairwise(chart.stretches)
        if one.is_judged and one.centre is not None
    )


def changed_since(chart: RunChart, *, fixed: str, now: str) -> str:
    """That numbers which a line was fixed at were changed since, and where it would lie now."""
    return gettext(
        "The %(centre)s is kept at %(fixed)s. Numbers that it was made of were changed since; with them it would be %(now)s."
    ) % {"centre": centre_word(chart), "fixed": fixed, "now": now}


def goal_label(chart: RunChart, *, number: Format = plain) -> str:
    """ "goal 15" for the end of the line; "" without a goal."""
    return "" if chart.goal is None else gettext("goal %(value)s") % {"value": number(chart.goal)}


def key_label(chart: RunChart) -> str:
    """What a diamond means, for the key under the chart; "" without a signal."""
    if chart.signal is None:
        return ""
    if chart.signal.finding is Finding.SHIFT:
        return gettext("diamond: part of a shift")
    return gettext("diamond: part of a trend")


def ring_label() -> str:
    """What a ring means, for the key under the chart: a question, and no finding."""
    return gettext("ring: far from the others; what happened?")


def rules_line(chart: RunChart) -> str:
    """Which rules judged the chart, for the foot of the table."""
    return gettext("Rules of %(authors)s, applied from ten points off the %(centre)s.") % {
        "authors": called(chart.rules),
        "centre": centre_word(chart),
    }


def called(rules: RuleSet) -> str:
    """Return what a set of rules is called: its authors."""
    return {
        rule_sets.PERLA.key: gettext("Perla, Provost and Murray (2011)"),
        rule_sets.ANHOEJ.key: gettext("Anhøj and Olesen (2014)"),
        rule_sets.BALESTRACCI.key: gettext("Balestracci and Ehrich (2008)"),
        rule_sets.PQ.key: gettext("PQ Systems"),
        rule_sets.MEAN.key: gettext("an audit in BMJ Open"),
    }[rules.key]


def explained(rules: RuleSet) -> str:
    """Return in a sentence or two what a set asks of the numbers, for whoever chooses one."""
    return {
        rule_sets.PERLA.key: gettext(
            "Six numbers in a row on one side of the median are a shift, five that only rise or only fall a trend; too few or too "
            "many runs by a printed table. What most people in the field have learned."
        ),
        rule_sets.ANHOEJ.key: gettext(
            "A run longer than chance explains for so many numbers, or fewer crossings of the median. No rule for trends: it has "
            "been shown to mislead."
        ),
        rule_sets.BALESTRACCI.key: gettext(
            "Seven numbers in a row on one side of the median, eight from twenty numbers on; six that only rise or only fall; too "
            "few or too many runs by a printed table."
        ),
        rule_sets.PQ.key: gettext(
            "Seven numbers in a row on one side of the median, or seven that only rise or only fall. Runs are not counted."
        ),
        rule_sets.MEAN.key: gettext(
            "Six numbers in a row on one side of the mean, five that only rise or only fall; too few or too many runs. One far number "
            "moves the mean."
        ),
    }[rules.key]


def description(chart: RunChart, words: MeasureWords, *, number: Format = plain) -> str:
    """The drawing in words, for people who do not see it: how many, from where to where, median, goal, what it says."""
    recorded = chart.recorded
    if not recorded:
        return headline(chart, words, number=number)
    values = [value for value in chart.values if value is not None]
    parts = [
        gettext("%(recorded)s, from %(first)s to %(last)s, between %(low)s and %(high)s; the last is %(value)s.")
        % {
            "recorded": _sentence(_recorded(len(recorded), words.period)),
            "first": chart.points[recorded[0]].label,
            "last": chart.points[recorded[-1]].label,
            "low": number(min(values)),
            "high": number(max(values)),
            "value": number(values[-1]),
        }
    ]
    if earlier := earlier_centres(chart, number=number):
        parts.append(earlier)
    if centre := centre_sentence(chart, number=number):
        parts.append(centre)
    if chart.goal is not None:
        parts.append(gettext("Goal %(value)s.") % {"value": number(chart.goal)})
    rule = _rule(chart, words, number)
    if rule:
        parts.append(rule)
    return " ".join(parts)
