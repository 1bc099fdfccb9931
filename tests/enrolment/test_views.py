"""Taking teams in, and the first visit."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from collaborative.models import Cohort, Membership, Team
from core.time import clock
from enrolment import links, services
from enrolment.models import Invitation
from notifications import delivery
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Planner")


@pytest.fixture
def team(cohort):
    return make.team(cohort=cohort, name="Harbour View, 2 West")


@pytest.fixture
def invitation(team, paula):
    return services.invite(team=team, by=paula, role="participant", name="Nia Roy", email="nia@example.org")


def address(invitation, version=None):
    return reverse("invitation", args=[token_of(invitation, version)])


def token_of(invitation, version=None) -> str:
    return links.token_for(invitation.pk, version or invitation.version, mailed_to=invitation.person.email)


def hash_of_the_database() -> dict[str, str]:
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names() if not t.startswith("django_session")]
        out = {}
        for table in tables:
            cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{table}\" t")
            out[table] = cursor.fetchone()[0]
    return out


START = {"name": "Nia Roy", "language": "fr", "city": "st-johns"}


def test_reading_the_page_five_times_changes_nothing_then_start_works(client, invitation):
    before = hash_of_the_database()
    for _ in range(5):
        page = client.get(address(invitation))
    assert hash_of_the_database() == before
    assert page.status_code == 200
    assert (
        "Paula Planner invites you to join the team Harbour View, 2 West in the Safety Conversations Action Series, as "
        "team member. It takes about 20 minutes a week."
    ) in page.content.decode()
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"

    answer = client.post(address(invitation), START)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/aujourdhui/")
    nia = Membership.objects.get(team=invitation.team, role="participant").user
    assert (nia.language, nia.city, nia.time_zone) == ("fr", "st-johns", "America/St_Johns")
    assert client.get("/fr/aujourdhui/").status_code == 200


def _used(invitation, paula, client):
    services.accept(found=services.find(token_of(invitation)), **START)


def _sender_left(invitation, paula, client):
    paula.memberships.update(until=timezone.now())


def _cohort_over(invitation, paula, client):
    Cohort.objects.update(closed_at=timezone.now())


def _used_by_who_is_signed_in(invitation, paula, client):
    assert client.post(address(invitation), START).status_code == 302


def _taken_back(invitation, paula, client):
    services.revoke(invitation=invitation, by=paula)


def _run_out(invitation, paula, client):
    Invitation.objects.update(expires_at=invitation.created_at)


def _renewed(invitation, paula, client):
    services.ask_anew(invitation=invitation)


def _of_another_mailbox(invitation, paula, client):
    User.objects.filter(pk=invitation.person_id).update(email="nia.roy@example.org")


def _of_another_mailbox_and_run_out(invitation, paula, client):
    _of_another_mailbox(invitation, paula, client)
    _run_out(invitation, paula, client)


def _somebody_else_signed_in(invitation, paula, client):
    client.force_login(make.person("Olga Other"))


@pytest.mark.parametrize(
    ("change", "sentence", "status", "renew"),
    [
        (_used, "This invitation has been used", 410, False),
        (_taken_back, "This invitation was taken back", 410, False),
        (_run_out, "This invitation has run out", 410, True),
        (_renewed, "There is a newer invitation", 410, True),
        (_of_another_mailbox, "This link went to an earlier address", 410, False),
        (_of_another_mailbox_and_run_out, "This link went to an earlier address", 410, False),
        (_sender_left, "This invitation does not hold any more", 410, False),
        (_cohort_over, "This invitation does not hold any more", 410, False),
        (_somebody_else_signed_in, "This invitation is for somebody else", 409, False),
    ],
)
def test_every_other_state_says_which_and_what_to_do(client, invitation, paula, change, sentence, status, renew):
    url = address(invitation)
    change(invitation, paula, client)
    before = hash_of_the_database()
    for page in (client.get(url), client.post(url, START)):
        assert page.status_code == status
        text = page.content.decode()
        assert sentence in text
        assert ("Send me a new one" in text or "Send the newest once more" in text) is renew
        assert not re.search(r"nia roy|nia@", text, re.IGNORECASE), (
            "whoever holds a dead link learns no name and no address"
        )
    assert hash_of_the_database() == before


def test_ones_own_used_link_leads_on(client, invitation, paula):
    _used_by_who_is_signed_in(invitation, paula, client)
    before = hash_of_the_database()
    for page in (client.get(address(invitation)), client.post(address(invitation), START)):
        assert page.status_code == 200
        text = page.content.decode()
        assert "You are in already" in text
        assert reverse("today") in text
    assert hash_of_the_database() == before
    client.force_login(make.person("Olga Other"))
    assert client.get(address(invitation)).status_code == 410


def test_the_page_says_who_is_signed_in(client, invitation):
    client.force_login(make.person("Olga Other"))
    assert (
        "You are signed in here as Olga, and the link is not for Olga."
        in client.get(address(invitation)).content.decode()
    )


def test_only_meetings_ahead_stand_on_the_page_on_the_clock_of_the_unit(client, cohort, team, invitation):
    unit = team.unit
    unit.city = "st-johns"
    unit.save()
    invitation.person.city, invitation.person.time_zone = "st-johns", "America/St_Johns"
    invitation.person.save()
    make.learning_session(cohort=cohort, minutes_ahead=-20 * 1440, title_en="Long past")
    ahead = make.learning_session(cohort=cohort, minutes_ahead=20 * 1440, title_en="Still to come")
    page = client.get(address(invitation)).content.decode()
    assert "Long past" not in page
    assert "Still to come" in page
    hour = clock(ahead.starts_at, "America/St_Johns", "en")
    assert f"{hour} in St. John" in page
    assert cohort.contact in page


def test_the_first_landing_says_welcome(client, invitation):
    answer = client.post(address(invitation), {**START, "language": "en"}, follow=True)
    assert "Welcome, Nia. You are in." in answer.content.decode()


@pytest.mark.parametrize("token", ["cut-off", "a:b:c", "🙂", "x" * 3000])
def test_a_malformed_link_says_so_and_changes_nothing(client, invitation, token):
    before = hash_of_the_database()
    url = reverse("invitation", args=[token])
    for page in (client.get(url), client.post(url, START), client.get(address(invitation)[:-12] + "/")):
        assert page.status_code == 404
        assert "This link is not complete" in page.content.decode()
    assert client.post(reverse("invitation_again", args=[token])).status_code == 200
    assert hash_of_the_database() == before


def test_who_is_somebody_else_signs_out_and_goes_on(client, invitation):
    client.force_login(make.person("Olga Other"))
    assert "Sign out and go on" in client.get(address(invitation)).content.decode()
    answer = client.post(reverse("invitation_not_me", args=[token_of(invitation)]))
    assert answer.headers["Location"] == address(invitation)
    assert "Welcome, Nia" in client.get(address(invitation)).content.decode()


def test_starting_confirms_the_address_that_the_mail_went_to(client, invitation):
    client.post(address(invitation), START)
    row = EmailAddress.objects.get(user=invitation.person)
    assert (row.email, row.verified, row.primary) == ("nia@example.org", True, True)


@pytest.mark.parametrize("claimed", range(4))
def test_a_claim_that_nobody_confirmed_takes_nothing_from_who_is_invited(client, invitation, claimed):
    EmailAddress.objects.create(user=make.person(f"Claimant {claimed}"), email="nia@example.org", verified=False)
    assert client.post(address(invitation), START).status_code == 302
    assert int(client.session["_auth_user_id"].replace("-", ""), 16) == invitation.person_id.int
    assert EmailAddress.objects.get(email="nia@example.org").user == invitation.person


def test_an_address_that_became_somebody_elses_is_told_and_the_invitation_stays(client, invitation):
    EmailAddress.objects.create(user=make.person("Ravi"), email="nia@example.org", verified=True)
    before = hash_of_the_database()
    page = client.post(address(invitation), START)
    assert page.status_code == 200
    assert "Somebody else signs in with this address." in page.content.decode()
    assert 'value="Nia Roy"' in page.content.decode()
    assert hash_of_the_database() == before
    assert "_auth_user_id" not in client.session
    EmailAddress.objects.all().delete()
    assert client.post(address(invitation), START).status_code == 302


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("lead", "as team lead. It takes about 20 minutes a week."),
        ("sponsor", "as executive sponsor. It takes about five minutes a month"),
        ("coach", "as coach. It takes about two hours a week"),
    ],
)
def test_page_and_mail_say_as_what_and_what_it_asks(client, team, paula, role, says):
    row = services.invite(team=team, by=paula, role=role, name="Colin", email="colin@example.org", language="en")
    assert says in client.get(address(row)).content.decode()
    letter = delivery.render(PlannedMessage.objects.get(kind="enrolment/invitation"))
    for sentence in says.split(". "):
        assert sentence in letter.plain
        assert sentence in letter.html


def test_an_empty_name_is_asked_for_as_such(client, invitation):
    page = client.post(address(invitation), {**START, "name": " "}).content.decode()
    assert "Write your name." in page
    assert "save again" not in page


def test_the_former_address_is_never_offered_a_new_link(client, invitation):
    former = token_of(invitation)
    _of_another_mailbox_and_run_out(invitation, None, client)
    before = hash_of_the_database()
    assert client.post(reverse("invitation_again", args=[former])).status_code == 200
    assert hash_of_the_database() == before


def test_an_invitation_into_a_cohort_is_taken_back_too(client, cohort, paula):
    row = services.invite(cohort=cohort, by=paula, role="faculty", name="Farah", email="farah@example.org")
    client.force_login(paula)
    answer = client.post(reverse("invitation_revoke", args=[row.pk]))
    assert answer.headers["Location"] == reverse("planning_team", args=[cohort.pk])
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_a_new_link_goes_to_the_invited_address_and_nowhere_else_three_times_an_hour(client, invitation):
    Invitation.objects.update(expires_at=invitation.created_at)
    for _ in range(5):
        page = client.post(reverse("invitation_again", args=[token_of(invitation, 1)]), {"email": "x@evil.example"})
        assert page.status_code == 200
        Invitation.objects.update(expires_at=invitation.created_at)
    invitation.refresh_from_db()
    assert invitation.version == 1 + 2, "three mails an hour, with the one that invited"


def test_an_older_link_has_the_newest_sent_once_more_and_does_not_end_it(client, invitation, paula):
    old = token_of(invitation)
    services.send_again(invitation=invitation, version=invitation.version, by=paula)
    invitation.refresh_from_db()
    newest = token_of(invitation)
    before = PlannedMessage.objects.filter(source_id=str(invitation.pk), state="planned").count()
    assert "Send the newest once more" in client.get(reverse("invitation", args=[old])).content.decode()
    client.post(reverse("invitation_again", args=[old]))
    assert services.find(newest).state == "waiting"
    assert services.find(old).state == "newer"
    mails = PlannedMessage.objects.filter(source_id=str(invitation.pk), state="planned")
    assert mails.count() == before + 1
    assert token_of(invitation) in delivery.render(mails.latest("created_at")).plain


@pytest.mark.parametrize("shared", [True, False])
def test_a_first_visit_at_a_shared_computer_leaves_nobody_signed_in(client, invitation, shared):
    assert 'name="shared"' in client.get(address(invitation)).content.decode()
    client.post(address(invitation), {**START, **({"shared": "on"} if shared else {})})
    assert client.get("/fr/aujourdhui/").status_code == 200
    assert bool(client.cookies["sessionid"]["max-age"]) is not shared


def test_bad_answers_lose_nothing_and_are_told_beside_the_field(client, invitation):
    page = client.post(address(invitation), {"name": "Nia\x00", "language": "xx", "city": "atlantis"})
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="Nia"' in text
    assert text.count("invalid-feedback") >= 3
    assert not Membership.objects.filter(team=invitation.team).exists()


def test_a_person_with_a_password_signs_in_first(client, invitation):
    invitation.person.set_password("a long pass phrase")
    invitation.person.save()
    answer = client.get(address(invitation))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/invitation/")


ENROL = {"organisation": "Maple Grove", "province": "ON", "sector": "long_term", "unit": "Second floor", "city": "kenora",
         "language": "en", "team": "", "incident_route": "call 4321"}  # fmt: skip


def test_a_planner_takes_in_an_organisation_with_its_team_once(client, cohort, paula):
    client.force_login(paula)
    url = reverse("enrol", args=[cohort.pk])
    form = {**ENROL, "once": "6f1c1c7e-0000-4000-8000-000000000001"}
    first, second = client.post(url, form), client.post(url, form)
    team = Team.objects.get(name="Maple Grove, Second floor")
    assert first.headers["Location"] == second.headers["Location"] == reverse("team_people", args=[team.pk])
    assert team.unit.incident_route == "call 4321"


def test_a_place_in_another_province_is_asked_about_once(client, cohort, paula):
    client.force_login(paula)
    url = reverse("enrol", args=[cohort.pk])
    page = client.post(url, {**ENROL, "city": "calgary"})
    text = page.content.decode()
    assert "Calgary is in another province (Alberta)" in text
    assert 'value="Maple Grove"' in text
    assert not Team.objects.filter(cohort=cohort).exists()
    asked = page.context["form"]["place_asked"].value()
    assert f'value="{asked}"' in text
    # Another place is another question; the same one again is the answer.
    page = client.post(url, {**ENROL, "city": "regina", "place_asked": asked})
    assert "Regina is in another province" in page.content.decode()
    assert client.post(url, {**ENROL, "city": "calgary", "place_asked": asked}).status_code == 302
    assert Team.objects.get(cohort=cohort).unit.city == "calgary"


BAIT = ["Nia http://evil.example/login", "www.evil.example", "nia@evil.example", "Nia \u202eyoR"]


@pytest.mark.parametrize("bait", BAIT)
def test_no_name_is_a_link_into_our_mails(client, cohort, team, paula, bait):
    client.force_login(paula)
    person = {"name": "Nia", "title": "", "email": "nia@example.org", "language": "en", "role": "participant"}
    for field in ("name", "title"):
        page = client.post(reverse("team_people", args=[team.pk]), {**person, field: bait})
        assert list(page.context["form"].errors) == [field]
    for field in ("organisation", "unit", "team"):
        page = client.post(reverse("enrol", args=[cohort.pk]), {**ENROL, field: bait})
        assert list(page.context["form"].errors) == [field]
    assert not Invitation.objects.exists()
    row = services.invite(team=team, by=paula, **person)
    client.logout()
    assert list(client.post(address(row), {**START, "name": bait}).context["form"].errors) == ["name"]


def test_a_wrong_address_says_what_one_looks_like(client, team, paula):
    client.force_login(paula)
    person = {"name": "Nia", "email": "nia at work", "language": "en", "role": "participant"}
    page = client.post(reverse("team_people", args=[team.pk]), person).content.decode()
    assert "This is no e-mail address yet." in page
    assert 'value="nia at work"' in page


def test_a_province_is_chosen_and_never_guessed(client, cohort, paula):
    client.force_login(paula)
    url = reverse("enrol", args=[cohort.pk])
    assert "Choose the province or territory" in client.get(url).content.decode()
    page = client.post(url, {**ENROL, "province": ""}).content.decode()
    assert "Choose one, then try again." in page
    assert 'value="Maple Grove"' in page
    assert not Team.objects.filter(name__startswith="Maple").exists()


def _role_offered(client, team) -> str:
    return client.get(reverse("team_people", args=[team.pk])).context["form"]["role"].value()


def test_the_lead_is_asked_first(client, team, paula):
    client.force_login(paula)
    assert _role_offered(client, team) == "lead"
    services.invite(team=team, by=paula, role="lead", name="Tess", email="tess@example.org")
    assert _role_offered(client, team) == "participant"


def test_who_waits_in_one_role_is_not_asked_in_another(client, team, paula):
    client.force_login(paula)
    url = reverse("team_people", args=[team.pk])
    person = {"name": "Camille", "email": "camille@example.org", "language": "en"}
    client.post(url, {**person, "role": "lead"})
    page = client.post(url, {**person, "role": "participant"}).content.decode()
    assert "Camille has an invitation waiting already, as team lead." in page
    assert 'value="camille@example.org"' in page
    assert Invitation.objects.count() == 1
    client.post(reverse("invitation_revoke", args=[Invitation.objects.get().pk]))
    assert client.post(url, {**person, "role": "participant"}).status_code == 302


def test_the_sponsor_and_who_has_no_mailbox_are_marked_for_who_asks_people_in(client, team, paula):
    make.sponsor(organisation=team.unit.organisation, name="Sol Sponsor")
    make.member(team=team, name="Judy Mensah", email=None)
    client.force_login(paula)
    page = client.get(reverse("team_people", args=[team.pk])).content.decode()
    assert "Sol Sponsor" in page
    assert "Without a mailbox" in page


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(client, cohort, paula, team):
    client.force_login(paula)
    page = client.post(reverse("enrol", args=[cohort.pk]), {**ENROL, "team": "harbour view, 2 WEST"})
    assert "already" in page.content.decode()
    assert 'value="Maple Grove"' in page.content.decode()


def test_three_people_in_their_languages_one_without_e_mail(client, team, paula):
    client.force_login(paula)
    url = reverse("team_people", args=[team.pk])
    for name, email, language in (
        ("Nia Roy", "nia@example.org", "en"),
        ("Luc Côté", "luc@example.org", "fr"),
        ("Ana", "", "en"),
    ):
        answer = client.post(url, {"name": name, "email": email, "language": language, "role": "participant"})
        assert answer.status_code == 302
    rows = Invitation.objects.filter(team=team).order_by("created_at")
    assert [(row.person.name, row.person.email, row.person.language) for row in rows] == [
        ("Nia Roy", "nia@example.org", "en"), ("Luc Côté", "luc@example.org", "fr"), ("Ana", None, "en"),
    ]  # fmt: skip
    page = client.get(url).content.decode()
    assert "no mailbox: nothing was sent" in page


def test_who_was_asked_stands_with_the_address_and_is_sent_the_link_again(client, team, paula):
    client.force_login(paula)
    url = reverse("team_people", args=[team.pk])
    person = {"name": "Nia", "email": "Nia@Exampel.org", "language": "en", "role": "lead"}
    client.post(url, person)
    page = client.get(url).content.decode()
    assert "nia@exampel.org" in page
    assert "Who is asked stands below" in page
    row = Invitation.objects.get()
    again = reverse("invitation_send_again", args=[row.pk])
    answer = client.post(again, {"version": row.version}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "Nia will get a mail in a moment." in answer.content.decode()
    assert "on its way already" in client.post(again, {"version": row.version}, follow=True).content.decode()
    row.refresh_from_db()
    assert row.version == 2


def test_the_address_shown_is_the_one_that_was_typed(client, team, paula):
    ravi = make.person("Ravi", email="ravi@example.org")
    EmailAddress.objects.create(user=ravi, email="ravi.home@example.org", verified=True)
    services.invite(team=team, by=paula, role="participant", name="R", email="ravi.home@example.org")
    client.force_login(paula)
    page = client.get(reverse("team_people", args=[team.pk])).content.decode()
    assert "ravi.home@example.org" in page
    assert "ravi@example.org" not in page


def test_a_lead_sees_who_was_asked_and_no_button_for_what_planners_ask(client, team, paula):
    row = services.invite(team=team, by=paula, role="coach", name="Colin", email="colin@example.org")
    client.force_login(make.lead(team=team))
    again = reverse("invitation_send_again", args=[row.pk])
    assert again not in client.get(reverse("team_people", args=[team.pk])).content.decode()
    answer = client.post(again, {"version": 1}, follow=True)
    assert "Only the planning team" in answer.content.decode()


def test_a_member_sees_the_people_but_asks_nobody_in(client, team):
    client.force_login(make.member(team=team))
    url = reverse("team_people", args=[team.pk])
    page = client.get(url)
    assert page.status_code == 200
    assert "Invite somebody" not in page.content.decode()
    assert client.post(url, {"name": "X", "role": "planner", "language": "en"}).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["planner", "superuser", "fellow", ""])
def test_no_role_is_given_that_the_form_does_not_offer(client, team, paula, role):
    client.force_login(paula)
    client.post(reverse("team_people", args=[team.pk]), {"name": "X", "email": "", "language": "en", "role": role})
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("people", [1, 30])
def test_the_people_page_costs_the_same_for_one_and_for_thirty(
    client, team, paula, people, django_assert_max_num_queries
):
    for number in range(people):
        make.member(team=team, name=f"Person {number}")
        services.invite(team=team, by=paula, role="participant", name=f"Asked {number}")
    client.force_login(paula)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("team_people", args=[team.pk])).status_code == 200


def test_what_became_of_the_mail_stands_beside_each_invitation(client, team, paula, django_assert_max_num_queries):
    client.force_login(paula)
    url = reverse("team_people", args=[team.pk])
    for number in range(5):
        answer = {"name": f"N {number}", "email": f"n{number}@example.org", "language": "en", "role": "participant"}
        client.post(url, answer)
    assert client.get(url).content.decode().count("mail waiting") == 5
    rows = PlannedMessage.objects.filter(kind="enrolment/invitation").order_by("recipient__email")
    for row, values in zip(rows, [{"state": "sent"}, {"state": "dead", "reason": "refused"}], strict=False):
        PlannedMessage.objects.filter(pk=row.pk).update(sent_at=timezone.now(), **values)
    with django_assert_max_num_queries(12):
        page = client.get(url).content.decode()
    assert page.count("mail sent today, ") == 1
    assert page.count("address refused today, ") == 1
    assert page.count("mail waiting") == 3
