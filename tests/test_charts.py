"""Charts: well-formed SVG, true lengths, escaped text, links and titles, no style attribute, quick."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township.base.charts import (
    Bar,
    Cell,
    Part,
    Point,
    bar_rows,
    line_chart,
    sparkline,
    stacked_bar,
    step_class,
    tile_map,
)

HOSTILE = "<script>alert('\"&')</script>"
# Control characters are no text of a page and not allowed in XML.
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn")), max_size=20)
COUNT = st.integers(0, 20_000)


def parse(svg: str) -> ElementTree.Element:
    """Return the root of `svg`, which must be well formed (inside HTML it needs no namespace)."""
    return ElementTree.fromstring(svg)  # noqa: S314


def widths(svg: str, css_class: str) -> list[float]:
    return [
        float(e.get("width", "").rstrip("%")) for e in parse(svg).iter("rect") if e.get("class") == css_class
    ]


def texts(svg: str, css_class: str) -> list[str]:
    return [e.text or "" for e in parse(svg).iter("text") if e.get("class") == css_class]


def every_chart(text: str, href: str = "/admin/?a=1&b=2") -> list[str]:
    return [
        bar_rows([Bar(text, 78, 89, href, "tier-key")], label=text),
        line_chart([Point(text, 9_800), Point("2026", 12_300)], 8_400, label=text, unit=text),
        tile_map([Cell(text, 0.4, 2, href)], label=text),
        stacked_bar([Part(text, 3, "tier-key", href), Part("一般", 4)], label=text, unit=text),
    ]


@pytest.mark.parametrize("svg", every_chart("重点"))
def test_chart_is_named_titled_and_free_of_inline_style(svg: str) -> None:
    root = parse(svg)
    assert root.get("role") in {"img", "group"}
    assert root.get("aria-label") == "重点"
    assert 'role="img"' in svg
    assert all(mark.find("title") is not None for mark in root.iter("g"))
    assert "style=" not in svg
    assert "<script" not in svg


@pytest.mark.parametrize("svg", every_chart(HOSTILE, href='/x/"><script>'))
def test_hostile_text_is_escaped(svg: str) -> None:
    assert "<script" not in svg
    parse(svg)


def test_links_lead_where_they_say() -> None:
    svg = every_chart("重点")[0]
    assert [a.get("href") for a in parse(svg).iter("a")] == ["/admin/?a=1&b=2"]
    assert parse(svg).get("role") == "group"
    assert parse(bar_rows([Bar("重点", 1, 2)])).get("role") == "img"


def test_bar_shows_figures_and_true_length() -> None:
    svg = bar_rows([Bar("半", 50, 100), Bar("满", 89, 89), Bar("零", 0, 0), Bar("多", 9, 3)])
    assert texts(svg, "chart-figure") == ["50/100", "89/89", "0/0", "9/3"]
    half, full, none, over = widths(svg, "chart-fill")
    assert (half * 2, none, over) == (pytest.approx(full), 0, full)


@given(st.lists(st.builds(Bar, TEXT, COUNT, COUNT, st.just("/admin/"), st.just("tier-key"))))
def test_bars_never_leave_their_track(rows: list[Bar]) -> None:
    svg = bar_rows(rows)
    assert all(
        fill <= track
        for fill, track in zip(widths(svg, "chart-fill"), widths(svg, "chart-track"), strict=True)
    )


@given(
    st.lists(st.builds(Part, TEXT, COUNT, st.just("tier-key"), st.just("/admin/")), min_size=1, max_size=8)
)
def test_parts_fill_the_bar(parts: list[Part]) -> None:
    total = sum(widths(stacked_bar(parts), "chart-part"))
    expected = 100 if any(part.value for part in parts) else 0
    assert total == pytest.approx(expected, abs=0.01 * len(parts))


def test_income_line_breaks_at_an_unknown_year_and_marks_what_is_below() -> None:
    svg = line_chart(
        [Point("2023", 7_900), Point("2024", 9_100), Point("2025", None), Point("2026", 12_300)], 8_400
    )
    lines = [e for e in parse(svg).iter("line") if e.get("class") == "chart-line"]
    assert len(lines) == 1
    assert [e.get("class") for e in parse(svg).iter("g")] == ["is-below", "", ""]
    assert texts(svg, "chart-reference-label") == ["监测线 8,400 元"]
    assert texts(svg, "chart-figure") == ["7,900", "9,100", "12,300"]


def test_higher_income_stands_higher() -> None:
    low, high = (
        float(e.get("cy", "")) for e in parse(line_chart([Point("a", 1), Point("b", 2)])).iter("circle")
    )
    assert high < low


def test_tile_shows_share_and_a_dot_only_when_overdue() -> None:
    svg = tile_map([Cell("东河沿", 0.876, 3), Cell("西河沿", None)])
    assert texts(svg, "chart-tile-share") == ["88%", "—"]
    assert len(list(parse(svg).iter("circle"))) == 1
    assert [e.text for e in parse(svg).iter("title")] == ["东河沿 88%，超期 3 户", "西河沿 —"]


def test_tiles_wrap_into_rows() -> None:
    assert parse(tile_map([Cell("村", 1.0)] * 6, columns=5)).get("height") == "92"


@given(st.floats(0, 1))
def test_step_is_one_of_six(value: float) -> None:
    assert step_class(value) in {f"step-{step}" for step in range(6)}


@pytest.mark.parametrize(("value", "step"), [(None, "none"), (0, "0"), (0.5, "3"), (0.99, "5"), (1, "5")])
def test_step_bounds(value: float | None, step: str) -> None:
    assert step_class(value) == f"step-{step}"


@given(value=st.floats(0, 1), other=st.floats(0, 1))
def test_shares_that_read_the_same_have_one_colour(value: float, other: float) -> None:
    assert f"{100 * value:.0f}" != f"{100 * other:.0f}" or step_class(value) == step_class(other)
    assert step_class(0.8331) == step_class(0.8334)


def test_households_are_written_as_in_lists_and_tables() -> None:
    for svg in (bar_rows([Bar("稳定脱贫", 905, 1867)]), stacked_bar([Part("稳定脱贫", 1867)])):
        assert "1867" in svg and "1,867" not in svg


@pytest.mark.parametrize("chart", [bar_rows, line_chart, tile_map, stacked_bar])
def test_nothing_to_draw_is_still_a_chart(chart) -> None:
    parse(chart([]))


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=8))
def test_a_small_line_says_its_numbers_and_stays_inside(values: list[int]) -> None:
    svg = parse(sparkline(values, [f"11-{day:02d}" for day in range(1, len(values) + 1)], label="某村"))
    told = "，".join(f"11-{day:02d} {value} 条" for day, value in enumerate(values, start=1))
    assert svg.get("aria-label") == f"某村：{told}"
    heights = [float(mark.attrib[end]) for mark in svg.iter() for end in ("cy", "y1", "y2") if mark.get(end)]
    assert heights and all(0 < height < float(svg.attrib["height"]) for height in heights)


def test_one_run_is_no_trend() -> None:
    assert sparkline([3], ["11-24"]) == "" == sparkline([], [])
