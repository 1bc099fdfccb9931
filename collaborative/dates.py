"""Changes of dates that planners make, each carried out by ``collaborative.reschedule.reschedule``."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.utils.translation import gettext as _

from collaborative.line import today_in
from collaborative.making import ENROLMENT_DAYS
from collaborative.models import Cohort, Phase, QuietWeek
from collaborative.order import FARTHEST, keep_before_the_first_session, keep_in_order, keep_near, keep_pin_in_place
from collaborative.reschedule import Ledger, Moved
from core.refusals import Refused

LONGEST_QUIET = 60


@dataclasses.dataclass
class EnrolmentDays:
    """The days of applying and of the answers become others; None takes a day away."""

    cohort: Cohort
    apply_from: dt.date | None
    apply_until: dt.date | None
    answers_on: dt.date | None

    def apply(self, ledger: Ledger) -> None:
        cohort = Cohort.objects.get(pk=self.cohort.pk)
        keep_in_order(self.apply_from, self.apply_until, self.answers_on)
        for name in ENROLMENT_DAYS:
            keep_near(cohort, getattr(self, name), field=name)
        first = min((phase.starts_on for phase in cohort.phases.all() if phase.is_moment), default=None)
        keep_before_the_first_session(first, self.apply_until, self.answers_on)
        ledger.set(cohort, **{name: getattr(self, name) for name in ENROLMENT_DAYS})
        refuse_nothing(ledger)

    def follow(self, moved: Moved) -> None:
        """Nobody is written to."""


@dataclasses.dataclass
class Shift:
    """Everything of the cohort that lies ahead goes on by some days: first day, enrolment, sessions, pinned dates.

    Rooms above move what is theirs by the same days (``core.registry.what_moves``).
    """

    cohort: Cohort
    days: int
    box = "days"

    def apply(self, ledger: Ledger) -> None:
        cohort, on = Cohort.objects.get(pk=self.cohort.pk), dt.timedelta(days=self.days)
        today = today_in(cohort)
        if not self.days:
            raise Refused(_("That moves nothing. Give a number of days, or another first day."), field="days")
        if abs(on) > FARTHEST:
            raise Refused(_("That is years away from the first day. Check the number."), field="days")
        values = {
            name: day + on for name in ("first_day", *ENROLMENT_DAYS) if (day := getattr(cohort, name)) and day > today
        }
        if any(day <= today for day in values.values()):
            raise Refused(_("Then one of the days ahead would lie behind us. Move by less."), field="days")
        after = {name: values.get(name, getattr(cohort, name)) for name in ENROLMENT_DAYS}
        keep_in_order(**after)
        ledger.set(cohort, **values)
        for phase in cohort.phases.in_order():
            pinned = {
                name: day + on
                for name in ("pinned_start", "pinned_end")
                if (day := getattr(phase, name)) and day > today
            }
            start, end = (pinned.get(name, getattr(phase, name)) for name in ("pinned_start", "pinned_end"))
            if start and end and end < start:
                raise Refused(_("“%(name)s” would end before it begins.") % {"name": phase.name}, field="days")
            ledger.set(phase, **pinned)
        if not ledger.entries and not cohort.phases.filter(starts_on__gt=today).exists():
            raise Refused(_("Nothing of this series lies ahead any more."), field="days")

    def follow(self, moved: Moved) -> None:
        """The rooms above tell people what concerns them."""

    @classmethod
    def by(cls, cohort: Cohort, on: int | dt.date) -> Shift:
        """Return the change that moves everything by so many days, or to another first day."""
        return cls(cohort, (on - cohort.first_day).days if isinstance(on, dt.date) else on)


@dataclasses.dataclass
class Pin:
    """The first and last day of a stretch are set by hand; None lets the sessions decide again."""

    phase: Phase
    start: dt.date | None
    end: dt.date | None

    def __post_init__(self) -> None:
        self.cohort = self.phase.cohort

    def apply(self, ledger: Ledger) -> None:
        phase = Phase.objects.select_related("cohort").get(pk=self.phase.pk)
        for field, day in (("start", self.start), ("end", self.end)):
            keep_near(phase.cohort, day, field=field)
        keep_pin_in_place(
            (self.start, self.end),
            ordinal=phase.ordinal,
            moments=[(one.ordinal, one.name, one.starts_on) for one in phase.cohort.phases.all() if one.is_moment],
        )
        ledger.set(phase, pinned_start=self.start, pinned_end=self.end)
        refuse_nothing(ledger)

    def follow(self, moved: Moved) -> None:
        """Nobody is written to."""


@dataclasses.dataclass
class KeepFree:
    """The cohort keeps some days free: nothing is due in them and nobody is reminded of anything but sessions."""

    cohort: Cohort
    starts_on: dt.date
    ends_on: dt.date
    name_en: str
    name_fr: str

    def apply(self, ledger: Ledger) -> None:
        cohort = Cohort.objects.get(pk=self.cohort.pk)
        for field, day in (("starts_on", self.starts_on), ("ends_on", self.ends_on)):
            keep_near(cohort, day, field=field)
        if self.ends_on < self.starts_on:
            raise Refused(_("The last day comes before the first one."), field="ends_on")
        if (self.ends_on - self.starts_on).days >= LONGEST_QUIET:
            raise Refused(_("A quiet time lasts two months at most."), field="ends_on")
        if QuietWeek.objects.filter(cohort=cohort, starts_on__lte=self.ends_on, ends_on__gte=self.starts_on).exists():
            raise Refused(_("Some of these days are kept free already."), field="starts_on")
        names = ("starts_on", "ends_on", "name_en", "name_fr")
        ledger.made(QuietWeek.objects.create(cohort=cohort, **{name: getattr(self, name) for name in names}))

    def follow(self, moved: Moved) -> None:
        """Nobody is written to."""


@dataclasses.dataclass
class FreeNoLonger:
    """Days that were kept free are days like others again."""

    quiet: QuietWeek

    def __post_init__(self) -> None:
        self.cohort = self.quiet.cohort

    def apply(self, ledger: Ledger) -> None:
        row = QuietWeek.objects.filter(pk=self.quiet.pk).first()
        if row is None:
            raise Refused(_("Somebody has taken these days off already."))
        ledger.remove(row)

    def follow(self, moved: Moved) -> None:
        """Nobody is written to."""


def refuse_nothing(ledger: Ledger) -> None:
    """Refuse a change that changes nothing."""
    if not ledger.entries:
        raise Refused(_("These are the dates that stand already."))
