"""The set of samples by mail: each message as it reads, and one closing list of what there is none of."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from collaborative import tasks
from collaborative.line import today_in
from desk.series import sending
from desk.series.pages import series_of
from desk.series.samples import samples_of
from notifications import kinds
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.services import post
from notifications.wording import Gone, Letter, render
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula")


def letters_of(cohort, paula, *, role: str = "participant", lang: str = "en") -> list[Letter]:
    """Let Paula ask for a set; return the letters that leave, in order."""
    before = list(PlannedMessage.objects.filter(kind=sending.KIND).values_list("pk", flat=True))
    n = sending.send_me_the_set(cohort=cohort, by=paula, role=role, lang=lang, city="halifax")
    rows = list(PlannedMessage.objects.filter(kind=sending.KIND, scope_id=str(cohort.pk)).exclude(pk__in=before))
    assert len(rows) == n
    rows.sort(key=lambda row: sending.read_occurrence(row.occurrence).n)
    briefing = Briefing(rows)
    return [render(row, briefing.said) for row in rows if not briefing.no_longer(row)]


def words(letter: Letter) -> str:
    return " ".join(letter.plain.split())


def test_each_mail_shows_words_and_what_there_is_none_of_is_one_list_at_the_end(cohort, paula):
    letters = letters_of(cohort, paula)
    *samples, last = letters
    of = len(letters)
    assert [re.match(r"Sample (\d+) of (\d+)", one.subject).groups() for one in letters] == [
        (str(n), str(of)) for n in range(1, of + 1)
    ]
    assert samples
    assert all("== " in one.plain for one in samples)
    assert not any("no sample" in one.subject for one in samples)
    missing = [kinds.get(key) for key in ("enrolment/not-here-yet", "sessions/certificate")]
    for kind in missing:
        assert words(last).count(str(kind.name)) == 1
        assert str(kind.when) in words(last)
        assert str(kind.audience) in words(last)
        assert str(kind.name) in last.html
    assert "To: team member." in words(last)


def test_the_list_speaks_the_language_of_the_set(cohort, paula):
    assert paula.language == "en"
    last = letters_of(cohort, paula, lang="fr")[-1]
    with override("fr"):
        kind = kinds.get("sessions/certificate")
        french = [str(kind.name), str(kind.when), str(kind.audience)]
    assert all(one in words(last) for one in french)
    assert "il n'y en a pas encore dans cette série" in words(last)
    assert 'lang="fr-CA"' in last.html
    assert "Ce dont il n'y a pas d'exemple" in last.subject


def test_what_the_cohort_has_is_shown_from_its_own_rows(cohort, paula):
    tess = make.lead(team=make.team(cohort=cohort), name="Tess")
    before = letters_of(cohort, paula, role="planner")[-1]
    assert str(kinds.get("collaborative/tasks").name) in words(before)
    tasks.add_task(cohort=cohort, text="Book the speaker", due_on=today_in(cohort), by=paula)
    letters = letters_of(cohort, paula, role="planner")
    assert any("Book the speaker" in one.plain for one in letters)
    assert str(kinds.get("collaborative/tasks").name) not in words(letters[-1])
    assert tess.first_name not in words(letters[-1])


def test_nothing_is_shown_from_another_cohort(cohort, paula):
    other = make.cohort(programme=cohort.programme)
    tasks.add_task(cohort=other, text="Secret of others", due_on=today_in(other), by=None)
    post(
        "collaborative/tasks", to=make.planner(cohort=other), about=("collaborative.tasks", str(other.pk)), scope=other
    )
    letters = letters_of(cohort, paula, role="planner")
    assert not any("Secret of others" in one.plain for one in letters)
    assert str(kinds.get("collaborative/tasks").name) in words(letters[-1])


def test_a_sample_that_is_gone_when_it_leaves_is_in_the_list_then(cohort, paula):
    task = tasks.add_task(cohort=cohort, text="Book the speaker", due_on=today_in(cohort), by=paula)
    sending.send_me_the_set(cohort=cohort, by=paula, role="planner", lang="en", city="halifax")
    task.delete()
    rows = list(PlannedMessage.objects.filter(kind=sending.KIND))
    briefing, left = Briefing(rows), []
    for row in rows:
        try:
            left.append(render(row, briefing.said))
        except Gone:
            continue
    assert len(left) < len(rows)
    name = str(kinds.get("collaborative/tasks").name)
    assert [name in words(one) for one in left if "no sample" in one.subject] == [True]


def test_all_samples_of_a_series_cost_no_more_than_their_kinds(cohort, paula):
    """Thirty reminders are made together: what they speak of is loaded once for each kind."""
    few = [one for one in series_of(cohort, "participant") if one.kind == "sessions/reminder"]
    costs = []
    for some in ([few[0], few[-1]], few):
        with CaptureQueriesContext(connection) as asked:
            shown = samples_of(cohort, some, paula, "en")
        assert all(shown)
        costs.append(len(asked))
    assert len(few) > 3
    assert costs[0] == costs[1]


def test_the_press_says_how_many_come(client, cohort, paula):
    client.force_login(paula)
    asked = {"role": "participant", "speaks": "en", "city": "halifax"}
    answer = client.post(reverse("planning_series", args=[cohort.pk]), asked, follow=True)
    n = PlannedMessage.objects.filter(kind=sending.KIND).count()
    assert f"{n} samples are on their way to you." in answer.content.decode()
