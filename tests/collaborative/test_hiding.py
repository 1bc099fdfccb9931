"""Hide this: one rule for whatever people write."""

import datetime as dt
import threading
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from coaching import services as coaching
from collaborative import hiding
from collaborative.hideable import Why
from collaborative.models import Report
from core import registry
from core.refusals import Refused
from forum import services as forum
from improvement import hiding as improvement
from improvement.models import SafetyConversation
from tests import make


def buttons(why: str, *, mine: bool, planner: bool) -> set[str]:
    row = SafetyConversation(hidden_why=why)
    can = hiding.may(row, mine=mine, planner=planner)
    return {name for name in ("read", "take_back", "hide", "show", "keep_hidden") if getattr(can, name)}


@pytest.mark.parametrize(
    ("why", "writer", "reader", "planner"),
    [
        ("", {"read", "take_back"}, {"read", "hide"}, {"read", "hide"}),
        ("reader", {"take_back"}, set(), {"read", "show", "keep_hidden"}),
        ("planner", {"take_back"}, set(), {"read", "show"}),
        ("writer", set(), set(), set()),
    ],
)
def test_what_is_offered(why, writer, reader, planner):
    assert buttons(why, mine=True, planner=False) == writer
    assert buttons(why, mine=False, planner=False) == reader
    assert buttons(why, mine=False, planner=True) == planner


def test_a_planner_decides_on_their_own_words_by_showing_or_taking_back():
    assert buttons("reader", mine=True, planner=True) == {"read", "take_back", "show"}


@pytest.fixture
def sentence(cast):
    return make.conversation(team=cast.team, by=cast.nia, sentence="Too plain.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "reader", "planner", "writer"),
    [
        ("", Why.READER, Why.PLANNER, Why.WRITER),
        ("reader", None, Why.PLANNER, Why.WRITER),
        ("planner", None, None, Why.WRITER),
        ("writer", None, None, None),
    ],
)
def test_a_planners_word_stands_over_a_readers_and_the_writers_over_both(cast, sentence, now, reader, planner, writer):
    sentence.hidden_why = now
    ask = {"row": sentence, "cohort": cast.cohort}
    assert hiding.why_hidden(by=cast.tess, **ask) == reader
    assert hiding.why_hidden(by=cast.paula, **ask) == planner
    assert hiding.why_hidden(by=cast.nia, writer=True, **ask) == writer
    assert Report.objects.count() == (1 if reader else 0), "only readers are reported"


@pytest.mark.django_db
def test_a_reader_hides_a_thing_once_until_it_is_written_anew(cast, sentence):
    hiding.why_hidden(sentence, by=cast.tess, cohort=cast.cohort)
    with pytest.raises(Refused, match="has looked at this"):
        hiding.why_hidden(sentence, by=cast.tess, cohort=cast.cohort)
    hiding.written_anew(sentence)
    assert hiding.why_hidden(sentence, by=cast.tess, cohort=cast.cohort) == Why.READER


@pytest.mark.django_db
def test_five_an_hour_whatever_they_are(cast):
    rows = [make.conversation(team=cast.team, sentence="A") for _n in range(3)]
    rows += [make.tried_change(team=cast.team) for _n in range(3)]
    for row in rows[:5]:
        improvement.hide(row=row, by=cast.tess)
    with pytest.raises(Refused, match="several things"):
        improvement.hide(row=rows[5], by=cast.tess)
    Report.objects.update(created_at=timezone.now() - dt.timedelta(minutes=61))
    improvement.hide(row=rows[5], by=cast.tess)


@pytest.mark.django_db(transaction=True)
def test_five_an_hour_also_when_all_are_hidden_at_once(cast):
    rows = [make.conversation(team=cast.team, sentence="A") for _n in range(12)]
    refused: list[str] = []

    def run(row) -> None:
        try:
            improvement.hide(row=row, by=cast.tess)
        except Refused as why:
            refused.append(why.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Report.objects.count(), len(refused)) == (5, 7)


@pytest.mark.django_db
def test_who_cannot_read_a_thing_cannot_hide_it(cast, sentence):
    for person in (cast.otto, cast.olga, cast.sol, cast.max):
        with pytest.raises(Refused, match="cannot read"):
            improvement.hide(row=sentence, by=person)
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_who_plans_this_cohort_shows_again_and_for_a_moment_the_reader_who_hid_it(cast):
    row = improvement.hide(row=make.conversation(team=cast.team, by=cast.nia, sentence="A"), by=cast.tess)
    for person in (cast.nia, cast.colin, cast.pia):
        assert not hiding.may_show(row, person, cast.cohort)
        with pytest.raises(Refused):
            hiding.must_show(row, by=person, cohort=cast.cohort)
    assert hiding.may_show(row, cast.tess, cast.cohort)
    assert hiding.may_show(row, cast.paula, cast.cohort)
    row.hidden_at = row.hidden_at - dt.timedelta(seconds=settings.UNDO_SECONDS + 1)
    assert not hiding.may_show(row, cast.tess, cast.cohort)
    assert hiding.may_show(row, cast.paula, cast.cohort)


@pytest.mark.django_db
def test_a_slip_that_was_undone_is_no_report(cast):
    row = make.conversation(team=cast.team, by=cast.nia, sentence="A")
    improvement.hide(row=row, by=cast.tess)
    improvement.show(row=row, by=cast.tess)
    assert not Report.objects.exists()
    improvement.hide(row=row, by=cast.tess)
    improvement.hide(row=row, by=cast.paula)
    with pytest.raises(Refused):
        improvement.show(row=row, by=cast.tess)


# ---------------------------------------------------------------- what waits


@pytest.fixture
def hidden(cast):
    """One of each kind, hidden by a reader."""
    post = make.post(thread=make.thread(by=cast.otto, board=make.board(cohort=cast.cohort)), by=cast.nia)
    note = make.team_note(team=cast.team, by=cast.colin)
    talk = make.conversation(team=cast.team, by=cast.nia, sentence="Too plain.")
    tried = make.tried_change(team=cast.other_team, by=cast.otto)
    forum.hide(post=post, by=cast.tess)
    coaching.hide_note(note=note, by=cast.tess)
    improvement.hide(row=talk, by=cast.tess)
    improvement.hide(row=tried, by=make.member(team=cast.other_team))
    return SimpleNamespace(post=post, note=note, talk=talk, tried=tried)


@pytest.mark.django_db
def test_planners_find_what_waits_in_every_room(cast, hidden, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert hiding.count_waiting(cast.cohort) == 4
    with django_assert_num_queries(6):  # one for each kind of words
        found = hiding.waiting_in(cast.cohort)
    assert {(one.text, one.where) for one in found} == {
        ("A post by Nia Roy", "Ask and answer"),
        ("A coach’s note", cast.team.name),
        ("Words about a conversation", cast.team.name),
        ("A change that was tried", cast.other_team.name),
    }
    assert found == sorted(found, key=lambda one: one.at, reverse=True)
    assert (hiding.count_waiting(cast.other_cohort), hiding.waiting_in(cast.other_cohort)) == (0, [])


@pytest.mark.django_db
def test_what_is_decided_or_taken_back_waits_no_more(cast, hidden):
    forum.hide(post=hidden.post, by=cast.paula)
    coaching.show_note(note=hidden.note, by=cast.paula)
    improvement.take_back(row=hidden.talk, by=cast.nia)
    assert [one.text for one in hiding.waiting_in(cast.cohort)] == ["A change that was tried"]
    registry.forget.get("improvement")(cast.otto)
    assert hiding.count_waiting(cast.cohort) == 0, "no words are left to look at"


@pytest.mark.django_db
def test_my_data_and_forgetting(cast, hidden):
    assert registry.data_of.get("hiding")(cast.tess) == {"hidden_as_reader": 3}
    registry.forget.get("hiding")(cast.tess)
    assert registry.data_of.get("hiding")(cast.tess) == {"hidden_as_reader": 0}
    assert hiding.count_waiting(cast.cohort) == 4
