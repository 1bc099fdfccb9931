"""A planner sees a person's pages: who may, only to read, for half an hour, told to the person."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import drafts, services, view_as
from accounts.models import ViewAs
from accounts.sessions_policy import SINCE
from audit.models import Entry
from collaborative.models import Membership, Role
from collaborative.services import end_role, give_role
from core.refusals import Refused
from tests import make
from tests.browser import Reader
from tests.world import signed_in

pytestmark = pytest.mark.django_db

REASON = "She cannot find the number page"


def ask(client: Client, person, **more):
    return client.post(reverse("planning_view_as", args=[person.pk]), {"reason": REASON, **more})


def visiting(planner, person) -> Client:
    """Return a browser in which ``planner`` sees the pages of ``person``."""
    client = signed_in(planner)
    answer = ask(client, person)
    assert (answer.status_code, answer.url) == (302, reverse("today"))
    return client


# ---------------------------------------------------------------- what is seen


def test_the_planner_sees_what_the_person_sees_and_whose_pages_these_are(cast):
    client = visiting(cast.paula, cast.nia)
    for name, args in (("today", []), ("team", [cast.team.pk]), ("log_conversation", []), ("more", [])):
        page = client.get(reverse(name, args=args)).content.decode()
        assert "You see the pages of Nia Roy, only to read" in page
        assert "Back to myself" in page
    assert client.get(reverse("planning_cohort", args=[cast.cohort.pk])).status_code == 404, "what Nia may not see"
    answer = client.post(reverse("view_as_end"))
    assert answer.status_code == 302
    assert "You see the pages of" not in client.get("/today/").content.decode()
    assert client.get(reverse("planning_cohort", args=[cast.cohort.pk])).status_code == 200


def test_back_to_myself_leads_to_where_it_began(cast):
    client = signed_in(cast.paula)
    page, here = reverse("planning_view_as", args=[cast.nia.pk]), reverse("team_people", args=[cast.team.pk])
    form = Reader.of(client.get(page, HTTP_REFERER=f"http://testserver{here}")).forms
    sent = next(one.sent() for one in form if "reason" in one.typed)
    client.post(page, {**sent, "reason": REASON})
    assert client.post(reverse("view_as_end")).url == here


def test_what_waits_for_the_planner_does_not_come_into_the_persons_boxes(cast):
    drafts.save(cast.tess, f"coaching/note/{cast.team.pk}", QueryDict("text=hers"))
    client = visiting(cast.paula, cast.tess)
    assert "hers" not in client.get(reverse("try_new", args=[cast.team.pk])).content.decode()


@pytest.mark.parametrize("name", ["today", "cohort_home", "team_home"])
def test_it_costs_three_statements_more_than_the_persons_own_page(cast, name):
    own, seen = signed_in(cast.nia), visiting(cast.paula, cast.nia)
    costs = []
    for client in (own, seen):
        client.get(reverse(name), follow=True)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name), follow=True).status_code == 200
        costs.append(len(asked))
    assert costs[1] <= (costs[0] + 3 if name == "today" else costs[0] + 6), "a page that leads on is asked for twice"


# ---------------------------------------------------------------- who may


def test_only_a_planner_and_only_people_who_are_wholly_within_what_they_plan(cast):
    may = {
        who: {name for name, one in cast.people.items() if view_as.why_not(cast.people[who], one) == ""}
        for who in cast.people
    }
    inside = {"colin", "cora", "tess", "nia", "pierre", "sol", "sela", "fia", "otto", "max"}
    assert may == {**{name: set() for name in cast.people}, "paula": inside, "pia": {"olga"}}


def test_one_role_outside_shuts_all_pages_and_says_so(cast):
    make.member(team=cast.far_team, user=cast.nia)
    client = signed_in(cast.paula)
    page = client.get(reverse("planning_view_as", args=[cast.nia.pk]))
    assert page.status_code == 200
    assert "that you do not plan" in page.content.decode()
    assert "reason" not in {name for form in Reader.of(page).forms for name in form.typed}
    assert ask(client, cast.nia).status_code == 200
    assert not ViewAs.objects.exists()


@pytest.mark.parametrize("field", ["is_staff", "is_superuser"])
def test_never_who_looks_after_the_installation_or_plans(cast, field):
    setattr(cast.nia, field, True)
    cast.nia.save()
    with pytest.raises(Refused):
        view_as.begin(planner=cast.paula, person=cast.nia, reason=REASON)
    give_role(user=cast.tess, role=Role.PLANNER, by=cast.paula, cohort=cast.cohort)
    with pytest.raises(Refused):
        view_as.begin(planner=cast.paula, person=cast.tess, reason=REASON)
    with pytest.raises(Refused):
        view_as.begin(planner=cast.colin, person=cast.pierre, reason=REASON)


def test_whoever_plans_a_programme_sees_people_of_all_its_cohorts(cast):
    planner = make.person("Prue Lang")
    give_role(user=planner, role=Role.PLANNER, by=cast.paula, programme=cast.programme)
    assert {name for name, one in cast.people.items() if view_as.why_not(planner, one) == ""} >= {
        "nia",
        "olga",
        "sol",
        "fay",
    }


def test_a_reason_is_needed(cast):
    client = signed_in(cast.paula)
    for reason in ("", "   ", "x" * 201):
        page = ask(client, cast.nia, reason=reason)
        assert page.status_code == 200
        assert page.context["form"].errors["reason"]
    assert not ViewAs.objects.exists()


# ---------------------------------------------------------------- when it ends


def over(client: Client) -> bool:
    return "You see the pages of" not in client.get("/today/").content.decode()


def test_after_half_an_hour_it_is_over_and_what_was_pressed_is_not_done(cast):
    client = visiting(cast.paula, cast.nia)
    ago = timezone.now() - dt.timedelta(minutes=31)
    ViewAs.objects.update(began_at=ago, ends_at=ago + view_as.LONGEST)
    page = client.post(reverse("log_conversation"), {"with_whom": "patient"})
    assert page.status_code == 403
    assert "The visit is over" in page.content.decode()
    assert over(client)
    client = visiting(cast.paula, cast.nia)
    ViewAs.objects.update(began_at=ago, ends_at=ago + view_as.LONGEST)
    assert "These are your own pages again" in client.get("/today/").content.decode()
    services.sweep()
    visit = ViewAs.objects.filter(person=cast.nia).latest("began_at")
    assert visit.ended_at == visit.ends_at
    assert not ViewAs.objects.filter(ended_at=None).exists()


def test_the_database_knows_no_longer_visit(cast):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        ViewAs.objects.create(
            planner=cast.paula, person=cast.nia, reason=REASON, began_at=now, ends_at=now + dt.timedelta(minutes=31)
        )


def role(person) -> Membership:
    return Membership.objects.get(user=person, until=None)


def test_it_ends_with_the_planners_role(cast):
    make.planner(cohort=cast.cohort)
    client = visiting(cast.paula, cast.nia)
    end_role(membership=role(cast.paula), by=cast.paula)
    assert client.get("/today/").status_code == 302, "and they are signed out"
    assert ViewAs.objects.get().ended_at


def test_it_ends_when_the_person_leaves_or_gets_a_role_elsewhere(cast):
    client = visiting(cast.paula, cast.nia)
    end_role(membership=role(cast.nia), by=cast.paula)
    assert over(client)
    assert ViewAs.objects.get().ended_at
    client = visiting(cast.paula, cast.tess)
    make.member(team=cast.far_team, user=cast.tess)
    assert over(client), "asked anew at every request"


def test_signing_out_ends_it(cast):
    client = visiting(cast.paula, cast.nia)
    assert client.post(reverse("account_logout")).status_code == 302
    assert ViewAs.objects.get().ended_at


def test_a_session_that_has_run_out_leads_to_the_sign_in(cast):
    client = visiting(cast.paula, cast.nia)
    session = client.session
    session[SINCE] -= 13 * 3600
    session.save()
    assert client.post(reverse("log_conversation"), {"with_whom": "patient"}).url.startswith("/accounts/login/")
    assert client.get("/today/").status_code == 302


def test_a_second_visit_ends_the_first(cast):
    client = visiting(cast.paula, cast.nia)
    client.post(reverse("view_as_end"))
    first, second = (view_as.begin(planner=cast.paula, person=one, reason=REASON) for one in (cast.nia, cast.tess))
    first.refresh_from_db()
    assert first.ended_at
    assert not second.ended_at


# ---------------------------------------------------------------- who knows of it


def test_the_person_finds_it_with_its_reason_and_the_trail_has_both_ends(cast):
    visiting(cast.paula, cast.nia).post(reverse("view_as_end"))
    page = signed_in(cast.nia).get(reverse("who_sees_me")).content.decode()
    assert "Paula Whitford" in page
    assert REASON in page
    assert REASON not in signed_in(cast.tess).get(reverse("who_sees_me")).content.decode()
    told = Entry.objects.filter(verb__startswith="view_as").order_by("pk")
    visit = ViewAs.objects.get()
    assert [(one.verb, one.by, one.about_id) for one in told] == [
        ("view_as.began", cast.paula, str(cast.nia.pk)), ("view_as.ended", cast.paula, str(cast.nia.pk)),
    ]  # fmt: skip
    assert told[0].detail == {"visit": str(visit.pk)}, "no words"


def test_forgetting_takes_the_words(cast):
    for planner, person in ((cast.paula, cast.nia), (cast.pia, cast.olga)):
        view_as.begin(planner=planner, person=person, reason=REASON)
    make.planner(cohort=cast.other_cohort)
    services.forget(cast.nia, by=None)
    services.forget(cast.pia, by=None)
    assert list(ViewAs.objects.values_list("person", "reason")) == [(cast.olga.pk, "")]
