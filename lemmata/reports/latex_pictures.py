"""Plots and small images in LaTeX's own `picture` environment, which needs no package."""

from itertools import groupby, pairwise

from lemmata.certify.summary import Plot, Tiles
from lemmata.reports.latex_text import escaped
from lemmata.reports.plots import on_axis, on_decades, pixels, ranges, short, ticks

PICTURE = (230, 110)
TILE = 20  # the side of an image, in points
GREYS = 8
MOST_CLOUD = 120  # points of a cloud that are set


def picture(plot: Plot) -> str:
    """A plot: curves, both ends of bands, the levels, and what the axes count."""
    across, high = PICTURE
    (x0, x1), (y0, y1) = ranges(plot)

    def at(x: float) -> float:
        return (x - x0) / (x1 - x0) * across

    def up(y: float) -> float:
        return (min(max(y, y0), y1) - y0) / (y1 - y0) * high

    parts = [rf"\put(0,0){{\line(1,0){{{across}}}}}", rf"\put(0,0){{\line(0,1){{{high}}}}}"]
    for x in on_decades(x0, x1) if plot.logarithmic else ticks(x0, x1):
        shown = escaped(short(10**x if plot.logarithmic else x))
        parts.append(rf"\put({at(x):.1f},0){{\line(0,-1){{3}}}}")
        parts.append(rf"\put({at(x):.1f},-11){{\makebox(0,0)[b]{{\scriptsize {shown}}}}}")
    for y in ticks(y0, y1):
        parts.append(rf"\put(-3,{up(y):.1f}){{\line(1,0){{3}}}}")
        parts.append(
            rf"\put(-5,{up(y):.1f}){{\makebox(0,0)[r]{{\scriptsize {escaped(short(y))}}}}}"
        )
    if plot.x:
        parts.append(rf"\put({across},-22){{\makebox(0,0)[rb]{{\scriptsize {escaped(plot.x)}}}}}")
    if plot.level is not None:
        parts.append(rf"\put(0,{up(plot.level):.1f}){{\line(1,0){{{across}}}}}")
    for limit in plot.limits:
        parts += [
            rf"\put({x},{up(limit):.1f}){{\color{{refuted}}\line(1,0){{4}}}}"
            for x in range(0, across, 9)
        ]
    for number, curve in enumerate(plot.curves):
        colour = ("confirmed", "undecided", "proved", "quiet")[number % 4]
        for row in (curve.y, curve.low, curve.high):
            points = [
                f"({at(on_axis(x, plot)):.1f},{up(y):.1f})"
                for x, y in zip(curve.x, row, strict=False)
                if x is not None and y is not None and on_axis(x, plot) >= x0
            ]
            if plot.points:
                drawn = [rf"\put{point}{{\circle*{{1.8}}}}" for point in points[:MOST_CLOUD]]
            else:
                drawn = [rf"\qbezier{a}{a}{b}" for a, b in pairwise(points) if a != b]
            if drawn:
                parts.append("\n".join([rf"{{\color{{{colour}}}", *drawn, "}"]))
    drawn_parts = "\n".join(parts)
    return _figure(
        f"\\begin{{picture}}({across},{high + 25})(-34,-25)\n{drawn_parts}\n\\end{{picture}}",
        plot.described or f"{plot.title}: {plot.y} over {plot.x}",
    )


def tiles(shown: Tiles) -> str:
    """Rows of small images, their greys as boxes; boxes of one grey side by side are one."""
    dot = TILE / shown.size
    parts: list[str] = []
    height = len(shown.rows) * (TILE + 3)
    longest = 0
    for number, (name, row) in enumerate(shown.rows, start=1):
        values = pixels(row)
        base = height - number * (TILE + 3)
        named = rf"\makebox(0,0)[r]{{\scriptsize {escaped(name)}}}"
        parts.append(rf"\put(-4,{base + TILE / 2:g}){{{named}}}")
        for start in range(0, len(values), shown.size):
            image, line = divmod(start // shown.size, shown.size)
            x, y = image * (TILE + 3.0), base + (shown.size - 1 - line) * dot
            longest = max(longest, int(x) + TILE)
            steps = [value * GREYS // 256 for value in values[start : start + shown.size]]
            for grey, same in groupby(steps):
                wide = len(list(same)) * dot
                parts.append(
                    rf"\put({x:g},{y:g}){{\color[gray]{{{grey / (GREYS - 1):.2f}}}"
                    rf"\rule{{{wide:g}pt}}{{{dot:g}pt}}}}"
                )
                x += wide
    drawn = "\n".join(parts)
    return _figure(
        f"\\begin{{picture}}({longest},{height})(-34,0)\n{drawn}\n\\end{{picture}}", shown.title
    )


def _figure(drawn: str, caption: str) -> str:
    return (
        f"\\par\\addvspace{{6pt}}{{\\setlength{{\\unitlength}}{{1pt}}\\noindent\n{drawn}\\par\n"
        rf"\nobreak\footnotesize\itshape\noindent {escaped(caption)}\par}}\addvspace{{4pt}}"
    )
