"""The signs beside a control chart: told apart by shape, and by name where they are not seen."""

import pytest

from core.charts.icons import ASSURANCES, VARIATIONS, assurance_icon, variation_icon
from tests.core.charts.sketch import having, parse

ALL = [*((variation_icon, state) for state in VARIATIONS), *((assurance_icon, state) for state in ASSURANCES)]


def test_there_is_a_sign_for_every_state():
    assert set(VARIATIONS) == {
        "common", "improvement-high", "improvement-low", "concern-high", "concern-low", "neutral-high", "neutral-low",
    }  # fmt: skip
    assert set(ASSURANCES) == {"fails", "passes", "hit-or-miss"}


@pytest.mark.parametrize(("icon", "state"), ALL)
def test_a_sign_has_a_size_a_role_and_a_name(icon, state):
    root = parse(icon(state, "<Better> than usual", uid="a b"))
    assert root.get("viewBox") == "0 0 48 48"
    assert root.get("role") == "img"
    assert (root[0].tag, root[0].text) == ("title", "<Better> than usual")
    assert root.get("aria-labelledby") == root[0].get("id")
    assert " " not in root[0].get("id")


def test_no_two_signs_have_the_same_shape():
    shapes = {
        tuple((part.tag, part.get("d"), part.get("r")) for part in parse(icon(state, "")).iter() if part.tag != "title")
        for icon, state in ALL
    }
    assert len(shapes) == len(ALL)


def test_good_news_a_concern_and_neither_have_frames_of_their_own():
    frames = {state: having(parse(variation_icon(state, "")), {"si-frame"})[0] for state in VARIATIONS}
    outlines = {state.partition("-")[0]: (part.tag, part.get("d")) for state, part in frames.items()}
    assert len(set(outlines.values())) == 4
    for state, part in frames.items():
        assert (part.tag, part.get("d")) == outlines[state.partition("-")[0]], "up and down share the frame"


def test_up_and_down_differ_by_their_arrow_alone():
    up, down = (having(parse(variation_icon(f"concern-{way}", "")), {"si-line"})[0] for way in ("high", "low"))
    assert up.get("d") != down.get("d")


def test_two_signs_of_one_chart_have_names_of_their_own():
    one, other = parse(variation_icon("common", "", "chart")), parse(assurance_icon("passes", "", "chart"))
    assert one[0].get("id") != other[0].get("id")


def test_an_unknown_state_is_a_mistake():
    with pytest.raises(KeyError):
        variation_icon("better", "")
    with pytest.raises(KeyError):
        assurance_icon("maybe", "")
