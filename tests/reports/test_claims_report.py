"""The report of the claims: complete, self-contained, escaped, and honest about what is missing."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lemmata.certify import summary
from lemmata.certify.summary import (
    SUMMARY,
    ClaimSummary,
    Curve,
    Evidence,
    Plot,
    Summary,
    Table,
    Tiles,
    Trial,
    write_summary,
)
from lemmata.derivations.registry import claims
from lemmata.kernel.encode import digest
from lemmata.reports.claims import claims_report, rule_blocks
from lemmata.reports.document import Document, Fields, Network
from lemmata.reports.formulas import prose
from lemmata.reports.html import inlines, write_html
from lemmata.reports.latex import write_latex_document

KNOWN = list(claims().values())
SOME = [claims()[name] for name in ("gaussian-kl", "gan-jsd", "reward-to-go")]
LARGEST = 1_500_000
SCRIPT = "<script>alert(1)</script>"
ATTACKS = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "javascript:alert(1)",
    r"\input{/etc/passwd} \write18{id} $ _ ^ # % & ~ { } \end{document}",
)


class Reader(HTMLParser):
    """What a browser would see: elements, links, ids, attributes, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append((name, value or ""))
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    """Parse a page."""
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture(scope="module")
def document(evidence: Path) -> Document:
    """The report of three claims."""
    return claims_report(SOME, evidence)


def test_every_claim_has_a_section_with_its_steps(document: Document) -> None:
    """Each step of each part of each claim has an anchor, and every link leads somewhere."""
    page = read(write_html(document))
    for claim in SOME:
        assert f"claim-{claim.id}" in page.ids
        for part in claim.parts:
            for number in range(1, len(part.derivation.steps) + 1):
                assert f"claim-{claim.id}-{part.name}-{number}" in page.ids
    assert len(set(page.ids)) == len(page.ids)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert all(link.startswith("#") for link in page.links)


def test_each_reason_leads_to_the_page_of_its_rule(document: Document) -> None:
    """Every rule that a step names is documented in the report."""
    page = read(write_html(document))
    for claim in SOME:
        for part in claim.parts:
            for step in part.derivation.steps:
                assert {f"rule-{name}" for name in step.by} <= set(page.ids)
    assert "p(A | B) = p(A, B) / p(B)" in page.text or "rule-marginalisation" in page.ids


def test_the_report_needs_nothing_from_outside(document: Document) -> None:
    """No address of a network, no file beside it; its policy forbids what it does not need."""
    html = write_html(document)
    page = read(html)
    sources = [value for name, value in page.attributes if name in ("src", "srcset", "action")]
    assert sources == []
    assert not re.search(r"url\((?!data:font/woff2;base64,)", html)
    assert "@import" not in html
    assert any("default-src 'none'" in value for _, value in page.attributes)
    assert not {"link", "iframe", "object", "embed", "base"} & set(page.tags)
    assert page.tags.count("script") == 1


def test_the_report_shows_all_evidence(document: Document) -> None:
    """Statuses, scopes, residuals, and a counterexample of each mutant can be read as text."""
    text = read(write_html(document)).text
    assert "3 claims: 3 proved." in text
    assert "the sign is wrong" in text
    assert "left side = 1/2\nright side = -1/2" in text
    assert "residual 0" in text
    assert "one coordinate and three independent coordinates" in text.lower()
    assert "lemmata certify gaussian-kl --recheck" in text


def test_all_claims_fit_in_the_budget(evidence: Path) -> None:
    """The report of all claims is at most 1.5 MB, with the evidence that the folder holds."""
    html = write_html(claims_report(KNOWN, evidence))
    assert len(html.encode()) <= LARGEST
    shown = {claim.id for claim in KNOWN if f'id="claim-{claim.id}"' in html}
    assert shown == set(claims())


def test_what_was_not_run_says_so(tmp_path: Path) -> None:
    """Without evidence, every claim is stated and proved nowhere."""
    text = read(write_html(claims_report(SOME, tmp_path))).text
    assert "3 claims: 3 not run." in text
    assert "lemmata certify gaussian-kl" in text
    assert "✓ proved" not in text


def test_a_claim_that_fails_is_shown_for_what_it_is(evidence: Path, tmp_path: Path) -> None:
    """Its status and the words of what failed; the claims beside it are as they were."""
    folder = tmp_path / "copy"
    shutil.copytree(evidence, folder)
    open_ = Evidence("proof", "undecided", "step 2: not proved", 0, 0, 0.1)
    wrong = Evidence("search", "refuted", "left side = 1", 0, 0, 0.1)
    failed = (ClaimSummary("gaussian-kl", (open_,)), ClaimSummary("gan-jsd", (open_, wrong)))
    write_summary(folder, Summary(failed))
    html = write_html(claims_report(SOME, folder))
    assert "3 claims: 1 proved, 1 refuted, 1 undecided." in html
    for claim, status, words in (
        ("gaussian-kl", "undecided", "Step 2: not proved"),
        ("gan-jsd", "refuted", "Left side = 1"),
        ("reward-to-go", "proved", "told apart"),
    ):
        section = re.search(
            rf'<section id="claim-{claim}" .*?(?=<section id="claim-{claim}-source)',
            html,
            re.DOTALL,
        )
        assert section is not None
        assert f'data-status="{status}"' in section.group().partition(">")[0]
        assert words in section.group()


def test_stale_evidence_is_shown_as_stale(evidence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the package has changed, nothing is shown as proved."""
    monkeypatch.setattr(summary, "source_hash", lambda: "another")
    html = write_html(claims_report(SOME, evidence))
    assert "3 claims: 3 stale." in html
    assert "The package has changed since this evidence was gathered" in html
    assert 'data-status="stale"' in html
    assert re.search(r'<section[^>]*data-status="proved"', html) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"claim": 3, "steps": []}', b"\xff"])
def test_a_damaged_certificate_is_named(evidence: Path, tmp_path: Path, content: bytes) -> None:
    """A corrupt file of certificates is a warning; the rest of the report is intact."""
    folder = tmp_path / "copy"
    shutil.copytree(evidence, folder)
    (folder / "certificates" / "gan-jsd.json").write_bytes(content)
    html = write_html(claims_report(SOME, folder))
    assert "gan-jsd.json cannot be read" in html
    assert "the sign is wrong" in html


@pytest.mark.parametrize(
    ("change", "words", "status"),
    [
        ({"lemmata": "0.0.1"}, "was written by Lemmata 0.0.1, format 1", "stale"),
        ({"format": 7}, "format 7, and this is Lemmata", "stale"),
        ({"rules": [], "hash": "0"}, "the hash is not that of the content", "undecided"),
    ],
)
def test_a_certificate_of_another_version_is_stale(
    evidence: Path, tmp_path: Path, change: dict[str, object], words: str, status: str
) -> None:
    """It proves nothing here, nor does a changed one; both are named, the rest is intact."""
    folder = tmp_path / "copy"
    shutil.copytree(evidence, folder)
    path = folder / "certificates" / "gan-jsd.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    found = content["steps"][0]["certificate"]
    content["steps"][0]["certificate"] = found = {**found, **change}
    if "hash" not in change:
        found["hash"] = digest(found)
    path.write_text(json.dumps(content), encoding="utf-8")
    html = write_html(claims_report(SOME, folder))
    assert words in html
    assert f"3 claims: 2 proved, 1 {status}." in html
    assert re.search(rf'<section[^>]*id="claim-gan-jsd"[^>]*data-status="{status}"', html)


def test_a_damaged_summary_is_named(tmp_path: Path) -> None:
    """A corrupt summary is no evidence, and the report says so."""
    (tmp_path / SUMMARY).write_bytes(b"{")
    html = write_html(claims_report(SOME, tmp_path))
    assert "summary.json cannot be read" in html
    assert "3 claims: 3 not run." in html


def hostile(attack: str) -> Evidence:
    """Evidence of a kind whose every string is an attack."""
    curve = Curve(attack, (1.0, 2.0, 3.0), (1.0, float("nan"), 2.0), (0.5, 0.5, 1.5), (2, 2, 3))
    return Evidence(
        "estimate",
        "confirmed",
        attack,
        1,
        1,
        0.1,
        facts=((attack, attack),),
        trials=(Trial(attack, attack, killed=True, witness=attack),),
        tables=(Table(attack, (attack, attack), ((attack, attack),)),),
        plots=(Plot(attack, attack, attack, (curve, curve), level=1.0, limits=(0.5,)),),
        tiles=(Tiles(attack, ((attack, "00ff80ff"),), 2),),
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_markup(attack: str, tmp_path: Path) -> None:
    """Markup in evidence is shown as text: the page has the same elements as without it."""
    pages = []
    for word in ("word", attack):
        write_summary(tmp_path, Summary((ClaimSummary("gaussian-kl", (hostile(word),)),)))
        page = read(write_html(claims_report(SOME[:1], tmp_path)))
        pages.append(page)
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert all(link.startswith("#") for link in page.links)
    assert pages[0].tags == pages[1].tags
    assert attack in pages[1].text


def test_any_kind_of_evidence_is_shown(tmp_path: Path) -> None:
    """An estimate brings its facts, tables and plots, in HTML and in LaTeX."""
    write_summary(tmp_path, Summary((ClaimSummary("gaussian-kl", (hostile("plain"),)),)))
    document = claims_report(SOME[:1], tmp_path)
    html, latex = write_html(document), write_latex_document(document)
    assert html.count("<svg") == 3  # the plot, the claim's rules, all rules
    assert html.count('src="data:image/png;base64,') == 1
    assert 'class="band' in html
    assert 'class="limit"' in html
    assert 'class="level"' in html
    assert r"\qbezier" in latex
    assert "nan" not in re.findall(r'd="([^"]*)"', html)


def test_the_graph_is_a_list_too(document: Document) -> None:
    """Whatever the graphs join is also said by links in text."""
    sections = list(document.sections)
    found = 0
    while sections:
        section = sections.pop()
        sections += section.sections
        networks = [
            b for f in section.blocks for b in getattr(f, "blocks", ()) if isinstance(b, Network)
        ]
        for network in networks:
            found += 1
            assert network.edges
            assert {b for _, b in network.edges} == set(range(len(network.right)))
    assert found == len(SOME) + 1


def test_a_formula_in_a_sentence_keeps_its_brackets() -> None:
    """No line ends between a name and the sign beside it, and a minus sign is one."""
    shown = str(inlines(prose("at least -log 4 (x, p(z)), well-known p")))
    x, p, z = (f"<math><mi>{name}</mi></math>" for name in "xpz")
    assert shown == (
        f'at least −log 4 <span class="word">({x},</span> <span class="word">{p}({z})),</span> '
        f"well-known {p}"
    )


def test_a_rule_is_laid_out_by_what_it_says() -> None:
    """The documentation of a rule becomes its parts."""
    text = "A sentence.\n\nStatement: this\n    = that.\nAssumes: so.\nRefuses: no.\nExample: it."
    first, fields = rule_blocks(text)
    assert getattr(first, "content", None) == ("A sentence.",)
    assert isinstance(fields, Fields)
    assert fields.rows[0] == ("statement", ("this = that.",))
    assert [name for name, _ in fields.rows] == ["statement", "assumes", "refuses", "example"]
