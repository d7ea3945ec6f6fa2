"""Gather every kind of evidence of claims, and keep it with the certificates.

A kind of evidence counts only with its mutants: the wrong versions named by the claim, and one-site
edits of its statement. A mutant that the kernel proves and the models support is equivalent (or a
true bound of its own) and is left out; every other one must be told apart from the claim.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from lemmata.certify.estimates import Numerics, numerical_evidence
from lemmata.certify.summary import (
    ClaimSummary,
    Evidence,
    Summary,
    Trial,
    kept_claims,
    write_summary,
)
from lemmata.derivations.claim import Claim, Part
from lemmata.derivations.registry import claims as known_claims
from lemmata.judge.statements import judge_statement
from lemmata.kernel.certificates import certificate
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.rules import NORMAL_FORM, RULES
from lemmata.kernel.terms import Statement, Term
from lemmata.kernel.verdict import Outcome, Verdict
from lemmata.notation import write_text
from lemmata.semantics import search
from lemmata.semantics.mutants import mutants_of_statement

Report: TypeAlias = Callable[[int, int, str], None]

# How many one-site edits of each statement are tried, and how many models speak for the claim.
EDITS = {"quick": 4, "standard": 24, "long": 400}
MODELS = {"quick": 3, "standard": 8, "long": 60}
SEED = 1


def run(
    claims: Sequence[str],
    *,
    out: Path,
    jobs: int,
    budget: str,
    recheck: bool,
    progress: Report,
    numerics: Numerics | None = None,
    resume: bool = False,
) -> Summary:
    """Gather the evidence of some claims, or of all, and write it below a folder.

    Args:
        claims: Ids of claims; empty for all.
        out: The folder for `summary.json` and `certificates/`.
        jobs: How many processes work at once.
        budget: quick, standard or long: how many edits and models are tried.
        recheck: Whether each certificate is verified by the re-checker.
        progress: Called after each claim with the number done, the number in all, and its id.
        numerics: How estimates are made, and what oracles found; None leaves both out.
        resume: Whether claims are left out whose evidence the folder holds already, gathered by
            this source with this budget.

    Raises:
        KeyError: An id is not known.
    """
    known = known_claims()
    names = list(claims) or sorted(known)
    for name in names:
        if name not in known:
            raise KeyError(name)
    (out / "certificates").mkdir(parents=True, exist_ok=True)
    work = partial(gather, out=out, budget=budget, verify=recheck, numerics=numerics)
    done: dict[str, ClaimSummary] = {}
    if resume:
        kept = kept_claims(out)
        done = {name: kept[name] for name in names if name in kept and kept[name].budget == budget}
    with _results(work, [name for name in names if name not in done], jobs) as results:
        for found in results:
            done[found.claim] = found
            write_summary(out, Summary((found,)))  # a run that is cut short keeps what it found
            progress(len(done), len(names), found.claim)
    return Summary(tuple(done[name] for name in names))


@contextmanager
def _results(
    work: Callable[[str], ClaimSummary], names: Sequence[str], jobs: int
) -> Iterator[Iterator[ClaimSummary]]:
    """The summaries of the claims as they are finished."""
    if jobs == 1 or len(names) <= 1:
        yield map(work, names)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("forkserver")) as pool:
        futures: list[Future[ClaimSummary]] = [pool.submit(work, name) for name in names]
        yield (future.result() for future in as_completed(futures))


def gather(
    name: str,
    *,
    out: Path,
    budget: str,
    verify: bool,
    numerics: Numerics | None = None,
) -> ClaimSummary:
    """The evidence of one claim; see `run`."""
    claim = known_claims()[name]
    edits = {part.name: _wrong_versions(part, EDITS[budget]) for part in claim.parts}
    evidence = (
        _proof(claim, edits, out / "certificates", verify=verify),
        _sympy(claim),
        _search(claim, edits, MODELS[budget]),
        *(numerical_evidence(name, numerics) if numerics is not None else ()),
    )
    return ClaimSummary(name, evidence, budget)


@dataclass(frozen=True)
class _Wrong:
    """A wrong version of a statement: what is wrong with it, and what the judges say of it."""

    name: str
    statement: Statement
    verdict: Verdict

    def trial(self, *, killed: bool, witness: str) -> Trial:
        return Trial(self.name, self.verdict.read_as, killed, witness)


def _wrong_versions(part: Part, limit: int) -> list[_Wrong]:
    """The named mistakes and the first edits of a part's statement, judged.

    Equivalent ones left out.
    """

    def write(term: Term) -> str:
        return write_text(term, part.declarations)

    named = {mistake.statement: mistake.because for mistake in part.mistakes}
    edits = mutants_of_statement(part.statement, part.declarations)
    for statement, edit in islice(edits, limit):
        named.setdefault(statement, edit.describe(write))
    judged = [
        _Wrong(name, statement, judge_statement(statement, part.declarations))
        for statement, name in named.items()
        if statement.relation in ("=", ">=", "<=") and not _is_weaker(statement, part)
    ]
    return [wrong for wrong in judged if wrong.verdict.outcome != "proved"]


def _is_weaker(statement: Statement, part: Part) -> bool:
    """Whether an edited bound follows from the claim: one side stands, the other gives way."""
    claimed = part.statement
    if claimed.relation == "=" or statement.relation != claimed.relation:
        return False
    if statement.left == claimed.left:
        step = Statement(claimed.right, claimed.relation, statement.right)
    elif statement.right == claimed.right:
        step = Statement(statement.left, claimed.relation, claimed.left)
    else:
        return False
    return isinstance(prove(step, part.declarations), Proof)


Edits: TypeAlias = dict[str, list[_Wrong]]


def _proof(claim: Claim, edits: Edits, folder: Path, *, verify: bool) -> Evidence:
    """Prove every step of every part, write the certificates, and see that no mutant is proved."""
    started = time.perf_counter()
    problems: list[str] = []
    certificates = []
    for part in claim.parts:
        for place, statement, by in _steps(part):
            problems += [f"{place}: {each!r} is no rule" for each in by if not _is_reason(each)]
            proof = prove(statement, part.declarations)
            if not isinstance(proof, Proof):
                problems.append(f"{place}: {proof.reason} {proof.message}".rstrip())
                continue
            document = certificate(proof, part.declarations)
            certificates.append({"place": place, "certificate": document})
            if verify:
                found = recheck(document)
                problems += [f"{place}: re-checker: {each}" for each in found.problems]
    content = json.dumps({"claim": claim.id, "steps": certificates}, indent=1)
    (folder / f"{claim.id}.json").write_text(content + "\n", encoding="utf-8")
    wrong = [each for part in edits.values() for each in part]
    scope = "; ".join(problems) or "for all declared sizes and distributions"
    outcome: Outcome = "undecided" if problems else "proved"
    killed = 0 if problems else len(wrong)
    seconds = time.perf_counter() - started
    trials = tuple(each.trial(killed=not problems, witness="not proved") for each in wrong)
    return Evidence("proof", outcome, scope, len(wrong), killed, seconds, trials=trials)


def _steps(part: Part) -> Iterator[tuple[str, Statement, tuple[str, ...]]]:
    """Every step of a part's derivation, and the statement as a whole, with a name for messages."""
    before = part.derivation.start
    for number, step in enumerate(part.derivation.steps, start=1):
        yield f"{part.name}, step {number}", Statement(before, step.relation, step.term), step.by
        before = step.term
    yield f"{part.name}, statement", part.statement, ()


def _is_reason(name: str) -> bool:
    return name in RULES or name in NORMAL_FORM


def _sympy(claim: Claim) -> Evidence:
    """Run the SymPy confirmation; its refuted variants are its mutants."""
    started = time.perf_counter()
    found = claim.confirm()
    killed = sum(each.is_nonzero for each in found.refuted)
    outcome: Outcome = "confirmed" if found.holds else "undecided"
    seconds = time.perf_counter() - started
    trials = tuple(
        Trial(each.name, "", each.is_nonzero, each.witness or f"residual {each.residual}")
        for each in found.refuted
    )
    facts = tuple((each.name, f"residual {each.residual}") for each in found.residuals)
    return Evidence(
        "sympy", outcome, found.scope, len(trials), killed, seconds, facts=facts, trials=trials
    )


def _search(claim: Claim, edits: Edits, models: int) -> Evidence:
    """Try the claim in random worlds, and see that each mutant is refuted in one."""
    started = time.perf_counter()
    tried, scope = 0, ""
    outcome: Outcome = "confirmed"
    for part in claim.parts:
        found = search(part.statement, part.declarations, models=models, seed=SEED)
        tried += found.models
        if found.counterexample is not None:
            outcome, scope = "refuted", found.counterexample.text
        elif found.outcome != "supported":
            outcome, scope = "undecided", f"{part.name}: {found.reason}"
    trials = tuple(_searched(each) for part in edits.values() for each in part)
    killed = sum(each.killed for each in trials)
    left = [each.statement for each in trials if not each.killed]
    scope = scope or f"{tried} random worlds, none of which separates the sides"
    facts = (("models of each statement", str(models)), ("seed", str(SEED)))
    if left:
        scope += "; not refuted: " + "; ".join(left)
    seconds = time.perf_counter() - started
    return Evidence(
        "search", outcome, scope, len(trials), killed, seconds, facts=facts, trials=trials
    )


def _searched(wrong: _Wrong) -> Trial:
    """A wrong version with the smallest counterexample found, or the reason why there is none."""
    found = wrong.verdict.counterexample
    return wrong.trial(
        killed=found is not None, witness=found.text if found else wrong.verdict.message
    )
