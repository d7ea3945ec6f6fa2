"""Cut the fonts of the report out of TeX Gyre Pagella: `python scripts/subset_fonts.py FOLDER`.

FOLDER holds texgyrepagella-{regular,italic,bold}.otf and texgyrepagella-math.otf. Needs fonttools
and brotli, which nothing else here does; the cut fonts are kept beside the report's stylesheet.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset

ASSETS = Path(__file__).resolve().parents[1] / "lemmata" / "reports" / "assets"


def codes(*ranges: tuple[int, int]) -> set[int]:
    """The code points of some ranges, both ends included."""
    return {code for first, last in ranges for code in range(first, last + 1)}


LATIN = codes((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2026))
GREEK = codes((0x391, 0x3A9), (0x3B1, 0x3C9)) | {0x3D1, 0x3D5, 0x3D6, 0x3F1, 0x3F5}
# Upright and script capitals, double-struck capitals, bold, italic; the gaps stand elsewhere.
ALPHABETS = codes(
    (0x1D400, 0x1D467),
    (0x1D49C, 0x1D4B5),
    (0x1D538, 0x1D550),
    (0x1D6A8, 0x1D71B),
    (0x1D7CE, 0x1D7D7),
) | {0x210E, 0x212C, 0x2130, 0x2131, 0x210B, 0x2110, 0x2112, 0x2133, 0x211B, 0x2102, 0x210D}
ALPHABETS |= {0x2115, 0x2119, 0x211A, 0x211D, 0x2124}
SIGNS = {
    ord(sign) for sign in "∂∇∑∏∫√∞±×÷⋅∘∗∼≈≃≡≠≤≥≪≫∝∈∉⊂⊆∪∩∅∀∃¬∧∨⊤⊥∥∣⟨⟩⌈⌉⌊⌋←→↔⇐⇒⇔↦⊙⊗⊕…⋯⋮⋱′″−ˆ˜¯˙¨ˇ"
}
MATHS = codes((0x21, 0x7E)) | {0xA0, 0xB1, 0xD7} | GREEK | ALPHABETS | SIGNS | codes((0x300, 0x30C))


def cut(source: Path, target: str, wanted: Iterable[int], features: list[str]) -> None:
    """Write the part of a font that some code points need."""
    options = subset.Options(flavor="woff2", layout_features=features, notdef_outline=True)
    options.hinting = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    subset.save_font(font, str(ASSETS / target), options)


def main() -> None:
    """Cut the four fonts."""
    folder = Path(sys.argv[1])
    for style in ("regular", "italic", "bold"):
        cut(folder / f"texgyrepagella-{style}.otf", f"{style}.woff2", LATIN, ["kern", "liga"])
    cut(folder / "texgyrepagella-math.otf", "math.woff2", MATHS, ["ssty", "dtls", "flac"])


if __name__ == "__main__":
    main()
