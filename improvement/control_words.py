"""The sentences of a control chart: what the last number says, whether the goal will be met, which chart it is and by whose rules."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvement.axis import spoken_number
from improvement.control import Controlled
from improvement.spc import Assurance
from improvement.spc_limits import Chart
from improvement.spc_rules import NAHQ, NHS, NHS_TOOL, NHS_TOOL_SIX, Cause, Variation

# What a state is called in a drawing (``core.charts.icons``): its words with hyphens.
ICONS = {state: state.value.replace(" cause", "").replace(" ", "-") for state in Variation}
PROMISES = {Assurance.FAILS: "fails", Assurance.PASSES: "passes", Assurance.HIT_OR_MISS: "hit-or-miss"}


def called(chart: Chart) -> str:
    """Return what a control chart is called."""
    names = {
        Chart.X: _("XmR chart of single values"),
        Chart.RANGE: _("mR chart of moving ranges"),
        Chart.P: _("p chart of shares"),
        Chart.U: _("u chart of rates"),
        Chart.C: _("c chart of counts"),
        Chart.P_LANEY: _("p′ chart of shares"),
        Chart.U_LANEY: _("u′ chart of rates"),
        Chart.T: _("t chart of times between events"),
        Chart.G: _("g chart of cases between events"),
    }
    return names[chart]


def rules_called(key: str) -> str:
    """Return whose rules judge a control chart."""
    names = {
        NHS.key: _("Making Data Count (NHS England), as its R package has them"),
        NHS_TOOL.key: _("Making Data Count (NHS England), as its Excel tool has them, seven points"),
        NHS_TOOL_SIX.key: _("Making Data Count (NHS England), as its Excel tool has them, six points"),
        NAHQ.key: _("the National Association for Healthcare Quality"),
    }
    return names[key]


def headline(one: Controlled) -> str:
    """Return in one sentence what the last number says."""
    last = one.chart.last
    if last is None:
        return _("Your first number makes the first dot. Limits need more of them.")
    if last.line is None:
        enough = one.judging.rules.enough
        return ngettext(
            "Too few numbers for limits yet: they need %(count)d.", "Too few numbers for limits yet: they need %(count)d.", enough
        ) % {"count": enough}  # fmt: skip
    return {
        Variation.COMMON: _("The last number lies within what is usual here."),
        Variation.IMPROVEMENT_HIGH: _("Better than usual: the last number is part of a change upward."),
        Variation.IMPROVEMENT_LOW: _("Better than usual: the last number is part of a change downward."),
        Variation.CONCERN_HIGH: _("Worth a look: the last number is part of a change upward, the wrong way."),
        Variation.CONCERN_LOW: _("Worth a look: the last number is part of a change downward, the wrong way."),
        Variation.NEUTRAL_HIGH: _("Not as usual: the last number is part of a change upward."),
        Variation.NEUTRAL_LOW: _("Not as usual: the last number is part of a change downward."),
    }[last.variation]


def because(one: Controlled) -> str:
    """Return which rule says so, "" where none does."""
    last, rules = one.chart.last, one.judging.rules
    if last is None or last.cause is Cause.COMMON:
        return ""
    values = {"shift": rules.shift, "trend": rules.trend, "inner": rules.inner or 0}
    return {
        Cause.OUTSIDE: _("It lies outside the limits."),
        Cause.TREND: _("%(trend)d numbers in a row only rise or only fall.") % values,
        Cause.NEAR: _("Two of three numbers in a row lie close to a limit."),
        Cause.SHIFT: _("%(shift)d numbers in a row lie on one side of the line.") % values,
        Cause.INNER: _("%(inner)d numbers in a row lie close to the line.") % values,
    }[last.cause]


def goal_sentence(one: Controlled) -> str:
    """Return whether the goal will be met as things go, "" where nobody can say."""
    found = one.chart.assurance
    if found is None:
        return ""
    return {
        Assurance.PASSES: _("As things go, the goal will be met each time."),
        Assurance.FAILS: _("As things go, the goal will not be met: something has to change first."),
        Assurance.HIT_OR_MISS: _("As things go, the goal will be met at times, by chance."),
    }[found]


def foot(one: Controlled) -> str:
    """Return which chart this is, by whose rules it is judged, and what its limits are made of."""
    parts = [_("%(chart)s. Rules of %(authors)s.") % {"chart": called(one.choice.chart), "authors": rules_called(one.judging.rules.key)}]  # fmt: skip
    if one.choice.instead_of is not None:
        parts.append(_("A %(wanted)s needs both parts of every number, or numbers that it can hold; this one does without.") % {"wanted": called(one.choice.instead_of)})  # fmt: skip
    basis = one.chart.bases[-1]
    if basis is not None:
        parts.append(
            ngettext("Limits made of %(count)d number.", "Limits made of %(count)d numbers.", basis.points)
            % {"count": basis.points}
        )
        if basis.is_trial:
            parts.append(_("They are on trial until there are twelve."))
    if one.judging.screened and one.choice.chart is Chart.X:
        parts.append(_("Single moving ranges that lie far out are left out of the limits."))
    return " ".join(parts)


def limit_words(one: Controlled) -> tuple[str, str]:
    """Return what stands at the ends of the last limits: "lower limit 2", "upper limit 9"; "" without limits."""
    last = one.chart.last
    if last is None or last.line is None:
        return "", ""
    low, high = one.typed(last.line.lower), one.typed(last.line.upper)
    kind = one.of.measure.kind
    return (
        _("lower limit %(value)s") % {"value": spoken_number(low, kind)},
        _("upper limit %(value)s") % {"value": spoken_number(high, kind)},
    )


def centre_words(one: Controlled) -> str:
    """Return what stands at the end of the centre line: "mean 5", for g the median."""
    last = one.chart.last
    if last is None or last.line is None:
        return ""
    value = spoken_number(one.typed(last.line.centre), one.of.measure.kind)
    if one.choice.chart is Chart.G:
        return _("median %(value)s") % {"value": value}
    return _("mean %(value)s") % {"value": value}


def mark_of(state: Variation) -> str:
    """Return the shape of a point that says something (``core.charts.run_data.MARKS``), "" for one that does not."""
    if state is Variation.COMMON:
        return ""
    word = state.value.split()[0]
    return {"improvement": "good", "concern": "concern", "neutral": "either"}[word]
