"""What a terminal shows, word for word."""

import re

from lemmata.certify.summary import ClaimSummary, Evidence, Summary
from lemmata.kernel.verdict import Counterexample, Span, StepVerdict, Verdict
from lemmata.reports.plain import printable, summary_text, verdict_text


def test_a_proved_expression() -> None:
    """A proof shows the reading, the rules and each assumption."""
    verdict = Verdict(
        "proved",
        read_as="log(a b) = log(a) + log(b)",
        rules=("logarithm_of_a_product", "algebra"),
        assumptions=("a > 0", "b > 0"),
    )
    assert verdict_text(verdict) == (
        "proved\n"
        "  read as  log(a b) = log(a) + log(b)\n"
        "  by       logarithm_of_a_product, algebra\n"
        "  assumes  a > 0\n"
        "  assumes  b > 0"
    )


def test_a_refuted_derivation() -> None:
    """A derivation shows each step, and the headline names the first wrong one."""
    wrong = Verdict(
        "refuted", counterexample=Counterexample({"a": "2"}, "2", "4", "at a = 2: 2, 4")
    )
    verdict = Verdict(
        "refuted",
        steps=(StepVerdict(1, "=", Verdict("proved")), StepVerdict(2, "=", wrong)),
        first_wrong_step=2,
        reaches_goal=False,
    )
    assert verdict_text(verdict) == (
        "refuted: step 2 is the first that is wrong\n"
        "step 1  =   proved\n"
        "step 2  =   refuted\n"
        "  at a = 2: 2, 4\n"
        "  it does not start and end where the sheet asks"
    )


def test_a_wrong_step_is_shown_in_its_text() -> None:
    """Its line with carets below what is wrong; the counterexample is a table."""
    world = Counterexample({"a": "2", "sigma_1": "1"}, "2", "4", "left side = 2, right side = 4")
    wrong = Verdict(
        "refuted",
        span=Span(2, 5, 10, 13),
        message="left side = 2, right side = 4\nflip it",
        counterexample=world,
    )
    verdict = Verdict("refuted", steps=(StepVerdict(1, "=", wrong),), first_wrong_step=1)
    assert verdict_text(verdict, text="first\n  = a + b\n").splitlines() == [
        "refuted: step 1 is the first that is wrong",
        "step 1  =   refuted (line 2)",
        "    = a + b",
        "      ^^^",
        "  left     2",
        "  right    4",
        "  where    a        2",
        "           sigma_1  1",
        "  flip it",
    ]


def test_an_undecided_answer() -> None:
    """What is undecided shows its cause, and its message as it stands, carets included."""
    verdict = Verdict("undecided", cause="unreadable", message="line 1, column 2\n{x\n ^ no }")
    assert verdict_text(verdict) == ("undecided (unreadable)\n  line 1, column 2\n  {x\n   ^ no }")


def test_an_answer_cannot_command_the_terminal() -> None:
    """Escape sequences and overwriting are spelled out; signs of mathematics stay."""
    assert printable("\x1b[2Jσ ≥ 0\r\n") == "\\x1b[2Jσ ≥ 0\\r\n"
    assert "\x1b" not in verdict_text(Verdict("refuted", message="\x1b[31m"))


def test_the_table_of_a_run() -> None:
    """Each claim has a row; what is wrong with one stands below with its scope."""
    proof = Evidence("proof", "proved", "all sizes", 4, 4, 0.25)
    search = Evidence("search", "confirmed", "9 worlds of 3 sizes", 4, 3, 0.5)
    summary = Summary(
        (ClaimSummary("gan-jsd", (proof,)), ClaimSummary("vae-elbo", (proof, search)))
    )
    assert summary_text(summary).splitlines() == [
        (
            "claim     verdict    proof   sympy    search     estimate  oracle   mutants killed"
            "  seconds"
        ),
        "gan-jsd   proved     proved  not run  not run    not run   not run  4/4             0.25",
        "vae-elbo  undecided  proved  not run  confirmed  not run   not run  4/4, 3/4        0.75",
        "vae-elbo: search: confirmed: 9 worlds of 3 sizes",
        "1 of 2 claims proved",
    ]


def test_colour_says_nothing_that_words_do_not() -> None:
    """With colour the same lines are wrapped in codes of the outcome, and nothing else changes."""
    wrong = Verdict("refuted", message="at a = 2", span=Span(7, 1, 0, 1))
    verdict = Verdict("refuted", steps=(StepVerdict(1, ">=", wrong),), first_wrong_step=1)
    plain, coloured = verdict_text(verdict), verdict_text(verdict, colour=True)
    assert "step 1  >=  refuted (line 7)" in plain
    assert "\x1b[1;31mstep 1  >=  refuted (line 7)\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
