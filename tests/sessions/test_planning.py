"""What a session is planned with: made, cancelled and taken back, its agenda, its people, the run of show, and copies."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.models import Entry
from collaborative.dates import Shift
from collaborative.making import from_cohort, make_cohort
from collaborative.reschedule import reschedule, undo
from core.refusals import Overtaken, Refused
from core.time import wall_in
from notifications.models import PlannedMessage
from notifications.wording import render
from sessions import adding, agenda, cancelling, run_of_show, services
from sessions.models import AgendaItem, Appearance, LearningSession, SessionKind, Speaker
from sessions.shown import shown
from sessions.signals import session_settled
from sessions.speaking import own_page, speakers
from tests import make
from tests.files import nasty

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(cohort):
    return cohort.learning_sessions.order_by("starts_at")[1]


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford", language="en")


def waiting(row, kind):
    return PlannedMessage.objects.about(row).waiting().filter(kind=kind)


def add(row, minutes, title, by=None):
    return agenda.add_item(learning_session=row, by=by, minutes=minutes, title_en=title, title_fr=f"{title} (fr)")


def titles(row):
    return [item.title_en for item in row.agenda.all()]


# ---------------------------------------------------------------- made


def test_a_planner_adds_a_webinar_from_the_page_of_dates(client, cohort, paula):
    client.force_login(paula)
    assert "Add a session" in client.get(reverse("planning_dates", args=[cohort.pk])).content.decode()
    day = timezone.now().date() + dt.timedelta(days=40)
    typed = {
        "kind": "webinar",
        "title_en": "Listening",
        "title_fr": "Écouter",
        "day": day,
        "clock": "12:00",
        "minutes": 45,
    }
    answer = client.post(reverse("planning_session_new", args=[cohort.pk]), typed)
    made = cohort.learning_sessions.get(kind=SessionKind.WEBINAR)
    assert answer.url == reverse("session_details", args=[made.pk])
    assert (made.wall, made.minutes, made.phase) == (dt.datetime.combine(day, dt.time(12)), 45, None)
    assert waiting(made, "sessions/reminder").filter(recipient=paula).exists()
    details = client.get(answer.url).content.decode()
    assert "Nobody can join yet: the session has no meeting address." in details
    assert "It begins in" not in details


def test_a_session_added_minutes_before_says_that_many_will_not_read_of_it(client, cohort, paula):
    client.force_login(paula)
    soon = wall_in(timezone.now() + dt.timedelta(minutes=5), cohort.time_zone)
    typed = {
        "kind": "webinar",
        "title_en": "Now",
        "title_fr": "Ici",
        "minutes": 45,
        "day": soon.date(),
        "clock": f"{soon:%H:%M}",
    }
    answer = client.post(reverse("planning_session_new", args=[cohort.pk]), typed, follow=True)
    assert "Tell them another way as well." in answer.content.decode()


def test_of_the_hour_that_comes_twice_the_first_is_meant_and_one_that_is_missing_is_refused(cohort):
    year = timezone.now().year + 1
    spring = next(dt.date(year, 3, day) for day in range(8, 15) if dt.date(year, 3, day).weekday() == 6)
    autumn = next(dt.date(year, 11, day) for day in range(1, 8) if dt.date(year, 11, day).weekday() == 6)
    words = {"cohort": cohort, "by": None, "kind": "webinar", "title_en": "x", "title_fr": "x"}
    with pytest.raises(Refused, match="jump over") as refused:
        adding.add_session(**words, day=spring, clock=dt.time(2, 30))
    assert refused.value.field == "clock"
    made = adding.add_session(**words, day=autumn, clock=dt.time(1, 30))
    assert made.starts_at == dt.datetime.combine(autumn, dt.time(5, 30), dt.UTC), "still on summer time"


@pytest.mark.parametrize(("days", "said"), [(-1, "passed already"), (365 * 9, "years away")])
def test_a_moment_behind_us_or_years_ahead_is_refused_beside_its_box(client, cohort, paula, days, said):
    client.force_login(paula)
    typed = {"kind": "office", "title_en": "Ours", "title_fr": "À nous", "clock": "12:00", "minutes": 45}
    typed["day"] = timezone.now().date() + dt.timedelta(days=days)
    answer = client.post(reverse("planning_session_new", args=[cohort.pk]), typed)
    assert said in str(answer.context["form"].errors["day"])
    assert b"Ours" in answer.content


# ---------------------------------------------------------------- cancelled


def test_a_session_is_cancelled_after_a_look_and_everybody_is_told_once(client, cohort, second, paula):
    nia = make.member(team=make.team(cohort=cohort), name="Nia Roy", language="en")
    client.force_login(paula)
    address = reverse("planning_session_cancel", args=[second.pk])
    look = client.post(address, {"reason": "The speaker is ill."})
    assert "2 people are told" in look.content.decode()
    assert "messages about it that wait do not leave any more" in look.content.decode()
    second.refresh_from_db()
    assert second.cancelled_at is None
    answer = client.post(address, {"reason": "The speaker is ill.", "confirm": look.context["mark"]})
    assert answer.url == reverse("session", args=[cohort.pk, second.pk])
    second.refresh_from_db()
    assert (second.cancel_reason, second.version) == ("The speaker is ill.", 2)
    assert not waiting(second, "sessions/reminder").exists()
    row = waiting(second, "sessions/cancelled").get(recipient=nia)
    assert row.due_at == second.cancelled_for_good_at
    mail = render(row)
    assert mail.subject.startswith("Cancelled: session 2, ")
    assert "The speaker is ill." in mail.plain
    assert "The speaker is ill." in mail.html
    page = client.get(answer.url).content.decode()
    assert "The speaker is ill." in page
    assert "Undo the cancelling" in page
    assert "cancelled" in client.get(reverse("cohort", args=[cohort.pk])).content.decode()
    told = Entry.objects.get(verb="session.cancelled", by=paula)
    assert told.detail == {"with_reason": True}, "what somebody typed outlives nobody"


def test_what_was_seen_before_a_move_confirms_no_cancelling(client, second, paula):
    client.force_login(paula)
    address = reverse("planning_session_cancel", args=[second.pk])
    mark = client.post(address, {"reason": "x"}).context["mark"]
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=1), by=paula)
    answer = client.post(address, {"reason": "x", "confirm": mark})
    assert "Not cancelled" in answer.content.decode()
    assert LearningSession.objects.get(pk=second.pk).cancelled_at is None


def test_taken_back_it_takes_place_and_is_reminded_of_as_before(client, second, paula):
    before = sorted(waiting(second, "sessions/reminder").values_list("recipient", "occurrence", "due_at"))
    heard = []

    def hear(learning_session, **_news):
        heard.append(bool(learning_session.cancelled_at))

    session_settled.connect(hear, dispatch_uid="test_planning")
    cancelling.cancel_session(learning_session=second, by=paula, reason="x")
    client.force_login(paula)
    client.post(reverse("planning_session_restore", args=[second.pk]))
    session_settled.disconnect(dispatch_uid="test_planning")
    assert heard == [True, False]
    second.refresh_from_db()
    assert (second.cancelled_at, second.cancel_reason) == (None, "")
    assert not waiting(second, "sessions/cancelled").exists()
    assert sorted(waiting(second, "sessions/reminder").values_list("recipient", "occurrence", "due_at")) == before


def test_after_its_time_a_cancelling_cannot_be_taken_back_and_a_cancelled_session_does_not_move(client, second, paula):
    cancelling.cancel_session(learning_session=second, by=paula, reason="x")
    LearningSession.objects.update(cancelled_at=timezone.now() - dt.timedelta(days=1))
    client.force_login(paula)
    page = client.post(reverse("planning_session_restore", args=[second.pk]), follow=True)
    assert "too late to undo" in page.content.decode()
    second.refresh_from_db()
    with pytest.raises(Refused, match="has been cancelled"):
        services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=1), by=paula)
    with pytest.raises(Refused, match="cancelled already"):
        cancelling.cancel_session(learning_session=second, by=paula, reason="y")


def test_what_has_begun_is_not_cancelled(second, paula):
    LearningSession.objects.update(starts_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(Refused, match="has begun"):
        cancelling.cancel_session(learning_session=second, by=paula, reason="x")


def test_a_cancelled_session_stands_in_nobodys_way_and_goes_along_with_the_line(cohort, second, paula):
    first, third = cohort.learning_sessions.order_by("starts_at")[::2]
    cancelling.cancel_session(learning_session=second, by=paula, reason="x")
    services.move_session(learning_session=first, to=second.wall + dt.timedelta(days=1), by=paula)
    moved = reschedule(Shift(cohort, 7), by=paula)
    after = LearningSession.objects.get(pk=second.pk)
    assert after.day == second.day + dt.timedelta(days=7)
    assert after.phase.starts_on == after.day
    assert waiting(after, "sessions/cancelled").exists()
    undo(reschedule=moved.reschedule, by=paula)
    assert LearningSession.objects.get(pk=second.pk).day == second.day
    assert waiting(after, "sessions/cancelled").exists(), "they still have to hear of it"
    assert third.cancelled_at is None


def test_the_boxes_say_that_people_from_outside_read_them_too(client, cohort, second, paula):
    client.force_login(paula)
    outside = "everybody in the cohort and anybody, where the session is public"
    for name, args, words in (
        ("planning_session_new", [cohort.pk], outside),
        ("session_details", [second.pk], outside),
        ("planning_session_person_new", [second.pk], outside),
        ("planning_session_cancel", [second.pk], "everybody in the cohort, those who speak and those who registered"),
    ):
        assert words in client.get(reverse(name, args=args)).content.decode(), name


def test_the_french_address_of_cancelling_says_cancel(second):
    with override("fr"):
        assert reverse("planning_session_cancel", args=[second.pk]).endswith(f"{second.pk}/annuler/")
        assert reverse("planning_session_restore", args=[second.pk]).endswith(f"{second.pk}/retablir/")


# ---------------------------------------------------------------- the agenda


def test_an_agenda_fits_into_its_session_and_no_session_is_shorter_than_its_agenda(client, second, paula):
    LearningSession.objects.filter(pk=second.pk).update(minutes=60)
    add(second, 20, "Welcome")
    item = add(second, 30, "Tries")
    client.force_login(paula)
    address = reverse("planning_session_agenda", args=[second.pk])
    answer = client.post(address, {"title_en": "More", "title_fr": "Encore", "minutes": "11"})
    assert "With this the agenda takes 61 minutes, and the session lasts 60" in answer.content.decode()
    assert 'value="Encore"' in answer.content.decode()
    with pytest.raises(Refused, match="takes 70 minutes"):
        agenda.change_item(item=item, by=paula, version=1, title_en="Tries", title_fr="Essais", minutes=50)
    second.refresh_from_db()
    with pytest.raises(Refused, match="Its agenda takes 50 minutes") as refused:
        services.change_details(learning_session=second, by=paula, version=second.details_version, minutes=45)
    assert refused.value.field == "minutes"
    assert client.post(address, {"title_en": "More", "title_fr": "Encore", "minutes": "10"}).status_code == 302
    assert titles(second) == ["Welcome", "Tries", "More"]
    assert "60 of 60 minutes" in client.get(address).content.decode()


def test_two_editors_of_one_item_lose_nothing(client, second, paula):
    item = add(second, 20, "Welcome")
    client.force_login(paula)
    address = reverse("planning_session_item", args=[second.pk, item.pk])
    typed = {"title_fr": "Accueil", "minutes": "20", "version": "1"}
    assert client.post(address, typed | {"title_en": "Hello"}).status_code == 302
    answer = client.post(address, typed | {"title_en": "Good day"})
    assert answer.status_code == 409
    assert "Hello" in answer.content.decode()
    assert 'value="Good day"' in answer.content.decode()
    with pytest.raises(Overtaken):
        agenda.change_item(item=item, by=paula, version=1, title_en="x", title_fr="x", minutes=20)


def test_items_change_places_once_however_often_the_button_is_pressed(client, second, paula):
    items = [add(second, 10, title) for title in ("One", "Two", "Three")]
    client.force_login(paula)
    address = reverse("planning_session_item_move", args=[second.pk, items[2].pk])
    for _press in range(2):
        client.post(address, {"way": "up", "seen": "3"})
    assert titles(second) == ["One", "Three", "Two"]
    client.post(address, {"way": "down", "seen": "2"})
    client.post(address, {"way": "sideways", "seen": "3"})
    client.post(address, {"way": "up", "seen": "x"})
    assert titles(second) == ["One", "Two", "Three"]


def test_teams_have_their_turns_within_the_minutes_of_an_item(client, cohort, second, paula):
    one, two = make.team(cohort=cohort, name="Fjord"), make.team(cohort=cohort, name="Harbour View")
    nia = make.member(team=two, language="en")
    item = add(second, 10, "Tries")
    client.force_login(paula)
    address = reverse("planning_session_item_teams", args=[second.pk, item.pk])
    typed = {
        f"minutes-{one.pk}": "5",
        f"turn-{one.pk}": "1",
        f"minutes-{two.pk}": "6",
        f"turn-{two.pk}": "2",
        "version": "1",
    }
    assert "The teams take 11 minutes, and the item lasts 10" in client.post(address, typed).content.decode()
    assert client.post(address, typed | {f"minutes-{two.pk}": "5"}).status_code == 302
    assert client.post(address, typed | {f"minutes-{two.pk}": "4"}).status_code == 409
    assert [line.own for line in shown(second, nia).lines] == [["Harbour View is second"]]
    assert [line.own for line in shown(second, paula).lines] == [[]]
    client.force_login(nia)
    assert "Harbour View is second" in client.get(reverse("session", args=[cohort.pk, second.pk])).content.decode()


def test_an_item_taken_off_leaves_its_speakers_with_the_session(client, second, paula):
    item = add(second, 10, "Tries")
    made = speakers.put_in(
        learning_session=second, by=paula, who="new", name="Vera Holt", part="speaker", item_id=item.pk
    )
    client.force_login(paula)
    address = reverse("planning_session_item_remove", args=[second.pk, item.pk])
    for _press in range(2):
        assert client.post(address).status_code == 302
    assert not AgendaItem.objects.exists()
    made.refresh_from_db()
    assert (made.item, made.learning_session) == (None, second)


# ---------------------------------------------------------------- people


def test_names_stand_bare_in_the_agenda_and_with_their_letters_beside_it(client, cohort, second, paula):
    item = add(second, 10, "A resident's story")
    client.force_login(paula)
    answer = client.post(
        reverse("planning_session_person_new", args=[second.pk]),
        {
            "who": "new",
            "name": "Vera Holt",
            "part": "speaker",
            "item_id": item.pk,
            "role_line_en": "brings a story",
            "role_line_fr": "apporte une histoire",
        },
    )
    speaker = Speaker.objects.get()
    assert answer.url == reverse("planning_session_speaker", args=[second.pk, speaker.pk])
    facts = {
        "name": "Vera Holt", "post_nominals": "RN, MSc", "affiliation_en": "Women's College Hospital", "language": "en",
        "email": "vera@example.org", "phone": "416-555-0100", "city": "toronto", "version": "1",
    }  # fmt: skip
    assert client.post(answer.url, facts).status_code == 302
    client.post(
        reverse("planning_session_host_new", args=[second.pk]),
        {"name_en": "Hope House", "name_fr": "Maison Espoir", "url_en": "https://hope.example.org/"},
    )
    client.force_login(make.member(team=make.team(cohort=cohort), language="en"))
    page = " ".join(client.get(reverse("session", args=[cohort.pk, second.pk])).content.decode().split())
    assert 'Vera Holt <span class="quiet">· brings a story</span>' in page
    assert "Vera Holt, RN, MSc" in page
    assert "Women&#x27;s College Hospital" in page
    assert '<a href="https://hope.example.org/" rel="noreferrer">Hope House</a>' in page
    assert "vera@example.org" not in page
    assert "416-555-0100" not in page


def test_somebody_of_the_cohort_speaks_and_is_known_from_then_on(second, paula, cohort):
    pierre = make.partner(team=make.team(cohort=cohort), name="Pierre Roy", city="gaspe", language="fr")
    who = {"learning_session": second, "by": paula}
    made = speakers.put_in(**who, who=f"person:{pierre.pk}", part="speaker")
    assert (made.speaker.person, made.speaker.language, made.speaker.city) == (pierre, "fr", "gaspe")
    assert pierre not in speakers.people_of(second)
    again = speakers.put_in(**who, who=f"speaker:{made.speaker_id}", part="host")
    assert again.speaker == made.speaker
    with pytest.raises(Refused, match="does that here already"):
        speakers.put_in(**who, who=f"speaker:{made.speaker_id}", part="host")
    with pytest.raises(Refused, match="does that here already"):
        speakers.change_appearance(appearance=again, by=paula, version=1, part="speaker")


def test_people_go_up_and_down_and_out(client, second, paula):
    made = [
        speakers.put_in(learning_session=second, by=paula, who="new", name=name, part="speaker")
        for name in ("Vera", "Ann")
    ]
    client.force_login(paula)
    for _press in range(2):
        client.post(reverse("planning_session_person_move", args=[second.pk, made[1].pk]), {"way": "up", "seen": "2"})
    assert [one.speaker.name for one in speakers.appearances_of(second)] == ["Ann", "Vera"]
    address = reverse("planning_session_person_remove", args=[second.pk, made[0].pk])
    for _press in range(2):
        assert client.post(address).status_code == 302
    assert Appearance.objects.count() == 1
    assert Speaker.objects.count() == 2


def test_whose_slides_would_go_too_is_taken_out_once_that_was_said(client, second, paula):
    vera = speakers.put_in(learning_session=second, by=paula, who="new", name="Vera", part="speaker")
    own_page.send_slides(appearance=vera, language="en", file=nasty.sent(nasty.pdf(), "slides.pdf"))
    address = reverse("planning_session_person_remove", args=[second.pk, vera.pk])
    client.force_login(paula)
    asked = client.post(address)
    assert "Take Vera out of this session?" in asked.content.decode()
    assert Appearance.objects.exists()
    assert client.post(address, {"slides": "too"}).status_code == 302
    assert not Appearance.objects.exists()


def test_an_organisation_hosts_once_and_its_link_is_changed_for_all(client, second, paula):
    partner = speakers.add_partner(learning_session=second, by=paula, name_en="Hope House", name_fr="Maison Espoir")
    client.force_login(paula)
    assert b"One that hosted before" not in client.get(reverse("planning_session_host_new", args=[second.pk])).content
    client.post(reverse("planning_session_host_remove", args=[second.pk, partner.pk]))
    assert not second.hostings.exists()
    for _press in range(2):
        client.post(reverse("planning_session_host_new", args=[second.pk]), {"organisation": partner.pk})
    assert second.hostings.count() == 1
    typed = {"name_en": "Hope House", "name_fr": "Maison Espoir", "url_en": "hope.example.org", "version": "1"}
    assert client.post(reverse("planning_session_host", args=[second.pk, partner.pk]), typed).status_code == 302
    partner.refresh_from_db()
    assert partner.url_en == "https://hope.example.org"


# ---------------------------------------------------------------- what participants read


def test_before_it_and_how_it_can_be_followed_stand_on_the_page(client, cohort, second, paula):
    client.force_login(paula)
    address = reverse("session_details", args=[second.pk])
    values = {name: getattr(second, name) for name in ("title_en", "title_fr", "purpose_en", "purpose_fr", "minutes")}
    asked = {
        "version": second.details_version, "prework_en": "Bring one number.", "spoken": "both", "interpretation": "both",
        "captions": "on", "sign_language": "lsq", "audience_en": "Twenty teams.", "audience_fr": "Vingt équipes.",
    }  # fmt: skip
    page = client.post(address, values | asked)
    assert set(page.context["form"].errors) == {"prework_fr"}, "what everybody reads stands in both languages"
    assert page.context["form"]["prework_en"].value() == "Bring one number."
    answer = client.post(address, values | asked | {"prework_fr": "Apportez un chiffre."})
    assert answer.status_code == 302
    client.force_login(make.member(team=make.team(cohort=cohort), language="en"))
    page = client.get(reverse("session", args=[cohort.pk, second.pk])).content.decode()
    for words in (
        "Bring one number.", "Held in English and French, interpreted both ways", "With captions", "Quebec Sign Language",
    ):  # fmt: skip
        assert words in page
    assert "Twenty teams." not in page, "that is for those who speak"


def test_all_there_is_to_show_takes_four_statements(second, paula, django_assert_num_queries):
    row = LearningSession.objects.select_related("cohort").get(pk=second.pk)
    item = add(second, 20, "Tries")
    for nth in range(3):
        speakers.put_in(learning_session=second, by=paula, who="new", name=f"N {nth}", part="speaker", item_id=item.pk)
        speakers.add_partner(learning_session=second, by=paula, name_en=f"P {nth}", name_fr="P")
        team = make.team(cohort=second.cohort)
        second.team_slots.create(team=team, item=item, ordinal=nth, minutes=2)
    with django_assert_num_queries(4):
        found = shown(row, paula)
        assert [len(found.people), len(found.partners), len(found.lines[0].teams)] == [3, 3, 3]
        assert [one.speaker.name for one in found.lines[0].people] == ["N 0", "N 1", "N 2"]


# ---------------------------------------------------------------- the run of show


def test_the_run_of_show_has_its_hours_and_goes_on_paper_of_both_sizes(client, cohort, second, paula):
    add(second, 20, "Welcome")
    client.force_login(paula)
    address = reverse("planning_session_run", args=[second.pk])
    assert client.post(address, {"minute": "-10", "who": "Paula", "what": "Opens the room"}).status_code == 302
    page = client.get(address).content.decode()
    assert "11:50" in page
    assert "Opens the room" in page
    paper = reverse("planning_session_run_paper", args=[second.pk])
    sizes = {}
    for query in ("", "?paper=a4", "?paper=napkin"):
        answer = client.get(paper + query)
        assert answer.headers["Content-Type"] == "application/pdf"
        sizes[query] = b"/MediaBox[0 0 612 792]" in answer.content.replace(b"/MediaBox [", b"/MediaBox[")
    assert sizes == {"": True, "?paper=a4": False, "?paper=napkin": True}
    client.force_login(make.member(team=make.team(cohort=cohort)))
    assert b"Opens the room" not in client.get(reverse("session", args=[cohort.pk, second.pk])).content


def test_a_line_is_changed_by_one_at_a_time_and_stays_near_the_session(second, paula):
    line = run_of_show.add_line(learning_session=second, by=paula, minute=0, who="", what="Good day")
    run_of_show.change_line(line=line, by=paula, version=1, minute=5, who="Cora", what="Good day")
    with pytest.raises(Overtaken):
        run_of_show.change_line(line=line, by=paula, version=1, minute=6, who="Cora", what="Good day")
    with pytest.raises(Refused, match="before the start") as refused:
        run_of_show.add_line(learning_session=second, by=paula, minute=second.minutes + 241, who="", what="Late")
    assert refused.value.field == "minute"
    run_of_show.remove_line(line=line, by=paula)
    assert not second.run.exists()


# ---------------------------------------------------------------- copies


def test_a_cohort_made_like_another_has_its_plan_but_not_its_speakers(cohort, second, paula):
    add(second, 20, "Welcome")
    run_of_show.add_line(learning_session=second, by=paula, minute=-10, who="Paula", what="Opens the room")
    speakers.put_in(learning_session=second, by=paula, who="new", name="Vera Holt", part="speaker")
    LearningSession.objects.filter(pk=second.pk).update(
        title_en="What we noticed", prework_fr="Lire", interpretation="fr", captions=False, sign_language="asl"
    )
    copy = make_cohort(
        programme=cohort.programme, first_day=cohort.first_day + dt.timedelta(days=364), recipe=from_cohort(cohort, hours=services.hours_of(cohort)), by=paula,
        slug="copy", name_en="Copy", name_fr="Copie", time_zone=cohort.time_zone, contact_email="x@example.org",
    )  # fmt: skip
    made = copy.learning_sessions.get(phase__key=second.phase.key)
    assert titles(made) == ["Welcome"]
    assert [(line.minute, line.who) for line in made.run.all()] == [(-10, "Paula")]
    assert (made.title_en, made.prework_fr, made.interpretation, made.captions, made.sign_language) == (
        "What we noticed", "Lire", "fr", False, "asl",
    )  # fmt: skip
    assert not made.appearances.exists()
