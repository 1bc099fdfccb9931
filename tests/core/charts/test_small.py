"""One line among many: what can be compared, and what is left away."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.charts.run_data import ChartData, ChartPoint, ChartWords, Level
from core.charts.small import HEIGHT, WIDTH, small_chart_svg

NUMBERS = st.one_of(st.none(), st.integers(-50, 5000), st.floats(allow_nan=True, allow_infinity=True))


def parts(svg, name):
    return [part for part in ET.fromstring(svg).iter() if name in (part.get("class") or "").split()]


def data(values, **options):
    return ChartData(
        [ChartPoint(str(i), value) for i, value in enumerate(values)], ChartWords("Team", "What it says"), **options
    )


def test_two_charts_with_a_common_end_can_be_compared():
    one, two = (parts(small_chart_svg(data([1, value]), high=20), "rc-point")[0] for value in (10, 20))
    assert float(one.get("cy")) > float(two.get("cy"))
    alone = parts(small_chart_svg(data([1, 10])), "rc-point")[0]
    assert float(alone.get("cy")) == float(two.get("cy")), "without one each fills its own paper"


def test_the_signal_is_marked_and_the_last_number_written():
    svg = small_chart_svg(data([1, 2, 9, 9], signal=(2, 3), diamonds=frozenset({2, 3}), levels=[Level(0, 3, 2)]))
    assert len(parts(svg, "is-signal")) == 2
    assert [part.text for part in parts(svg, "rc-last")] == ["9"]
    assert len(parts(svg, "rc-band")) == len(parts(svg, "rc-median")) == 1


def test_a_gap_and_a_break_interrupt_the_line():
    assert len(parts(small_chart_svg(data([1, 2, None, 3, 4, 5, 6], breaks=[5])), "rc-line")) == 3


@pytest.mark.parametrize("values", [[], [None], [5], [0, 0], [-3, -1]])
def test_little_is_drawn_too(values):
    assert ET.fromstring(small_chart_svg(data(values))) is not None


@example([-2.5e306], "", 1)
@example([1.7e308, -1.7e308], "", 0)
@given(st.lists(NUMBERS, max_size=30), st.text(max_size=20), st.integers(-3, 40))
def test_it_is_well_formed_and_stays_on_its_paper(values, words, place):
    chart = ChartData(
        [ChartPoint(words, value) for value in values], ChartWords(words, words), [Level(place, place + 5, 3)], [place], signal=(place, 99)
    )  # fmt: skip
    svg = small_chart_svg(chart)
    for dot in parts(svg, "rc-point"):
        if dot.get("cx"):
            assert 0 <= float(dot.get("cx")) <= WIDTH
            assert 0 <= float(dot.get("cy")) <= HEIGHT


def test_a_number_alone_between_two_gaps_is_still_seen():
    lines = parts(small_chart_svg(data([1, 2, None, 9, None, 3, 4])), "rc-line")
    assert len(lines) == 3
    assert all(float(part.get("d")[1:].split()[0]) >= 8 for part in lines)


def test_without_its_points_named_the_whole_band_is_marked():
    assert len(parts(small_chart_svg(data([1, 2, 9, 9, 9], signal=(2, 4))), "is-signal")) == 3


def test_a_goal_is_drawn_where_the_scale_holds_it():
    (goal,) = parts(small_chart_svg(data([1, 2], goal=8)), "rc-goal")
    assert 0 < float(goal.get("y1")) < HEIGHT
    assert not parts(small_chart_svg(data([1, 2], goal=8), high=5), "rc-goal"), "it would move the common scale"
    assert len(parts(small_chart_svg(data([1, 2], goal=5), high=5), "rc-goal")) == 1


def test_there_are_no_ticks_and_no_dates():
    svg = small_chart_svg(data([1, 2, 9]))
    assert not parts(svg, "rc-tick")
    assert ET.fromstring(svg)[0].text == "Team"
