"""Attacks on the kernel, the reader and the re-checker, each a trial that a number settles.

    false step     a term against a mutant of it that models tell apart, at a random depth of true
                   rewritings: the kernel must not prove that they are equal
    true step      a term against itself rewritten by true identities: the kernel should prove it
    inequality     one that a model denies must not be proved
    equations      two that have one solution are not refuted to say the same, and two of which a
                   value solves one only are not proved to
    certificate    the certificate of a true step must re-check, and must not after it was changed
    corruption     a certificate with parts put in the place of others must not re-check, unless
                   what it then says is true in every model
    round trip     what the writers write must be read back with the same value
    gibberish      text with pieces taken out, doubled and swapped ends in a located error, or reads

A trial depends on its attack, its kind of terms, the seed and its number, and on nothing else, so
that whatever is found can be replayed. Many trials of one attack, over all kinds:

    python -m lemmata.properties.attacks "false step" --trials 200000 --seed 1 --jobs 2
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from lemmata.judge.equations import judge_equations
from lemmata.kernel.certificates import certificate
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.encode import decode, encode, seal
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.terms import Relation, Statement, Term
from lemmata.notation import NotationError, read_expression, write_latex, write_text
from lemmata.properties.collisions import shares
from lemmata.properties.relations import UNKNOWN, Solved, lopsided, mutated, solved
from lemmata.properties.rewriting import rewrite
from lemmata.properties.terms import KINDS, Maker, declarations_of
from lemmata.properties.values import Judge, Value, denied, differ, same, words
from lemmata.semantics import Unevaluable

Answer: TypeAlias = Literal["held", "missed", "left out", "broken"]
"""What a trial shows: the defence held; it missed something true; the trial asks nothing; or the
defence is broken."""

DEEPEST = 4
"""How many true rewritings stand before a planted error, at most."""
MIXED = ("statement", "steps", "bounds")
"""The parts of a certificate that are mixed up."""
FORGET = 400
PIECES = (
    *(r"\frac", r"\sum_{j=1}^m", r"\log", r"\mathbb{E}", r"\left", r"\int", r"\theta", "\\\\"),
    *("(", ")", "{", "}", "^", "_", "+", "-", "=", "&", "|", "p(x)", "x", "y", ",", "2"),
)
"""What gibberish is made of, besides pieces of the formula itself."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial of an attack.

    Attributes:
        attack: Which attack.
        kind: The kind of terms, as in `terms.KINDS`.
        seed: The seed of the run.
        number: The number of the trial.
    """

    attack: str
    kind: str
    seed: int
    number: int

    def dice(self) -> Random:
        """What the trial is drawn with."""
        return Random(f"{self.attack} {self.kind} {self.seed} {self.number}")


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial shows, with the evidence in words where the defence is broken or missed."""

    answer: Answer
    text: str = ""


HELD, LEFT_OUT = Result("held"), Result("left out")


class Field:
    """The world of one kind of terms, with fixed models to compare values in."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.declarations: Declarations = declarations_of(kind)
        self.judge = Judge(self.declarations, 0)
        self._asked = 0

    def values(self, term: Term) -> tuple[Value, ...] | None:
        """The values of a term in the models; None where they cannot evaluate it."""
        self._asked += 1
        if self._asked % FORGET == 0:
            self.judge.forget()
        try:
            return self.judge.values(term)
        except Unevaluable:
            return None

    def shown(self, term: Term) -> str:
        """A term in plain text."""
        return write_text(term, self.declarations)

    def equation(self, left: Term, right: Term) -> str:
        """Two terms with their values, for a report."""
        lines = []
        for term in (left, right):
            found = self.values(term)
            worth = ", ".join(map(words, found)) if found else "no value"
            lines.append(f"  {self.shown(term)}   [{worth}]")
        return "\n".join(lines)


@cache
def field_of(kind: str) -> Field:
    """The world of a kind, made once in a process."""
    return Field(kind)


def _rewritten(term: Term, dice: Random, declarations: Declarations) -> Term:
    for _ in range(dice.randint(1, DEEPEST)):
        term = rewrite(term, dice, declarations)
    return term


def false_step(field: Field, dice: Random) -> Result:
    """A planted error must not be proved."""
    term = Maker(dice, field.kind).term()
    other = _rewritten(term, dice, field.declarations)
    wrong = mutated(other, dice, field.declarations)
    left, right = field.values(term), field.values(wrong)
    if left is None or right is None or not differ(left, right):
        return LEFT_OUT
    if isinstance(prove(Statement(term, "=", wrong), field.declarations), Proof):
        return Result("broken", f"a false step is proved:\n{field.equation(term, wrong)}")
    return HELD


def true_step(field: Field, dice: Random) -> Result:
    """A true step should be proved; where it is not, the normal form is incomplete."""
    term = Maker(dice, field.kind).term()
    other = _rewritten(term, dice, field.declarations)
    if field.values(term) is None or term == other:
        return LEFT_OUT
    attempt = prove(Statement(term, "=", other), field.declarations)
    if isinstance(attempt, Open):
        # Terms outside the calculus, or defined under a condition only, are no steps of a proof.
        if attempt.reason in ("unsupported", "condition"):
            return LEFT_OUT
        text = f"not proved ({attempt.reason}):\n{field.equation(term, other)}"
        return Result("missed", text)
    return HELD


RELATIONS: tuple[Relation, ...] = ("<=", ">=", "<", ">")


def false_inequality(field: Field, dice: Random) -> Result:
    """An inequality that a model denies must not be proved."""
    left, right = lopsided(Maker(dice, field.kind), field.declarations)
    values = field.values(left), field.values(right)
    if values[0] is None or values[1] is None:
        return LEFT_OUT
    false = [each for each in RELATIONS if denied(values[0], each, values[1])]
    if not false:
        return LEFT_OUT
    statement = Statement(left, dice.choice(false), right)
    if isinstance(prove(statement, field.declarations), Proof):
        found = field.equation(left, right)
        return Result("broken", f"a false {statement.relation} is proved:\n{found}")
    return HELD


def solved_equations(field: Field, dice: Random) -> Result:
    """Two equations have the same solutions, or a value solves one only: no verdict is wrong."""
    asked = solved(Maker(dice, field.kind), field.declarations)
    known = (value for value in asked.candidates if _solves_one(field, asked, value))
    value = None if asked.alike else next(known, None)
    if value is None and not asked.alike:
        return LEFT_OUT
    found = judge_equations(asked.first, asked.second, asked.declarations, UNKNOWN)
    if value is None:
        wrong, why = found.outcome == "refuted", "refuted, but they say the same"
    else:
        wrong, why = found.outcome == "proved", f"proved, but not at {field.shown(value)}"
    return Result("broken", f"{why}: {found.read_as}\n{found.message}") if wrong else HELD


def _solves_one(field: Field, asked: Solved, value: Term) -> bool:
    """Whether a value of the unknown solves one equation in a model, and not the other."""
    worth = [[field.values(side) for side in sides] for sides in asked.at(value)]
    (one, two), (left, right) = worth
    if one is None or two is None or left is None or right is None:
        return False
    return any(
        (same(a, b) and denied([c], "=", [d])) or (same(c, d) and denied([a], "=", [b]))
        for a, b, c, d in zip(one, two, left, right, strict=True)
    )


def changed_certificate(field: Field, dice: Random) -> Result:
    """A certificate re-checks as it is issued, and not after it was changed."""
    term = Maker(dice, field.kind).term()
    other = _rewritten(term, dice, field.declarations)
    statement = Statement(term, "=", other)
    proof = prove(statement, field.declarations)
    if not isinstance(proof, Proof):
        return LEFT_OUT
    issued = certificate(proof, field.declarations)
    if not recheck(issued).ok:
        return Result("missed", f"does not re-check:\n{field.equation(term, other)}")
    changed, what = _changed(field, issued, statement, dice)
    if changed is None:
        return LEFT_OUT
    if recheck(changed).ok:
        return Result("broken", f"re-checks after {what}:\n{field.equation(term, other)}")
    return HELD


def _changed(
    field: Field, issued: dict[str, Any], statement: Statement, dice: Random
) -> tuple[dict[str, Any] | None, str]:
    """A certificate with one change that makes it wrong, and the change in words."""
    changed = deepcopy(issued)
    match dice.randrange(5):
        case 0:
            changed["hash"] = changed["hash"][::-1]
            return (changed if changed["hash"] != issued["hash"] else None), "a changed hash"
        case 1:
            wrong = mutated(statement.right, dice, field.declarations)
            values = field.values(statement.left), field.values(wrong)
            if values[0] is None or values[1] is None or not differ(values[0], values[1]):
                return None, ""
            changed["statement"] = encode(Statement(statement.left, "=", wrong))
            return seal(changed), "a false statement"
        case 2 if changed["steps"]:
            step = dice.choice(changed["steps"])
            step["after"] = ["Add", [step["after"], ["Num", "1"]]]
            return seal(changed), f"adding 1 to what {step['rule']} gives"
        case 3 if changed["rules"] and changed["steps"]:
            gone = dice.choice(changed["steps"])["rule"]
            changed["rules"] = [name for name in changed["rules"] if name != gone]
            return seal(changed), f"leaving {gone} out of the rules"
        case 4 if changed["assumptions"]:
            changed["assumptions"] = changed["assumptions"][1:]
            return seal(changed), "leaving an assumption out"
    return None, ""


def corrupted_certificate(field: Field, dice: Random) -> Result:
    """A certificate whose parts were mixed up is refused, or still says something true."""
    term = Maker(dice, field.kind).term()
    other = _rewritten(term, dice, field.declarations)
    proof = prove(Statement(term, "=", other), field.declarations)
    if not isinstance(proof, Proof):
        return LEFT_OUT
    issued = certificate(proof, field.declarations)
    changed = deepcopy(issued)
    for _ in range(dice.randint(1, 2)):
        places = [place for name in MIXED for place in _places(changed[name])]
        kept, key = dice.choice(places)
        alike = [c[k] for c, k in places if type(c[k]) is type(kept[key]) and c[k] != kept[key]]
        if alike:
            kept[key] = deepcopy(dice.choice(alike))
    changed = seal(changed)
    if changed == issued:
        return LEFT_OUT
    if not recheck(changed).ok:
        return HELD
    said = decode(changed["statement"], Statement)
    left, right = field.values(said.left), field.values(said.right)
    if left is None or right is None:
        return LEFT_OUT
    if said.relation == "=" and differ(left, right):
        equation = field.equation(said.left, said.right)
        return Result("broken", f"a corrupted certificate re-checks:\n{equation}")
    return HELD


def _places(part: Any) -> list[tuple[Any, Any]]:
    """Every place inside a part of a certificate: what it stands in, and its key there."""
    keys = (
        list(part) if isinstance(part, dict) else range(len(part) if isinstance(part, list) else 0)
    )
    return [place for key in keys for place in [(part, key), *_places(part[key])]]


def round_trip(field: Field, dice: Random) -> Result:
    """What is written is read back with the same value, in either dialect."""
    term = Maker(dice, field.kind).term()
    latex = dice.random() < 0.5
    text = (write_latex if latex else write_text)(term, field.declarations)
    try:
        found = read_expression(text, field.declarations, "latex" if latex else "text")
    except NotationError as error:
        return Result("missed", f"not read back ({error.message}): {text}")
    terms = [reading.term for reading in found]
    if term in terms:
        return HELD
    worth = field.values(term)
    others = [field.values(other) for other in terms]
    if worth is None or any(other is None for other in others):
        return LEFT_OUT
    if all(other is not None and differ(worth, other) for other in others):
        return Result("broken", f"read back as something else: {text}\n{field.shown(terms[0])}")
    return HELD


def gibberish(field: Field, dice: Random) -> Result:
    """Broken text ends in a located error, or reads; nothing else is raised."""
    text = write_latex(Maker(dice, field.kind).term(), field.declarations)
    for _ in range(dice.randint(1, 6)):
        at, end = sorted(dice.randint(0, len(text)) for _ in range(2))
        piece = dice.choice((*PIECES, text[at:end], ""))
        text = text[:at] + piece + text[dice.choice((at, end)) :]
    try:
        read_expression(text, field.declarations, dice.choice(("latex", "text")))
    except NotationError as error:
        inside = 0 <= error.span.start <= error.span.end <= len(text)
        return HELD if inside else Result("broken", f"an error outside the text: {text!r}")
    return HELD


ATTACKS: Mapping[str, Callable[[Field, Random], Result]] = MappingProxyType(
    {
        "false step": false_step,
        "true step": true_step,
        "inequality": false_inequality,
        "equations": solved_equations,
        "certificate": changed_certificate,
        "corruption": corrupted_certificate,
        "round trip": round_trip,
        "gibberish": gibberish,
    }
)


def run(trial: Trial) -> Result:
    """Run one trial; whatever it raises is a broken defence."""
    try:
        return ATTACKS[trial.attack](field_of(trial.kind), trial.dice())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return Result("broken", f"{type(error).__name__}: {error}")


Block: TypeAlias = tuple[str, str, int, range]
"""Trials of one attack on one kind: attack, kind, seed, and their numbers."""
BLOCK = 250


def _block(block: Block) -> tuple[str, Counter[str], list[str]]:
    """The kind of some trials, how often each answer was given, and what broke or was missed."""
    attack, kind, seed, numbers = block
    found = [(number, run(Trial(attack, kind, seed, number))) for number in numbers]
    texts = [
        f"{result.answer} ({kind}, {seed}/{number}): {result.text}"
        for number, result in found
        if result.answer in ("broken", "missed")
    ]
    return kind, Counter(result.answer for _, result in found), texts


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 if a defence is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m lemmata.properties.attacks", description="Run many trials of one attack."
    )
    parser.add_argument("attack", choices=tuple(ATTACKS))
    parser.add_argument("--trials", type=int, default=2_000, help="how many, over all kinds")
    parser.add_argument("--seed", type=int, default=1, help="where they come from")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    options = parser.parse_args(arguments)
    blocks: list[Block] = [
        (options.attack, kind, options.seed, range(start, min(start + BLOCK, share)))
        for kind, share in shares(options.trials, tuple(KINDS))
        for start in range(0, share, BLOCK)
    ]
    counts = {kind: Counter[str]() for kind in KINDS}
    with ProcessPoolExecutor(options.jobs) as pool:
        for kind, found, texts in pool.map(_block, blocks):
            counts[kind] += found
            sys.stdout.writelines(f"{text}\n" for text in texts)
    total = sum(counts.values(), Counter[str]())
    for kind, found in (*counts.items(), ("all", total)):
        held, missed, broken = (found[answer] for answer in ("held", "missed", "broken"))
        sys.stdout.write(f"{kind:13} {held:8} held {missed:6} missed {broken:6} broken\n")
    return 1 if total["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
