r"""Claims: what the library asserts, with the proofs.

A claim is one file, `derivations/<family>/<claim>.py`, and in it one function:

    @claim(title="...", source="...", answer_ids=("...",))
    def cvae_elbo(x: Outcome, ..., q: Annotated[Distribution, Of("z", given="x, y")]) -> Chain:
        return derive(...).equals(..., by="...").at_least(..., by="...").but_not(..., because="...")

The signature is the assumptions (`signature`), the returned proof is the derivation
(`kernel.language`), the display in the docstring is the statement as a reader sees it, and the
file's `confirm` is the SymPy confirmation. A claim with several statements adds a `part` for each
further one. The decorator runs the function at once: a claim that cannot be built cannot be
imported.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import read_signature
from lemmata.kernel.declarations import Declarations, World
from lemmata.kernel.language import Chain, Mistake
from lemmata.kernel.terms import Derivation, Statement

_DISPLAY = re.compile(r"\\\[(.*?)\\\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a claim, with its proof.

    Attributes:
        name: What it is called within the claim.
        title: What it says, in a few words.
        formula: The statement as displayed in the docstring, in LaTeX.
        declarations: Everything that it assumes.
        derivation: The proof, line by line.
        induction_on: The size that the proof runs an induction on; empty for a plain chain.
        mistakes: Wrong versions of the statement that people write.
        answers: The questions whose expected answer is the right side of the statement.
    """

    name: str
    title: str
    formula: str
    declarations: Declarations
    derivation: Derivation
    induction_on: str = ""
    mistakes: tuple[Mistake, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def statement(self) -> Statement:
        """What is proved: the first line, the composed relation and the last line."""
        return self.derivation.statement()


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the library.

    Attributes:
        id: Its name on the command line, such as `cvae-elbo`.
        family: The folder that it stands in.
        title: What it says, in a few words.
        source: Where the mathematics comes from.
        answer_ids: The questions of the answer sheets that it is about.
        parts: Its statements; the first is the claim itself.
        module: The module that defines it.
    """

    id: str
    family: str
    title: str
    source: str
    answer_ids: tuple[str, ...]
    parts: tuple[Part, ...]
    module: str

    @property
    def declarations(self) -> Declarations:
        """What the main statement assumes."""
        return self.parts[0].declarations

    @property
    def derivation(self) -> Derivation:
        """The proof of the main statement."""
        return self.parts[0].derivation

    @property
    def statement(self) -> Statement:
        """The main statement."""
        return self.parts[0].statement

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Wrong versions of the main statement."""
        return self.parts[0].mistakes

    def confirm(self) -> Confirmation:
        """Run the SymPy confirmation that stands in the claim's file."""
        outcome = import_module(self.module).confirm()
        if not isinstance(outcome, Confirmation):
            raise TypeError(f"{self.module}.confirm() gave {outcome!r} and no Confirmation")
        return outcome


def claim(
    *,
    title: str,
    source: str,
    answer_ids: tuple[str, ...] = (),
    answers: tuple[str, ...] = (),
    world: World = "any",
    parts: tuple[Part, ...] = (),
) -> Callable[[Callable[..., Chain]], Claim]:
    """Make the decorated function a claim.

    Args:
        title: What it says, in a few words.
        source: Where the mathematics comes from.
        answer_ids: The questions of the answer sheets that it is about.
        answers: Those of them whose expected answer is the right side of the main statement.
        world: Where the statement is meant to hold.
        parts: Further statements, made by `part`.
    """

    def decorate(function: Callable[..., Chain]) -> Claim:
        text = function.__globals__.get("__doc__") or ""
        main = replace(_build(function, title, world, text), answers=answers)
        names = [each.name for each in (main, *parts)]
        if len(set(names)) < len(names):
            raise ValueError(f"claim {main.name!r} has two parts of one name: {names}")
        family = function.__module__.split(".")[-2]
        everything = (main, *parts)
        return Claim(main.name, family, title, source, answer_ids, everything, function.__module__)

    return decorate


def part(
    *, title: str, world: World = "any", answers: tuple[str, ...] = ()
) -> Callable[[Callable[..., Chain]], Part]:
    """Make the decorated function a further statement; its display is in its docstring."""
    return lambda function: replace(_build(function, title, world, ""), answers=answers)


def _build(function: Callable[..., Chain], title: str, world: World, module_text: str) -> Part:
    """Run a claim's function on the names of its signature.

    Raises:
        TypeError: The signature cannot be read, or the function returns no proof.
        ValueError: An abbreviation is not defined, or a term has a name that nothing declares.
    """
    name = function.__name__.replace("_", "-")
    signature = read_signature(function, world)
    proof = function(**signature.values)
    if not isinstance(proof, Chain):
        raise TypeError(f"claim {name!r} returns {proof!r}; return derive(...).equals(...)")
    defined = {definition.name for definition in proof.definitions}
    if defined != signature.defined:
        odd = ", ".join(sorted(defined ^ signature.defined))
        raise ValueError(f"claim {name!r}: {odd}: each Defined name needs one .where(...)")
    declarations = replace(signature.declarations, definitions=proof.definitions, facts=proof.facts)
    _check_names(name, proof, declarations)
    shown = _DISPLAY.search(inspect.getdoc(function) or "") or _DISPLAY.search(module_text)
    return Part(
        name,
        title,
        shown.group(1).strip() if shown else "",
        declarations,
        proof.derivation,
        proof.induction_on,
        proof.mistakes,
    )


def _check_names(name: str, proof: Chain, declarations: Declarations) -> None:
    """Refuse a proof that uses a name which nothing declares."""
    derivation = proof.derivation
    terms = [derivation.start, *(step.term for step in derivation.steps)]
    statements = [fact.statement for fact in proof.facts]
    statements += [mistake.statement for mistake in proof.mistakes]
    for statement in statements:
        terms += [statement.left, statement.right]
    terms += [definition.body for definition in proof.definitions]
    for term in terms:
        unknown = declarations.undeclared(term)
        if unknown:
            raise ValueError(f"claim {name!r} uses {', '.join(unknown)} without declaring it")
