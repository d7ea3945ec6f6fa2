"""Densities, expectations, divergences, entropies.

The operators of probability, checked against the declared families.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Definition, Family, Process
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Expect,
    Law,
    Mul,
    Neg,
    Pi,
    Sym,
    Term,
    Trajectory,
    Variance,
    free,
)
from lemmata.notation import lawless
from lemmata.notation.binders import mentions, reach, term_end
from lemmata.notation.conditional import averaged, conditional, given
from lemmata.notation.drawn import (
    condition_bar,
    drawn_name,
    drawn_names,
    span,
    unbracketed,
)
from lemmata.notation.errors import NotationError, Source
from lemmata.notation.latex import scan_latex
from lemmata.notation.lexer import Token
from lemmata.notation.names import Name, read_name, read_unraised
from lemmata.notation.roles import check_places, check_roles, place_of, which_law
from lemmata.notation.symbols import Entry
from lemmata.notation.told_noise import noises

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

MAX_VARIANCES: Final = 3
"""How many variances may stand within each other; each holds what stands in it several times."""
DIVERGENCES: Final = {"KL": "KL", "DKL": "KL", "kl": "KL", "JS": "JSD", "JSD": "JSD"}
_AVERAGES: Final = {"E": "E", "Var": "Var", "var": "Var", "Cov": "Cov", "cov": "Cov"}
_OPERATORS: Final = {**_AVERAGES, "H": "H", "I": "I", **DIVERGENCES}
HEADS: Final = frozenset((*_OPERATORS, "D", "d"))
"""What an operator of probability may begin with."""


def head_kind(parser: Parser) -> str | None:
    """Which operator the name here is, if it is one: E, Var, H, I, KL or JSD.

    A declaration takes its name.
    """
    token = parser.peek()
    word = token.text
    if word not in HEADS:
        return None
    after = parser.peek(1)
    if word in ("D", "d") and after.text == "_" and after.kind == "sym":
        first = parser.at + 2
        last = parser.group_end(first) if first in parser.partner else first + 1
        kind = DIVERGENCES.get(parser.flat(first, min(last, parser.stop)).split(",")[0])
        if kind is not None:
            return kind
    if word == "D" and after.text in ("(", "[") and parser.symbols.find("D") is None:
        inside = parser.tokens[parser.at + 2 : parser.partner[parser.at + 1]]
        return "KL" if any(part.text == "||" for part in inside) else None
    kind = _OPERATORS.get(word)
    if kind is None:
        return None
    if parser.symbols.find(word, token.font) is not None and not (
        word == "E" and token.font == "bb"
    ):
        return None
    if after.kind not in ("sym", "name", "num") or (
        kind in ("H", "I") and after.text not in ("(", "[", "_")
    ):
        return None
    return kind


# Densities


def density(parser: Parser, name: Name, token: Token) -> Term:
    """A density with its arguments, each in a role of the family.

    Raises:
        NotationError: The arguments do not fit the family.
    """
    family = name.item
    assert isinstance(family, Family)  # noqa: S101 - so says the entry's kind
    if not is_called(parser, family.bare):
        if name.spelling == "pi":
            return Pi()  # a policy has arguments; without any, this is the circle number
        if parser.bare and len(family.of) == 1 and name.entry is not None and name.power is None:
            return complete(parser, name.entry, token, parser.dotted)
        if family.bare:
            if parser.next_is("(") and parser.only_parameters():
                message = f"a parameter in the place of what {family.name!r} is a density of"
                raise parser.unreadable(message, token, f"Write {family.name}({_shape(family)}).")
            drawn: list[Term] = [Sym(variable) for variable in family.bare]
            return check_roles(parser, family, drawn, [Sym(name) for name in family.given], token)
        raise parser.unreadable(
            f"the density {family.name!r} stands here without its arguments",
            token,
            f"Write {family.name}({_shape(family)}).",
        )
    of, given = _density_arguments(parser, family)
    term: Term = check_roles(parser, family, of, given, token)
    if name.power is not None:
        term, name.power = parser.power(term, *name.power), None
    return term


def dotted(parser: Parser, definition: Definition, token: Token) -> App:
    """A definition without its argument, of the variable that is drawn or compared here."""
    if len(parser.dotted) != 1:
        return App(definition.name, definition.arguments)
    check_places(parser, definition, parser.dotted, token)
    return App(definition.name, parser.dotted)


def may_stand_bare(parser: Parser, arguments: tuple[Sym, ...]) -> bool:
    """Whether a definition in these arguments may stand without them.

    As the declared densities that it is made of may: `q` for q(x) beside `p` for p(x).
    """
    names = tuple(argument.name for argument in arguments)
    return any(names == family.bare for family in parser.symbols.declarations.families)


def is_called(parser: Parser, bare: Sequence[object]) -> bool:
    """Whether the bracket here, if there is one, holds the arguments of the name before it.

    Where a name may stand bare, `D(1 - D)` is a product.
    """
    called = parser.next_is("(")
    if not called or not bare:
        return called
    first = parser.tokens[parser.at + 1]
    entry = parser.symbols.find(first.text, first.font) if first.kind == "name" else None
    inside = parser.tokens[parser.at + 2 : parser.partner[parser.at]]
    outcome = entry is not None and entry.kind in ("outcome", "number")
    return outcome and not {"+", "-", "/", "\\cdot"} & {token.text for token in inside}


def _density_arguments(parser: Parser, family: Family) -> tuple[list[Term], list[Term]]:
    parser.take()
    kept = parser.integrals, parser.bars, parser.whole
    parser.integrals, parser.bars, parser.whole = 0, "given", True
    groups: list[list[Term]] = [[]]
    dot: Token | None = None
    while True:
        if parser.next_is("\\cdot") and parser.peek(1).text in (",", "|", ")", ";"):
            dot = parser.take()
            if len(groups) > 1:
                raise parser.unsupported("a dot as a condition", dot)
        else:
            term = parser.expression()
            if parser.peek().kind == "rel":
                raise parser.unsupported(
                    "a value put into a density", hint="Give the place a variable of its own."
                )
            if not (
                len(groups) > 1 and isinstance(term, Sym) and term.name in parser.symbols.parameters
            ):
                groups[-1].append(term)
        sign = parser.take()
        if sign.text == ")":
            break
        if sign.text in ("|", ":") and len(groups) == 1:
            groups.append([])
        elif sign.text == ";":
            _only_parameters(parser)
            parser.expect(")")
            break
        elif sign.text != ",":
            parser.at -= 1
            raise parser.unexpected()
    parser.integrals, parser.bars, parser.whole = kept
    of, given = groups[0], groups[1] if len(groups) > 1 else []
    if dot is not None:
        of.extend(_dotted(parser, family, [*of, *given], dot))
    return of, given


def _only_parameters(parser: Parser) -> None:
    """What stands behind a semicolon in a density: parameters, which the family carries anyway."""
    while True:
        token = parser.take()
        if token.text not in parser.symbols.parameters:
            raise parser.unreadable(
                "expected a parameter behind the semicolon", token, "Write conditions behind a bar."
            )
        if not parser.next_is(","):
            return
        parser.take()


def _dotted(parser: Parser, family: Family, written: list[Term], dot: Token) -> tuple[Sym, ...]:
    """The variables that a dot stands for: those drawn or compared here, or the only one left."""
    if parser.dotted:
        return parser.dotted
    taken = {place_of(parser, term.name) for term in written if isinstance(term, Sym)}
    left = [role for role in family.of if role not in taken]
    if len(left) > 1:
        raise parser.undeclared(
            family.name,
            dot,
            f"which of {', '.join(left)} does the dot stand for?",
            "Write the variable.",
        )
    return tuple(variable_of(parser, role) for role in left)


def variable_of(parser: Parser, role: str) -> Sym:
    """The variable that stands for a role: the one named so, or the first one that has the role."""
    variables = parser.symbols.declarations.variables
    named = next((v for v in variables if v.name == role), None)
    return Sym((named or next(v for v in variables if v.place == role)).name)


def _shape(family: Family) -> str:
    return ", ".join(family.of) + (" | " + ", ".join(family.given) if family.given else "")


def complete(
    parser: Parser, entry: Entry, token: Token, variables: tuple[Sym, ...] = ()
) -> Density:
    """A family without arguments, with the arguments that its declaration gives it.

    Raises:
        UnderDeclared: The family is a law of several variables, and which are meant is not written.
    """
    family = entry.item
    assert isinstance(family, Family)  # noqa: S101 - so says the entry's kind
    of = list(variables) or [variable_of(parser, role) for role in family.of]
    partial = len(of) < len(family.of) or (not variables and len(of) > 1)
    given: list[Term] = []
    if partial and not family.given:
        if not variables:
            raise parser.undeclared(
                family.name,
                token,
                f"{family.name!r} stands without arguments and is a law of {', '.join(family.of)}",
                f"Write which variables are meant, as in {family.name}({family.of[0]}).",
            )
        # `z ~ p` may mean p(z) or, in a model of x and z, p(z | x). A name of its own, such as Pop,
        # means the marginal.
        if token.text == family.name:
            given.extend(_condition(parser, family, variables))
    indices = of[0].indices if of else ()
    primes = _primes(of[0].name) - _primes(family.of[0]) if of else 0
    process_variables = {
        name
        for process in parser.symbols.declarations.processes
        for name in (process.state, process.action)
    }
    for role in family.given:
        variable = variable_of(parser, role)
        copy = variable.name + "'" * primes
        if primes > 0 and any(v.name == copy for v in parser.symbols.declarations.variables):
            variable = Sym(copy)  # a' ~ pi in the state s', where both are declared
        given.append(
            Sym(variable.name, indices)
            if indices and variable.name in process_variables
            else variable
        )
    return check_roles(parser, family, list(of), given, token)


def _primes(name: str) -> int:
    return len(name) - len(name.rstrip("'"))


def _condition(parser: Parser, family: Family, variables: tuple[Sym, ...]) -> list[Sym]:
    """The condition that the bare name of a joint law of more variables than these leaves out."""
    drawn = {place_of(parser, variable.name) for variable in variables}
    others = [variable_of(parser, role) for role in family.of if role not in drawn]
    conditions: list[tuple[Sym, ...]] = [(), tuple(others)]
    if len(others) == 2:
        conditions += [(other,) for other in others]
    elif len(others) > 2:
        parser.flag(f"the condition of the bare law {family.name} is not written")
    options = tuple(
        f"given {', '.join(other.name for other in condition)}" if condition else "the marginal"
        for condition in conditions
    )
    answer = parser.choose(which_law(family, variables), options, throughout=True)
    return list(conditions[options.index(answer)])


# Laws below an expectation sign


def _check_powers(parser: Parser, first: int, last: int) -> None:
    r"""Refuse a number above a law, which is another law or none: `x \sim p^2`."""
    at = first
    while at < last:
        if parser.tokens[at].text == "(":
            at = parser.group_end(at)
            continue
        above = parser.tokens[at + 1 : at + 3] if parser.tokens[at].text == "^" else []
        if any(token.kind == "num" for token in above):
            raise parser.unsupported("a power of a law", parser.tokens[at])
        at += 1


def read_laws(parser: Parser) -> tuple[Law, ...] | Process:
    """The laws in the stretch here, separated by commas, or the process that they belong to.

    Raises:
        NotationError: The stretch holds no laws.
    """
    start, end = parser.at, parser.stop
    _check_powers(parser, start, end)
    process = _process_of(parser, start, end)
    if process is not None:
        parser.at = end
        return process
    laws: list[Law] = []
    while True:
        tilde = next((k for k in range(parser.at, end) if parser.tokens[k].text == "\\sim"), None)
        if tilde is not None:
            variables = drawn_names(parser, parser.at, tilde)
            alone = parser.tokens[parser.at].text != "("
            parser.at = tilde + 1
            token = parser.peek()
            if alone and _are_copies(parser, variables):
                laws += _laws_of_copies(parser, variables)
            else:
                laws += _with_laws_of_all(parser, _drawn_law(parser, variables), token)
        elif told := _conditional_law(parser, end) or lawless.marginal_law(parser, end):
            laws.append(told)
        else:
            token = parser.peek()
            term = _law_density(parser, ())
            factors = term.factors if isinstance(term, Mul) else (term,)
            densities = [factor for factor in factors if isinstance(factor, Density)]
            drawn = tuple(part for law in densities for part in law.of if isinstance(part, Sym))
            if len(densities) < len(factors) or len(set(drawn)) < len(drawn):
                drawn = ()
            drawn = drawn or _drawn_from_defined(term, parser)
            if not drawn:
                raise parser.unreadable("expected a law, such as z \\sim q(z \\mid x)", token)
            laws.append(Law(drawn, term))
        if not parser.next_is(","):
            return tuple(laws)
        parser.take()


def _drawn_law(parser: Parser, variables: tuple[Sym, ...]) -> Law:
    """The law here, of variables that stand before its sign."""
    kept, parser.dotted = parser.dotted, variables
    law = Law(variables, _law_density(parser, variables))
    parser.dotted = kept
    return law


def _are_copies(parser: Parser, variables: tuple[Sym, ...]) -> bool:
    """Whether several variables have one role, so that no law is one of them together."""
    places = {None if name.indices else place_of(parser, name.name) for name in variables}
    return len(variables) > 1 and len(places) == 1 and None not in places


def _laws_of_copies(parser: Parser, variables: tuple[Sym, ...]) -> list[Law]:
    r"""The laws of `x, x' \sim p`: each is drawn from it, and none depends on another.

    Raises:
        Unsupported: The law is written of one of them, or not given the same for each.
    """
    start, token = parser.at, parser.peek()
    laws: list[Law] = []
    for variable in variables:
        parser.at = start
        laws.append(_drawn_law(parser, (variable,)))
    given = {frozenset(law.density.given) for law in laws if isinstance(law.density, Density)}
    own = all(variable in free(law.density) for law in laws for variable in law.variables)
    if len(given) != 1 or not own or not given.pop().isdisjoint(variables):
        raise parser.unsupported("a law of several variables of one role", token)
    return laws


def _drawn_from_defined(term: Term, parser: Parser) -> tuple[Sym, ...]:
    """The variable of a density that is defined, as a mixture is; none where it is no such one."""
    declarations = parser.symbols.declarations
    if not isinstance(term, App) or not isinstance(declarations.find(term.name), Definition):
        return ()
    names = {variable.name for variable in declarations.variables}
    found = [part for part in term.arguments if isinstance(part, Sym) and part.name in names]
    return tuple(found) if len(found) == len(term.arguments) == 1 else ()


def _conditional_law(parser: Parser, end: int) -> Law | None:
    r"""The one law of the variables here given those behind a bar, `s'|s,a`; None without one."""
    start = parser.at
    bar = next((k for k in range(start, end) if parser.tokens[k].text == "|"), None)
    if bar is None or any(parser.tokens[k].text == "(" for k in range(start, bar)):
        return None
    try:
        drawn, given = drawn_names(parser, start, bar), drawn_names(parser, bar + 1, end)
    except NotationError:
        return None
    roles = [{place_of(parser, name.name) for name in names} for names in (drawn, given)]
    families = [
        family
        for family in parser.symbols.declarations.families
        if [{*family.of}, {*family.given}] == [{n.name for n in drawn}, roles[1]]
        or [{place_of(parser, n) for n in family.of}, {*family.given}] == roles
    ]
    whole = {role for names in roles for role in names if role}
    joint = [f for f in parser.symbols.declarations.families if whole <= {*f.of}]
    if not families and joint == [lawless.only_law(parser)]:
        families, joint = joint, []
    if len(families) != 1 or joint:  # a joint law has one of them given the others too
        return None
    token = parser.tokens[start]
    parser.at = end
    return Law(drawn, check_roles(parser, families[0], list(drawn), list(given), token))


def _with_laws_of_all(parser: Parser, law: Law, token: Token) -> list[Law]:
    r"""A law, behind those of the variables before its sign that it does not draw.

    In `y, z \sim q(z|y)` the law of y is the one that the question gives y alone.

    Raises:
        NotationError: The question gives it none.
    """
    factors = law.density.factors if isinstance(law.density, Mul) else (law.density,)
    densities = [factor for factor in factors if isinstance(factor, Density)]
    drawn = {part for density in densities for part in density.of}
    missing = [v for v in law.variables if v not in drawn]
    if not missing or len(densities) < len(factors):
        return [law]
    found: list[Law] = []
    for variable in missing:
        laws = _shorthand(parser, f"E_{variable.name}")
        if not isinstance(laws, tuple) or [each.variables for each in laws] != [(variable,)]:
            raise parser.undeclared(
                variable.name,
                token,
                f"the law of {variable.name!r} is not written",
                f"Write {variable.name} \\sim and its law before it.",
            )
        found += laws
    return [*found, replace(law, variables=tuple(v for v in law.variables if v not in missing))]


def data_sum(parser: Parser) -> Term | None:
    r"""A sum over the points of a data set, `\sum_{(s, a) \in D}`: so many times its mean.

    None if the sign here is no such sum.
    """
    start = parser.at
    sign = parser.take()
    if not parser.next_is("_"):
        parser.at = start
        return None
    parser.take()
    first, last = parser.script()
    cut = next((k for k in range(first, last) if parser.tokens[k].text in ("\\in", "in")), None)
    entry = parser.symbols.find(parser.tokens[last - 1].text) if cut == last - 2 else None
    if cut is None or entry is None or not isinstance(entry.item, Family) or not entry.item.data:
        parser.at = start
        return None
    drawn = drawn_names(parser, first, cut)
    law = Law(drawn, complete(parser, entry, sign, drawn))
    parser.averages += 1
    body = reach(parser, frozenset(variable.name for variable in drawn))
    parser.averages -= 1
    return Mul((Sym(entry.item.data), Expect((law,), body)))


def _law_density(parser: Parser, variables: tuple[Sym, ...]) -> Term:
    """The density of a law; a family without arguments is completed."""
    token, start = parser.peek(), parser.at
    if token.kind == "name" and head_kind(parser) is None:
        name = read_name(parser)
        if name.entry is not None and not parser.next_is("("):
            if name.power is not None and name.entry.kind != "number":
                raise parser.unsupported("a power of a law", token)
            if name.entry.kind == "family":
                return complete(parser, name.entry, token, variables)
            if isinstance(name.entry.item, Process) and variables:
                policy = parser.symbols.table[name.entry.item.policy]
                return complete(parser, policy, token, variables)
            if name.entry.kind in ("definition", "function") and variables:
                if isinstance(name.entry.item, Definition):
                    check_places(parser, name.entry.item, variables, token)
                return App(name.entry.name, variables, name.indices)
            if name.entry.kind == "outcome":
                raise parser.undeclared(
                    name.spelling,
                    token,
                    f"the law of {name.spelling!r} is not written",
                    f"Write {name.spelling} \\sim and its law, or declare a shorthand for it.",
                )
        parser.at = start
    kept, parser.bars = parser.bars, ""
    term = parser.expression()
    parser.bars = kept
    return term


def _check_trajectory(parser: Parser, token: Token) -> None:
    """Refuse a name for what is drawn that is declared as something else."""
    entry = parser.symbols.find(token.text, token.font) if token.kind == "name" else None
    if entry is not None and entry.kind not in ("outcome", "process", "reward"):
        raise parser.unreadable(f"{token.text!r} is no variable that can be drawn", token)


def _process_of(parser: Parser, first: int, last: int) -> Process | None:
    """The process that a subscript of E speaks of.

    Its name, its policy without arguments, or symbols of its trajectories.
    """
    processes = parser.symbols.declarations.processes
    if not processes:
        return None
    tilde = next((k for k in range(first, last) if parser.tokens[k].text == "\\sim"), None)
    law = first if tilde is None else tilde + 1
    flat = parser.flat(law, last)
    alone = _single_outcome(parser, first, tilde) if tilde == first + 1 else ""
    if tilde == first + 1 and not alone:
        _check_trajectory(parser, parser.tokens[first])
    for process in processes:
        policy = parser.symbols.declarations.family(process.policy)
        if flat == process.name and alone != policy.of[0]:  # an action alone has the policy's law
            return process
    bare = parser.tokens[last - 1].text != ")" and not any(
        t.text == "\\sim" for t in parser.tokens[law:last]
    )
    if bare and law < last and parser.tokens[law].kind == "name":
        entry = parser.symbols.find(parser.tokens[law].text)
        named = entry is not None and entry.kind in ("family", "process")
        drawn = _single_outcome(parser, first, tilde) if tilde is not None else ""
        for process in processes:
            if (
                named
                and entry is not None
                and entry.name in (process.policy, process.name)
                and drawn != parser.symbols.declarations.family(process.policy).of[0]
            ):
                name = parser.within(law, last, lambda: read_unraised(parser))
                if name.entry is not None:
                    return process
    if tilde is not None:
        return None
    owners: set[Process | None] = set()
    first, last = unbracketed(parser, first, last)
    if any(token.text == "|" for token in parser.tokens[first:last]):
        return None  # the law of one given the other
    for a, b in parser.items(first, last):
        token = parser.tokens[a]
        if owners and b == a + 1 and token.text == "\\ldots":  # a history
            continue
        entry = parser.symbols.find(token.text) if token.kind == "name" else None
        if entry is None or entry.kind not in ("outcome", "reward"):
            return None
        symbol = span(parser, a, b)
        if symbol is None:
            name = parser.within(a, b, lambda: read_unraised(parser))
            symbol = Sym(name.canonical, name.indices)
        owners.add(_owner(parser, symbol))
    return owners.pop() if len(owners) == 1 else None


def _owner(parser: Parser, symbol: Sym) -> Process | None:
    """The process that a symbol such as r_t or s_1 belongs to."""
    if not symbol.indices:
        return None
    for process in parser.symbols.declarations.processes:
        if symbol.name in (process.state, process.action, process.reward):
            return process
    return None


def _single_outcome(parser: Parser, first: int, last: int) -> str:
    """The role of the one variable in the stretch; empty if there is none, or more than one.

    A policy behind an action is the law of that action.
    """
    if any(token.text in (",", "\\ldots") for token in parser.tokens[first:last]):
        return ""
    entry = parser.symbols.find(parser.tokens[first].text)
    return place_of(parser, entry.name) or "" if entry is not None else ""


def _shorthand(parser: Parser, sign: str) -> tuple[Law, ...] | Process | None:
    """What a sign without a law stands for; a condition in its bracket may call for another."""
    if f"{sign}|" in parser.symbols.shorthand and condition_bar(parser) is not None:
        sign = f"{sign}|"
    law = parser.symbols.shorthand.get(sign)
    if law is None:
        return None
    known = parser.symbols.shorthand_laws.get(sign)
    if known is None:
        source = Source(law)
        tokens = scan_latex(source, 0, len(law), {}, parser.symbols.known)
        inner = type(parser)(tokens, source, parser.symbols)
        known = inner.within(0, inner.stop, lambda: read_laws(inner))
        parser.symbols.shorthand_laws[sign] = known
    return known


def _is_called(parser: Parser, first: int, last: int) -> bool:
    """Whether a keyboard subscript is a family, and its arguments and then the operand follow.

    As in `E_q(z|x)[f(z)]`.
    """
    if last != first + 1 or not parser.next_is("("):
        return False
    entry = parser.symbols.find(parser.tokens[first].text)
    end = parser.group_end(parser.at)
    operand = end < parser.stop and parser.tokens[end].text in ("[", "(")
    return entry is not None and entry.kind == "family" and operand


def _policy_there(parser: Parser, action: str) -> tuple[Law, ...] | None:
    r"""The law of an action below a sign, `E_a`: the policy in the one state of its bracket.

    None where the bracket holds no policy of that action, or policies in several states.
    """
    if not parser.next_is("[", "("):
        return None
    close = parser.partner[parser.at]
    for process in parser.symbols.declarations.processes:
        policy = parser.symbols.declarations.family(process.policy)
        if policy.of != (action,):
            continue
        states: set[Sym] = set()
        for at in range(parser.at + 1, close):
            head = parser.tokens[at]
            entry = parser.symbols.find(head.text, head.font) if head.kind == "name" else None
            if entry is None or entry.name not in (policy.name, process.name):
                continue
            brackets = (k for k in range(at, close) if parser.tokens[k].text == "(")
            opening = next(brackets, close)
            texts = [token.text for token in parser.tokens[opening + 1 : opening + 3]]
            if opening not in parser.partner or texts != [action, "|"]:
                return None
            end = parser.partner[opening]
            states.add(parser.within(opening + 3, end, lambda: drawn_name(parser)))
        if len(states) == 1:
            drawn = Sym(action)
            return (Law((drawn,), Density(policy.name, (drawn,), tuple(states))),)
    return None


def operator_laws(parser: Parser, sign: Token, letter: str) -> tuple[Law, ...] | Process:
    """What an expectation or variance is taken under."""
    if parser.next_is("_"):
        parser.take()
        first, last = parser.script()
        if not parser.latex and _is_called(parser, first, last):
            last = parser.at = parser.group_end(parser.at)
        flat = parser.flat(first, last)
        found = _shorthand(parser, f"{letter}_{flat}") or _policy_there(parser, flat)
        if found is not None:
            return _of_what_comes(parser, found, sign, flat)
        kept = parser.integrals, parser.bars, parser.whole
        parser.integrals, parser.bars, parser.whole = 0, "", True
        laws = parser.within(first, last, lambda: read_laws(parser))
        parser.integrals, parser.bars, parser.whole = kept
        return laws
    found = _of_noise(parser) or _shorthand(parser, letter) or _shorthand(parser, "E")
    if found is not None:
        return _of_what_comes(parser, found, sign, "")
    processes = parser.symbols.declarations.processes
    if len(processes) == 1:
        return processes[0]
    family = lawless.only_law(parser) if not processes else None
    if family is not None:
        return lawless.joint_law(parser, sign, family)
    raise parser.undeclared(
        letter,
        sign,
        f"this {letter} does not say under which law",
        f"Write the law below it, as in {letter}_{{z \\sim q(z)}}, or declare a shorthand.",
    )


def _of_what_comes(
    parser: Parser, laws: tuple[Law, ...] | Process, sign: Token, below: str
) -> tuple[Law, ...] | Process:
    r"""The laws that a sign stands for, or those of them behind the first variable, which is given.

    `Q(s, a) = r + \gamma \mathbb E[V(s')]` is over the next state alone; where the laws draw an
    action first that the sign does not name, both may be meant.
    """
    if isinstance(laws, Process) or len(laws) < 2 or len(laws[0].variables) != 1:
        return laws
    first = laws[0].variables[0]
    follows = isinstance(laws[1].density, Density) and first in laws[1].density.given
    if not follows or first.name in below.split(",") or condition_bar(parser) is not None:
        return laws
    options = ("all that the sign stands for", f"what comes behind {first.name}")
    answer = parser.choose(f"the expectation at {sign.start} is over", options)
    return laws if answer == options[0] else laws[1:]


def _of_noise(parser: Parser) -> tuple[Law, ...] | Process | None:
    """The law of the one outcome in the bracket here, where that is a noise that the text tells."""
    inside = parser.tokens[parser.at : parser.partner.get(parser.at, parser.at)]
    entries = (parser.symbols.find(token.text) for token in inside if token.kind == "name")
    drawn = {entry.name for entry in entries if entry is not None and entry.kind == "outcome"}
    if len(drawn) != 1 or not drawn <= noises(parser.symbols.declarations):
        return None
    return _shorthand(parser, f"E_{drawn.pop()}")


def expectation(parser: Parser) -> Term:
    """An expectation under laws or over the trajectories of a process."""
    sign = parser.take()
    laws = operator_laws(parser, sign, "E")
    if parser.next_is("^"):
        raise parser.unsupported("a superscript on the expectation sign")
    if isinstance(laws, Process):
        names = frozenset((laws.state, laws.action, laws.reward))
    else:
        names = frozenset(variable.name for law in laws for variable in law.variables)
    bar = condition_bar(parser)
    if bar is not None:
        return conditional(parser, laws, bar, sign)
    parser.averages += 1
    body = _operand(parser, names)
    parser.averages -= 1
    return Trajectory(laws.name, body) if isinstance(laws, Process) else Expect(laws, body)


def _operand(parser: Parser, names: frozenset[str]) -> Term:
    """What an expectation is taken of: a bracket, or without one what `reach` says."""
    if parser.next_is("["):
        return parser.bracketed()
    if parser.next_is("(", "\\{"):
        end = parser.group_end(parser.at)
        after = parser.tokens[end] if end < parser.stop else None
        follows = after is not None and (
            parser.starts_factor(after) or after.text in ("\\cdot", "/", "^")
        )
        if after is not None and after.text == "^" and parser.latex and parser.next_is("("):
            question = f"the power behind E{written(parser, parser.at, end)} belongs to"
            options = ("the expectation", "the bracket")
            if end - parser.at == 3:  # of one name it is the square of its mean
                parser.flag("a power behind an expectation of one name")
                return parser.bracketed()
            if parser.choose(question, options, throughout=True) == "the bracket":
                return parser.powers(parser.bracketed())
        if not follows or not mentions(parser, end, term_end(parser, end), names):
            return parser.bracketed()
        if (
            parser.choose("the expectation is of", ("the whole product", "the bracket"))
            == "the bracket"
        ):
            return parser.bracketed()
        return parser.signed()
    return reach(parser, names)


def written(parser: Parser, first: int, last: int) -> str:
    """A stretch of tokens as a part of a question: what is written alike is read alike."""
    return " ".join(token.text.strip(":") for token in parser.tokens[first:last])


def variance(parser: Parser) -> Term:
    """A variance under laws."""
    sign = parser.take()
    if parser.variances == MAX_VARIANCES:
        message = f"more than {MAX_VARIANCES} variances within each other"
        raise parser.unreadable(message, sign, "Write it in smaller steps.")
    parser.variances += 1
    term = _variance(parser, sign)
    parser.variances -= 1
    return term


def _variance(parser: Parser, sign: Token) -> Term:
    laws = operator_laws(parser, sign, "Var")
    if isinstance(laws, Process):
        raise parser.unsupported("a variance over trajectories", sign)
    bar = condition_bar(parser)
    if bar is not None:
        return conditional(parser, laws, bar, sign, Variance)
    parser.averages += 1
    names = frozenset(variable.name for law in laws for variable in law.variables)
    body = parser.bracketed() if parser.next_is("[", "(", "\\{") else reach(parser, names)
    parser.averages -= 1
    return Variance(laws, body)


def covariance(parser: Parser) -> Term:
    """A covariance under laws: the expectation of the product less that of each."""
    sign = parser.take()
    laws = operator_laws(parser, sign, "Cov")
    if isinstance(laws, Process):
        raise parser.unsupported("a covariance over trajectories", sign)
    if not parser.next_is("[", "("):
        raise parser.unreadable("expected ( after Cov")
    bar = condition_bar(parser)
    close = parser.partner[parser.at]
    sides = list(parser.items(parser.at + 1, close if bar is None else bar))
    if len(sides) != 2:
        raise parser.unreadable("expected two values between the brackets of Cov", sign)
    if bar is not None:
        return given(parser, laws, bar, sign, lambda left: _covariance(parser, left, sides))
    term = _covariance(parser, laws, sides)
    parser.at = close + 1
    return term


def _covariance(parser: Parser, laws: tuple[Law, ...], sides: list[tuple[int, int]]) -> Term:
    """The covariance of what stands in two stretches."""
    parser.averages += 1
    first, second = (parser.within(a, b, parser.inner) for a, b in sides)
    parser.averages -= 1
    product = Mul((averaged(laws, first), averaged(laws, second)))
    return Add((averaged(laws, Mul((first, second))), Neg(product)))
