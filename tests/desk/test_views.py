"""Pages that look across rooms: what stands on them, for whom, at what cost."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from collaborative.models import Cohort, PartnerWelcome, Team
from desk.outbox import lines
from enrolment import services as enrolment
from enrolment.site import pages
from improvement import hiding
from notifications import services as notifications
from notifications.models import PlannedMessage
from sessions import services
from sessions.models import Attendance, LearningSession
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() - dt.timedelta(days=45))


def count(client, url, django_assert_max_num_queries, most=12) -> int:
    client.get(url)
    with django_assert_max_num_queries(most) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def fill(cohort, teams):
    for number in range(teams):
        team = make.team(cohort=cohort, name=f"Team {number}")
        for person in range(2):
            make.member(team=team, name=f"Person {number}-{person}")
        make.conversation(team=team)
        make.tried_change(team=team)


@pytest.mark.parametrize("name", ["cohort", "planning_cohort"])
def test_the_pages_of_a_cohort_cost_the_same_for_one_and_for_thirty_teams(
    client, cohort, name, django_assert_max_num_queries
):
    fill(cohort, 1)
    client.force_login(make.planner(cohort=cohort))
    url = reverse(name, args=[cohort.pk])
    few = count(client, url, django_assert_max_num_queries)
    for number in range(1, 20):
        make.member(team=make.team(cohort=cohort, name=f"More {number}"), name=f"More {number}")
    assert count(client, url, django_assert_max_num_queries) == few


def test_the_team_page_costs_the_same_for_one_and_for_thirty(client, cohort, django_assert_max_num_queries):
    team = make.team(cohort=cohort)
    client.force_login(make.lead(team=team))
    url = reverse("team", args=[team.pk])
    make.conversation(team=team)
    make.tried_change(team=team)
    few = count(client, url, django_assert_max_num_queries)
    for number in range(29):
        make.member(team=team, name=f"Person {number}")
        make.conversation(team=team)
        make.tried_change(team=team, title=f"Try {number}")
    assert count(client, url, django_assert_max_num_queries) == few


def test_today_costs_the_same_for_one_and_for_thirty_sessions(client, cohort, django_assert_max_num_queries):
    team = make.team(cohort=cohort)
    nia = make.member(team=team)
    client.force_login(nia)
    few = count(client, reverse("today"), django_assert_max_num_queries)
    for number in range(10):
        make.learning_session(cohort=cohort, minutes_ahead=3000 + number)
    assert count(client, reverse("today"), django_assert_max_num_queries) == few


def test_today_greets_by_the_persons_own_clock_and_shows_the_next_session(client, cohort):
    team = make.team(cohort=cohort)
    nia = make.member(team=team, name="Nia Roy", city="st-johns")
    client.force_login(nia)
    text = client.get(reverse("today")).content.decode()
    assert "Nia" in text
    assert "Log a conversation" in text
    following = LearningSession.objects.not_over().filter(cohort=cohort).first()
    assert following.title in text
    assert "Toronto time" in text


def test_today_of_somebody_without_a_cohort_is_calm(client):
    client.force_login(make.person())
    page = client.get(reverse("today"))
    assert page.status_code == 200
    words = page.content.decode()
    assert "You are not in a series yet" in words
    assert reverse("cohort_home") not in words, "no place that would be empty"
    assert "<h3" not in words


def test_a_near_session_stands_first_and_joins_from_here(client, cohort):
    row = make.learning_session(cohort=cohort)
    LearningSession.objects.filter(pk=row.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=5))
    client.force_login(make.member(team=make.team(cohort=cohort)))
    text = client.get(reverse("today")).content.decode()
    assert text.index("Join the session") < text.index("Log a conversation")
    assert text.count("btn-primary") == 1


def test_the_first_page_is_public_and_touches_neither_session_nor_token(client, cohort):
    pages.write_defaults(programme=cohort.programme, publish=True)
    answer = client.get("/")
    assert answer.status_code == 200
    assert cohort.programme.name in answer.content.decode()
    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.content.decode().lower()
    assert reverse("account_login") in answer.content.decode()


def test_who_is_signed_in_goes_on_from_there_to_today(client, cohort):
    client.force_login(make.person())
    answer = client.get("/")
    assert "Go to Today" in answer.content.decode()
    assert reverse("account_login") not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_planning_room_shows_what_leaves_and_what_failed(client, cohort):
    paula = make.planner(cohort=cohort)
    make.learning_session(cohort=cohort, minutes_ahead=120)
    PlannedMessage.objects.filter(occurrence="T-1h").exclude(source_id="").update(
        state="dead", reason="refused", smtp_code=550, smtp_text="550 no such user"
    )
    client.force_login(paula)
    url = reverse("planning_cohort", args=[cohort.pk])
    text = client.get(url).content.decode()
    message = PlannedMessage.objects.filter(state="dead").first()
    assert "The mail server of that address refused it." in text
    assert f'href="{reverse("planning_message", args=[message.pk])}"' in text


def test_what_may_have_gone_is_in_the_list_without_a_button(client, cohort):
    row = make.learning_session(cohort=cohort, minutes_ahead=120)
    nia = make.member(team=make.team(cohort=cohort), name="Nia Roy")
    PlannedMessage.objects.about(row).filter(recipient=nia).update(state="uncertain", reason="no_reply_after_dot")
    client.force_login(make.planner(cohort=cohort))
    text = client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    assert "Session reminder for Nia Roy may have gone" in text
    message = PlannedMessage.objects.filter(state="uncertain").first()
    page = client.get(reverse("planning_message", args=[message.pk])).content.decode()
    assert 'name="verb"' not in page, "nobody knows yet whether it went"


def test_planners_are_told_what_readers_hid_wherever_it_stands(client, cohort, django_assert_max_num_queries):
    team = make.team(cohort=cohort, name="Harbour View, 2 West")
    tess = make.lead(team=team)
    client.force_login(make.planner(cohort=cohort))
    room, list_ = (reverse(name, args=[cohort.pk]) for name in ("planning_cohort", "planning_hidden"))
    assert "hidden by a reader" not in client.get(room).content.decode()
    assert "Nothing waits for your look" in client.get(list_).content.decode()
    tried = make.tried_change(team=team, title="Joan in room twelve")
    for row in (tried, make.conversation(team=team, sentence="Joan in room twelve")):
        hiding.hide(row=row, by=tess)
    told = client.get(room).content.decode()
    assert "2 texts hidden by readers wait for your look" in told
    assert f'href="{list_}"' in told
    count(client, room, django_assert_max_num_queries)
    count(client, list_, django_assert_max_num_queries)
    page = client.get(list_).content.decode()
    assert f'href="{reverse("try", args=[team.pk, tried.pk])}"' in page
    assert f'href="{reverse("team_conversations", args=[team.pk])}#waiting"' in page
    assert "Joan" not in page


# ---------------------------------------------------------------- the next session on Today


def _next_in(minutes, cohort, **fields):
    row = make.learning_session(cohort=cohort, **fields)
    LearningSession.objects.filter(pk=row.pk).update(
        starts_at=timezone.now() + dt.timedelta(minutes=minutes, seconds=30)
    )
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(20 * 60, "The room opens at"), (40, "Opens in 25"), (10, "The room is open"), (-5, "It has begun")],
)
def test_the_strip_says_how_far_the_session_is_and_only_join_is_filled(client, cohort, minutes, words):
    _next_in(minutes, cohort)
    client.force_login(make.member(team=make.team(cohort=cohort)))
    text = client.get(reverse("today")).content.decode()
    assert words in text
    is_open = minutes < 15
    assert ("Join the session" in text) == is_open
    assert "About this session" in text
    assert text.count("btn-primary") == 1
    assert ('btn-primary btn-lg btn-block" href' in text) != is_open  # the Log button


def test_who_has_joined_is_told_so(client, cohort):
    row, nia = _next_in(5, cohort), make.member(team=make.team(cohort=cohort))
    make.attendance(learning_session=row, person=nia)
    client.force_login(nia)
    text = client.get(reverse("today")).content.decode()
    assert "You have joined · lasts 60 minutes" in text
    assert "Join again" in text
    assert text.count("btn-primary") == 1
    assert 'btn-primary btn-lg btn-block" href' in text  # the Log button is the filled one again


def test_a_lead_sees_at_the_door_who_is_in_and_lets_a_colleague_in(client, cohort):
    row, team = _next_in(5, cohort), make.team(cohort=cohort)
    tess, nia = make.lead(team=team, name="Tess Holloway"), make.member(team=team, name="Nia Roy")
    make.member(team=team, name="Otto Reimer")
    make.member(team=make.team(cohort=cohort), name="Ann Vale")
    make.attendance(learning_session=row, person=nia, team=team)
    row.guests.create(team=team, name="Sam Lee", asks=True, secret_hash="x")
    client.force_login(tess)
    text = client.get(reverse("today")).content.decode()
    for words in ("In: Nia Roy.", "Not in yet: Otto Reimer.", "Sam Lee", "Let in"):
        assert words in text
    assert "Ann Vale" not in text
    assert reverse("session_guests", args=[cohort.pk, row.pk]) in text
    assert "Join the session" in text
    make.attendance(learning_session=row, person=tess, team=team, role="lead")
    text = client.get(reverse("today")).content.decode()
    assert "Join again" in text
    assert f"{reverse('session', args=[cohort.pk, row.pk])}#room" in text  # who sits beside her is not "not in yet"
    for other in (nia, make.planner(cohort=cohort)):
        client.force_login(other)
        assert "at the door" not in client.get(reverse("today")).content.decode()


def test_there_is_no_door_before_the_room_opens(client, cohort):
    _next_in(60, cohort)
    client.force_login(make.lead(team=make.team(cohort=cohort)))
    assert "at the door" not in client.get(reverse("today")).content.decode()


def test_a_sponsor_sees_when_and_which_teams_and_nothing_to_join(client, cohort):
    team, row = make.team(cohort=cohort, name="Harbour View, 2 West"), _next_in(5, cohort)
    make.team(cohort=cohort, name="Another place")
    client.force_login(make.sponsor(organisation=team.unit.organisation))
    today = client.get(reverse("today")).content.decode()
    assert "Harbour View, 2 West" in today
    assert "Another place" not in today
    assert "teams meet" in today
    assert "Join the session" not in today
    page = client.get(reverse("session", args=[cohort.pk, row.pk])).content.decode()
    assert "Join the session" not in page
    assert "You join here" not in page
    assert "The meeting itself is for the teams" in page
    room = client.get(reverse("cohort", args=[cohort.pk])).content.decode()
    assert room.count("you sponsor this team") == 1
    assert reverse("team", args=[team.pk]) not in room


def test_whom_to_write_to_stands_on_today_and_nobodys_own_address(client, cohort):
    team = make.team(cohort=cohort)
    lead = make.lead(team=team, name="Marie Power")
    client.force_login(make.member(team=team))
    text = client.get(reverse("today")).content.decode()
    assert "Marie Power, your team lead" in text
    assert lead.email not in text
    assert f"mailto:{cohort.contact}" in text


def test_a_paused_team_is_told_so_on_today(client, cohort):
    from collaborative import pausing
    from collaborative.line import today_in

    team = make.team(cohort=cohort)
    lead = make.lead(team=team)
    client.force_login(make.member(team=team))
    assert "aused until" not in client.get(reverse("today")).content.decode()
    pausing.pause(team=team, reason="outbreak", until=today_in(cohort) + dt.timedelta(days=9), by=lead)
    text = client.get(reverse("today")).content.decode()
    assert "Paused until" in text
    assert f'<a href="{reverse("team", args=[team.pk])}">Open the team</a>' in text
    client.force_login(make.planner(cohort=cohort))
    room = client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode().partition('id="grid"')[2]
    assert "Paused until" in room


def test_of_several_cohorts_the_one_under_way_comes_first(client, cohort):
    later = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=60), name_en="Wave 5")
    paula = make.planner(cohort=later, user=make.planner(cohort=cohort))
    client.force_login(paula)
    for name in ("cohort_home", "planning", "today", "forum_home"):
        text = client.get(reverse(name)).content.decode()
        text = text[text.index("<main") :]
        assert text.index(str(cohort.pk)) < text.index(str(later.pk)), name


def test_names_of_teams_lead_to_the_pages_that_one_may_open(client, cohort):
    mine, other = make.team(cohort=cohort, name="Mine"), make.team(cohort=cohort, name="Other")
    url = reverse("cohort", args=[cohort.pk])
    client.force_login(make.coach(team=mine))
    text = client.get(url).content.decode()
    assert reverse("team", args=[mine.pk]) in text
    assert reverse("team", args=[other.pk]) not in text
    client.force_login(make.planner(cohort=cohort))
    assert reverse("team", args=[other.pk]) in client.get(url).content.decode()


# ---------------------------------------------------------------- what needs a person


@pytest.fixture
def begun_long_ago(cohort):
    """A team that has been in the cohort from its first day, with a lead, a partner, and somebody at the last session."""
    team = make.team(cohort=cohort, name="Cedar Ridge")
    Team.objects.filter(pk=team.pk).update(created_at=timezone.now() - dt.timedelta(days=60))
    lead = make.lead(team=team)
    make.partner(team=team)
    make.conversation(team=team)
    held = cohort.learning_sessions.filter(starts_at__lt=timezone.now()).order_by("starts_at").last()
    make.attendance(learning_session=held, person=lead, team=team)
    return team


def _room(client, cohort) -> str:
    text = client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    return text[: text.index('aria-labelledby="leaving"')]


def _roles_end(team, role):
    team.memberships.filter(role=role).update(until=timezone.now())


def _nobody_came(team):
    Attendance.objects.filter(team=team).delete()


def _partner_is_late(team):
    _roles_end(team, "partner")
    PartnerWelcome.objects.create(team=team, looking_until=timezone.now().date() - dt.timedelta(days=2))


def _silence(team):
    at = timezone.now() - dt.timedelta(days=22)
    team.conversations.update(at=at, on=at.date())


@pytest.mark.parametrize(
    ("wrong", "words", "leads_to"),
    [
        (_silence, "no number and no conversation since", "numbers"),
        (lambda team: team.conversations.all().delete(), "no number and no conversation yet", "numbers"),
        (lambda team: _roles_end(team, "lead"), "no team lead", "team_people"),
        (lambda team: _roles_end(team, "partner"), "no patient partner", "team_people"),
        (_partner_is_late, "no patient partner, wanted by", "team_people"),
        (_nobody_came, "nobody came to", None),
    ],
)
def test_a_team_in_trouble_needs_a_person_and_all_is_well_only_where_it_is(
    client, cohort, begun_long_ago, wrong, words, leads_to
):
    client.force_login(make.planner(cohort=cohort))
    calm = _room(client, cohort)
    assert "All is well" in calm
    assert "Nothing needs a person today" in calm
    wrong(begun_long_ago)
    room = _room(client, cohort)
    assert "All is well" not in room
    assert "1 thing needs a person today" in room
    assert words in room
    assert reverse("team", args=[begun_long_ago.pk]) in room
    if leads_to:
        assert reverse(leads_to, args=[begun_long_ago.pk]) in room


def test_paused_sending_needs_a_person(client, cohort):
    make.team(cohort=cohort)
    client.force_login(make.planner(cohort=cohort))
    notifications.pause_sending(reason="moving house")
    room = _room(client, cohort)
    assert "No message leaves: sending is paused" in room
    assert "Moving house." in room
    notifications.resume_sending()
    assert "All is well" in _room(client, cohort)


def test_a_person_without_e_mail_reads_on_today_and_on_a_page_what_others_get_by_mail(client, cohort):
    team = make.team(cohort=cohort)
    judy, nia = make.member(team=team, email=None), make.member(team=team)
    row = make.learning_session(cohort=cohort, minutes_ahead=120, title_en="Walk-in hour")
    for person in (judy, nia):
        services.plan_reminders(row, people=[person])
    PlannedMessage.objects.filter(channel="inbox").update(state="sent", sent_at=timezone.now())
    client.force_login(judy)
    assert reverse("my_messages") in client.get(reverse("today")).content.decode()
    page = client.get(reverse("my_messages")).content.decode()
    assert "Walk-in hour" in page
    told = PlannedMessage.objects.to(judy).filter(channel="inbox", source_id=str(row.pk)).first()
    assert reverse("my_message", args=[told.pk]) in page
    page = client.get(reverse("my_message", args=[told.pk])).content.decode()
    assert reverse("session", args=[cohort.pk, row.pk]) in page
    assert '<div class="words">' in page
    judy.memberships.update(until=timezone.now())
    assert "Walk-in hour" not in client.get(reverse("my_messages")).content.decode(), "who has left is not told"
    client.force_login(nia)
    assert "What the series tells you" not in client.get(reverse("today")).content.decode()
    assert "What isn’t mailed to you is here in full" in client.get(reverse("my_messages")).content.decode()


def test_a_team_that_has_just_come_has_time(client, cohort):
    make.team(cohort=cohort)
    client.force_login(make.planner(cohort=cohort))
    assert "All is well" in _room(client, cohort)
    assert "was not here yet" in client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()


def test_the_room_says_what_left_today_and_names_the_session(client, cohort):
    team = make.team(cohort=cohort)
    people = [make.member(team=team, email=email) for email in ("", "a@example.org", "b@example.org", None)]
    row = make.learning_session(cohort=cohort, minutes_ahead=120, title_en="Walk-in hour")
    client.force_login(make.planner(cohort=cohort))
    url = reverse("planning_cohort", args=[cohort.pk])
    text = client.get(url).content.decode()
    assert "Session reminder: Walk-in hour" in text
    assert "1 on the site only" in text
    mine = PlannedMessage.objects.about(row)
    mine.filter(recipient__in=[people[0], people[3]]).update(state="sent", sent_at=timezone.now())
    mine.filter(recipient=people[1]).update(state="dead", reason="refused")
    text = client.get(url).content.decode()
    text = text[text.index('id="left"') :]
    assert "1 sent" in text
    assert "1 told on the site only" in text
    assert "1 not sent" in text


# ---------------------------------------------------------------- who one is, on Today


def _today(client, user) -> str:
    client.force_login(user)
    return client.get(reverse("today")).content.decode()


def test_today_says_who_one_is_where_no_other_card_does(client, cohort):
    team = make.team(cohort=cohort, name="2 West")
    make.member(team=team, role="lead", name="Marie Power")
    assert "You are not in a series yet" in _today(client, make.person())
    assert "You are a fellow" in _today(client, make.fellow(programme=cohort.programme))
    assert "You mentor 2 West" in _today(client, make.member(team=team, role="mentor"))
    sponsor = _today(client, make.member(team=team, role="sponsor"))
    assert "You sponsor a team" in sponsor
    assert "led by Marie Power" in sponsor
    assert "You are not in a series yet" not in sponsor


def test_a_lead_alone_is_asked_to_invite_the_team(client, cohort):
    team = make.team(cohort=cohort)
    marie = make.member(team=team, role="lead")
    assert reverse("team_people", args=[team.pk]) in _today(client, marie)
    nia = make.member(team=team)
    assert "Invite your team" not in _today(client, marie)
    assert "Invite your team" not in _today(client, nia)


def test_a_cohort_that_has_not_begun_is_not_called_well(client):
    later = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=45))
    client.force_login(make.planner(cohort=later))
    room = _room(client, later)
    assert "The series begins on" in room
    assert "All is well" not in room


def test_names_are_sorted_as_a_reader_expects(client, cohort):
    names = ["CLSC des Rapides", "Cedar Ridge", "École", "Zion"]
    for name in reversed(names):
        make.team(cohort=cohort, name=name)
    client.force_login(make.planner(cohort=cohort))
    for page in ("cohort", "planning_cohort"):
        text = client.get(reverse(page, args=[cohort.pk])).content.decode()
        text = text[text.index("</h1>") :]
        assert [text.rindex(f"{name}<") for name in ("Cedar Ridge", "CLSC des Rapides", "École", "Zion")] == sorted(
            text.rindex(f"{name}<") for name in names
        )


# ---------------------------------------------------------------- what leaves


def test_what_leaves_at_one_minute_is_one_line(client, cohort):
    """Thirty invitations are thirty rows of the diary, and one thing to know."""
    team, paula = make.team(cohort=cohort), make.planner(cohort=cohort)
    for nth in range(3):
        enrolment.invite(
            by=paula,
            team=team,
            name=f"Person {nth}",
            email=f"person{nth}@example.org",
            role="participant",
            language="en",
        )
    in_a_minute = timezone.now() + dt.timedelta(minutes=1)
    PlannedMessage.objects.update(next_attempt_at=in_a_minute)
    PlannedMessage.objects.filter(recipient__email="person2@example.org").update(
        next_attempt_at=in_a_minute + dt.timedelta(hours=2)
    )
    invitations = [one for one in lines.leaving(lines.leaving_soon(cohort), {}) if one.name == "Invitation"]
    assert [one.count for one in invitations] == [2, 1]


def test_the_room_of_a_new_cohort_leads_through_five_steps(client, django_assert_max_num_queries):
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(weeks=20), announced_at=None)
    client.force_login(make.planner(cohort=cohort))
    address = reverse("planning_cohort", args=[cohort.pk])
    count(client, address, django_assert_max_num_queries)
    page = client.get(address)
    assert [step.done for step in page.context["first_steps"]] == [True, False, False, False, False]
    assert "What is left to do before stands above." in page.content.decode()
    make.planner(cohort=cohort)
    pages.write_defaults(programme=cohort.programme, publish=True)
    Cohort.objects.update(announced_at=timezone.now())
    assert [step.done for step in client.get(address).context["first_steps"]] == [True] * 4 + [False]
    make.team(cohort=cohort)
    assert client.get(address).context["first_steps"] == []
