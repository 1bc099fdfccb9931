"""Hide this: the words about a conversation, and those of a try, for its writer, its readers and planners."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.models import Entry
from collaborative.models import Report
from core.refusals import Refused
from core.registry import forget
from improvement import activity, services
from improvement.charts import charts_of
from improvement.hiding import hide, show, take_back
from improvement.models import SafetyConversation, TriedChange
from tests.improvement.conftest import MONDAY
from tests.improvement.test_conversations import log
from tests.improvement.test_pages import words

CANARY = "Joan in room twelve"


@pytest.fixture
def said(world) -> SafetyConversation:
    return services.add_to_conversation(
        conversation=log(world), by=world.nia, about="past_harm", will_change="will_try", sentence=CANARY
    )


@pytest.fixture
def tried(world) -> TriedChange:
    row = services.try_change(team=world.team, by=world.nia, title=CANARY, plan=CANARY, prediction=CANARY)
    return services.learn_from_change(tried=row, by=world.nia, version=1, what_happened=CANARY, matched="yes")


@pytest.fixture(params=["said", "tried"])
def row(request):
    """One of each, for what holds for both."""
    return request.getfixturevalue(request.param)


def why(row) -> str:
    row.refresh_from_db()
    return row.hidden_why


def page_of(row, name: str = "") -> str:
    """Return the address of the page on which ``row`` stands, or of a verb on it."""
    if isinstance(row, SafetyConversation):
        return (
            reverse(f"conversation_{name}", args=[row.pk])
            if name
            else reverse("team_conversations", args=[row.team_id])
        )
    return reverse(f"try_{name}" if name else "try", args=[row.team_id, row.pk])


def pages_with_words(world) -> list[str]:
    """Return the addresses of every page on which words of this room could stand."""
    tries = [page for one in TriedChange.objects.all() for page in (page_of(one), f"{page_of(one)}?edit=1")]
    after = [f"{reverse('try_new', args=[world.team.pk])}?after={one.pk}" for one in TriedChange.objects.all()]
    names = ("team", "team_conversations", "tries", "numbers", "coaching_team", "try_new")
    return [*tries, *after, *(reverse(name, args=[world.team.pk]) for name in names)]


# ---------------------------------------------------------------- the verbs


@pytest.mark.parametrize("who", ["tess", "pierre", "colin"])
def test_a_reader_hides_at_once_and_a_planner_shows_again(world, row, who):
    reader = getattr(world, who)
    hide(row=row, by=reader)
    assert (why(row), row.hidden_by) == ("reader", reader)
    type(row).objects.filter(pk=row.pk).update(hidden_at=timezone.now() - dt.timedelta(hours=1))
    with pytest.raises(Refused, match="Only the planning team"):
        show(row=row, by=reader)
    show(row=row, by=world.paula)
    assert (why(row), row.hidden_at, row.hidden_by) == ("", None, None)
    with pytest.raises(Refused, match="has looked at this"):
        hide(row=row, by=reader)


def test_a_planner_decides(world, row):
    hide(row=row, by=world.tess)
    hide(row=row, by=world.paula)
    assert (why(row), row.hidden_by) == ("planner", world.paula)
    hide(row=row, by=world.colin)
    assert why(row) == "planner", "a reader changes nothing any more"
    assert Report.objects.filter(by=world.colin).count() == 0


def test_hiding_twice_is_hiding_once(world, row):
    for _press in range(2):
        hide(row=row, by=world.tess)
    assert Entry.objects.filter(about_id=str(row.pk), verb__endswith=".hidden").count() == 1


def test_its_writer_takes_the_words_back_for_good(world, row):
    hide(row=row, by=world.paula)
    given_back = take_back(row=row, by=world.nia)
    assert set(given_back) == set(row.WORDS)
    assert CANARY in given_back.values()
    assert why(row) == "writer"
    assert not any(getattr(row, name) for name in row.WORDS)
    assert take_back(row=row, by=world.nia) == {}
    with pytest.raises(Refused, match="words are gone"):
        show(row=row, by=world.paula)
    with connection.cursor() as cursor:
        for table in ("improvement_safetyconversation", "improvement_triedchange", "audit_entry"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{CANARY}%"])
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize("who", ["tess", "colin", "paula"])
def test_nobody_else_takes_them_back(world, row, who):
    with pytest.raises(Refused):
        take_back(row=row, by=getattr(world, who))
    assert why(row) == ""


def test_what_two_people_wrote_is_nobodys_to_take_back_but_both_hide_it(world, tried):
    services.learn_from_change(tried=tried, by=world.tess, version=2, what_happened=f"{CANARY}, said Tess")
    for person in (world.nia, world.tess):
        with pytest.raises(Refused):
            take_back(row=tried, by=person)
    hide(row=tried, by=world.nia)
    assert (why(tried), tried.plan) == ("reader", CANARY)


def test_where_there_are_no_words_there_is_nothing_to_hide(world):
    with pytest.raises(Refused, match="no words"):
        hide(row=log(world), by=world.tess)


def test_the_trail_says_who_and_in_which_right_and_holds_no_words(world, row):
    hide(row=row, by=world.tess)
    show(row=row, by=world.paula)
    hide(row=row, by=world.paula)
    take_back(row=row, by=world.nia)
    kind = "conversation" if isinstance(row, SafetyConversation) else "try"
    trail = Entry.objects.filter(about_id=str(row.pk)).order_by("pk")
    assert [(one.verb, one.by, one.detail.get("why"), one.cohort_id) for one in trail][-4:] == [
        (f"{kind}.hidden", world.tess, "reader", world.cohort.pk),
        (f"{kind}.shown", world.paula, None, world.cohort.pk),
        (f"{kind}.hidden", world.paula, "planner", world.cohort.pk),
        (f"{kind}.taken_back", world.nia, None, world.cohort.pk),
    ]
    assert not any(CANARY in str(one.detail) for one in Entry.objects.all())


def test_a_hidden_conversation_counts_as_before(world, said):
    moment = said.at
    for verb, by in ((hide, world.tess), (hide, world.paula), (take_back, world.nia)):
        verb(row=said, by=by)
        assert services.logged_in_week(world.team, MONDAY) == 1
        said.refresh_from_db()
        assert (said.at, said.undone_at, said.with_whom) == (moment, None, "colleague")


def test_new_words_after_taking_back_can_be_read_and_hidden_again(world, said, tried):
    for row in (said, tried):
        hide(row=row, by=world.tess)
        take_back(row=row, by=world.nia)
    services.add_to_conversation(conversation=said, by=world.nia, sentence="The hall light.")
    services.change_plan(tried=tried, by=world.tess, version=3, title="One question")
    assert (why(said), why(tried)) == ("", "")
    hide(row=said, by=world.tess)
    assert why(said) == "reader"


def test_hidden_words_are_not_changed_under_a_planners_eyes(world, said, tried):
    for row in (said, tried):
        hide(row=row, by=world.tess)
    with pytest.raises(Refused, match="Take them back"):
        services.add_to_conversation(conversation=said, by=world.nia, sentence="Another")
    for verb, text in ((services.change_plan, "title"), (services.learn_from_change, "what_happened")):
        for version in (1, 2):  # an older form is not shown what stands now either
            with pytest.raises(Refused, match="This try is hidden") as refused:
                verb(tried=tried, by=world.nia, version=version, **{text: "Another"})
            assert not isinstance(refused.value, services.Overtaken)
    services.decide(tried=tried, by=world.nia, version=2, decision="adopt")
    assert (why(said), why(tried)) == ("reader", "reader")


def test_whoever_has_the_try_open_hears_that_its_words_were_taken_back(world, tried):
    take_back(row=tried, by=world.nia)
    with pytest.raises(services.Overtaken) as overtaken:
        services.change_plan(tried=tried, by=world.tess, version=2, title=CANARY)
    assert overtaken.value.theirs.title == ""


def test_forgetting_takes_the_name_of_who_hid_it(world, row):
    hide(row=row, by=world.tess)
    forget.get("improvement")(world.tess)
    assert (why(row), row.hidden_by) == ("reader", None)


@pytest.mark.parametrize(
    "nonsense",
    [{"hidden_why": "reader"}, {"hidden_at": services.timezone.now}, {"hidden_why": "writer"}, {"hidden_why": "x"}],
)
def test_the_database_refuses_nonsense(world, row, nonsense):
    values = {name: value() if callable(value) else value for name, value in nonsense.items()}
    if nonsense.get("hidden_why") == "writer":
        values["hidden_at"] = services.timezone.now()  # taken back, and the words still there
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)


# ---------------------------------------------------------------- what is seen


@pytest.mark.parametrize("by", ["tess", "paula"])
@pytest.mark.parametrize("who", ["nia", "tess", "pierre", "colin"])
def test_hidden_words_stand_nowhere(world, as_, said, tried, by, who):
    for row in (said, tried):
        hide(row=row, by=getattr(world, by))
    services.start_trying(tried=services.try_change(team=world.team, by=world.tess, title="Next", previous=tried), by=world.tess, version=1)  # fmt: skip
    browser = as_(getattr(world, who))
    for url in pages_with_words(world):
        assert CANARY not in browser.get(url, follow=True).content.decode(), url


def test_a_planner_finds_them_where_they_can_be_shown_again_and_nowhere_else(world, as_, said, tried):
    for row in (said, tried):
        hide(row=row, by=world.tess)
    browser = as_(world.paula)
    with_words = {url.split("?")[0] for url in pages_with_words(world) if CANARY in browser.get(url).content.decode()}
    assert with_words == {page_of(said), page_of(tried)}


def test_hidden_words_are_in_no_news_and_no_chart(world, said, tried):
    hide(row=said, by=world.tess)
    hide(row=tried, by=world.tess)
    news = activity.since([world.team.pk], said.at - services.dt.timedelta(days=1))
    assert {one.kind: one.text for one in news} == {
        "try": "Learned from: A hidden try", "conversations": "1 conversation logged",
    }  # fmt: skip
    assert not any(CANARY in note.text for chart in charts_of(world.team) for note in chart.notes)


def test_its_writer_sees_that_it_is_hidden_and_the_others_of_the_list_do_not(world, as_, said):
    hide(row=said, by=world.tess)
    saved = words(as_(world.nia).get(page_of(said, "saved")))
    assert "Hidden until the planning team has looked. The conversation counts as before. Take it back" in saved
    assert "Done" not in saved
    listed = words(as_(world.nia).get(page_of(said)))
    assert "Hidden until the planning team has looked 16 December Take it back" in listed
    assert "1 conversation on the unit this week." in listed
    assert "Hidden until" not in words(as_(world.pierre).get(page_of(said)))


def test_a_planner_has_what_waits_on_top(world, as_, said):
    other = services.add_to_conversation(conversation=log(world, again=True), by=world.nia, sentence="The hall light.")
    hide(row=said, by=world.tess)
    browser = as_(world.paula)
    page = words(browser.get(page_of(said)))
    waiting, listed = page.split("Waiting for your look")[1].split("What was talked about")
    assert CANARY in waiting
    assert "Show it again Keep it hidden" in waiting
    assert (CANARY in listed, other.sentence in listed) == (False, True)
    browser.post(page_of(said, "hide"))
    page = words(browser.get(page_of(said)))
    assert "Waiting for your look" not in page
    assert f"Hidden by the planning team {CANARY}" in page


def test_the_page_of_a_hidden_try_says_so_to_everybody(world, as_, tried):
    hide(row=tried, by=world.tess)
    for person in (world.nia, world.colin):
        page = words(as_(person).get(page_of(tried)))
        assert page.startswith("A hidden try")
        assert "Hidden until the planning team has looked" in page
        assert "Change the plan" not in page
    cards = words(as_(world.nia).get(reverse("tries", args=[world.team.pk])))
    assert "A hidden try Hidden until the planning team has looked" in cards
    assert as_(world.nia).get(page_of(tried, "change")).url == page_of(tried)
    take_back(row=tried, by=world.nia)
    assert "Change the plan" not in words(as_(world.nia).get(page_of(tried)))
    assert as_(world.nia).get(page_of(tried, "change")).url == page_of(tried)


# ---------------------------------------------------------------- the buttons


def buttons(browser, url: str) -> set[str]:
    main = browser.get(url).content.decode().split("<main")[1].split("</main>")[0]
    return set(re.findall(r'action="([^"]+/(?:hide|show|take-back)/)"', main))


def test_who_is_offered_what(world, as_, row):
    offered = {name: {page_of(row, verb) for verb in verbs} for name, verbs in {
        "nia": ["take_back"], "tess": ["hide"], "colin": ["hide"], "paula": ["hide"],
    }.items()}  # fmt: skip
    assert {name: buttons(as_(getattr(world, name)), page_of(row)) for name in offered} == offered
    hide(row=row, by=world.tess)
    assert buttons(as_(world.paula), page_of(row)) == {page_of(row, "show"), page_of(row, "hide")}
    assert buttons(as_(world.tess), page_of(row)) == set()
    assert buttons(as_(world.nia), page_of(row)) == {page_of(row, "take_back")}


def test_the_whole_way_by_pressing(world, as_, row):
    tess, paula = as_(world.tess), as_(world.paula)
    assert CANARY in words(tess.get(page_of(row)))
    pressed = tess.post(page_of(row, "hide"), follow=True)
    assert CANARY not in words(pressed)
    assert "Hidden for everybody. The planning team will look at it. Thank you." in words(pressed)
    type(row).objects.filter(pk=row.pk).update(hidden_at=timezone.now() - dt.timedelta(hours=1))
    assert tess.post(page_of(row, "show")).status_code == 403
    assert why(row) == "reader"
    assert "Everybody can read it again." in words(paula.post(page_of(row, "show"), follow=True))
    assert CANARY in words(tess.get(page_of(row)))
    refused = tess.post(page_of(row, "hide"), follow=True)
    assert "The planning team has looked at this and shows it." in words(refused)
    undo = paula.post(page_of(row, "hide"), follow=True).content.decode()
    assert f'action="{page_of(row, "show")}"' in undo.split('id="toasts"')[1]


def test_words_taken_back_are_given_back_on_that_page_only(world, as_, row):
    nia = as_(world.nia)
    answer = nia.post(page_of(row, "take_back"))
    assert answer.status_code == 200
    assert "Taken back. Nothing of it is kept here" in words(answer)
    assert CANARY in answer.content.decode()
    for url in (page_of(row), page_of(row, "saved" if isinstance(row, SafetyConversation) else "change")):
        assert CANARY not in nia.get(url).content.decode()
    # The other language of that page, and a second press, lead back to where it stood.
    assert nia.get(page_of(row, "take_back")).status_code == 302
    assert nia.post(page_of(row, "take_back")).status_code == 302


@pytest.mark.parametrize("verb", ["hide", "show", "take_back"])
@pytest.mark.parametrize("who", ["stan", "olga", "sol", "fay"])
def test_what_one_may_not_see_is_not_there(world, as_, row, verb, who):
    browser = as_(getattr(world, who))
    assert [browser.get(page_of(row, verb)).status_code, browser.post(page_of(row, verb)).status_code] == [404, 404]
    assert why(row) == ""


@pytest.mark.parametrize(
    ("verb", "who"), [("show", "nia"), ("show", "colin"), ("take_back", "tess"), ("take_back", "paula")]
)
def test_what_one_may_not_do_is_refused_and_changes_nothing(world, as_, row, verb, who):
    browser = as_(getattr(world, who))
    if verb == "show":
        hide(row=row, by=world.paula)
    before = type(row).objects.values().get(pk=row.pk)
    assert [browser.get(page_of(row, verb)).status_code, browser.post(page_of(row, verb)).status_code] == [403, 403]
    assert type(row).objects.values().get(pk=row.pk) == before


def test_typed_while_somebody_hid_it_nothing_is_lost(world, as_, said, tried):
    for row in (said, tried):
        hide(row=row, by=world.tess)
    nia, version = as_(world.nia), {"version": "2"}
    for url, data in (
        (page_of(said, "saved"), {"sentence": "My new words"}),
        (page_of(tried), {"what_happened": "My new words", **version}),
        (page_of(tried, "change"), {"title": "My new words", **version}),
    ):
        page = nia.post(url, data).content.decode()
        assert "My new words" in page
        assert "hidden" in page
        assert CANARY not in page


def test_in_french(world, as_, said):
    hide(row=said, by=world.tess)
    with override("fr"):
        url = page_of(said)
        page = words(as_(world.pierre).get(url))
        assert "Hide this" not in page
        assert url.startswith("/fr/")


def test_the_list_costs_the_same_for_one_and_for_thirty(world, as_, said, django_assert_max_num_queries):
    counts, paula = [], as_(world.paula)
    for more in (1, 29):
        for n in range(more):
            one = services.add_to_conversation(
                conversation=log(world, again=True), by=world.nia, sentence=f"Number {n}"
            )
            hide(row=one, by=world.paula)
            SafetyConversation.objects.filter(pk=one.pk).update(hidden_why="reader" if n % 2 else "planner")
        with django_assert_max_num_queries(12) as asked:
            paula.get(page_of(said))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_hid_something_by_a_slip_undoes_it_from_the_toast(world, as_, row):
    tess = as_(world.tess)
    page = tess.post(page_of(row, "hide"), follow=True).content.decode()
    assert f'action="{page_of(row, "show")}"' in page
    assert CANARY in words(tess.post(page_of(row, "show"), follow=True))
    assert tess.post(page_of(row, "show")).status_code == 302, "a second press changes nothing"
    assert why(row) == ""
    assert not Report.objects.exists()
