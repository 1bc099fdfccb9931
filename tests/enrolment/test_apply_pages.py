"""Applying for a place as an applicant meets it: no account, steps that can be left, a link that comes back."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from accounts.models import SubmittedOnce
from enrolment import application_links, applying
from enrolment.decision_day.funnel import funnel_of, with_funnel
from enrolment.models import Application
from notifications import wording
from notifications.models import PlannedMessage
from notifications.sealing import unseal
from tests import make

pytestmark = pytest.mark.django_db

ME = {"contact_name": "Ada Lind", "contact_email": "Ada.Lind@Example.org", "language": "en"}
PLACE = {
    "organisation": "Lakeshore Care", "sector": "long_term", "province": "ON", "city": "toronto", "remoteness": "urban",
    "unit": "2 East", "incident_route": "", "place_asked": "",
}  # fmt: skip
TEAM = {
    "team_name": "",
    "team_language": "en",
    "why": "Night and day hardly meet.",
    "hope": "We say it sooner.",
    "equity": "",
}
WELCOME = {
    "support_name": "Marie Roy", "support_phone": "555-0142", "support_when": "weekdays", "partner_hours": "3",
    "recognition": "25 $ an hour, paid by the home", "access_help": "Ask Marie", "partner_looking_until": "",
    "sponsor_name": "Iris Moor", "sponsor_email": "iris@example.org", "sponsor_title": "vice-president",
}  # fmt: skip


def person(number, name, position, **more):
    row = {"name": name, "email": f"{name.split()[0].lower()}@example.org", "position": position, "title": "",
           "circle": "core", "language": "", **more}  # fmt: skip
    return {f"p{number}-{key}": value for key, value in row.items()}


PEOPLE = {
    **person(0, "Ada Lind", "manager", leads="on"),
    **person(1, "Nia Roy", "provider"),
    **person(2, "Sam Oak", "provider", email=""),
    **person(3, "Lou Fay", "provider", circle="expanded"),
    **person(4, "Pierre Cyr", "partner"),
}


@pytest.fixture
def cohort():
    return open_cohort()


def open_cohort(**more):
    return make.open_cohort(contact_email="team@example.org", **more)


def close(cohort):
    """Let the last day of applying lie behind."""
    today = timezone.now().date()
    cohort.apply_until = today - dt.timedelta(days=2)
    cohort.save()


def begin(client, cohort, **more):
    answer = client.post(reverse("apply", args=[cohort.slug]), {**ME, "once": uuid.uuid4(), **more})
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def at(url, step):
    return re.sub(r"step/[a-z]+/.*$", f"step/{step}/", url)


def drawn(client, url):
    """Return the two hidden fields of a step's page."""
    page = client.get(url).content.decode()
    return {name: re.search(f'name="{name}"[^>]*value="([^"]*)"', page).group(1) for name in ("version", "page")}


def fill(client, url, step, words, do="on"):
    here = at(url, step)
    return client.post(here, {**words, **drawn(client, here), "do": do})


def fill_all(client, url, **more):
    for step, words in (("place", PLACE), ("team", TEAM), ("people", PEOPLE), ("welcome", WELCOME)):
        answer = fill(client, url, step, {**words, **more.get(step, {})})
        assert answer.status_code == 302, (step, answer.content.decode())


def send(client, url, **more):
    here = at(url, "send")
    page = client.get(here).content.decode()
    edited = re.search(r'name="edited"[^>]*value="(\d+)"', page).group(1)
    return client.post(here, {"edited": edited, "once": uuid.uuid4(), "consent": "on", **more})


def mails(kind):
    return PlannedMessage.objects.filter(kind=f"enrolment/{kind}").order_by("created_at")


def link_in(message):
    """Return the path in a mail, as it is rendered when it leaves."""
    return re.search(r"https?://[^/\s]+(/\S+)", wording.render(message).plain).group(1)


# ---------------------------------------------------------------- from the first page to the letter


def test_an_application_from_the_first_page_to_the_letter_that_it_arrived(client, cohort):
    url = begin(client, cohort)
    assert url.endswith("/step/place/")
    fill_all(client, url)
    page = client.get(at(url, "send")).content.decode()
    assert "Lakeshore Care" in page
    assert "Pierre Cyr" in page
    assert "I have read this and agree" in page
    answer = send(client, url)
    assert (answer.status_code, answer.url) == (302, at(url, "send").replace("step/send/", ""))

    row = Application.objects.get()
    assert (row.state, row.team_name, row.contact_email) == (
        "submitted",
        "Lakeshore Care, 2 East",
        "ada.lind@example.org",
    )
    assert (row.consent_version, row.consented_at is not None) == ("2022-11", True)
    assert list(row.members.values_list("name", "email", "position", "role", "circle")) == [
        ("Ada Lind", "ada@example.org", "manager", "lead", "core"),
        ("Nia Roy", "nia@example.org", "provider", "participant", "core"),
        ("Sam Oak", "", "provider", "participant", "core"),
        ("Lou Fay", "lou@example.org", "provider", "participant", "expanded"),
        ("Pierre Cyr", "pierre@example.org", "partner", "partner", "core"),
    ]
    assert applying.welcome_of(row) == {
        "support_name": "Marie Roy", "support_phone": "555-0142", "support_when": "weekdays", "hours": 3,
        "recognition": "25 $ an hour, paid by the home", "access_help": "Ask Marie", "looking_until": None,
    }  # fmt: skip
    letter = wording.render(mails("application-sent").get())
    assert "the application of Lakeshore Care, 2 East" in letter.plain
    assert "It is sent." in client.get(link_in(mails("application-sent").get())).content.decode()


def test_the_first_page_says_what_it_takes_and_by_when(client, cohort):
    page = client.get(reverse("apply", args=[cohort.slug])).content.decode()
    assert "a manager, somebody who gives care and a patient, resident or care partner" in page
    assert "The last day is" in page


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_first_page_leads_to_the_privacy_pack_and_to_a_mail_with_it(client, cohort, settings, lang):
    with override(lang):
        page = client.get(reverse("apply", args=[cohort.slug])).content.decode()
        pack = reverse("trust")
    assert f'href="{pack}"' in page
    mail = urlsplit(unescape(re.search(r'href="(mailto:[^"]+)"', page).group(1)))
    assert mail.path == "", "whose office it is, only the sender knows"
    words = parse_qs(mail.query)
    assert f"{settings.SITE_URL}{pack}" in words["body"][0].split("\n")
    assert words["subject"][0]
    assert client.get(pack).status_code == 200


def test_it_speaks_french_and_writes_in_french(client, cohort):
    with override("fr"):
        url = reverse("apply", args=[cohort.slug])
    assert url.startswith("/fr/")
    client.post(url, {**ME, "language": "fr", "once": uuid.uuid4()})
    assert mails("application-link").get().lang == "fr"
    assert "/fr/" in link_in(mails("application-link").get())


def test_no_secret_is_stored_and_a_double_press_makes_one_application(client, cohort):
    once = uuid.uuid4()
    first, second = begin(client, cohort, once=once), begin(client, cohort, once=once)
    rows = [application_links.find(url.split("/")[2]).application for url in (first, second)]
    assert rows[0] == rows[1]
    assert Application.objects.count() == mails("application-link").count() == 1
    token = first.split("/")[2]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) > 0', [token])
            assert cursor.fetchone()[0] == 0, table
    assert unseal(SubmittedOnce.objects.get().result_url) == f"/{Application.objects.get().pk}/1"


@pytest.mark.parametrize(
    "change", [{"apply_from": None, "apply_until": None, "answers_on": None}, {"closed_at": timezone.now()}]
)
def test_a_cohort_that_takes_nobody_says_so_and_makes_nothing(client, change):
    cohort = open_cohort(**change)
    url = reverse("apply", args=[cohort.slug])
    assert "Applications are not taken now" in client.get(url).content.decode()
    client.post(url, {**ME, "once": uuid.uuid4()})
    assert not Application.objects.exists()


# ---------------------------------------------------------------- the link


def test_the_mailed_link_opens_it_elsewhere_and_a_press_behind_it_confirms_the_mailbox(client, cohort):
    fill(client, begin(client, cohort), "place", PLACE, do="later")
    link, other = link_in(mails("application-link").get()), Client()
    for _ in range(5):
        page = other.get(link)
    assert page.status_code == 200
    assert "Lakeshore Care" in page.content.decode()
    assert Application.objects.get().confirmed_at is None, "a scanner reads, and changes nothing"
    fill(other, link + "step/team/", "team", TEAM, do="later")
    assert Application.objects.get().confirmed_at


def test_what_is_done_in_the_first_browser_confirms_no_mailbox(client, cohort):
    url = begin(client, cohort)
    fill_all(client, url)
    send(client, url)
    row = Application.objects.get()
    assert (row.state, row.confirmed_at) == ("submitted", None)
    assert "Open it once" in client.get(at(url, "send")).content.decode()


def test_a_lost_link_is_mailed_to_the_address_and_the_page_tells_nothing(client, cohort):
    begin(client, cohort)
    url = reverse("apply_link", args=[cohort.slug])
    known = client.post(url, {"email": "ada.lind@example.org"})
    unknown = client.post(url, {"email": "nobody@example.org"})
    assert re.sub(r"csrf\S+", "", known.content.decode()) == re.sub(r"csrf\S+", "", unknown.content.decode())
    assert mails("application-link").count() == 2
    for _ in range(9):
        client.post(url, {"email": "ADA.lind@example.org"})
    assert mails("application-link").count() == 5, "five an hour to one mailbox"


@pytest.mark.parametrize("token", ["cut", "a:b:c", "x" * 300])
def test_a_link_that_is_cut_says_so(client, token):
    page = client.get(reverse("application", args=[token]))
    assert page.status_code == 404
    assert "This link is not complete" in page.content.decode()


def test_another_address_makes_the_links_before_it_older_ones(client, cohort):
    url = begin(client, cohort)
    link = link_in(mails("application-link").get())
    answer = fill(client, url, "contact", {**ME, "contact_email": "ada@other.example.org"})
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200, "this browser goes on"
    for old in (at(url, "place"), link):
        gone = client.get(old)
        assert gone.status_code == 410
        assert "There is a newer link" in gone.content.decode()
    first, second = mails("application-link")
    assert (first.state, second.address) == ("void", "ada@other.example.org")
    assert client.get(link_in(second)).status_code == 200


def test_pages_behind_a_link_are_kept_by_nobody(client, cohort):
    page = client.get(begin(client, cohort))
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"


# ---------------------------------------------------------------- steps that can be left


def test_wrong_answers_are_kept_told_and_can_be_left(client, cohort):
    url = begin(client, cohort)
    wrong = {**PLACE, "province": "", "organisation": "www.lakeshore.ca"}
    answer = fill(client, url, "place", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose one, then try again." in page
    assert "www.lakeshore.ca" in page
    assert "Go on all the same" in page
    again = client.get(at(url, "place")).content.decode()
    assert "www.lakeshore.ca" in again
    assert "Choose one, then try again." not in again
    assert "Choose one, then try again." in client.get(at(url, "place") + "?check=1").content.decode()
    page = client.get(at(url, "send")).content.decode()
    assert "“Place”: something is missing or cannot be read" in page
    assert send(client, url).status_code == 422
    assert Application.objects.get().state == "draft"


def test_a_place_in_another_province_is_asked_about_once(client, cohort):
    url = begin(client, cohort)
    answer = fill(client, url, "place", {**PLACE, "city": "vancouver"})
    assert "is in another province" in answer.content.decode()
    assert fill(client, url, "place", {**PLACE, "city": "vancouver", "place_asked": "ON vancouver"}).status_code == 302
    fill_all(client, url, place={"city": "vancouver", "place_asked": "ON vancouver"})
    assert send(client, url).status_code == 302
    assert send(client, url).status_code == 302, "and it is not asked again of what was sent"


def test_typing_is_kept_by_itself_and_says_so(client, cohort):
    url = at(begin(client, cohort), "team")
    where = drawn(client, url)
    answer = client.post(url, {**TEAM, **where, "do": "keep"}, headers={"HX-Request": "true"})
    assert "Kept." in answer.content.decode()
    assert "Night and day hardly meet." in client.get(url).content.decode()
    # The same words once more change nothing; an answer that was lost does not stop the next one.
    assert client.post(url, {**TEAM, **where, "do": "keep"}).status_code == 200
    assert client.post(url, {**TEAM, **where, "why": "Said again.", "do": "on"}).status_code == 302
    late = client.post(url, {**TEAM, **where, "why": "Old.", "do": "keep"})
    assert "Somebody else changed this step" in late.content.decode()
    assert Application.objects.get().typed["steps"]["team"]["words"]["why"] == ["Said again."]


def test_two_who_type_in_one_step_lose_nothing(client, cohort):
    url = at(begin(client, cohort), "team")
    ada, bob = Client(), Client()
    mine, theirs = drawn(ada, url), drawn(bob, url)
    assert ada.post(url, {**TEAM, **mine, "why": "Ada's words"}).status_code == 302
    answer = bob.post(url, {**TEAM, **theirs, "why": "Bob's words"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ada" in page
    assert escape("Ada's words") in page
    assert escape("Bob's words") in page
    again = {name: re.search(f'name="{name}"[^>]*value="([^"]*)"', page).group(1) for name in ("version", "page")}
    assert bob.post(url, {**TEAM, **again, "why": "Both"}).status_code == 302
    assert Application.objects.get().typed["steps"]["team"]["words"]["why"] == ["Both"]


def test_two_who_type_in_different_steps_do_not_meet(client, cohort):
    url = begin(client, cohort)
    place, team = drawn(client, at(url, "place")), drawn(client, at(url, "team"))
    assert client.post(at(url, "place"), {**PLACE, **place}).status_code == 302
    assert client.post(at(url, "team"), {**TEAM, **team}).status_code == 302


# ---------------------------------------------------------------- people


def test_rows_come_and_go_without_script(client, cohort):
    url = begin(client, cohort)
    answer = fill(client, url, "people", PEOPLE, do="add")
    assert answer.url.endswith("#rows")
    page = client.get(at(url, "people")).content.decode()
    assert page.count("<fieldset") == 6
    fill(client, url, "people", PEOPLE, do="remove-2")
    page = client.get(at(url, "people")).content.decode()
    assert "Sam Oak" not in page
    assert "Pierre Cyr" in page
    assert page.count("<fieldset") == 4


def test_people_are_pasted_from_outlook_and_what_cannot_be_read_stays_in_the_box(client, cohort):
    url = begin(client, cohort)
    text = "Nia Roy <nia@x.ca>; Roy, Pierre <p@x.ca>; Léa <lea@>"
    answer = fill(client, url, "people", {**person(0, "Ada Lind", "manager"), "paste": text}, do="paste")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Number 3:" in page
    assert "Léa &lt;lea@&gt;</textarea>" in page
    assert [
        client.get(at(url, "people")).content.decode().count(f'value="{name}"') for name in ("Nia Roy", "Pierre Roy")
    ] == [1, 1]


def test_the_check_says_what_is_missing_while_one_types(client, cohort):
    url = at(begin(client, cohort), "people")
    page = client.get(url).content.decode()
    assert "A manager of the unit is missing." in page
    assert 'aria-live="polite"' in page
    where = drawn(client, url)
    answer = client.post(url, {**PEOPLE, **where, "do": "keep"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="findings"' in answer
    assert "A manager is in the team." in answer
    version = re.search(r'value="(\d+)"', answer).group(1)
    more = {**PEOPLE, "p1-title": "nurse", **where, "version": version, "do": "keep"}
    assert 'id="findings"' not in client.post(url, more).content.decode(), "nothing new is not said again"


def test_one_address_twice_is_asked_about(client, cohort):
    url = begin(client, cohort)
    twice = {**PEOPLE, "p1-email": "ADA@example.org"}
    answer = fill(client, url, "people", twice)
    assert answer.status_code == 422
    assert "This address stands above already." in answer.content.decode()


def test_a_team_that_is_not_complete_is_not_sent_and_each_line_leads_to_its_step(client, cohort):
    url = begin(client, cohort)
    fill_all(client, url, people=dict.fromkeys((key for key in PEOPLE if key.startswith("p4")), ""))
    page = client.get(at(url, "send")).content.decode()
    assert f'href="{at(url, "people")}">1 person more: a team has at least 5.' in page
    assert f'href="{at(url, "welcome")}">A patient, resident or care partner is missing.' in page
    assert send(client, url).status_code == 422
    later = (timezone.now().date() + dt.timedelta(days=20)).isoformat()
    fill(client, url, "welcome", {**WELCOME, "partner_looking_until": later})
    assert "A partner is still being looked for" in client.get(at(url, "send")).content.decode()
    assert send(client, url).status_code == 302
    assert Application.objects.get().members.count() == 4


def test_a_partner_needs_a_welcome(client, cohort):
    url = begin(client, cohort)
    fill_all(client, url, welcome={"support_phone": ""})
    assert "The welcome of your partner is not complete" in client.get(at(url, "send")).content.decode()
    assert send(client, url).status_code == 422


# ---------------------------------------------------------------- sent, changed, withdrawn, too late


def sent(client, cohort):
    url = begin(client, cohort)
    fill_all(client, url)
    assert send(client, url).status_code == 302
    return url


def test_it_is_changed_until_the_deadline_and_keeps_the_hour_of_the_first_time(client, cohort):
    url = sent(client, cohort)
    first = Application.objects.get().submitted_at
    fill(client, url, "team", {**TEAM, "why": "We know better now."})
    assert "not sent yet" in client.get(at(url, "x").replace("step/x/", "")).content.decode()
    assert Application.objects.get().why == "Night and day hardly meet.", "until it is sent, what was sent stands"
    send(client, url)
    row = Application.objects.get()
    assert (row.why, row.submitted_at) == ("We know better now.", first)


def test_consent_is_asked_and_a_double_press_sends_once(client, cohort):
    url = begin(client, cohort)
    fill_all(client, url)
    assert "Tick the box to go on." in send(client, url, consent="").content.decode()
    once, edited = uuid.uuid4(), Application.objects.get().edited
    for _ in range(2):
        answer = client.post(at(url, "send"), {"edited": edited, "once": once, "consent": "on"})
        assert answer.status_code == 302
    assert mails("application-sent").count() == 1


def test_who_reads_while_another_types_reads_again_before_it_is_sent(client, cohort):
    url = begin(client, cohort)
    fill_all(client, url)
    read = Application.objects.get().edited
    fill(client, url, "team", {**TEAM, "why": "Other words"})
    answer = client.post(at(url, "send"), {"edited": read, "once": uuid.uuid4(), "consent": "on"})
    assert answer.status_code == 422
    assert "Somebody changed this application a moment ago." in answer.content.decode()
    assert Application.objects.get().state == "draft"


def test_withdrawn_and_back_as_it_was(client, cohort):
    url = sent(client, cohort)
    home = at(url, "x").replace("step/x/", "")
    assert "You can bring it back until" in client.get(home + "withdraw/").content.decode()
    page = client.post(home + "withdraw/", follow=True).content.decode()
    assert reverse("application_return", args=[home.split("/")[2]]) in page
    assert Application.objects.get().state == "withdrawn"
    assert mails("application-withdrawn").count() == 1
    client.post(home + "back/")
    row = Application.objects.get()
    assert (row.state, row.withdrawn_at, row.submitted_at is not None) == ("submitted", None, True)


def test_the_deadline_passes_while_somebody_types(client, cohort):
    url = begin(client, cohort)
    where = drawn(client, at(url, "team"))
    close(cohort)
    answer = client.post(at(url, "team"), {**TEAM, **where}, follow=True)
    page = answer.content.decode()
    assert "The last day of applying has passed. What you wrote is kept here, and was not sent." in page
    assert "Night and day hardly meet." in page
    (row,) = with_funnel(type(cohort).objects.filter(pk=cohort.pk))
    assert ("clock", "1 applicant was still writing after the last day", "planning_applications") in funnel_of(
        row
    ).needs(row, teams=0)
    assert client.get(at(url, "team")).status_code == 302, "read-only from now on"
    where["version"] = applying.version_of(Application.objects.get(), "team")
    kept = client.post(at(url, "team"), {**TEAM, **where, "why": "More", "do": "keep"})
    assert "The last day of applying has passed, so this is not sent." in kept.content.decode()


def test_after_the_deadline_it_is_read_and_neither_sent_nor_changed(client, cohort):
    url = sent(client, cohort)
    edited = Application.objects.get().edited
    close(cohort)
    home = at(url, "x").replace("step/x/", "")
    page = client.get(home).content.decode()
    assert "It is sent." in page
    assert "Change something" not in page
    assert "mailto:team@example.org" in page
    client.post(at(url, "send"), {"edited": edited, "once": uuid.uuid4(), "consent": "on"})
    assert mails("application-sent").count() == 1
    client.post(home + "withdraw/")
    assert (
        "The last day of applying has passed: write to the planning team."
        in client.post(home + "back/", follow=True).content.decode()
    )


def test_it_may_be_kept_for_the_next_cohort(client, cohort):
    url = sent(client, cohort)
    home = at(url, "x").replace("step/x/", "")
    for wanted in ("yes", "no"):
        client.post(home + "keep/", {"wanted": wanted})
        assert Application.objects.get().keep_for_next is (wanted == "yes")


# ---------------------------------------------------------------- the sponsor


def test_the_sponsor_is_asked_reads_answers_once_and_the_contact_is_told(client, cohort):
    url = begin(client, cohort)
    fill_all(client, url)
    answer = fill(client, url, "welcome", WELCOME, do="ask")
    assert answer.status_code == 302
    question = link_in(mails("sponsor-asked").get())
    sol = Client()
    for _ in range(5):
        page = sol.get(question).content.decode()
    assert "You answer as Iris Moor." in page
    assert "Ada Lind applies with a team" in page
    assert "Night and day" not in page, "nothing else of the team"
    assert Application.objects.get().sponsor_said == ""
    page = sol.post(question, {"said": "yes"}, follow=True).content.decode()
    assert "You said yes." in page
    sol.post(question, {"said": "no"})
    assert Application.objects.get().sponsor_said == "yes"
    assert "Iris Moor said yes" in wording.render(mails("sponsor-answered").get()).plain
    assert "Iris Moor has confirmed." in client.get(at(url, "welcome")).content.decode()
    send(client, url)
    assert mails("sponsor-asked").count() == 1, "asked already"


def test_the_sponsor_is_asked_with_sending(client, cohort):
    sent(client, cohort)
    assert mails("sponsor-asked").get().address == "iris@example.org"


@pytest.mark.parametrize("why", ["withdrawn", "another", "again", "old"])
def test_a_question_that_does_not_stand_takes_no_answer(client, cohort, why):
    url = sent(client, cohort)
    question = link_in(mails("sponsor-asked").get())
    home = at(url, "x").replace("step/x/", "")
    if why == "withdrawn":
        client.post(home + "withdraw/")
    elif why == "another":
        fill(client, url, "welcome", {**WELCOME, "sponsor_email": "other@example.org"})
        send(client, url)
    elif why == "again":
        fill(client, url, "welcome", WELCOME, do="ask")
    else:
        Application.objects.update(sponsor_asked_at=timezone.now() - dt.timedelta(days=14, minutes=1))
    for answer in (client.get(question), client.post(question, {"said": "yes"})):
        assert answer.status_code == 410
        assert "This question does not stand any more" in answer.content.decode()
    assert Application.objects.get().sponsor_said == ""


# ---------------------------------------------------------------- people on their own


def test_people_on_their_own_say_less(client):
    cohort = open_cohort(takes="people")
    url = begin(client, cohort)
    assert client.get(at(url, "people")).status_code == 404
    fill(client, url, "place", PLACE)
    fill(
        client,
        url,
        "alone",
        {"position": "provider", "title": "care aide", "why": "To learn", "hope": "More", "equity": ""},
    )
    answer = send(client, url)
    assert answer.status_code == 302
    row = Application.objects.get()
    assert row.team_name == "Ada Lind"
    assert list(row.members.values_list("name", "email", "role", "title")) == [
        ("Ada Lind", "ada.lind@example.org", "lead", "care aide")
    ]
    send(client, url)
    assert Application.objects.get().members.get().position == "provider"


# ---------------------------------------------------------------- the partner's welcome of a team


def test_the_welcome_is_written_on_the_teams_page_and_stands_in_the_invitation(client):
    from enrolment import links, services

    team = make.team()
    tess = make.lead(team=team)
    browser = Client()
    browser.force_login(tess, backend="django.contrib.auth.backends.ModelBackend")
    people = reverse("team_people", args=[team.pk])
    assert "Fill in the welcome" in browser.get(people).content.decode()
    url = reverse("team_partner_welcome", args=[team.pk])
    said = {key: value for key, value in WELCOME.items() if not key.startswith(("sponsor", "partner_looking"))}
    answer = browser.post(url, {**said, "recognition": "", "version": 0})
    assert answer.status_code == 422
    assert browser.post(url, {**said, "support_phone": "709-555-0142", "version": 0}).status_code == 302
    assert "25 $ an hour" in browser.get(people).content.decode()
    stale = browser.post(url, {**said, "support_name": "Luc Bo", "version": 0})
    assert stale.status_code == 409
    assert "Marie Roy" in stale.content.decode()
    assert "Luc Bo" in stale.content.decode()

    today = timezone.now().date()
    for version, days, words in ((1, 9, "looking for its patient partner until"), (2, -2, "Nobody has come yet.")):
        said |= {"support_phone": "709-555-0142", "looking_until": today + dt.timedelta(days=days), "version": version}
        assert browser.post(url, said).status_code == 302
        assert words in browser.get(people).content.decode()
    partner = make.member(team=team, role="partner")
    assert "patient partner until" not in browser.get(people).content.decode()
    assert "Nobody has come yet." not in browser.get(people).content.decode()
    partner.memberships.all().delete()

    for role, shown in (("partner", True), ("participant", False)):
        row = services.invite(team=team, by=tess, role=role, name="Pia Mo", email=f"{role}@example.org")
        token = links.token_for(row.pk, row.version, mailed_to=row.person.email)
        page = client.get(reverse("invitation", args=[token])).content.decode()
        assert ("Talk to Marie Roy first" in page) is shown
        assert ('href="tel:7095550142"' in page) is shown


def test_the_first_form_sent_again_opens_nothing_once_the_mailbox_is_anothers(client, cohort):
    key = uuid.uuid4()
    url = begin(client, cohort, once=key)
    again = begin(client, cohort, once=key)
    assert client.get(again).status_code == 200
    fill(Client(), url, "contact", {"contact_name": "Rae", "contact_email": "rae@example.org", "language": "en"})
    again = Client().post(reverse("apply", args=[cohort.slug]), {**ME, "once": key})
    assert again.url == reverse("apply_link", args=[cohort.slug])


def test_one_application_writes_to_few_whom_we_do_not_know(client, cohort):
    url = begin(client, cohort)
    for nth in range(7):
        fill(client, url, "welcome", {**WELCOME, "sponsor_email": f"stranger{nth}@example.org"}, do="ask")
    assert mails("sponsor-asked").values("address").distinct().count() == 5
    for nth in range(7):
        answer = fill(client, url, "contact", {**ME, "contact_email": f"other{nth}@example.org"})
        url = answer.url if answer.status_code == 302 else url
    assert mails("application-link").values("address").distinct().count() == 6
    assert answer.status_code == 422


def test_a_cohort_without_a_public_page_has_no_form(client):
    hidden = make.cohort(programme=make.programme(slug_en="hidden", slug_fr="cachee"))
    for name in ("apply", "apply_link"):
        assert client.get(reverse(name, args=[hidden.slug])).status_code == 404


def test_whoever_is_named_counts_before_their_position_is_chosen(client, cohort):
    """Pasted people have no position yet; the page must not say that they are missing."""
    url = at(begin(client, cohort), "people")
    first = client.get(url).content.decode()
    assert "4 people more" in first
    names = "; ".join(f"Person {nth} <p{nth}@example.org>" for nth in range(2, 6))
    page = client.post(
        url, {**drawn(client, url), "p0-name": "Ada", "p0-leads": "on", "paste": names, "do": "paste"}, follow=True
    )
    text = page.content.decode()
    assert "4 people were added. Choose a position for each of them." in text
    assert "more: a team has" not in text
    assert "error-summary" not in text


def test_what_is_missing_beside_somebody_is_said_once_with_their_name(client, cohort):
    url = at(begin(client, cohort), "people")
    sent = {
        **drawn(client, url),
        "p0-name": "Ada",
        "p0-position": "manager",
        "p1-name": "Bo Lind",
        "p2-email": "x@",
        "do": "on",
    }
    text = client.post(url, sent).content.decode()
    assert text.count('class="error-summary"') == 1
    assert "2 people need a look" in text
    assert "Bo Lind, Position" in text
    assert "Person 3, E-mail" in text


def test_a_step_that_nobody_opened_is_not_complete(client, cohort):
    """Nothing has to be said about the partner and the sponsor; that is no reason to tick them off."""
    text = client.get(begin(client, cohort)).content.decode()
    stations = re.search(r'<ol class="tabs">.*?</ol>', text, re.DOTALL)[0]
    assert stations.count("complete") == 1
