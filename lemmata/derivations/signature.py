"""What a claim's signature says: every parameter is a name of the mathematics with its domain.

    def gaussian_kl(
        m: Dimension,
        j: Annotated[Letter, Runs(1, "m")],
        mu: Annotated[Array, Over("j")],
        sigma: Annotated[Array, Over("j"), POSITIVE],
        z: Annotated[Vector, Components("j")],
        q: Annotated[Distribution, Of("z"), Gaussian("mu", "sigma")],
    ) -> Chain: ...

The annotations are ordinary types for mypy (`mu` is an `Array`, `q` a head that is called), and
`read_signature` turns them into the one set of declarations that proves, searches and reports.

Names of numbers    Dimension  Letter  Real  Positive  Array      with  Runs  Over  Whole
                    an Interval
Names of outcomes   Outcome  Vector  Timed  Reward                with  Components
Heads               Distribution  Function  Process               with  Of  Gaussian
                    GaussianVector  Takes  Under
Other               Parameter  Defined  DefinedFunction           with  Depends  AlsoCalled  Spelled
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from lemmata.kernel import declarations as kernel
from lemmata.kernel.declarations import POSITIVE, REAL, Declarations, Interval
from lemmata.kernel.language import Array, DensityHead, FunctionHead, ProcessHead
from lemmata.kernel.terms import Range, Sym, Term, as_term

Value: TypeAlias = Sym | Array | DensityHead | FunctionHead | ProcessHead
"""What a claim's function receives for a parameter."""


@dataclass(frozen=True, slots=True)
class Least:
    """An integer with its smallest value."""

    least: int


@dataclass(frozen=True, slots=True)
class Runs:
    """The integers that a letter runs over; an end is a number or a sum such as `"n - d"`."""

    lower: int | str
    upper: int | str


@dataclass(frozen=True, init=False, slots=True)
class Over:
    """One axis for each letter, or range, that the entries are indexed by."""

    axes: tuple[str | Runs, ...]

    def __init__(self, *axes: str | Runs) -> None:
        object.__setattr__(self, "axes", axes)


@dataclass(frozen=True, slots=True)
class Drawn:
    """An outcome: densities are over it and integrals run over it."""


@dataclass(frozen=True, slots=True)
class Components:
    """The letter that numbers the components of a vector outcome."""

    letter: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A reward, which its process declares."""


@dataclass(frozen=True, slots=True)
class Of:
    """The outcomes that a family is a law of, and those that it is always conditioned on."""

    of: str
    given: str = ""
    independent: bool = False


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Mean and standard deviation of a family: numbers, or names of the signature."""

    mean: int | str
    deviation: int | str


@dataclass(frozen=True, slots=True)
class GaussianVector:
    """Mean and covariance matrix of a family that is a law of one vector: names of arrays."""

    mean: str
    covariance: str


@dataclass(frozen=True, slots=True)
class Whole:
    """An array that may stand without its indices, as a column or a matrix."""

    kind: kernel.MatrixKind = "general"


@dataclass(frozen=True, slots=True)
class Takes:
    """How many arguments a function takes."""

    arity: int


@dataclass(frozen=True, slots=True)
class Under:
    """The parts of a process by their names in the signature; times and samples are letters."""

    policy: str
    state: str
    action: str
    reward: str
    times: str
    samples: str = ""
    reward_function: str = ""


@dataclass(frozen=True, init=False, slots=True)
class Depends:
    """The parameters that a thing may depend on; `Depends()` says that it depends on none."""

    parameters: tuple[str, ...]

    def __init__(self, *parameters: str) -> None:
        object.__setattr__(self, "parameters", parameters)


@dataclass(frozen=True, init=False, slots=True)
class AlsoCalled:
    """Further spellings."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


@dataclass(frozen=True, init=False, slots=True)
class Bare:
    """The variables that a density is of where it stands without arguments."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


@dataclass(frozen=True, slots=True)
class Spelled:
    """The name, where Python cannot write it: `t'`, `D*`."""

    name: str


@dataclass(frozen=True, slots=True)
class Differentiated:
    """What gradients are taken with respect to."""


@dataclass(frozen=True, slots=True)
class DefinedBelow:
    """An abbreviation: the proof says what it stands for (`.where(J, ...)`)."""


Dimension: TypeAlias = Annotated[Sym, Least(1)]
Letter: TypeAlias = Sym
Real: TypeAlias = Annotated[Sym, REAL]
Positive: TypeAlias = Annotated[Sym, POSITIVE]
Outcome: TypeAlias = Annotated[Sym, Drawn()]
Vector: TypeAlias = Annotated[Array, Drawn()]
Timed: TypeAlias = Annotated[Array, Drawn()]
Reward: TypeAlias = Annotated[Array, Settled()]
Parameter: TypeAlias = Annotated[Sym, Differentiated()]
Defined: TypeAlias = Annotated[Sym, DefinedBelow()]
DefinedFunction: TypeAlias = Annotated[FunctionHead, DefinedBelow()]
Distribution: TypeAlias = DensityHead
Function: TypeAlias = FunctionHead
Process: TypeAlias = ProcessHead

Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One parameter of a signature: its name as written, its type and its marks."""

    name: str
    kind: type[Value]
    marks: tuple[object, ...]

    def mark(self, kind: type[Mark]) -> Mark | None:
        """The mark of a kind, if there is one."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)

    def needs(self, kind: type[Mark]) -> Mark:
        """The mark of a kind.

        Raises:
            TypeError: There is none.
        """
        found = self.mark(kind)
        if found is None:
            raise TypeError(f"parameter {self.name!r} needs {kind.__name__}(...) in its annotation")
        return found

    @property
    def value(self) -> Value:
        """What the claim's function receives."""
        return self.kind(self.name)


@dataclass(frozen=True, slots=True)
class Signature:
    """A claim's parameters: what its function receives, and what is declared by them.

    Attributes:
        values: The arguments of the function, by the names of its parameters.
        declarations: What they declare; without definitions and facts, which the proof adds.
        defined: The abbreviations that the proof must define.
    """

    values: dict[str, Value]
    declarations: Declarations
    defined: frozenset[str]


def read_signature(function: Callable[..., object], world: kernel.World = "any") -> Signature:
    """Read a claim's signature.

    Raises:
        TypeError: A parameter has an annotation that is not one of this module's.
        ValueError: The declarations refer to names that are not there; see `Declarations`.
    """
    hints = get_type_hints(function, include_extras=True)
    annotations = {
        name: _annotation(name, hints.get(name, Any))
        for name in inspect.signature(function).parameters
    }
    reader = _Reader({annotation.name: annotation for annotation in annotations.values()})
    groups: dict[type, list[kernel.Declared]] = {}
    for annotation in annotations.values():
        declared = reader.declare(annotation)
        if declared is not None:
            groups.setdefault(type(declared), []).append(declared)

    def group(kind: type[Mark]) -> tuple[Mark, ...]:
        return tuple(item for item in groups.get(kind, ()) if isinstance(item, kind))

    return Signature(
        {name: annotation.value for name, annotation in annotations.items()},
        Declarations(
            sizes=group(kernel.Size),
            indices=group(kernel.Index),
            scalars=group(kernel.Scalar),
            variables=group(kernel.Variable),
            families=group(kernel.Family),
            functions=group(kernel.Function),
            parameters=group(kernel.Parameter),
            processes=group(kernel.Process),
            world=world,
        ),
        frozenset(a.name for a in annotations.values() if a.mark(DefinedBelow)),
    )


def _annotation(name: str, hint: object) -> Annotation:
    kind, *marks = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if kind not in get_args(Value):
        raise TypeError(f"parameter {name!r} is annotated {hint!r}, which is no name of a claim")
    annotation = Annotation(name, kind, tuple(marks))
    spelled = annotation.mark(Spelled)
    return Annotation(spelled.name, kind, tuple(marks)) if spelled else annotation


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns annotations into declarations; needs all of them, because they refer to each other."""

    annotations: dict[str, Annotation]

    def declare(self, annotation: Annotation) -> kernel.Declared | None:
        """What one parameter declares; None for abbreviations and rewards, declared elsewhere."""
        if annotation.mark(DefinedBelow) or annotation.mark(Settled):
            return None
        name, kind = annotation.name, annotation.kind
        if kind is DensityHead:
            return self._family(annotation)
        if kind is FunctionHead:
            arity, interval = annotation.needs(Takes).arity, annotation.mark(Interval) or REAL
            axes, depends = self._axes(annotation), annotation.mark(Depends)
            return kernel.Function(
                name, arity, interval, axes, depends.parameters if depends else ()
            )
        if kind is ProcessHead:
            return self._process(annotation)
        if annotation.mark(Drawn):
            components, also = annotation.mark(Components), annotation.mark(AlsoCalled)
            span = self._range(components.letter) if components else None
            return kernel.Variable(name, "", span, also.names if also else ())
        if kind is Array:
            annotation.needs(Over)
        return self._number(annotation)

    def _number(self, annotation: Annotation) -> kernel.Declared:
        name = annotation.name
        if annotation.mark(Differentiated):
            return kernel.Parameter(name)
        if size := annotation.mark(Least):
            return kernel.Size(name, size.least)
        if runs := annotation.mark(Runs):
            return kernel.Index(name, _range(runs))
        axes, depends = self._axes(annotation), annotation.mark(Depends)
        interval = annotation.mark(Interval) or (REAL if axes else annotation.needs(Interval))
        whole = annotation.mark(Whole)
        return kernel.Scalar(
            name,
            interval,
            axes,
            depends.parameters if depends else (),
            rank=len(axes) if whole else 0,
            kind=whole.kind if whole else "general",
        )

    def _family(self, annotation: Annotation) -> kernel.Family:
        law, gaussian = annotation.needs(Of), annotation.mark(Gaussian)
        of, given = _names(law.of), _names(law.given)
        depends, also = annotation.mark(Depends), annotation.mark(AlsoCalled)
        bare = annotation.mark(Bare)
        components = self._find(of[0]).mark(Components) if len(of) == 1 else None
        normal, vector = None, annotation.mark(GaussianVector)
        if gaussian:
            mean, deviation = (self._entry(name) for name in (gaussian.mean, gaussian.deviation))
            normal = kernel.Normal(mean, deviation, components.letter if components else "")
        return kernel.Family(
            annotation.name,
            of,
            given,
            independent=law.independent or bool(normal and components),
            normal=normal,
            parameters=depends.parameters if depends else None,
            other_names=also.names if also else (),
            bare=bare.names if bare else (),
            multivariate=kernel.Multivariate(Sym(vector.mean), Sym(vector.covariance))
            if vector
            else None,
        )

    def _process(self, annotation: Annotation) -> kernel.Process:
        parts = annotation.needs(Under)
        self._find(parts.reward).needs(Settled)
        return kernel.Process(
            annotation.name,
            parts.state,
            parts.action,
            parts.reward,
            parts.policy,
            self._range(parts.times),
            self._range(parts.samples) if parts.samples else None,
            parts.reward_function,
        )

    def _axes(self, annotation: Annotation) -> tuple[Range, ...]:
        over = annotation.mark(Over)
        return tuple(self._range(axis) for axis in over.axes) if over else ()

    def _range(self, axis: str | Runs) -> Range:
        return _range(axis if isinstance(axis, Runs) else self._find(axis).needs(Runs))

    def _entry(self, name: int | str) -> Term:
        """A number, a scalar, or the entry of an array at its own letters."""
        if isinstance(name, int):
            return as_term(name)
        over = self._find(name).mark(Over)
        letters = over.axes if over else ()
        return Sym(name, tuple(Sym(letter) for letter in letters if isinstance(letter, str)))

    def _find(self, name: str) -> Annotation:
        if name not in self.annotations:
            raise TypeError(f"the signature refers to {name!r}, which is none of its parameters")
        return self.annotations[name]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _range(runs: Runs) -> Range:
    return Range(_end(runs.lower), _end(runs.upper))


def _end(text: int | str) -> Term:
    """Read an end of a range: names and integers joined by ` + ` and ` - `."""
    if isinstance(text, int):
        return as_term(text)
    first, *rest = text.split()
    result = _atom(first)
    for sign, word in zip(rest[::2], rest[1::2], strict=True):
        if sign not in {"+", "-"}:
            raise TypeError(
                f"cannot read the end of a range {text!r}: write names, +, - and spaces"
            )
        result = result + _atom(word) if sign == "+" else result - _atom(word)
    return result


def _atom(word: str) -> Term:
    return as_term(int(word)) if word.isdecimal() else Sym(word)
