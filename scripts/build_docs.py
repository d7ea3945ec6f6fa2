"""Build the documentation as HTML: `python scripts/build_docs.py FOLDER`.

The pages of `docs/` and the README, and one page for each rule, outcome and cause, written from
what they say about themselves in the source.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from lemmata.checkers.explanations import CAUSES, OUTCOMES, rule_documentation
from lemmata.reports.claims import rule_blocks
from lemmata.reports.html import blocks_html, page
from lemmata.reports.markup import Markup, element, join, trusted

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = "reference"


def pages() -> Iterator[tuple[str, str, Markup]]:
    """The file name, title and body of every page."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    sources = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for source in sources:
        text = source.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        body = re.sub(r'href="([^":#]+)\.md([#"])', r'href="\1.html\2', markdown.render(text))
        body = wide_tables(body)
        name = source.relative_to(ROOT).with_suffix(".html").as_posix()
        yield name, title, trusted(body)
    entries = dict(reference())
    for name, body in entries.items():
        yield f"{REFERENCE}/{name}.html", name, join(element("h1", name), body)
    links = (element("li", element("a", name, href=f"{name}.html")) for name in sorted(entries))
    index = join(element("h1", "Rules, outcomes and causes"), element("ul", *links))
    yield f"{REFERENCE}/index.html", "Rules, outcomes and causes", index


def wide_tables(body: str) -> str:
    """Tables in regions of their own, which scroll where a page is narrow."""
    region = '<div class="table" tabindex="0" role="region" aria-label="table">'
    return body.replace("<table>", f"{region}<table>").replace("</table>", "</table></div>")


def reference() -> Iterator[tuple[str, Markup]]:
    """The body of the page of each rule, outcome and cause."""
    for outcome, meaning in OUTCOMES.items():
        yield outcome, element("p", f"An outcome: {meaning}.")
    for cause, (meaning, remedy) in CAUSES.items():
        yield (
            cause,
            join(
                element("p", f"A cause of undecided: {meaning}."),
                element("p", f"What to do: {remedy}."),
            ),
        )
    for name, documentation in rule_documentation().items():
        yield name, trusted(blocks_html(rule_blocks(documentation)))


def build(folder: Path) -> int:
    """Write every page below a folder, and return how many."""
    count = 0
    for name, title, body in pages():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        depth = name.count("/")
        way = element(
            "nav",
            element(
                "p",
                element("a", "Lemmata", href="../" * depth + "README.html"),
                " · ",
                element("a", "Rules and causes", href="../" * depth + f"{REFERENCE}/index.html"),
            ),
        )
        target.write_text(page(title, join(way, element("main", body))), encoding="utf-8")
        count += 1
    for notebook in (ROOT / "docs").glob("*.ipynb"):
        shutil.copy(notebook, folder / "docs")
    return count


if __name__ == "__main__":
    print(f"{build(Path(sys.argv[1]))} pages in {sys.argv[1]}")
