"""Random well-typed terms of every kind that the kernel knows, small enough to collide.

`Maker(dice, kind).term()` draws one. A kind is a set of features (densities, sums, trajectories,
...); the kind `mixed` has all of them. Every term is a real number in every model of its world, or
undefined there for an honest reason (the logarithm of something negative).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import TypeVar

from lemmata.kernel import language
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import (
    JSD,
    KL,
    App,
    CrossEntropy,
    Density,
    Entropy,
    Expect,
    Fn,
    Integral,
    Iverson,
    Law,
    MutualInformation,
    Pi,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    Trajectory,
    Variance,
    as_term,
    substitute,
)
from lemmata.properties import matrices
from lemmata.properties import worlds as on

T = TypeVar("T")

KINDS: dict[str, frozenset[str]] = {
    "measures": frozenset({"densities", "integrals", "named", "functions"}),
    "vectors": frozenset({"vectors", "integrals", "sums", "functions"}),
    "gaussians": frozenset({"gaussians", "integrals"}),
    "sums": frozenset({"sums", "letters", "brackets"}),
    "products": frozenset({"sums", "products", "letters", "powers"}),
    "powers": frozenset({"powers", "scalars"}),
    "gradients": frozenset({"gradients", "densities", "integrals", "functions", "scalars"}),
    "partials": frozenset({"partials", "sums", "powers", "scalars", "gaussians"}),
    "trajectories": frozenset({"trajectories", "sums"}),
    "determinants": frozenset({"determinants", "sums", "products", "letters"}),
    "definitions": frozenset({"definitions", "densities", "integrals", "scalars", "sums"}),
    "facts": frozenset({"facts", "sums", "letters", "brackets", "scalars"}),
    "maxima": frozenset({"maxima", "densities", "functions", "integrals", "scalars"}),
    "matrices": frozenset({"matrices", "scalars"}),
}
KINDS["mixed"] = frozenset().union(*KINDS.values()) - {"facts", "determinants", "matrices"}
KINDS["inductions"] = frozenset({"inductions", "sums"})


def declarations_of(kind: str) -> Declarations:
    """The world of a kind.

    A process is declared only where it is used, because some rules ask. Vectors and Gaussian laws
    are too, because the kernel tries everything once more with what is known of them.
    """
    features = KINDS[kind]
    special = {"facts": on.GIVEN, "matrices": on.LINEAR, "inductions": on.HIDING}
    (world,) = [special[name] for name in special if name in features] or [on.WORLD]
    if "trajectories" not in features:
        world = replace(world, processes=())
    if not features & {"vectors", "gaussians", "facts"}:
        plain = tuple(f for f in world.families if not (f.independent or f.normal))
        world = replace(world, families=plain)
    return world


@dataclass(frozen=True, slots=True)
class Context:
    """What may be written at a place.

    Attributes:
        letters: Integer letters bound around it.
        bound: Outcomes bound around it, by name.
        times: Inside a trajectory expectation, the times that may be written; None outside.
        differentiable: Whether a derivative stands around it.
    """

    letters: tuple[Sym, ...] = ()
    bound: tuple[Sym, ...] = ()
    times: tuple[Term, ...] | None = None
    differentiable: bool = False


class Maker:
    """Draws terms of one kind."""

    def __init__(self, dice: Random, kind: str) -> None:
        self.dice = dice
        self.features = KINDS[kind]
        self.kind = kind

    def term(self) -> Term:
        """A random term; most are small, because small ones collide."""
        return self.real(Context(), self.dice.choice((1, 2, 2, 2, 3, 3)))

    def pick(self, *choices: T) -> T:
        """One of some things."""
        return self.dice.choice(choices)

    def has(self, *features: str) -> bool:
        """Whether the kind has one of these features."""
        return bool(self.features.intersection(features))

    # ------------------------------------------------------------------ numbers

    def real(self, at: Context, depth: int) -> Term:
        """A real number."""
        if depth <= 0:
            return self.leaf(at)
        makers: list[Callable[[Context, int], Term]] = [
            self._sum,
            self._product,
            self._product,
            self._scaled,
            self._logarithm,
        ]
        if self.has("powers", "scalars", "densities", "gaussians"):
            makers += [self._quotient, self._square]
        if self.has("powers"):
            makers += [self._power, self._power, self._exponential]
        if self.has("integrals"):
            makers += [self._integral] * 4
        if self.has("named"):
            makers += [self._named] * 2
        if self.has("sums"):
            makers += [self._indexed_sum] * 4
        if self.has("products"):
            makers += [self._logarithm_of_product, self._positive_factor]
        if self.has("gradients", "partials") and not at.differentiable:
            makers += [self._derivative] * 4
        if self.has("trajectories") and at.times is None and not at.bound:
            makers += [self._trajectory] * 6
        if at.times is not None:
            makers += [self._closed_sum]
        if self.has("determinants"):
            makers += [lambda _at, _depth: self._determinant()] * 3
        if self.has("maxima"):
            makers += [self._maximum] * 5
        if self.has("matrices"):
            makers += [lambda at, depth: matrices.number(self, at, depth)] * 12
        if self.has("inductions"):
            makers += [self._of_a_size] * 8
        return self.pick(*makers)(at, depth - 1)

    def leaf(self, at: Context) -> Term:
        """A real number without parts."""
        leaves: list[Callable[[], Term]] = [self._number]
        if self.has("scalars", "powers"):
            leaves += [lambda: self.pick(on.alpha, on.beta, on.c, on.d, on.e)] * 2
        if self.has("densities", "vectors", "gaussians"):
            leaves += [lambda: self.density(at)] * 3
        if self.has("functions"):
            leaves += [lambda: self.function(at)] * 2
        if self.has("gaussians"):
            leaves += [lambda: self.pick(on.u, on.u - on.mu, on.mu, on.sigma, on.v[1])] * 2
        if self.has("letters", "sums"):
            leaves += [lambda: self.entry(at)] * 3
        if self.has("letters"):
            leaves += [lambda: self.index(at)]
        if self.has("brackets"):
            leaves += [lambda: self.bracket(at)]
        if self.has("gradients"):
            leaves += [lambda: self.pick(on.slope, self._function_of_parameter(at))] * 2
        if self.has("definitions"):
            leaves += [self._defined] * 3
        if self.has("facts"):
            leaves += [lambda: self._given(at)] * 3
        if self.has("maxima", "matrices"):
            leaves += [Pi]
        if self.has("matrices"):
            leaves += [lambda: matrices.entry(self, at)] * 4
        if self.has("inductions"):
            leaves += [self._hiding_a_size] * 8
        if at.times is not None:
            leaves = [lambda: self._of_trajectory(at)]
        return self.pick(*leaves)()

    def positive(self, at: Context, depth: int) -> Term:
        """A number that is positive by declaration."""
        if depth <= 0:
            leaves: list[Callable[[], Term]] = [lambda: self.pick(on.c, as_term(2), on.d, 1 - on.d)]
            if self.has("densities", "vectors", "gaussians"):
                leaves += [lambda: self.density(at)] * 3
            if self.has("functions"):
                leaves += [lambda: self.pick(on.D, on.V)(self.outcome(at))]
            if self.has("letters", "sums"):
                leaves += [lambda: on.ys[self.index(at)]]
            return self.pick(*leaves)()
        match self.dice.randrange(6):
            case 0:
                return self.positive(at, depth - 1) + self.positive(at, 0)
            case 1:
                return self.positive(at, depth - 1) * self.positive(at, 0)
            case 2:
                return self.positive(at, 0) / self.positive(at, depth - 1)
            case 3:
                return language.exp(self.real(at, depth - 1))
            case 4 if self.has("products"):
                return self._indexed_product(at, depth)
            case 5 if self.has("powers"):
                return self.positive(at, depth - 1) ** self.exponent(at)
        return self.positive(at, 0)

    def _number(self) -> Term:
        return self.pick(as_term(0), as_term(1), as_term(2), as_term(3), as_term(Fraction(1, 2)))

    def _sum(self, at: Context, depth: int) -> Term:
        left, right = self.real(at, depth), self.real(at, self.dice.randrange(depth + 1))
        return self.pick(left + right, left - right, right + left)

    def _product(self, at: Context, depth: int) -> Term:
        left, right = self.real(at, depth), self.real(at, self.dice.randrange(depth + 1))
        return self.pick(left * right, right * left)

    def _scaled(self, at: Context, depth: int) -> Term:
        body = self.real(at, depth)
        return self.pick(2 * body, -body, body / 2, body * 1, body + 0)

    def _quotient(self, at: Context, depth: int) -> Term:
        bottom = self.real(at, depth) if self.dice.random() < 0.2 else self.positive(at, depth)
        return self.real(at, depth) / bottom

    def _square(self, at: Context, depth: int) -> Term:
        return self.real(at, depth) ** self.pick(2, 2, 3, -1)

    def _logarithm(self, at: Context, depth: int) -> Term:
        risky = self.dice.random() < 0.15
        return language.log(self.real(at, depth) if risky else self.positive(at, depth))

    def _exponential(self, at: Context, depth: int) -> Term:
        return self.pick(language.exp, language.exp, language.absolute, language.sqrt)(
            self.real(at, depth)
        )

    def _power(self, at: Context, depth: int) -> Term:
        base = self.pick(self.real, self.positive)(at, depth)
        return base ** self.exponent(at)

    def exponent(self, at: Context) -> Term:
        """An exponent: a number, a size, a letter, now and then a real number."""
        numbers = [as_term(k) for k in (0, 1, 2, 3, -1, -2)]
        halves = [as_term(Fraction(a, b)) for a, b in ((1, 2), (3, 2), (1, 3), (-1, 2))]
        sizes = [on.n, on.n + 1, 2 * on.n, -on.n, on.k, on.n - on.m, on.n / 2]
        return self.pick(*numbers, *halves, *sizes, *sizes, on.alpha, *at.letters)

    # ----------------------------------------------------------------- outcomes

    def outcome(self, at: Context) -> Term:
        """A variable that functions are applied to."""
        if self.has("vectors") and not self.has("densities"):
            return self.pick(on.z.whole, self.component(at), self.component(at), on.x)
        return self.pick(on.x, on.x, on.y, on.w)

    def component(self, at: Context, name: str = "z") -> Sym:
        """A component of a vector."""
        letters = [letter for letter in at.letters if letter == on.j]
        return Sym(name, (self.pick(as_term(1), on.j, on.m, *letters),))

    def density(self, at: Context) -> Term:
        """A density of a declared family."""
        choices: list[Callable[[], Term]] = []
        if self.has("densities"):
            choices += [self._density_of_two] * 3
        if self.has("vectors"):
            part = self.component(at)
            choices += [
                lambda: on.q(on.z | on.x),
                lambda: on.q(part | on.x),
                lambda: on.vector(on.z),
                lambda: on.vector(part),
                lambda: on.plain(on.x | on.z),
            ]
        if self.has("gaussians"):
            choices += [
                lambda: on.gauss(on.u | on.x),
                lambda: on.gauss(on.u | self.pick(on.x, on.w)),
                lambda: on.normals(on.v),
                lambda: on.normals(self.component(at, "v")),
            ]
        return self.pick(*choices)()

    def _density_of_two(self) -> Term:
        family = self.pick(on.p, on.p, on.nu)
        first, second = self.pick(on.x, on.x, on.w), on.y
        return self.pick(
            family(first),
            family(second),
            family(first, second),
            family(first | second),
            family(second | first),
        )

    def function(self, at: Context) -> Term:
        """A function of outcomes."""
        simple = self.pick(on.f, on.D, on.V)(self.outcome(at))
        if self.has("densities") and self.dice.random() < 0.2:
            return on.g(on.x, on.y)
        return simple

    def _function_of_parameter(self, at: Context) -> Term:
        inner = self.outcome(at)
        return self.pick(on.F(inner), on.F(inner), on.theta * on.F(inner), on.theta)

    def _integral(self, at: Context, depth: int) -> Term:
        bound = self._bound(at)
        inner = replace(at, bound=(*at.bound, *bound))
        body = self.real(inner, depth)
        if self.dice.random() < 0.8:
            body = self.density(inner) * body
        return Integral(bound, body)

    def _bound(self, at: Context) -> tuple[Sym, ...]:
        choices: list[tuple[Sym, ...]] = []
        if self.has("densities"):
            choices += [(on.x,), (on.y,), (on.x, on.y), (on.y, on.x), (on.w,)]
        if self.has("vectors"):
            choices += [(on.z.whole,), (on.z.whole,), (self.component(at),), (on.x,)]
        if self.has("gaussians"):
            choices += [(on.u,), (on.u,), (self.component(at, "v"),)]
        return self.pick(*choices)

    def _named(self, at: Context, depth: int) -> Term:
        left, right = on.p, self.pick(on.nu, on.nu, on.p)
        name, given = self.pick((on.x, on.y), (on.y, on.x))
        law = self.pick(left(name), left(name | given))
        match self.dice.randrange(7):
            case 0:
                return KL((name,), law, right(name))
            case 1:
                return JSD((name,), left(name), right(name))
            case 2:
                return self.pick(
                    Entropy("p", (name,)),
                    Entropy("p", (name,), (given,)),
                    Entropy("p", (on.x, on.y)),
                )
            case 3:
                return CrossEntropy((name,), left(name), right(name))
            case 4:
                return MutualInformation("p", (name,), (given,))
            case 5:
                return Variance((Law((name,), law),), self.pick(on.f, on.V)(name))
        inner = replace(at, bound=(*at.bound, name))
        return Expect((Law((name,), law),), self.real(inner, depth))

    def _maximum(self, at: Context, depth: int) -> Term:
        variable = self.pick(on.x, on.x, on.y, on.w)
        inner = replace(at, bound=(*at.bound, variable))
        body = self.real(inner, depth)
        match self.dice.randrange(4):
            case 0:
                body = self.positive(at, 0) * body + self.real(at, 0)
            case 1:
                return -language.maximum(variable, -body)
        return language.maximum(variable, body)

    # ------------------------------------------------------------------ indices

    def index(self, at: Context) -> Term:
        """An integer: a letter, a size, a number, moved by a little."""
        letters = at.letters or (on.i, on.t)
        base = self.pick(*letters, *letters, *letters, as_term(1), on.n, as_term(2))
        return self.pick(base, base, base, base + 1, base - 1, on.n - base)

    def entry(self, at: Context) -> Term:
        """An entry of an array, or what else is written with letters."""
        if self.has("vectors") and not self.has("letters"):
            return self.function(at)
        return self.pick(on.xs, on.xs, on.ys)[self.index(at)]

    def bracket(self, at: Context) -> Term:
        """A comparison of integers."""
        return Iverson(self.index(at), self.pick("=", "<=", "<", ">=", ">", "!="), self.index(at))

    def _range(self, at: Context) -> tuple[Sym, Range, Term | None]:
        known = {on.i: on.N, on.j: on.m, on.t: on.T, on.t_prime: on.T}
        names = [on.j, on.j, on.l] if self.has("vectors") else [on.i, on.j, on.l, on.t, on.t_prime]
        if self.has("trajectories") and at.times is not None:
            names = [on.t, on.t_prime, on.i]
        name = self.pick(*([letter for letter in names if letter not in at.letters] or [on.l]))
        size = known.get(name, self.pick(on.n, on.n, on.m, on.k))
        last = [letter for letter in at.letters if known.get(letter, size) == size]
        ends: list[tuple[Term, Term]] = [(as_term(1), size)] * 6
        if not self.has("vectors") and at.times is None:
            ends += [(as_term(2), size), (as_term(1), size - 1), (as_term(1), size + 1)]
            ends += [(as_term(0), size), (as_term(1), as_term(3)), (as_term(2), size + 2)]
        for letter in last:
            ends += [(as_term(1), letter), (letter, size), (letter + 1, size)]
            ends += [(as_term(1), letter - 1)]
        lower, upper = self.pick(*ends)
        without = self.pick(*at.letters, as_term(1)) if self.dice.random() < 0.1 else None
        return name, Range(lower, upper), without

    def _indexed_sum(self, at: Context, depth: int) -> Term:
        name, span, without = self._range(at)
        return Sum(name, span, self.real(self._with(at, name), depth), without)

    def _indexed_product(self, at: Context, depth: int) -> Term:
        name, span, without = self._range(at)
        return Prod(name, span, self.positive(self._with(at, name), depth - 1), without)

    def _positive_factor(self, at: Context, depth: int) -> Term:
        factor = self.pick(self.positive, self.positive, self.real)
        name, span, without = self._range(at)
        return Prod(name, span, factor(self._with(at, name), depth), without)

    def _logarithm_of_product(self, at: Context, depth: int) -> Term:
        return language.log(self._indexed_product(at, depth + 1))

    def _with(self, at: Context, letter: Sym) -> Context:
        times = at.times
        if times is not None and letter in (on.t, on.t_prime):
            times = (*times, letter, letter)
        return replace(at, letters=(*at.letters, letter), times=times)

    # -------------------------------------------------------------- derivatives

    def _derivative(self, at: Context, depth: int) -> Term:
        inner = replace(at, differentiable=True)
        body = self.real(inner, depth)
        if self.has("gradients") and (not self.has("partials") or self.dice.random() < 0.5):
            return language.gradient(on.theta, body)
        letters = at.letters or (as_term(1),)
        entries = [on.xs[self.pick(*letters)], on.ys[self.pick(as_term(1), on.i)]]
        return language.partial(self.pick(on.alpha, on.c, on.mu, on.sigma, *entries), body)

    # ------------------------------------------------------------- trajectories

    def _trajectory(self, at: Context, depth: int) -> Term:
        inner = Context((), (), (on.t, as_term(1)), at.differentiable)
        body = Trajectory("tau", self.real(inner, depth))
        if not at.differentiable and self.dice.random() < 0.2:
            return language.gradient(on.theta, body)
        return body

    def _closed_sum(self, at: Context, depth: int) -> Term:
        """A function of a sum over times or trajectories that no rule can open."""
        body = self._indexed_sum(at, depth)
        return self.pick(language.exp(body), body**4, language.log(on.c + body**2))

    def _of_trajectory(self, at: Context) -> Term:
        times = at.times or (on.t,)
        when = self.pick(*times, *times, on.T)
        labels: tuple[tuple[Term, ...], ...] = ((), (), ())
        if on.i in at.letters:
            labels = (*labels, (on.i,), (on.i,), (as_term(1),))
        place = (when, *self.pick(*labels))
        state, action = on.s[place], on.a[place]
        score = language.gradient(on.theta, language.log(on.pi(action | state)))
        plain: list[Term] = [on.r[place], on.r[place], on.B(state), on.V(action), as_term(1)]
        scores = [score] if at.differentiable else [score, score, score]
        return self.pick(*plain, *scores, on.c)

    # ----------------------------------------------------- matrices, definitions

    def _determinant(self) -> Term:
        rows, columns = Sym("row"), Sym("column")
        size = self.pick(on.m, on.n, on.m)

        def diagonal(height: Term) -> Term:
            value = self.pick(
                on.ys[rows], language.exp(on.xs[rows]), on.c, on.xs[rows], on.ys[columns]
            )
            if self.dice.random() < 0.25:
                entry = language.partial(on.xs[columns], on.c * on.xs[rows])
            else:
                entry = Iverson(rows, "=", columns) * value
            return language.matrix(rows, height, columns, height, entry)

        def rectangle(height: Term, width: Term, entry: Term) -> Term:
            return language.matrix(rows, height, columns, width, entry)

        if self.dice.random() < 0.5:
            return language.det(diagonal(size))
        other = self.pick(on.n, on.m, as_term(2))
        corner = self.pick(on.xs[rows + columns], on.c, as_term(0))
        zero, full = as_term(0), corner
        upper = self.dice.random() < 0.5
        return language.det(
            language.blocks(
                (diagonal(size), rectangle(size, other, full if upper else zero)),
                (rectangle(other, size, zero if upper else full), diagonal(other)),
            )
        )

    def _defined(self) -> Term:
        inner = self.pick(on.alpha, on.c, on.alpha * on.d, on.mean(on.y))
        return self.pick(
            on.mean(on.y),
            on.total(inner),
            on.total(inner),
            Integral((on.y,), on.p(on.y) * on.mean(on.y)),
        )

    def _given(self, at: Context) -> Term:
        average = language.Array("avg")
        entries = [on.xs[on.t], on.xs[on.t_prime], average[1], average[0], average[self.index(at)]]
        orders: list[Term] = [
            Iverson(on.t_prime, "<", on.t),
            Iverson(on.t, "<=", on.t_prime + 1),
            Iverson(on.m, "<=", on.n),
            Sum(on.l, Range(on.m, on.n), on.xs[on.l]),
            Sum(on.l, Range(on.t_prime, on.t), self.pick(on.xs[on.l], as_term(1))),
        ]
        return self.pick(Sym("twice"), Sym("twice"), *entries, *orders)

    def _of_a_size(self, at: Context, depth: int) -> Term:
        """What an induction may be about: it vanishes at the first size, or says a thing twice."""
        body = self.real(at, depth)
        named = substitute(body, {on.n: on.K})
        return self.pick(
            (on.n - 1) * body, on.n * body, (on.K - 1) * body, body - named, (on.n - 1) * named
        )

    def _hiding_a_size(self) -> Term:
        letter = self.pick(on.i, on.j, on.t, on.t_prime)
        one = as_term(1)
        ends = self.pick((one, on.n), (one, on.K), (one, letter), (letter, on.n), (on.j, on.K))
        summand = self.pick(
            on.xs[on.l], on.avg[on.l], one, on.l, on.xs[on.K], Iverson(on.l, "=", letter)
        )
        return self.pick(
            language.sum_over(on.l, *ends, summand),
            self.pick(on.n, on.K, on.twofold, on.n - on.K, letter),
            self.pick(on.hidden, on.last, on.h(on.vec.whole)),
            self.pick(on.xs, on.avg)[self.pick(on.n, on.K, on.n - 1, on.K + 1, letter, one)],
            Iverson(letter, self.pick("<=", "<", "=", ">="), self.pick(on.n, on.K, on.i, on.n - 1)),
        )


SAMPLES: tuple[Term, ...] = (
    language.partial(on.alpha, on.alpha * on.xs[1]),
    language.gradient(on.theta, Fn("log", Density("p", (on.x,)))),
    App("f", (on.x,)),
    on.xs[on.i] * on.xs[on.j] * on.xs[on.t] * on.xs[on.t_prime],
)
"""Terms that say how every name is used, so that one model serves all terms of a kind."""
