"""Plots and small images of evidence as SVG and PNG, in the colours of the page."""

import base64
import math
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from lemmata.certify.summary import Curve, Plot, Tiles
from lemmata.reports.markup import Markup, element

Place: TypeAlias = Callable[[float | None, float | None], tuple[float, float]]

WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 10, 40
CLOUD, LEGEND = 280, 22  # the height of a plot of points, and of the names above it
TICKS = 5
SHORTEST_TICK = 1e-12
# The vertical axis shows the band from this share of the samples on; before, it may leave the plot.
SETTLED = 1 / 16


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


def ranges(plot: Plot) -> tuple[tuple[float, float], tuple[float, float]]:
    """What the two axes of a plot show; a logarithmic axis is in powers of ten."""
    xs = finite(on_axis(x, plot) for curve in plot.curves for x in curve.x)
    first = min(xs, default=0.0)
    if plot.logarithmic and xs:
        first = max(first, max(xs) + math.log10(SETTLED))
    ys = [
        y
        for curve in plot.curves
        for row in (curve.y, curve.low, curve.high)
        for x, y in zip(curve.x, row, strict=False)
        if not on_axis(x, plot) < first
    ]
    level = [] if plot.level is None else [plot.level]
    return limits(xs), limits(finite([*ys, *level, *plot.limits]))


def on_axis(x: float | None, plot: Plot) -> float:
    """Where a number stands on the horizontal axis; not a number where it has no place."""
    if x is None or (plot.logarithmic and x <= 0):
        return math.nan
    return math.log10(x) if plot.logarithmic else x


def ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Round numbers between two limits."""
    raw = (high - low) / TICKS
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * each for each in (1, 2, 5, 10) if size * each >= raw)
    if whole:
        step = max(1.0, step)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]


def on_decades(low: float, high: float) -> list[float]:
    """The powers of ten between two, or, where these are fewer than two, also their 2 and 5."""
    found: list[float] = []
    for factors in ((1,), (1, 3), (1, 2, 5)):
        found = [
            power + math.log10(factor)
            for power in range(math.floor(low), math.ceil(high) + 1)
            for factor in factors
            if low <= power + math.log10(factor) <= high
        ]
        if len(found) > 2:
            break
    return found


def short(value: float) -> str:
    """A number on an axis."""
    if abs(value) < SHORTEST_TICK:
        return "0"
    text = f"{value:,.0f}".replace(",", "\u202f") if 1e3 <= abs(value) < 1e6 else f"{value:.4g}"
    return text.replace("-", "−")


def plot_svg(plot: Plot) -> Markup:
    """A plot as an `svg` element, with a description for whoever does not see it."""
    height, top = (CLOUD, TOP + LEGEND) if plot.points else (HEIGHT, TOP)
    (x0, x1), (y0, y1) = ranges(plot)

    def place(x: float | None, y: float | None) -> tuple[float, float]:
        across = (on_axis(x, plot) - x0) / (x1 - x0)
        up = (math.nan if y is None else min(max(y, y0), y1) - y0) / (y1 - y0)
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(height - BOTTOM - up * (height - top - BOTTOM), 1),
        )

    parts = [*_axes(plot, (x0, x1), (y0, y1), (top, height - BOTTOM))]
    for number, curve in enumerate(plot.curves):
        parts += _curve(plot, curve, number, place)
    straight = [] if plot.level is None else [("level", plot.level)]
    for name, value in (*straight, *(("limit", each) for each in plot.limits)):
        if math.isfinite(value):
            y = height - BOTTOM - (value - y0) / (y1 - y0) * (height - top - BOTTOM)
            parts.append(element("path", d=f"M{LEFT} {y:.1f}H{WIDTH - RIGHT}", class_=name))
    parts += _legend(plot)
    described = ". ".join(
        each for each in (f"{plot.title}: {plot.y} over {plot.x}", plot.described) if each
    )
    return element(
        "svg",
        element("title", described),
        *parts,
        viewBox=f"0 0 {WIDTH} {height}",
        class_="plot cloud" if plot.points else "plot",
        role="img",
        aria_label=described,
    )


def _axes(
    plot: Plot, xs: tuple[float, float], ys: tuple[float, float], between: tuple[int, int]
) -> Iterable[Markup]:
    top, bottom = between
    yield element("path", d=f"M{LEFT} {top}V{bottom}H{WIDTH - RIGHT}", class_="axis")
    for value in on_decades(*xs) if plot.logarithmic else ticks(*xs):
        x = LEFT + (value - xs[0]) / (xs[1] - xs[0]) * (WIDTH - LEFT - RIGHT)
        shown = short(10**value) if plot.logarithmic else short(value)
        yield element("path", d=f"M{x:.1f} {bottom}v4", class_="axis")
        yield element("text", shown, x=f"{x:.1f}", y=str(bottom + 17), text_anchor="middle")
    for value in ticks(*ys):
        y = bottom - (value - ys[0]) / (ys[1] - ys[0]) * (bottom - top)
        yield element("path", d=f"M{LEFT} {y:.1f}h-4", class_="axis")
        yield element("text", short(value), x=str(LEFT - 8), y=f"{y + 4:.1f}", text_anchor="end")
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield element("text", plot.x, x=f"{middle:g}", y=str(bottom + BOTTOM - 5), text_anchor="middle")
    turned = f"translate(11 {(top + bottom) / 2:g}) rotate(-90)"
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
        name = f"curve curve-{number % 4}"
        if plot.points:  # above the points, side by side
            x = LEFT + 8 + (WIDTH - LEFT) // len(plot.curves) * number
            yield element("path", d=f"M{x} {TOP + 4}h.01", class_=f"points {name}")
            yield element("text", curve.name, x=str(x + 9), y=str(TOP + 8))
        else:
            y = TOP + 12 + 16 * number
            yield element("path", d=f"M{WIDTH - 22} {y - 4}h-18", class_=f"line {name}")
            yield element("text", curve.name, x=str(WIDTH - 46), y=str(y), text_anchor="end")


# ------------------------------------------------------------------------------ small images


def pixels(row: str) -> bytes:
    """The pixels of a row of images, as they are kept."""
    return bytes.fromhex(row)


def tiles_png(row: str, size: int) -> Markup:
    """A row of images side by side as the address of a PNG, a light pixel between them."""
    values = pixels(row)
    count = len(values) // size**2
    lines = []
    for y in range(size):
        parts = (values[(n * size + y) * size : (n * size + y + 1) * size] for n in range(count))
        lines.append(b"\0" + b"\xff".join(parts))
    width = count * (size + 1) - 1
    header = struct.pack(">IIBBBBB", width, size, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return Markup("data:image/png;base64," + base64.b64encode(png).decode("ascii"))


def tiles_html(tiles: Tiles) -> Markup:
    """Rows of images with their names."""
    rows = (
        element(
            "div",
            element("span", name),
            element(
                "img",
                src=tiles_png(row, tiles.size),
                alt=f"{len(row) // (2 * tiles.size**2)} images: {name}",
            ),
        )
        for name, row in tiles.rows
    )
    return element("div", *rows, class_="tiles")
