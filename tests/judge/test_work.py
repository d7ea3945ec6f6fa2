"""All work on one answer comes from one account: what it cannot pay for is undecided."""

from lemmata.checkers.answers import check
from lemmata.checkers.sheets import sheet_of
from lemmata.judge import WORK_BEHIND_A_MISTAKE, WORK_ON_A_FORMULA
from lemmata.judge.mends import SLIP_WORK
from lemmata.judge.statements import compared, judge_statement
from lemmata.kernel.fuel import WORK, account, accounted, remembered
from lemmata.kernel.terms import Statement, Sym, as_term

CLAIM = "gaussian-kl"
RIGHT = r"-\frac12\sum_{j=1}^m\left(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2\right)"
WRONG = r"\sum_{j=1}^m \mu_j"
ROWS = (
    r"\begin{align} \mu_1 &= 2\mu_1 - \mu_1 \\ &= \mu_1 + 1"
    + r"\\ &= \mu_1 + 2" * 40
    + r"\end{align}"
)


def test_a_verdict_needs_the_work_that_it_takes() -> None:
    """What is proved or refuted with enough work is undecided without, and no cache tells it."""
    sheet_of(CLAIM)
    for answer, outcome in ((RIGHT, "proved"), (WRONG, "refuted")):
        with accounted(100):
            found = check(answer, claim=CLAIM)
        assert (found.outcome, found.cause) == ("undecided", "budget")
        assert check(answer, claim=CLAIM).outcome == outcome
        with accounted(100):
            assert check(answer, claim=CLAIM).cause == "budget"


def test_an_answer_takes_the_same_each_time() -> None:
    """Whoever asks the same again pays the same again, so no verdict depends on what was before."""
    sheet_of(CLAIM)
    taken = []
    for _ in range(3):
        with accounted() as work:
            check(WRONG, claim=CLAIM)
        taken.append(WORK - work.left)
    assert taken[0] > 1_000
    assert taken == taken[:1] * 3


def test_the_steps_before_the_work_ran_out_stand() -> None:
    """A step that was judged stays judged; those that no work was left for are undecided."""
    whole = check(ROWS, claim=CLAIM, kind="derivation")
    assert [step.verdict.outcome for step in whole.steps[:3]] == ["proved", "refuted", "refuted"]
    with accounted(SLIP_WORK - 1) as work:  # without explanations
        check(ROWS, claim=CLAIM, kind="derivation")
    needed = SLIP_WORK - 1 - work.left
    for share in (0.3, 0.5, 0.7):
        with accounted(share * needed):
            found = check(ROWS, claim=CLAIM, kind="derivation")
        causes = [step.verdict.cause for step in found.steps]
        assert "budget" in causes
        held = causes.index("budget")
        assert causes[held:] == ["budget"] * (len(causes) - held)
        told, meant = ([s.verdict.outcome for s in v.steps[:held]] for v in (found, whole))
        assert told == meant
        assert found.first_wrong_step == (2 if held > 1 else None)
        assert found.reaches_goal is None


def test_a_formula_has_less_work_than_a_derivation() -> None:
    """A final answer is one formula, and what stands behind a wrong step decides nothing."""
    sheet_of(CLAIM)
    held = r"\begin{align} \mu_1 &= 2\mu_1 - \mu_1 \\ &= \mu_1 + 1 - 1 \\ &= \mu_1 \end{align}"
    left = {}
    for name, answer, kind in (
        ("formula", RIGHT, "expression"),
        ("held", held, "derivation"),
        ("wrong", held.replace("- 1", "- 2"), "derivation"),
    ):
        with accounted() as work:
            check(answer, claim=CLAIM, kind=kind)  # type: ignore[arg-type]
        left[name] = work.left
    assert WORK_BEHIND_A_MISTAKE < left["formula"] < WORK_ON_A_FORMULA
    assert left["held"] > WORK_ON_A_FORMULA
    assert 0 < left["wrong"] < WORK_BEHIND_A_MISTAKE


def test_no_refutation_is_lost_to_its_explanation() -> None:
    """With less left than an explanation may take, nothing is explained, and the verdict stands."""
    full = check(WRONG, claim=CLAIM)
    with accounted(SLIP_WORK - 1):
        found = check(WRONG, claim=CLAIM)
    assert found.outcome == full.outcome == "refuted"
    assert full.message.startswith(found.message)
    assert full.message != found.message


def test_nothing_is_told_apart_without_work() -> None:
    """Two terms that nobody could look at are neither equal nor different."""
    declared = sheet_of(CLAIM).declarations
    size, one = Sym("m"), as_term(1)
    assert compared(size, size + one, declared) == "refuted"
    with accounted(100) as work:
        work.take(101)
        assert compared(size, size + one, declared) == "undecided"
        assert judge_statement(Statement(size, "=", size), declared).cause == "budget"


def test_what_is_remembered_is_found_with_all_of_its_work() -> None:
    """It does not matter how little was left when it was asked for first."""

    @remembered(4, 50)
    def enough(wanted: int) -> bool:
        return account().take(wanted)

    @remembered(4, 50, whole=True)
    def whole(wanted: int) -> bool:
        return account().take(wanted)

    for _ in range(2):
        with accounted(60) as work:
            assert enough(40)
            assert work.left == 20
            enough(30)
            assert work.is_out
        with accounted(60) as work:
            assert enough(30)
            assert work.left == 30
        with accounted(60) as work:
            assert not enough(70)
            assert work.left == 10
        with accounted(600) as work:
            assert not whole(70)
            assert work.is_out
    assert not account().is_out
