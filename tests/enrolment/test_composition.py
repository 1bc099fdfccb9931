"""Who has to be in a team."""

import datetime as dt

import pytest
from django.utils.translation import override

from enrolment.composition import Rule, Somebody, blocks, check, rule_of

TODAY = dt.date(2022, 11, 1)
LEAD = Somebody("manager", "lead")
NURSE = Somebody("provider", "participant")
PARTNER = Somebody("partner", "partner")
WHOLE = [LEAD, NURSE, NURSE, NURSE, PARTNER]


def found(people, *, rule=None, today=TODAY, **more):
    return [(one.code, one.level) for one in check(people, rule=rule or Rule(), today=today, **more)]


def trouble(people, **more):
    return [one for one in found(people, **more) if one[1] != "good"]


def test_a_whole_team_has_nothing_to_hear_but_good():
    findings = check(WHOLE, rule=Rule(), today=TODAY, sponsor_said="yes")
    assert {one.level for one in findings} == {"good"}
    assert not blocks(findings)


@pytest.mark.parametrize(
    ("people", "codes"),
    [
        ([], ["people", "manager", "provider", "partner", "lead"]),
        (WHOLE[:-1], ["people", "partner"]),
        ([NURSE, NURSE, NURSE, NURSE, PARTNER], ["manager", "lead"]),
        ([LEAD, LEAD, LEAD, LEAD, PARTNER], ["provider"]),
    ],
)
def test_what_is_missing_is_an_error(people, codes):
    assert trouble(people, sponsor_said="yes") == [(code, "error") for code in codes]


def test_a_partner_who_is_looked_for_is_a_warning_and_counts_as_one():
    looking = dt.date(2022, 12, 1)
    assert trouble(WHOLE[:-1], looking_until=looking, sponsor_said="yes") == [("partner_looked_for", "warning")]
    (first,) = [
        one for one in check(WHOLE[:-1], rule=Rule(), today=TODAY, looking_until=looking) if one.code[:7] == "partner"
    ]
    assert (
        first.sentence
        == "A partner is still being looked for, by 1 December. You can send the application all the same."
    )
    assert trouble(WHOLE[:-2], looking_until=looking, sponsor_said="yes")[0] == ("people", "error")


def test_a_day_that_has_passed_is_no_promise():
    late = trouble(WHOLE[:-1], looking_until=TODAY - dt.timedelta(days=1), sponsor_said="yes")
    assert late == [("people", "error"), ("partner", "error")]
    assert trouble(WHOLE[:-1], looking_until=TODAY, sponsor_said="yes") == [("partner_looked_for", "warning")]


def test_who_is_found_is_not_looked_for_any_more():
    assert trouble(WHOLE, looking_until=TODAY - dt.timedelta(days=1), sponsor_said="yes") == []


def test_a_partner_is_named_only_with_a_welcome():
    assert trouble(WHOLE, welcome_ready=False, sponsor_said="yes") == [("welcome", "error")]
    assert trouble(WHOLE[:-1], welcome_ready=False, looking_until=TODAY, sponsor_said="yes") == [
        ("partner_looked_for", "warning")
    ]


@pytest.mark.parametrize(
    ("rule", "named", "said", "expected"),
    [
        (Rule(), False, "", []),
        (Rule(), True, "", [("sponsor_asked", "warning")]),
        (Rule(), True, "no", [("sponsor_no", "warning")]),
        (Rule(sponsor=True), False, "", [("sponsor", "error")]),
        (Rule(sponsor=True), True, "", [("sponsor_asked", "warning")]),
        (Rule(sponsor=True), True, "no", [("sponsor_no", "error")]),
        (Rule(sponsor=True), True, "yes", []),
    ],
)
def test_the_sponsor(rule, named, said, expected):
    assert trouble(WHOLE, rule=rule, sponsor_named=named, sponsor_said=said) == expected


@pytest.mark.parametrize(
    "data", [None, {}, [], {"people": "5"}, {"people": 0}, {"people": True}, {"one_of": "manager"}]
)
def test_a_rule_that_makes_no_sense_is_the_default(data):
    assert rule_of(data) == Rule()


def test_a_programme_has_a_rule_of_its_own():
    rule = rule_of({"people": 2, "one_of": ["physician", "wizard"], "sponsor": True})
    assert rule == Rule(people=2, one_of=("physician",), sponsor=True)
    assert ("physician", "error") in found([LEAD, NURSE], rule=rule, sponsor_said="yes")


def test_every_sentence_says_how_many_in_the_readers_language():
    assert check([LEAD], rule=Rule(), today=TODAY)[0].sentence == "4 people more: a team has at least 5."
    with override("fr"):
        assert all(one.sentence for one in check([LEAD], rule=Rule(), today=TODAY))
