"""What a run chart is drawn from."""

import pytest

from core.charts.run_data import ChartData, ChartPoint, ChartWords


@pytest.mark.parametrize(
    ("signal", "band"),
    [(None, None), ((2, 4), (2, 4)), ((-3, 500), (0, 5)), ((6, 9), None), ((4, 2), None)],
)
def test_the_band_stays_within_the_points(signal, band):
    data = ChartData([ChartPoint(str(i), i) for i in range(6)], ChartWords("", ""), signal=signal)
    assert data.band == band
