"""A run's wall times against sizes, both logarithmic, as an SVG. Pure."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from figures import middle
from reach import Result

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 60, 190, 20, 50  # margins; the right one holds the names
COLOURS = {  # told apart also by those who see no red or green (Okabe and Ito)
    "kubectl": "#D55E00",
    "kustomize": "#E69F00",
    "kube-score": "#CC79A7",
    "cold": "#0072B2",
    "shared": "#56B4E9",
    "edited": "#009E73",
    "restored": "#999999",
    "warm": "#000000",
}
Point = tuple[float, float]


def to_svg(result: Result) -> str:
    """One line a way of judging, over the mixed repositories; a note where there is none."""
    lines = {name: points for name in COLOURS if (points := _points(result, name))}
    if not lines:
        return _document(['<text x="20" y="40">No mixed repository was measured.</text>'])
    sizes = [x for points in lines.values() for x, _ in points]
    seconds = [y for points in lines.values() for _, y in points]
    across = Axis(_decades(sizes), LEFT, WIDTH - RIGHT)
    up = Axis(_decades(seconds), HEIGHT - BOTTOM, TOP)
    return _document([*_grid(across, up), *_lines(lines, across, up)])


class Axis:
    """A logarithmic axis over whole decades, from one pixel to another."""

    def __init__(self, decades: range, start: float, end: float) -> None:
        self.ticks = [10.0**power for power in decades]
        self._first, self._span = decades[0], decades[-1] - decades[0]
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        """The pixel of a positive value."""
        share = (math.log10(value) - self._first) / self._span
        return self._start + share * (self._end - self._start)


def _decades(values: Sequence[float]) -> range:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return range(low, max(high, low + 1) + 1)


def _points(result: Result, name: str) -> list[Point]:
    found = [
        (float(cell["overlays"]), middle(cell["samples"][name])["wall"] or 0.0)
        for cell in result["cells"]
        if cell["form"] == "mixed" and name in cell["samples"]
    ]
    return sorted((x, y) for x, y in found if y > 0)


def _grid(across: Axis, up: Axis) -> Iterator[str]:
    foot = HEIGHT - BOTTOM
    for tick in across.ticks:
        x = across.place(tick)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{foot}"/>'
        yield f'<text x="{x:.1f}" y="{foot + 18}" text-anchor="middle">{tick:,.0f}</text>'
    for tick in up.ticks:
        y = up.place(tick)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g} s</text>'
    middle_x = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle_x:.1f}" y="{HEIGHT - 10}" text-anchor="middle">overlays</text>'


def _lines(lines: dict[str, list[Point]], across: Axis, up: Axis) -> Iterator[str]:
    for row, (name, points) in enumerate(lines.items()):
        colour = COLOURS[name]
        pixels = [(across.place(x), up.place(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in pixels)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for x, y in pixels:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
        height = TOP + 12 + 20 * row
        left = WIDTH - RIGHT + 16
        yield f'<rect x="{left}" y="{height - 9}" width="14" height="10" fill="{colour}"/>'
        yield f'<text x="{left + 20}" y="{height}">{escape(name)}</text>'


def _document(body: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">'
    )
    style = "<style>.grid{stroke:#ccc;stroke-width:1}</style>"
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    return "\n".join([head, style, ground, *body, "</svg>"]) + "\n"
