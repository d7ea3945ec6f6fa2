"""Plots of evidence as SVG, in the colours of the page."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from lemmata.certify.summary import Curve, Plot
from lemmata.reports.markup import Markup, element

Place: TypeAlias = Callable[[float | None, float | None], tuple[float, float]]

WIDTH, HEIGHT = 560, 280
LEFT, RIGHT, TOP, BOTTOM = 66, 14, 12, 44
TICKS = 5
SHORTEST_TICK = 1e-12


def finite(values: Iterable[float | None]) -> list[float]:
    """The numbers of a sequence that can be drawn."""
    return [value for value in values if value is not None and math.isfinite(value)]


def limits(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and largest number, apart even where there is one number or none."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low <= SHORTEST_TICK * max(abs(low), abs(high), 1.0):
        return low - 0.5, high + 0.5
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between two limits."""
    raw = (high - low) / TICKS
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * each for each in (1, 2, 5, 10) if size * each >= raw)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]


def short(value: float) -> str:
    """A number on an axis."""
    return "0" if abs(value) < SHORTEST_TICK else f"{value:.4g}".replace("-", "−")


def _on_axis(x: float | None, *, logarithmic: bool) -> float:
    if x is None or (logarithmic and x <= 0):
        return math.nan
    return math.log10(x) if logarithmic else x


def plot_svg(plot: Plot) -> Markup:
    """A plot as an `svg` element, with a description for whoever does not see it."""
    xs = finite(_on_axis(x, logarithmic=plot.logarithmic) for c in plot.curves for x in c.x)
    ys = finite(y for c in plot.curves for row in (c.y, c.low, c.high) for y in row)
    ys += finite([plot.level]) if plot.level is not None else []
    x0, x1 = limits(xs)
    y0, y1 = limits(ys)

    def place(x: float | None, y: float | None) -> tuple[float, float]:
        across = (_on_axis(x, logarithmic=plot.logarithmic) - x0) / (x1 - x0)
        y = math.nan if y is None else y
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - (y - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM), 1),
        )

    parts = [*_axes(plot, (x0, x1), (y0, y1))]
    if plot.level is not None and math.isfinite(plot.level):
        height = HEIGHT - BOTTOM - (plot.level - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)
        parts.append(element("path", d=f"M{LEFT} {height:.1f}H{WIDTH - RIGHT}", class_="level"))
    for number, curve in enumerate(plot.curves):
        parts += _curve(plot, curve, number, place)
    parts += _legend(plot)
    described = f"{plot.title}: {plot.y} over {plot.x}"
    return element(
        "svg",
        element("title", described),
        *parts,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="plot",
        role="img",
        aria_label=described,
    )


def _axes(plot: Plot, xs: tuple[float, float], ys: tuple[float, float]) -> Iterable[Markup]:
    bottom = HEIGHT - BOTTOM
    yield element("path", d=f"M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}", class_="axis")
    for value in ticks(*xs):
        x = LEFT + (value - xs[0]) / (xs[1] - xs[0]) * (WIDTH - LEFT - RIGHT)
        shown = short(10**value) if plot.logarithmic else short(value)
        yield element("path", d=f"M{x:.1f} {bottom}v4", class_="axis")
        yield element("text", shown, x=f"{x:.1f}", y=str(bottom + 18), text_anchor="middle")
    for value in ticks(*ys):
        y = bottom - (value - ys[0]) / (ys[1] - ys[0]) * (bottom - TOP)
        yield element("path", d=f"M{LEFT} {y:.1f}h-4", class_="axis")
        yield element("text", short(value), x=str(LEFT - 8), y=f"{y + 4:.1f}", text_anchor="end")
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield element("text", plot.x, x=f"{middle:g}", y=str(HEIGHT - 6), text_anchor="middle")
    turned = f"translate(13 {(TOP + bottom) / 2:g}) rotate(-90)"
    yield element("text", plot.y, transform=turned, text_anchor="middle")


def _curve(plot: Plot, curve: Curve, number: int, place: Place) -> Iterable[Markup]:
    name = f"curve curve-{number % 4}"
    if len(curve.low) == len(curve.high) == len(curve.x):
        upper = _points(map(place, curve.x, curve.high))
        lower = _points(map(place, reversed(curve.x), reversed(curve.low)))
        if upper and lower:
            yield element("path", d=f"M{'L'.join([*upper, *lower])}Z", class_=f"band {name}")
    drawn = _points(map(place, curve.x, curve.y))
    if not drawn:
        return
    if plot.points:
        dots = "".join(f"M{point}h.01" for point in drawn)
        yield element("path", d=dots, class_=f"points {name}")
    else:
        yield element("path", d=f"M{'L'.join(drawn)}", class_=f"line {name}")


def _points(points: Iterable[tuple[float, float]]) -> list[str]:
    return [f"{x:g} {y:g}" for x, y in points if math.isfinite(x) and math.isfinite(y)]


def _legend(plot: Plot) -> Iterable[Markup]:
    if len(plot.curves) < 2:
        return
    for number, curve in enumerate(plot.curves):
        y = TOP + 12 + 16 * number
        yield element(
            "path", d=f"M{WIDTH - 22} {y - 4}h-18", class_=f"line curve curve-{number % 4}"
        )
        yield element("text", curve.name, x=str(WIDTH - 46), y=str(y), text_anchor="end")
