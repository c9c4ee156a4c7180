"""Water by its four indicators, and the quarterly draw: the same number draws the same households for ever."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.findings import LIMITS
from monitoring.rules.water import LIMITS_USED, WaterSeen, missing_indicators, water_problems
from monitoring.rules.water_sample import draw, draw_villages

LIMIT = {code: LIMITS[code].value for code in LIMITS_USED}
GOOD = WaterSeen(
    litres=Decimal(35), quality_is_good=True, fetch_minutes=20, fetch_metres=None, climb_metres=None, short_days=36
)  # fmt: skip
VILLAGES = st.sets(st.integers(1, 999), min_size=1, max_size=60).map(
    lambda numbers: sorted(f"130722101{number:03d}" for number in numbers)
)
SEEDS = st.integers(0, 2**31 - 1)


def test_a_value_at_its_limit_is_good():
    assert water_problems(GOOD, LIMIT) == []
    assert missing_indicators(GOOD) == []


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"litres": Decimal("34.9")}, "水量 34.9 升/人·日，低于 35 升"),
        ({"quality_is_good": False}, "水质不合格"),
        ({"fetch_minutes": 21}, "取水不便：往返 21 分钟（超过 20 分钟）"),
        ({"short_days": 37}, "全年缺水 37 天，超过 36 天"),
    ],
)
def test_each_indicator_alone_fails_the_water(values, says):
    assert water_problems(replace(GOOD, **values), LIMIT) == [says]


@pytest.mark.parametrize(
    ("minutes", "metres", "climb", "is_near"),
    [(21, 801, 81, False), (21, 800, 81, True), (21, 801, 80, True), (None, 801, None, False), (None, 0, None, True)],
)  # fmt: skip
def test_any_one_measure_makes_fetching_convenient(minutes, metres, climb, is_near):
    seen = replace(GOOD, fetch_minutes=minutes, fetch_metres=metres, climb_metres=climb)
    assert (water_problems(seen, LIMIT) == []) is is_near


def test_what_was_not_asked_is_missing_and_not_wrong():
    assert water_problems(WaterSeen(), LIMIT) == []
    assert missing_indicators(WaterSeen()) == ["水量", "水质", "取水方便程度", "供水保证率"]
    assert missing_indicators(replace(GOOD, fetch_minutes=None, climb_metres=3)) == []


def test_limits_are_those_given():
    dry = LIMIT | {"water_litres": Decimal(20)}
    assert water_problems(replace(GOOD, litres=Decimal(20)), dry) == []


def year(seed, villages):
    done: list[str] = []
    for quarter in (1, 2, 3, 4):
        drawn = draw_villages(seed, quarter, villages, done)
        yield drawn
        done += drawn


def test_29_villages_are_dealt_8_7_7_7():
    villages = [f"130722101{number:03d}" for number in range(1, 30)]
    assert [len(drawn) for drawn in year(7, villages)] == [8, 7, 7, 7]


@given(SEEDS, VILLAGES)
def test_a_year_covers_every_village_once_and_evenly(seed, villages):
    quarters = list(year(seed, villages))
    assert sorted(code for drawn in quarters for code in drawn) == villages
    sizes = [len(drawn) for drawn in quarters]
    assert max(sizes) - min(sizes) <= 1 and sizes == sorted(sizes, reverse=True)


@given(SEEDS, VILLAGES, st.integers(1, 3))
def test_a_quarter_without_a_draw_is_made_up_for(seed, villages, missed):
    done: list[str] = []
    for quarter in {1, 2, 3, 4} - {missed}:
        done += draw_villages(seed, quarter, villages, done)
    assert sorted(done) == villages


@given(SEEDS, st.dictionaries(st.sampled_from([f"1307221010{n:02d}" for n in range(1, 13)]),
       st.sets(st.integers(1, 40)), min_size=1), st.integers(1, 5), st.randoms())  # fmt: skip
def test_the_same_number_draws_the_same(seed, numbers, most, random):
    homes = {village: [f"{village}{n:04d}" for n in sorted(found)] for village, found in numbers.items()}
    shuffled = {village: random.sample(codes, len(codes)) for village, codes in homes.items()}
    drawn = draw(seed, 1, homes, most)
    assert draw(seed, 1, shuffled, most) == drawn
    for village, codes in drawn.items():
        assert len(codes) == min(most, len(homes[village])) > 0
        assert set(codes) <= set(homes[village])


def test_another_number_draws_others():
    homes = {f"130722101{v:03d}": [f"{v:03d}{n:04d}" for n in range(300)] for v in range(1, 30)}
    assert draw(1, 1, homes, 4) != draw(2, 1, homes, 4)


def test_the_order_can_be_repeated_by_anybody():
    """SHA-256 of “编号-代码”, written down so that no change of the program draws a past quarter otherwise."""
    homes = {"130722101001": [f"13072210100100{n:02d}" for n in range(1, 8)]}
    assert draw(123456, 4, homes, 3) == {
        "130722101001": ["1307221010010001", "1307221010010004", "1307221010010007"]
    }


def test_a_quarter_is_one_of_four():
    with pytest.raises(ValueError, match="季度"):
        draw_villages(1, 5, ["130722101001"])
