"""Charts as SVG text: no script, no style attribute, marks are links, readable without colour and on paper.

Marks carry the classes of `township/parts.css` (`tier-key`, `state-overdue`, `step-3`), which colour them.
Households are written as the lists and tables write them, without separators; yuan with them.
Widths are percentages and heights pixels, so that text keeps its size from a phone to a wide screen.
The functions escape whatever they are given; the caller marks the result safe.
"""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

ROW_HEIGHT = 28
BAR_LEFT, BAR_WIDTH = 28.0, 46.0
LINE_HEIGHT, LINE_TOP, LINE_BOTTOM = 168, 28, 140
TILE_HEIGHT = 46
TILE_STEPS = 6
DOT_INSET = 2.2
STACK_HEIGHT = 24
SPARK_HEIGHT, SPARK_INSET = 28, 6
LEGEND_HEIGHT = 22


class Bar(NamedTuple):
    """A row of `bar_rows`: `value` of `total` households, shown as 78/89; `css_class` such as `tier-key`."""

    label: str
    value: int
    total: int
    href: str = ""
    css_class: str = ""


class Point(NamedTuple):
    """A point of `line_chart`; `value` in yuan, None where the year is not known."""

    label: str
    value: float | None


class Cell(NamedTuple):
    """A tile of `tile_map`: `value` is a share 0 to 1, None where nothing is due; `overdue` in households."""

    label: str
    value: float | None
    overdue: int = 0
    href: str = ""
    title: str = ""


class Part(NamedTuple):
    """A part of `stacked_bar`; `css_class` such as `tier-key`."""

    label: str
    value: int
    css_class: str = ""
    href: str = ""


def bar_rows(items: Iterable[Bar], *, label: str = "完成情况") -> str:
    """Return one horizontal completion bar a row, with its label and 完成/应完成 in figures."""
    rows = list(items)
    marks = [_bar_row(row, index * ROW_HEIGHT) for index, row in enumerate(rows)]
    return _svg("chart-bars", len(rows) * ROW_HEIGHT, label, marks, has_links=any(row.href for row in rows))


def line_chart(
    points: Sequence[Point],
    reference: float | None = None,
    *,
    label: str = "人均纯收入",
    unit: str = "元",
    reference_label: str = "监测线",
) -> str:
    """Return a line over the labels (years), each value written at its point, a gap where one is not known.

    `reference` (same unit) draws a dashed line across: the monitoring line; values below it are `is-below`.
    """
    highest = max([reference or 0, 1.0, *(point.value for point in points if point.value is not None)])
    step = 100 / max(len(points), 1)
    marks: list[str] = []
    previous: tuple[float, float] | None = None
    for index, point in enumerate(points):
        x = step * (index + 0.5)
        marks.append(_text("chart-label", x, LINE_HEIGHT - 8, point.label, "middle"))
        if point.value is None:
            previous = None
            continue
        y = _height(point.value, highest)
        if previous is not None:
            marks.append(_line("chart-line", *previous, x, y))
        below = reference is not None and point.value < reference
        marks.append(_line_point(point.label, point.value, x, y, unit, below=below))
        previous = (x, y)
    if reference is not None:
        y = _height(reference, highest)
        words = f"{reference_label} {reference:,.0f} {unit}"
        marks += [
            _line("chart-reference", 0, y, 100, y),
            _text("chart-reference-label", 100, y + 14, words, "end"),
        ]
    return _svg("chart-income", LINE_HEIGHT, label, marks)


def tile_map(cells: Iterable[Cell], *, columns: int = 5, label: str = "各村走访完成率") -> str:
    """Return tiles, one a village: name, per cent, colour step, a dot where households are overdue."""
    tiles = list(cells)
    width = 100 / columns
    marks = [
        _tile(tile, index % columns * width, index // columns * TILE_HEIGHT, width)
        for index, tile in enumerate(tiles)
    ]
    height = -(-len(tiles) // columns) * TILE_HEIGHT
    return _svg("chart-tiles", height, label, marks, has_links=any(tile.href for tile in tiles))


def stacked_bar(parts: Iterable[Part], *, label: str = "构成", unit: str = "户") -> str:
    """Return one bar divided by the parts' values, and under it a legend with each part's name and number."""
    shown = list(parts)
    total = sum(part.value for part in shown) or 1
    columns = len(shown) if len(shown) <= 3 else -(-len(shown) // 2)
    marks, left = [], 0.0
    for index, part in enumerate(shown):
        share = 100 * part.value / total
        marks.append(_stacked_part(part, left, share, index, columns, unit))
        left += share
    height = STACK_HEIGHT + (-(-len(shown) // columns) * LEGEND_HEIGHT if shown else 0)
    return _svg("chart-stack", height, label, marks, has_links=any(part.href for part in shown))


def sparkline(values: Sequence[int], labels: Sequence[str], *, label: str = "走势", unit: str = "条") -> str:
    """Return a small line of how a number went, its last point marked; "" for less than two values.

    The numbers with their labels (days) are its name, so that whoever does not see the line reads them.
    """
    if len(values) < 2:
        return ""
    highest = max(*values, 1)
    span = SPARK_HEIGHT - 2 * SPARK_INSET
    step = (100 - 2 * SPARK_INSET) / (len(values) - 1)
    at = [
        (SPARK_INSET + step * place, SPARK_INSET + span * (1 - value / highest))
        for place, value in enumerate(values)
    ]
    lines = [_line("chart-line", *one, *other) for one, other in pairwise(at)]
    told = "，".join(f"{day} {value} {unit}" for day, value in zip(labels, values, strict=True))
    title = escape(f"{label}：{told}")
    return _svg(
        "chart-spark", SPARK_HEIGHT, f"{label}：{told}", [f"<title>{title}</title>", *lines, _dot(*at[-1])]
    )


def step_class(value: float | None) -> str:
    """Return the colour class of a share: `step-0` (below a sixth) to `step-5`; `step-none` for None.

    Taken of the whole per cent that stands on the tile: two villages with "83%" have one colour.
    """
    if value is None:
        return "step-none"
    return f"step-{min(TILE_STEPS - 1, max(0, round(100 * value) * TILE_STEPS // 100))}"


def _svg(css_class: str, height: float, label: str, marks: Iterable[str], *, has_links: bool = False) -> str:
    # role="img" hides what is inside from a screen reader, so a chart of links is a group of images instead.
    role = "group" if has_links else "img"
    size = f'width="100%" height="{height}"'
    name = escape(label)
    return f'<svg class="chart {css_class}" {size} role="{role}" aria-label="{name}">{"".join(marks)}</svg>'


def _mark(href: str, css_class: str, title: str, body: str) -> str:
    name = escape(title)
    css_class = escape(css_class)
    group = f'<g class="{css_class}" role="img" aria-label="{name}"><title>{name}</title>{body}</g>'
    return f'<a href="{escape(href)}">{group}</a>' if href else group


def _text(css_class: str, x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text class="{css_class}" x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _rect(css_class: str, x: float, y: float, width: float, height: float, rx: int = 3) -> str:
    size = f'width="{width:.2f}%" height="{height}" rx="{rx}"'
    return f'<rect class="{css_class}" x="{x:.2f}%" y="{y:.1f}" {size}/>'


def _line(css_class: str, x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}"'
    return f'<line class="{css_class}" {ends}/>'


def _dot(x: float, y: float) -> str:
    return f'<circle class="chart-point" cx="{x:.2f}%" cy="{y:.1f}" r="3"/>'


def _circle(css_class: str, x: float, y: float) -> str:
    return f'<circle class="{css_class}" cx="{x:.2f}%" cy="{y:.1f}" r="4"/>'


def _bar_row(row: Bar, top: float) -> str:
    share = min(max(row.value / row.total, 0.0), 1.0) if row.total > 0 else 0.0
    figures = f"{row.value}/{row.total}"
    filled = BAR_WIDTH * share
    body = (
        f'<rect class="chart-hit" x="0" y="{top}" width="100%" height="{ROW_HEIGHT}"/>'
        f'<text class="chart-label" x="0" y="{top + 19}">{escape(_elide(row.label, 10))}</text>'
        f'<rect class="chart-track" x="{BAR_LEFT}%" y="{top + 9}" width="{BAR_WIDTH}%" height="10" rx="3"/>'
        f'<rect class="chart-fill" x="{BAR_LEFT}%" y="{top + 9}" width="{filled:.2f}%" height="10" rx="3"/>'
        f'<text class="chart-figure" x="100%" y="{top + 19}" text-anchor="end">{figures}</text>'
    )
    title = f"{row.label} {figures}，完成 {100 * share:.0f}%"
    return _mark(row.href, f"chart-row {row.css_class}".strip(), title, body)


def _height(value: float, highest: float) -> float:
    return LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * max(value, 0) / highest


def _line_point(label: str, value: float, x: float, y: float, unit: str, *, below: bool) -> str:
    figure = f"{value:,.0f}"
    body = _circle("chart-point", x, y) + _text("chart-figure", x, y - 10, figure, "middle")
    remark = "，低于监测线" if below else ""
    return _mark("", "is-below" if below else "", f"{label} {figure} {unit}{remark}", body)


def _tile(tile: Cell, left: float, top: float, width: float) -> str:
    share = "—" if tile.value is None else f"{100 * tile.value:.0f}%"
    late = f"，超期 {tile.overdue} 户" if tile.overdue else ""
    middle = left + width / 2
    body = (
        _rect("chart-tile", left, top, width, TILE_HEIGHT, 6)
        + _text("chart-tile-name", middle, top + 20, _elide(tile.label, 5), "middle")
        + _text("chart-tile-share", middle, top + 36, share, "middle")
        + (_circle("chart-dot", left + width - DOT_INSET, top + 11) if tile.overdue else "")
    )
    return _mark(tile.href, step_class(tile.value), tile.title or f"{tile.label} {share}{late}", body)


def _stacked_part(part: Part, left: float, share: float, index: int, columns: int, unit: str) -> str:
    x = 100 * (index % columns) / columns
    y = STACK_HEIGHT + index // columns * LEGEND_HEIGHT
    # Swatch and words keep a fixed distance, so they stand in a nested picture at a relative place.
    legend = (
        f'<svg x="{x:.2f}%" y="{y}" overflow="visible">'
        f'<rect class="chart-fill" x="0" y="4" width="10" height="10" rx="2"/>'
        f'<text class="chart-label" x="16" y="13">{escape(part.label)} {part.value}</text></svg>'
    )
    title = f"{part.label} {part.value} {unit}，占 {share:.1f}%"
    return _mark(part.href, part.css_class, title, _rect("chart-part", left, 0, share, 14, 0) + legend)


def _elide(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
