"""Decision day in the browser's eyes: the board, its buttons without script, points, letters, the list."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from collaborative.models import Cohort
from enrolment import reviewing
from enrolment.deciding import decide
from enrolment.decision_day.funnel import funnel_of, with_funnel
from enrolment.models import Application, DecisionRules, Interest, Invitation, Letter, Release, Review
from enrolment.releasing import release
from tests import make
from tests.browser import Reader
from tests.world import signed_in

pytestmark = pytest.mark.django_db
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def cohort():
    return make.cohort(first_day=TODAY + dt.timedelta(days=40), seats=20)


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


@pytest.fixture
def planner(paula):
    return signed_in(paula)


def url(name, cohort, *args) -> str:
    return reverse(f"planning_{name}", args=[cohort.pk, *args])


def page(planner, where) -> str:
    answer = planner.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def order(html: str) -> list[str]:
    """Return the applications of a board in their order."""
    return re.findall(r'<tr id="row-([0-9a-f-]+)"', html)


def give(row, by, points: int) -> None:
    reviewing.save_review(application=row, by=by, marks={1: points}, conflict=False, note="", version=0)


def test_rows_come_by_score_then_rule_and_what_nobody_scored_stays_in_sight(planner, cohort, paula):
    cohort.programme.priority_sectors = ["long_term"]
    cohort.programme.priority_en = "care of older adults first"
    cohort.programme.save()
    none = make.application(cohort=cohort)
    acute = make.application(cohort=cohort, sector="acute")
    older = make.application(cohort=cohort, sector="long_term")
    best = make.application(cohort=cohort, sector="home")
    for row, points in ((acute, 4), (older, 4), (best, 5)):
        give(row, paula, points)
    make.application(cohort=cohort, state="draft", team_name="Nobody reads this yet")
    html = page(planner, url("applications", cohort))
    assert order(html) == [str(one.pk) for one in (best, older, acute, none)]
    assert "Sorted by score, then the published rule: care of older adults first." in html
    assert "4 applications, 20 seats" in html
    assert "1 waits for a score" in html
    assert "Nobody reads this yet" not in html
    assert order(page(planner, url("applications", cohort) + "?unscored=1")) == [str(none.pk)]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("sector=home", ["b"]), ("province=QC", ["a"]), ("language=fr", ["a"]), ("partner=looking", ["b"]),
        ("partner=named", ["a"]), ("outcome=accept", ["b"]), ("outcome=open", ["a"]), ("state=withdrawn", ["c"]),
        ("sector=home&province=QC", []), ("sector=nonsense", ["a", "b"]), ("page=99", ["a", "b"]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_the_address(planner, cohort, query, fits):
    rows = {
        "a": make.application(cohort=cohort, province="QC", team_language="fr", sector="acute"),
        "b": make.application(cohort=cohort, people=1, sector="home", outcome="accept"),
        "c": make.application(cohort=cohort, state="withdrawn", withdrawn_at=cohort.created_at),
    }
    html = page(planner, f"{url('applications', cohort)}?{query}")
    assert set(order(html)) == {str(rows[name].pk) for name in fits}


def test_the_strip_tells_the_chosen_set(planner, cohort):
    make.application(cohort=cohort, outcome="accept", province="ON", sector="acute", remoteness="rural")
    make.application(cohort=cohort, outcome="accept", province="QC", sector="acute", team_language="fr", people=1)
    make.application(cohort=cohort, outcome="wait", wait_place=1, province="PE")
    make.team(cohort=cohort, unit=make.unit(organisation=make.organisation(province="AB")), language="fr")
    gone = make.team(cohort=cohort, withdrawn_at=timezone.now())
    make.application(cohort=cohort, outcome="accept", province="SK", team=gone)
    Application.objects.filter(province="SK").update(state="withdrawn", withdrawn_at=timezone.now())
    html = page(planner, url("applications", cohort))
    for words in ("3 of 20 seats taken", "1 waiting · 0 declined · 0 to decide", "3 of 13. Applied, but not in: Prince Edward Island",
                  "1 rural or remote", "1 English · 2 French", "1 of 3"):  # fmt: skip
        assert words in html


def test_told_counts_from_the_minute_on_and_the_trail_names_the_release(planner, cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="decline", decline_reason="scope", by=paula)
    made = release(cohort=cohort, by=paula)

    def funnel():
        [found] = with_funnel(Cohort.objects.filter(pk=cohort.pk))
        return funnel_of(found)

    assert (funnel().told, funnel().unreleased) == (0, 0)
    Release.objects.filter(pk=made.pk).update(release_at=timezone.now())
    assert funnel().told == 1
    html = page(planner, url("application", cohort, row.pk))
    assert "not decided → declined" in html
    assert "released (declined)" in html


def test_free_places_and_what_waits_for_a_score_are_one_figure_in_room_and_page(planner, cohort, paula):
    make.application(cohort=cohort, outcome="decline")
    make.application(cohort=cohort)
    waits = make.application(cohort=cohort, outcome="wait", wait_place=1)
    made = Release.objects.create(cohort=cohort, by=paula, release_at=timezone.now())
    made.told.create(application=waits, outcome="wait")
    make.team(cohort=cohort)
    room = page(planner, reverse("planning_cohort", args=[cohort.pk]))
    assert "1 application waits for a score" in room
    assert "1 waits for a score" in page(planner, url("applications", cohort))
    assert "19 places are free" in room
    assert "19 places are free" in page(planner, url("waiting", cohort))


def test_a_team_that_was_asked_stands_so_in_the_room(planner, cohort, paula):
    row = make.application(cohort=cohort, people=4)
    decide(application=row, outcome="accept", by=paula)
    release(cohort=cohort, by=paula)
    room = page(planner, reverse("planning_cohort", args=[cohort.pk]))
    assert "4 asked" in room
    assert "asked, not here yet" in room
    Invitation.objects.filter(role="partner").delete()
    assert "named in the application" in page(planner, reverse("planning_cohort", args=[cohort.pk]))


def test_nobody_has_applied_yet(planner, cohort):
    for n in range(3):
        Interest.objects.create(
            programme=cohort.programme, email=f"a{n}@example.org", language="en", confirmed_at=cohort.created_at
        )
    make.application(cohort=cohort, state="draft", team_name="Still being written")
    html = page(planner, url("applications", cohort))
    assert "No application yet" in html
    assert "3 people asked to be told. 1 draft is open." in html
    assert "Still being written" not in html


def test_the_buttons_of_a_row_decide_without_script_and_undo_returns(planner, cohort):
    row = make.application(cohort=cohort)
    [accept] = re.findall(r'value="(accept:[0-9a-f-]+:\d+)"', page(planner, url("applications", cohort)))
    answer = planner.post(url("decide", cohort), {"decide": accept, "sector": "long_term", "page": "1"})
    assert answer.url == f"{url('applications', cohort)}?sector=long_term&page=1#row-{row.pk}"
    row.refresh_from_db()
    assert row.outcome == "accept"
    html = page(planner, url("applications", cohort))
    assert 'class="is-chosen"' in html
    [undo] = [
        form.action for form in Reader.of(planner.get(url("applications", cohort))).forms if "/back/" in form.action
    ] or [url("decide_back", cohort, row.pk, 1)]
    planner.post(undo)
    row.refresh_from_db()
    assert row.outcome == ""


def test_what_is_ticked_gets_one_outcome_and_what_does_not_fit_is_said(planner, cohort):
    rows = [make.application(cohort=cohort) for _ in range(3)]
    far = make.application()
    keys = [str(row.pk) for row in (*rows, far)]
    planner.post(url("decide", cohort), {"decide": "decline", "application": [*keys, "nonsense"]})
    assert {row.outcome for row in Application.objects.filter(cohort=cohort)} == {"decline"}
    far.refresh_from_db()
    assert far.outcome == ""
    answer = planner.post(url("decide", cohort), {"decide": "decline"}, follow=True)
    assert "Tick the applications first." in answer.content.decode()
    answer = planner.post(url("decide", cohort), {"decide": f"accept:{far.pk}"}, follow=True)
    assert "not here any more" in answer.content.decode()


@pytest.mark.parametrize("view", ["", "?view=columns"])
def test_the_board_asks_as_much_for_400_as_for_20_and_stays_small(planner, cohort, paula, view):
    def more(n):
        for nth in range(n):
            row = make.application(cohort=cohort, why="x" * 2000, equity="y" * 2000)
            Review.objects.create(application=row, by=paula, marks={}, note="z" * 600)
            if nth % 2:
                Application.objects.filter(pk=row.pk).update(outcome="decline", decline_reason="full")

    def cost():
        with CaptureQueriesContext(connection) as asked:
            html = planner.get(url("applications", cohort) + view).content
        return len(asked), len(html)

    more(20)
    planner.get(url("applications", cohort))
    few, _size = cost()
    more(380)
    many, size = cost()
    assert few == many <= 12
    assert size <= 300_000


def test_columns_show_the_same_by_outcome(planner, cohort):
    make.application(cohort=cohort, outcome="wait", wait_place=1, team_name="Patient people")
    html = page(planner, url("applications", cohort) + "?view=columns")
    assert re.search(r'id="col-wait">[^<]*<span class="quiet">1</span>', html)


# ---------------------------------------------------------------- one application


def test_everything_the_team_wrote_stands_on_its_page_with_the_trail(planner, cohort, paula):
    row = make.application(cohort=cohort, equity="Those who speak neither language.")
    decide(application=row, outcome="decline", decline_reason="team", reason="Nobody who decides is named.", by=paula)
    decide(application=row, outcome="wait", reason="Now somebody is.", by=paula)
    html = page(planner, url("application", cohort, row.pk))
    for words in (
        row.team_name,
        row.why,
        row.hope,
        row.equity,
        row.contact_email,
        row.sponsor_name,
        row.recognition,
        *(one.name for one in row.members.all()),
        "not decided → declined: the team is not complete yet",
        "Nobody who decides is named.",
        "declined → on the waiting list",
        "Now somebody is.",
        "Paula Whitford",
    ):
        assert str(words).replace("'", "&#x27;") in html  # fmt: skip


def test_another_word_after_the_letter_needs_a_reason_beside_its_field(planner, cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="decline", by=paula)
    assert "told · <a" not in page(planner, url("applications", cohort))
    made = Release.objects.create(cohort=cohort, by=paula, release_at=cohort.created_at)
    made.told.create(application=row, outcome="decline", decline_reason="full")
    assert "told · <a" in page(planner, url("applications", cohort))
    where = url("application", cohort, row.pk)
    answer = planner.post(where, {"decide-outcome": "wait", "decide-reason": "", "decide-version": "1"})
    assert "Say why it changes." in answer.content.decode()
    sent = {"decide-outcome": "wait", "decide-reason": "We counted again.", "decide-version": "1"}
    assert planner.post(where, sent).status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.outcome_reason) == ("wait", "We counted again.")


def test_two_planners_who_decide_one_application_lose_neither_outcome_nor_words(planner, cohort, paula):
    tess = make.planner(cohort=cohort, name="Tess Otherwise")
    row = make.application(cohort=cohort)
    where = url("application", cohort, row.pk)
    [form] = [one for one in Reader.of(planner.get(where)).forms if "decide-version" in one.sent()]
    decide(application=row, outcome="decline", decline_reason="team", reason="No manager is named.", by=tess)
    sent = {**form.sent(), "decide-outcome": "accept", "decide-reason": "They begin at once."}
    answer = planner.post(where, sent)
    assert answer.status_code == 409
    html = answer.content.decode()
    for words in ("Somebody saved this", "No manager is named.", "the team is not complete yet", "They begin at once."):
        assert words in html
    row.refresh_from_db()
    assert (row.outcome, row.outcome_reason) == ("decline", "No manager is named.")
    [form] = [one for one in Reader.of(answer).forms if "decide-version" in one.sent()]
    assert planner.post(where, form.sent()).status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.outcome_reason) == ("accept", "They begin at once.")
    assert "No manager is named." in page(planner, where), "what was said before stays in sight"


def test_a_press_on_what_somebody_else_decided_since_says_so_and_changes_nothing(planner, cohort):
    tess = make.planner(cohort=cohort, name="Tess Otherwise")
    rows = [make.application(cohort=cohort) for _ in range(2)]
    html = page(planner, url("applications", cohort))
    row = rows[0]
    decide(application=row, outcome="wait", by=tess)
    answer = planner.post(url("decide", cohort), {"decide": f"accept:{row.pk}:0"}, follow=True)
    assert "Tess Otherwise decided this after you opened the page: on the waiting list." in answer.content.decode()
    ticked = re.findall(r'name="application" value="([^"]+)"', html)
    assert len(ticked) == 2
    answer = planner.post(url("decide", cohort), {"decide": "decline", "application": ticked}, follow=True)
    assert "1 application was decided after you opened the page" in answer.content.decode()
    assert {one.outcome for one in Application.objects.all()} == {"wait", "decline"}
    again = re.search(rf'value="(accept:{row.pk}:\d+)"', answer.content.decode())[1]
    planner.post(url("decide", cohort), {"decide": again})
    row.refresh_from_db()
    assert row.outcome == "accept"


def test_points_are_given_on_the_page_and_a_second_tab_loses_nothing(planner, cohort, paula):
    row = make.application(cohort=cohort)
    where = url("review", cohort, row.pk)
    sent = {"review-mark_1": "4", "review-mark_2": "", "review-note": "Clear.", "review-version": "0"}
    assert planner.post(where, sent).status_code == 302
    assert list(Review.objects.get().marks.values()) == [4]
    answer = planner.post(where, {**sent, "review-note": "Clearer."})
    assert "Somebody saved this while you were writing" in answer.content.decode()
    assert 'value="1"' in answer.content.decode()
    assert "Clearer." in answer.content.decode()


def test_whoever_reads_blind_sees_names_and_points_of_others_once_their_own_are_in(planner, cohort, paula):
    other = make.planner(cohort=cohort, name="Tess Otherwise")
    row = make.application(cohort=cohort, team_name="A well known team", organisation="Famous Hospital")
    give(row, other, 5)
    DecisionRules.objects.create(cohort=cohort, blind=True)
    for where in (url("applications", cohort), url("application", cohort, row.pk)):
        html = page(planner, where)
        for hidden in ("A well known team", "Famous Hospital", "10.0", row.contact_email, "Person 1 of"):
            assert hidden not in html, where
    said = planner.post(url("decide", cohort), {"decide": f"accept:{row.pk}:0"}, follow=True).content.decode()
    assert "A well known team" not in said
    assert re.search(r"Application [0-9A-F]{4}: accepted\.", said)
    assert "A well known team" not in planner.post(url("decide_back", cohort, row.pk, 1), follow=True).content.decode()
    give(row, paula, 3)
    html = page(planner, url("application", cohort, row.pk))
    assert "A well known team" in html
    assert "Tess Otherwise" in html
    assert "A well known team" in page(planner, url("applications", cohort))


def test_blind_is_switched_on_and_off(planner, cohort):
    planner.post(url("blind", cohort), {"blind": "1"})
    assert DecisionRules.objects.get().blind
    assert "The waiting list and the letters show the names" in page(planner, url("criteria", cohort))
    planner.post(url("blind", cohort), {"blind": "0"})
    assert not DecisionRules.objects.get().blind


def test_criteria_are_edited_in_both_languages(planner, cohort):
    html = page(planner, url("criteria", cohort))
    version = re.search(r'name="version" value="(\d+)"', html).group(1)
    sent = {"version": version, "name_en_1": "Reach", "name_fr_1": "", "most_1": "5", "weight_1": "2"}
    answer = planner.post(url("criteria", cohort), sent)
    assert "both languages" in answer.content.decode()
    assert planner.post(url("criteria", cohort), {**sent, "name_fr_1": "Portée"}).status_code == 302
    assert [(one.name_fr, one.weight) for one in cohort.programme.criteria.all()] == [("Portée", 2)]


# ---------------------------------------------------------------- letters, release, waiting list


def test_letters_are_looked_at_and_released_and_taken_back(planner, cohort, paula):
    row = make.application(cohort=cohort, language="fr", contact_name="Ada Lind")
    decide(application=row, outcome="accept", by=paula)
    answer = planner.get(url("release", cohort))
    html = answer.content.decode()
    assert "0 in English, 1 in French" in html
    assert "Bonjour Ada Lind," in html
    [form] = [one for one in Reader.of(answer).forms if "clock" in one.typed]
    sent = {**form.sent(), "press": "now"}
    assert planner.post(url("release", cohort), sent).status_code == 302
    assert planner.post(url("release", cohort), sent).status_code == 302  # a double press
    made = Release.objects.get()
    row.refresh_from_db()
    assert row.team is not None
    assert "Take it back" in page(planner, url("release", cohort))
    planner.post(url("release_undo", cohort, made.pk))
    row.refresh_from_db()
    assert row.team is None


def test_a_minute_that_is_missing_or_past_is_said_by_its_field(planner, cohort, paula):
    decide(application=make.application(cohort=cohort), outcome="wait", by=paula)
    [form] = [one for one in Reader.of(planner.get(url("release", cohort))).forms if "clock" in one.typed]
    answer = planner.post(url("release", cohort), {**form.sent(), "press": "at", "day": "", "clock": "14:00"})
    assert "Choose a day." in answer.content.decode()
    answer = planner.post(url("release", cohort), {**form.sent(), "press": "at", "day": "2020-01-01", "clock": "14:00"})
    assert "Choose a later minute" in answer.content.decode()
    assert not Release.objects.exists()


def test_a_letter_is_edited_and_an_unknown_word_in_braces_is_said_by_its_field(planner, cohort):
    sent = {"version": "0", "subject_en": "{tema}", "subject_fr": "Bien", "body_en": "Well.", "body_fr": "Bien."}
    answer = planner.post(url("letter", cohort, "wait"), sent)
    assert "stands for nothing here" in answer.content.decode()
    assert planner.post(url("letter", cohort, "wait"), {**sent, "subject_en": "{team}"}).status_code == 302
    assert planner.post(url("letter", cohort, "wait"), {**sent, "subject_en": "{team}!"}).status_code == 409
    assert Letter.objects.get().subject_en == "{team}"


def test_the_free_place_is_offered_from_the_list_and_the_order_changed(planner, cohort, paula):
    rows = [make.application(cohort=cohort, team_name=f"Team {n}") for n in range(2)]
    for row in rows:
        decide(application=row, outcome="wait", by=paula)
    planner.post(url("waiting_move", cohort, rows[1].pk, "up"))
    html = page(planner, url("waiting", cohort))
    assert "Next: Team 1" in html
    assert "They were not told yet" in html
    assert "Offer the place" not in html
    assert "not told yet" in planner.post(url("offer", cohort, rows[1].pk)).content.decode()
    planner.post(
        url("release", cohort), {**Reader.of(planner.get(url("release", cohort))).forms[-1].sent(), "press": "now"}
    )
    assert "The letter that tells them" in page(planner, url("waiting", cohort))
    Release.objects.update(release_at=timezone.now() - dt.timedelta(minutes=1))
    assert "Offer the place to Team 1" in page(planner, url("waiting", cohort))
    answer = planner.post(url("offer", cohort, rows[0].pk))
    assert "Somebody else is first" in answer.content.decode()
    assert planner.post(url("offer", cohort, rows[1].pk)).status_code == 302
    rows[1].refresh_from_db()
    assert rows[1].team.name == "Team 1"


# ---------------------------------------------------------------- forty files and one day


class Counting(Client):
    """A browser that counts what is asked of the server."""

    presses = 0

    def request(self, **request):
        self.presses += 1
        return super().request(**request)


def test_one_planner_decides_forty_previews_and_releases_in_ninety_presses(cohort, paula):
    """20 accepted, 5 waiting, 15 declined, one press for each, then look, then release: nothing is ticked or typed."""
    rows = [make.application(cohort=cohort, people=2, sponsor_email="") for _ in range(40)]
    planner = Counting()
    planner.force_login(paula)
    html = page(planner, url("applications", cohort))
    for nth, row in enumerate(rows):
        outcome = "accept" if nth < 20 else "wait" if nth < 25 else "decline"
        assert f'value="{outcome}:{row.pk}:0"' in html, "the button stands in the row"
        assert planner.post(url("decide", cohort), {"decide": f"{outcome}:{row.pk}:0"}).status_code == 302
    answer = planner.get(url("release", cohort))
    [form] = [one for one in Reader.of(answer).forms if "clock" in one.typed]
    assert planner.post(url("release", cohort), {**form.sent(), "press": "at"}).status_code == 302
    assert planner.presses <= 90
    assert sorted(Release.objects.get().told.values_list("outcome", flat=True)) == (
        ["accept"] * 20 + ["decline"] * 15 + ["wait"] * 5
    )
    assert cohort.teams.count() == 20
