"""Declarations in sentences: the "for all ..." of a statement."""

from collections.abc import Iterator

from lemmata.kernel.declarations import (
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    Declarations,
    Family,
    Function,
    Interval,
    Process,
    Scalar,
)
from lemmata.kernel.terms import App, Density, Range, Sym, Term
from lemmata.reports.document import Inline, Inlines
from lemmata.reports.formulas import RELATIONS, formula

WORLDS = {
    "any": "densities are taken with respect to any base measure, so that integrals are sums too",
    "finite": "all spaces are finite",
    "gaussian": "densities are Gaussian, on the real line or its powers",
}
INTERVALS = {REAL: "real", POSITIVE: "positive", NONNEGATIVE: "not negative", UNIT: "in (0, 1)"}


def assumptions(declarations: Declarations) -> tuple[Inlines, ...]:
    """One sentence for each declaration."""
    return tuple(_Sentences(declarations).all())


class _Sentences:
    """Writes the sentences of one set of declarations."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations

    def all(self) -> Iterator[Inlines]:
        declared = self.declarations
        for size in declared.sizes:
            yield (self._name(size.name), f" is any integer from {size.least} on")
        for index in declared.indices:
            yield (self._name(index.name), " runs over ", *self._range(index.range))
        for scalar in declared.scalars:
            yield self._scalar(scalar)
        for variable in declared.variables:
            if variable.components:
                yield (
                    self._name(variable.name), " is a vector, its components numbered ",
                    *self._range(variable.components),
                )  # fmt: skip
            elif variable.role and variable.role != variable.name:
                yield (self._name(variable.name), " is a copy of ", self._name(variable.role))
        for family in declared.families:
            yield self._family(family)
        if declared.families:
            yield (WORLDS[declared.world],)
        for function in declared.functions:
            yield self._function(function)
        for process in declared.processes:
            yield self._process(process)
        for definition in declared.definitions:
            head: Term = Sym(definition.name)
            if definition.arguments:
                head = App(definition.name, definition.arguments)
            yield (self._formula(head), " stands for ", self._formula(definition.body))
        for fact in declared.facts:
            stated = fact.statement
            sign = RELATIONS[stated.relation][1]
            sides = (self._formula(stated.left), f" {sign} ", self._formula(stated.right))
            yield (f"given ({fact.name}): ", *sides)

    def _formula(self, term: Term) -> Inline:
        try:
            return formula(term, self.declarations)
        except ValueError:
            return str(term)

    def _name(self, name: str) -> Inline:
        return self._formula(Sym(name))

    def _names(self, names: tuple[str, ...]) -> Inlines:
        parts = [part for name in names for part in (", ", self._name(name))]
        return tuple(parts[1:])

    def _range(self, limits: Range) -> Inlines:
        return (self._formula(limits.lower), ", …, ", self._formula(limits.upper))

    def _depends(self, parameters: tuple[str, ...] | None) -> Inlines:
        if not self.declarations.parameters:
            return ()
        if parameters is None:
            parameters = tuple(each.name for each in self.declarations.parameters)
        if not parameters:
            return (" and depends on no parameter",)
        return (" and may depend on ", *self._names(parameters))

    def _scalar(self, scalar: Scalar) -> Inlines:
        kind = _interval(scalar.interval)
        depends = self._depends(scalar.parameters) if scalar.parameters else ()
        if not scalar.axes:
            return (self._name(scalar.name), f" is {kind}", *depends)
        axes: list[Inline] = []
        for axis in scalar.axes:
            axes += [" × " if axes else "", *self._range(axis)]
        return (self._name(scalar.name), " is an array over ", *axes, f", {kind}", *depends)

    def _family(self, family: Family) -> Inlines:
        places = {each.place: each.name for each in reversed(self.declarations.variables)}
        of = tuple(Sym(places[each]) for each in family.of)
        given = tuple(Sym(places[each]) for each in family.given)
        head = self._formula(Density(family.name, of, given))
        depends = self._depends(family.parameters)
        if family.normal:
            mean, deviation = map(self._formula, (family.normal.mean, family.normal.deviation))
            tail = " with independent components, of mean " if family.normal.index else " of mean "
            law = (" is normal" + tail, mean, " and standard deviation ", deviation)
            return (head, *law, *depends)
        kind = " is any density that is positive everywhere"
        if family.independent:
            kind += ", with independent components"
        return (head, kind, *depends)

    def _function(self, function: Function) -> Inlines:
        arguments = "one argument" if function.arity == 1 else f"{function.arity} arguments"
        kind = _interval(function.interval)
        head = self._name(function.name)
        values = "" if function.interval == REAL else f" whose values are {kind}"
        return (
            head,
            f" is any function of {arguments}{values}",
            *self._depends(function.parameters),
        )

    def _process(self, process: Process) -> Inlines:
        numbered: Inlines = ()
        if process.samples:
            numbered = (", its trajectories numbered ", *self._range(process.samples))
        return (
            self._name(process.name), " is any Markov decision process with states ",
            self._name(process.state), ", actions ", self._name(process.action), ", rewards ",
            self._name(process.reward), " and the policy ", self._name(process.policy),
            ", at times ", *self._range(process.times), *numbered,
        )  # fmt: skip


def _interval(interval: Interval) -> str:
    """Where a number lies, in words."""
    if interval in INTERVALS:
        return INTERVALS[interval]
    lower = "−∞" if interval.lower is None else str(interval.lower)
    upper = "∞" if interval.upper is None else str(interval.upper)
    left, right = "[]" if interval.closed else "()"
    return f"in {left}{lower}, {upper}{right}"
