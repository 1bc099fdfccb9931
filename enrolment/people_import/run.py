"""Take the people of a table in: the promise, the work in small transactions, what became of each row.

A worker may die at any moment: what a batch did and what is said of its rows are one transaction, so that the next worker
goes on behind it. The same table sent twice changes nothing the second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.addresses import addresses_of
from accounts.models import User
from audit.services import record, record_many
from collaborative.models import Circle, Cohort, Role, Team
from collaborative.words import of_programme
from core import places, sheets
from core.refusals import Refused
from core.words import speaking
from enrolment import services
from enrolment.models import VALID_FOR, Invitation, PeopleImport
from enrolment.people_import.check import Check, Checked
from enrolment.people_import.table import Row, Table
from enrolment.people_import.verdicts import Verdict
from jobs import kinds
from jobs import services as jobs
from jobs.models import Job

KIND: Final = "enrolment/people"
BATCH: Final = 100
KEPT: Final = dt.timedelta(days=30)


@transaction.atomic
def prepare(*, cohort: Cohort, table: Table, by, team: Team | None = None) -> PeopleImport:
    """Keep what a table says, so that it can be looked at before anything is done. Refuses a table of nobody."""
    if not table.rows:
        raise Refused(_("There is nobody in this table. The first row names the columns: name, e-mail, team, role."))
    people = PeopleImport.objects.create(
        cohort=cohort, team=team, by=by, rows=[row.plain() for row in table.rows], left_out=list(table.left_out)
    )
    record("people.table_kept", people, by=by, cohort_id=cohort.pk, rows=len(people.rows))
    return people


def rows_of(people: PeopleImport) -> list[Row]:
    """Return what the table says, row by row in its order."""
    return [Row.from_plain(row) for row in people.rows]


def checked(people: PeopleImport, *, by) -> list[Checked]:
    """Return every row with what would be done now, or with what was done."""
    told = people.results
    if people.job_id is None:
        return Check(cohort=people.cohort, by=by, rows=rows_of(people), team=people.team).all()
    return [
        Checked(row, Verdict.from_plain(told[str(row.number)])) for row in rows_of(people) if str(row.number) in told
    ]


def counted(rows: Sequence[Checked]) -> dict[str, int]:
    """Return how many rows do something ("does"), need nothing ("rests"), are wrong ("wrong")."""
    return {kind: sum(one.verdict.kind == kind for one in rows) for kind in ("wrong", "does", "rests")}


def grouped(rows: Sequence[Checked], *, most: int) -> list[tuple[str, list[Checked], int]]:
    """Return (kind, its first ``most`` rows, how many more there are), what is wrong first; kinds without rows are left out."""
    groups = []
    for kind in ("wrong", "does", "rests"):
        some = [one for one in rows if one.verdict.kind == kind]
        if some:
            groups.append((kind, some[:most], len(some[most:])))
    return groups


@transaction.atomic
def confirm(*, people: PeopleImport, by) -> Job:
    """Ask a worker to take them in. Pressed twice, the first press holds."""
    people = PeopleImport.objects.select_for_update().get(pk=people.pk)
    if people.job:
        return people.job
    if people.cohort.closed_at:
        raise Refused(_("This cohort is over: nobody is taken in any more."))
    people.job = jobs.ask_for(KIND, by=by, people=str(people.pk))
    people.confirmed_at = timezone.now()
    people.save(update_fields=["job", "confirmed_at"])
    record("people.import_asked", people, by=by, cohort_id=people.cohort_id, rows=len(people.rows))
    return people.job


def run(job: Job, progress: Callable[[int, int], None]) -> kinds.Result:
    """Do what ``confirm`` asked for. ``job.by`` does it: what they may not do any more is refused row by row."""
    people = PeopleImport.objects.select_related("cohort__programme", "team__unit__organisation", "team__cohort").get(
        pk=job.params["people"]
    )
    most, by = len(people.rows), job.by
    progress(len(people.results), most)
    # What refuses a row is kept as a sentence: it speaks the language of who reads it.
    with override(by.language), speaking(of_programme(people.cohort.programme)):
        while rest := [row for row in rows_of(people) if str(row.number) not in people.results]:
            _write(people, rest[:BATCH], by=by)
            progress(len(people.results), most)
        return _result(people)


def _write(people: PeopleImport, rows: Sequence[Row], *, by) -> None:
    """Do one batch. Checked anew each time: rows before have changed what is there, and so may other people."""
    for last in (False, False, True):
        batch = Check(cohort=people.cohort, by=by, rows=rows, team=people.team).all()
        single = [one for one in batch if one.alone and one.verdict.kind == "does"]
        try:
            with transaction.atomic():
                _at_once(people, [one for one in batch if one.verdict.kind == "does" and not one.alone], by=by)
                _keep(people, [one for one in batch if one not in single])
            break
        except IntegrityError:  # somebody else asked one of them in at this very moment
            people.refresh_from_db(fields=["results"])
            if last:
                raise
    for one in single:
        _by_itself(people, one, by=by)


def _at_once(people: PeopleImport, some: Sequence[Checked], *, by) -> None:
    """Ask many in with a handful of statements."""
    strangers = {one.row.email: _person(one) for one in some if one.person is None and one.row.email}
    unreachable = {one.row.number: _person(one) for one in some if not one.row.email}
    User.objects.bulk_create([*strangers.values(), *unreachable.values()])
    expires = timezone.now() + VALID_FOR
    invitations = [
        Invitation(
            person=one.person or strangers.get(one.row.email) or unreachable[one.row.number],
            team=one.team,
            role=one.row.role or Role.PARTICIPANT.value,
            called=one.row.name,
            address=one.row.email,
            title=one.row.title,
            position=one.row.position,
            circle=one.row.circle or Circle.CORE.value,
            by=by,
            expires_at=expires,
        )
        for one in some
    ]
    Invitation.objects.bulk_create(invitations)
    services.tell_of_many(invitations, cohort=people.cohort)
    record_many("invitation.made", invitations, by=by, cohort_id=people.cohort_id, by_table=True)


def _person(one: Checked) -> User:
    assert one.team is not None  # the check found it
    city = one.team.unit.city
    return User(
        email=one.row.email or None,
        name=one.row.name,
        password=make_password(None),
        language=one.row.language or one.team.language,
        city=city,
        time_zone=places.zone_of(city),
    )


@transaction.atomic
def _by_itself(people: PeopleImport, one: Checked, *, by) -> None:
    if one.verdict.kind == "does":
        try:
            with transaction.atomic():
                services.invite(
                    by=by,
                    team=one.team,
                    name=one.row.name,
                    email=one.row.email,
                    role=one.row.role or Role.PARTICIPANT.value,
                    title=one.row.title,
                    position=one.row.position,
                    circle=one.row.circle or Circle.CORE.value,
                    language=one.row.language or (one.team.language if one.team else "en"),
                    by_table=True,
                )
        except Refused as refused:
            one.verdict = Verdict("refused", {"sentence": refused.sentence})
    _keep(people, [one])


def _keep(people: PeopleImport, some: Sequence[Checked]) -> None:
    people.results |= {str(one.row.number): one.verdict.plain() for one in some}
    people.save(update_fields=["results"])


def _result(people: PeopleImport) -> kinds.Result:
    told = [Verdict.from_plain(one) for one in people.results.values()]
    counts = {kind: sum(one.kind == kind for one in told) for kind in ("wrong", "does", "rests")}
    head = [_("Row"), _("Name"), _("E-mail"), _("Team"), _("Result")]
    rows: Iterator[list[Any]] = (
        [row.number, row.name, row.email, row.team, Verdict.from_plain(people.results[str(row.number)]).done_words]
        for row in rows_of(people)
    )
    return kinds.Result(
        report=counts,
        file=sheets.write(head, rows, title=_("People")),
        name="people.xlsx",
        type=sheets.XLSX,
    )


def to_sweep(now: dt.datetime) -> list[QuerySet[PeopleImport]]:
    """Return the tables that are older than thirty days (``notifications.sweep.looks``)."""
    return [PeopleImport.objects.filter(created_at__lt=now - KEPT)]


def sweep(now: dt.datetime | None = None) -> None:
    """Take away tables that are older than thirty days: people's names do not stay in them."""
    for rows in to_sweep(now or timezone.now()):
        rows.delete()


def data_of(user) -> dict:
    """Return the tables that ``user`` sent in, and how many of other people's name them."""
    fields = ("created_at", "confirmed_at")
    named = PeopleImport.objects.exclude(by=user).filter(_names(user))
    return {
        "tables_sent": list(PeopleImport.objects.filter(by=user).order_by("created_at").values(*fields)),
        "named_in_tables": named.count(),
    }


def forget(user) -> None:
    """Take away the tables that ``user`` sent in, and their row in those of others."""
    PeopleImport.objects.filter(by=user).delete()
    for people in PeopleImport.objects.select_for_update(of=("self",)).select_related("job").filter(_names(user)):
        gone = {str(row.number) for row in rows_of(people) if _is_about(row, user)}
        people.rows = [row for row in people.rows if str(row["number"]) not in gone]
        people.results = {number: told for number, told in people.results.items() if number not in gone}
        people.save(update_fields=["rows", "results"])
        if people.job is not None and people.job.result is not None:
            # The workbook that was made of it holds their row too.
            jobs.replace_file(people.job, _result(people).file)


def _names(user) -> Q:
    """Return which tables name this person: by an address of theirs, or, where there is none, by their name."""
    found = Q(pk__in=[])
    for address in addresses_of(user):
        found |= Q(rows__contains=[{"email": address}])
    return found | Q(rows__contains=[{"email": "", "name": user.name}])


def _is_about(row: Row, user) -> bool:
    return row.email in addresses_of(user) if row.email else row.name == user.name
