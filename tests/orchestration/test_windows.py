"""Which past weeks are learned from, and which judged on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from sodai.orchestration.windows import windows_of
from sodai.settings import InputError, Settings, load_settings

ORIGIN = date(2024, 12, 30)


@trials(deadline=None)  # a busy machine is no failure
@given(weeks=st.integers(5, 120), spare_days=st.integers(0, 6), horizon=st.integers(1, 14))
def test_time_order_everywhere(weeks: int, spare_days: int, horizon: int) -> None:
    settings = Settings(horizon_days=horizon)
    first_day = ORIGIN - timedelta(days=7 * weeks + spare_days)
    if weeks < 9 and horizon > 7:
        return
    windows = windows_of(ORIGIN, first_day, settings)
    ends = [origin + timedelta(days=horizon) for origin in windows.panel]
    assert list(windows.panel) == sorted(windows.panel)
    assert max(ends) <= ORIGIN
    assert windows.panel[0] > first_day
    assert windows.panel[-len(windows.test) :] == windows.test
    assert all(origin + timedelta(days=horizon) <= windows.test[0] for origin in windows.training)
    assert len(windows.training) >= 2


def test_a_year_leaves_the_warm_up_out() -> None:
    windows = windows_of(ORIGIN, date(2024, 1, 1), Settings())
    assert windows.panel[0] == date(2024, 2, 12)
    assert windows.panel[-1] == date(2024, 12, 23)
    assert len(windows.test) == Settings().evaluation.test_weeks


def test_only_the_newest_weeks_are_learned_from_where_settings_say_so() -> None:
    everything = windows_of(ORIGIN, date(2024, 1, 1), Settings())
    few = windows_of(ORIGIN, date(2024, 1, 1), load_settings(learning={"panel_weeks": 12}))
    assert few.panel == everything.panel[-12:]
    assert few.test == everything.test


def test_eight_weeks_are_enough() -> None:
    windows = windows_of(ORIGIN, ORIGIN - timedelta(days=56), Settings())
    assert len(windows.panel) == 7
    assert len(windows.test) == 2


@pytest.mark.parametrize("weeks", [1, 2, 3])
def test_too_little_is_said(weeks: int) -> None:
    with pytest.raises(InputError, match="too short to learn from"):
        windows_of(ORIGIN, ORIGIN - timedelta(days=7 * weeks), Settings())
