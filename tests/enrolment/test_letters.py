"""What each outcome's letter says, in the language of its reader, and that nothing in it stands for nothing."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from django.utils.translation import override

from core.refusals import Overtaken, Refused
from enrolment import letters
from enrolment.deciding import decide
from enrolment.models import Letter, Release
from enrolment.releasing import plan_of, release, undo_release
from notifications import wording
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def cohort():
    return make.cohort(first_day=TODAY + dt.timedelta(days=40), seats=6, name_fr="Conversations, vague 9")


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


def words(**changed) -> dict[str, str]:
    return {"subject_en": "Hello", "subject_fr": "Bonjour", "body_en": "Well.", "body_fr": "Bien.", **changed}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("outcome", ["accept", "wait", "decline"])
def test_the_usual_letters_are_filled_in_both_languages(cohort, paula, outcome, lang):
    row = make.application(cohort=cohort, language=lang, team_name="Lakeshore 2 East", contact_name="Ada Lind")
    with override("fr" if lang == "en" else "en"):  # the planner may read the other one
        written = letters.write(row, outcome, "full", letters.facts_of(cohort, named=paula))
    assert written.language == lang
    assert "{" not in written.subject + written.body
    assert "Lakeshore 2 East" in written.subject
    assert "Ada Lind" in written.body
    assert "Paula Whitford" in written.body
    assert ("Hello" in written.body) == (lang == "en")
    if outcome == "decline":
        assert "6" not in written.body, "one team for six places is no reason"


@pytest.mark.parametrize(("applied", "standing", "says"), [
    (7, 0, "There are 6 places, and 7 teams applied."), (3, 4, "Every place is taken."), (3, 3, ""),
])  # fmt: skip
def test_a_letter_gives_more_teams_than_places_as_its_reason_only_when_there_are(
    cohort, paula, applied, standing, says
):
    row, *_others = [make.application(cohort=cohort) for _ in range(applied)]
    for _ in range(standing):
        make.team(cohort=cohort)
    facts = letters.facts_of(cohort, named=paula)
    assert letters.reason_sentence("full", facts) == says
    for outcome in ("decline", "wait"):
        assert says in letters.write(row, outcome, "full" if outcome == "decline" else "", facts).body
        assert ("There are" in letters.write(row, outcome, "full", facts).body) == (applied == 7)


@pytest.mark.parametrize("field", ["subject_en", "subject_fr", "body_en", "body_fr"])
def test_braces_that_stand_for_nothing_are_refused_by_their_field(cohort, paula, field):
    with pytest.raises(Refused, match=re.escape("{tema}")) as refused:
        letters.save_letter(cohort=cohort, outcome="wait", version=0, by=paula, **words(**{field: "Dear {tema}"}))
    assert refused.value.field == field
    assert not Letter.objects.exists()


def test_every_placeholder_is_known_to_a_letter(cohort, paula):
    body = " ".join(f"{{{one}}}" for one in letters.PLACEHOLDERS)
    letters.save_letter(cohort=cohort, outcome="decline", version=0, by=paula, **words(body_en=body))
    row = make.application(cohort=cohort)
    assert "{" not in letters.write(row, "decline", "scope", letters.facts_of(cohort, named=None)).body


def test_what_a_team_typed_is_no_placeholder(cohort, paula):
    row = make.application(cohort=cohort, team_name="The {reason} team")
    assert "The {reason} team" in letters.write(row, "wait", "", letters.facts_of(cohort, named=paula)).subject


def test_two_who_edit_a_letter_notice_each_other(cohort, paula):
    letters.save_letter(cohort=cohort, outcome="wait", version=0, by=paula, **words())
    with pytest.raises(Overtaken) as overtaken:
        letters.save_letter(cohort=cohort, outcome="wait", version=0, by=paula, **words(body_en="Other."))
    assert overtaken.value.theirs.body_en == "Well."
    assert letters.save_letter(cohort=cohort, outcome="wait", version=1, by=paula, **words()).version == 2


def test_what_was_looked_at_is_what_leaves(cohort, paula):
    decide(application=make.application(cohort=cohort), outcome="wait", by=paula)
    release(cohort=cohort, by=paula)
    with pytest.raises(Refused, match="wait for their minute"):
        letters.save_letter(cohort=cohort, outcome="wait", version=0, by=paula, **words())


def test_the_plan_counts_by_outcome_and_language(cohort, paula):
    for outcome, lang in (("accept", "en"), ("accept", "fr"), ("accept", "fr"), ("decline", "en")):
        decide(application=make.application(cohort=cohort, language=lang), outcome=outcome, by=paula)
    make.application(cohort=cohort)
    counts = plan_of(cohort, named=paula).counts
    assert [(one.outcome, one.english, one.french) for one in counts] == [("accept", 1, 2), ("decline", 1, 0)]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_mail_is_the_letter_with_the_way_to_the_application(cohort, paula, lang):
    row = make.application(cohort=cohort, language=lang, team_name="Lakeshore <2> East")
    decide(application=row, outcome="accept", by=paula)
    made = release(cohort=cohort, by=paula)
    planned = PlannedMessage.objects.get(kind="enrolment/letter")
    assert (planned.address, planned.lang) == (row.contact_email, lang)
    Release.objects.filter(pk=made.pk).update(release_at=timezone.now())
    mail = wording.render(planned)
    shown = plan_letter(row, cohort, paula)
    assert mail.subject == shown.subject
    assert shown.body in mail.plain
    assert "Lakeshore &lt;2&gt; East" in mail.html
    assert re.search(r"https?://\S+/\S{30,}", mail.plain)
    assert mail.reply_to == cohort.contact


def plan_letter(row, cohort, paula):
    row.refresh_from_db()
    return letters.write(row, row.outcome, row.decline_reason, letters.facts_of(cohort, named=paula))


def test_a_letter_that_was_taken_back_is_gone(cohort, paula):
    decide(application=make.application(cohort=cohort), outcome="wait", by=paula)
    undo_release(release=release(cohort=cohort, by=paula), by=paula)
    planned = PlannedMessage.objects.get(kind="enrolment/letter")
    assert planned.state == "void"
    with pytest.raises(wording.Gone):
        wording.render(planned)
