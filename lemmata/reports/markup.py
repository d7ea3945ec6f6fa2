"""HTML and SVG elements that escape whatever is put into them.

`element` takes text and other elements. Text is always escaped; only what `element` itself made,
or `trusted` was asked for, is not. So no string of an answer can become markup.
"""

from __future__ import annotations

from html import escape

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Markup(str):
    """Markup that is already escaped."""

    __slots__ = ()


def trusted(text: str) -> Markup:
    """Text that is markup of our own: a stylesheet, MathML from our writer. Never an answer's."""
    return Markup(text)


def element(name: str, /, *children: str, **attributes: str | bool | None) -> Markup:
    """An element. `class_` is written `class`; True writes a bare attribute, None and False none.

    An underscore inside a name of an attribute stands for a hyphen.
    """
    written = [name]
    for key, value in attributes.items():
        spelled = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(spelled)
        elif value is not None and value is not False:
            written.append(f'{spelled}="{escape(value)}"')
    opening = f"<{' '.join(written)}>"
    return Markup(opening if name in VOID else f"{opening}{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Children side by side, text escaped."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child, quote=False) for child in children
        )
    )
