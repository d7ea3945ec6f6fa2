"""Densities, expectations, divergences, entropies.

The operators of probability, checked against the declared families.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Definition, Family, Process, Variable
from lemmata.kernel.terms import (
    JSD,
    KL,
    App,
    CrossEntropy,
    Density,
    Entropy,
    Expect,
    Law,
    MutualInformation,
    Pi,
    Sym,
    Term,
    Trajectory,
    Variance,
    free,
    walk,
)
from lemmata.notation.binders import items, mentions, reach
from lemmata.notation.errors import NotationError, Source
from lemmata.notation.lexer import Token, scan_latex
from lemmata.notation.names import Name, Stretch, read_name
from lemmata.notation.symbols import Entry, Symbols

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

_DIVERGENCES: Final = {"KL": "KL", "DKL": "KL", "kl": "KL", "JS": "JSD", "JSD": "JSD"}
CONDITIONALLY: Final = ("at each condition", "averaged over the condition")
_OPERATORS: Final = {"E": "E", "Var": "Var", "H": "H", "I": "I", **_DIVERGENCES}


def head_kind(parser: Parser) -> str | None:
    """Which operator the name here is, if it is one: E, Var, H, I, KL or JSD.

    A declaration takes its name.
    """
    token, after = parser.peek(), parser.peek(1)
    word = token.text
    if word in ("D", "d") and after.text == "_" and after.kind == "sym":
        first = parser.at + 2
        last = parser.group_end(first) if first in parser.partner else first + 1
        kind = _DIVERGENCES.get(parser.flat(first, min(last, parser.stop)).split(",")[0])
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


def head(parser: Parser) -> Term | None:
    """The term of an operator, or None if the name here is none."""
    kind = head_kind(parser)
    match kind:
        case None:
            return None
        case "E":
            return _expectation(parser)
        case "Var":
            return _variance(parser)
        case "H":
            return _entropy(parser)
        case "I":
            return _information(parser)
    return _divergence(parser, kind)


# Densities


def density(parser: Parser, name: Name, token: Token) -> Term:
    """A density with its arguments, each in a role of the family.

    Raises:
        NotationError: The arguments do not fit the family.
    """
    family = name.item
    assert isinstance(family, Family)  # noqa: S101 - so says the entry's kind
    if not parser.next_is("("):
        if name.spelling == "pi":
            return Pi()  # a policy has arguments; without any, this is the circle number
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
    taken = {_place(parser, term.name) for term in written if isinstance(term, Sym)}
    left = [role for role in family.of if role not in taken]
    if len(left) > 1:
        raise parser.undeclared(
            family.name,
            dot,
            f"which of {', '.join(left)} does the dot stand for?",
            "Write the variable.",
        )
    return tuple(_variable_of(parser, role) for role in left)


def _variable_of(parser: Parser, role: str) -> Sym:
    """The variable that stands for a role: the one named so, or the first one that has the role."""
    variables = parser.symbols.declarations.variables
    named = next((v for v in variables if v.name == role), None)
    return Sym((named or next(v for v in variables if v.place == role)).name)


def _place(parser: Parser, name: str) -> str | None:
    variable: Variable | None = parser.symbols.declarations.variable(name)
    return variable.place if variable else None


def _shape(family: Family) -> str:
    return ", ".join(family.of) + (" | " + ", ".join(family.given) if family.given else "")


def check_roles(
    parser: Parser, family: Family, of: list[Term], given: list[Term], token: Token
) -> Density:
    """A density whose arguments fit the roles of its family.

    Raises:
        Unreadable: A variable has no role in the family, stands on the wrong side of the bar,
            or stands twice; a condition that the family always has is missing.
    """
    shape = f"{family.name!r} is declared as a law of {', '.join(family.of)}"
    if family.given:
        shape += f" given {', '.join(family.given)}"
    seen: dict[str, Term] = {}
    for side, terms in (("of", of), ("given", given)):
        for term in terms:
            if not isinstance(term, Sym):
                roles = [
                    r
                    for r in (family.of if side == "of" else (*family.given, *family.of))
                    if r not in seen
                ]
                if (
                    len(terms) != 1
                    or (side == "of" and len(family.of) != 1)
                    or (side == "given" and len(family.given) != 1)
                ):
                    raise parser.unsupported(
                        "a formula in the place of a variable", token, shape + "."
                    )
                seen[roles[0]] = term
                continue
            place = _place(parser, term.name)
            if place is None:
                raise parser.unreadable(
                    f"{term.name!r} is no variable that a density can be of", token, shape + "."
                )
            if place not in family.of and place not in family.given:
                raise parser.unreadable(
                    f"role clash: {term.name!r} has no place in {family.name!r}", token, shape + "."
                )
            if side == "of" and place in family.given:
                raise parser.unreadable(
                    f"role clash: {term.name!r} stands before the bar", token, shape + "."
                )
            if place in seen:
                raise parser.unreadable(
                    f"{place!r} stands twice in one density",
                    token,
                    "Give the second one a name of its own.",
                )
            seen[place] = term
    if not of:
        raise parser.unreadable("a density of nothing", token, shape + ".")
    missing = [role for role in family.given if role not in seen]
    if missing:
        raise parser.unreadable(
            f"the condition {', '.join(missing)} is missing", token, shape + "."
        )
    return Density(family.name, tuple(of), tuple(given))


def complete(
    parser: Parser, entry: Entry, token: Token, variables: tuple[Sym, ...] = ()
) -> Density:
    """A family without arguments, with the arguments that its declaration gives it.

    Raises:
        UnderDeclared: The family is a law of several variables, and which are meant is not written.
    """
    family = entry.item
    assert isinstance(family, Family)  # noqa: S101 - so says the entry's kind
    of = list(variables) or [_variable_of(parser, role) for role in family.of]
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
        options = ("the marginal", "given the other variables")
        if (
            token.text == family.name
            and parser.choose(f"the law {family.name} is", options) != options[0]
        ):
            drawn = {_place(parser, variable.name) for variable in variables}
            given.extend(_variable_of(parser, role) for role in family.of if role not in drawn)
    indices = of[0].indices if of else ()
    process_variables = {
        name
        for process in parser.symbols.declarations.processes
        for name in (process.state, process.action)
    }
    for role in family.given:
        variable = _variable_of(parser, role)
        given.append(
            Sym(variable.name, indices)
            if indices and variable.name in process_variables
            else variable
        )
    return check_roles(parser, family, list(of), given, token)


# Laws below an expectation sign


def read_laws(parser: Parser) -> tuple[Law, ...] | Process:
    """The laws in the stretch here, separated by commas, or the process that they belong to.

    Raises:
        NotationError: The stretch holds no laws.
    """
    start, end = parser.at, parser.stop
    process = _process_of(parser, start, end)
    if process is not None:
        parser.at = end
        return process
    laws: list[Law] = []
    while True:
        tilde = next((k for k in range(parser.at, end) if parser.tokens[k].text == "\\sim"), None)
        if tilde is not None:
            variables = tuple(
                parser.within(a, b, lambda: _drawn(parser))
                for a, b in items(parser, parser.at, tilde)
            )
            parser.at = tilde + 1
            kept, parser.dotted = parser.dotted, variables
            laws.append(Law(variables, _law_density(parser, variables)))
            parser.dotted = kept
        else:
            token = parser.peek()
            term = _law_density(parser, ())
            drawn = (
                tuple(part for part in term.of if isinstance(part, Sym))
                if isinstance(term, Density)
                else ()
            )
            if not drawn:
                raise parser.unreadable("expected a law, such as z \\sim q(z \\mid x)", token)
            laws.append(Law(drawn, term))
        if not parser.next_is(","):
            return tuple(laws)
        parser.take()


def _drawn(parser: Parser) -> Sym:
    token = parser.peek()
    name = read_name(parser)
    if name.entry is None:
        raise parser.undeclared(name.spelling, token)
    if name.entry.kind != "outcome" or name.power is not None:
        raise parser.unreadable(f"{name.spelling!r} is no variable that can be drawn", token)
    return Sym(name.canonical, name.indices)


def _law_density(parser: Parser, variables: tuple[Sym, ...]) -> Term:
    """The density of a law; a family without arguments is completed."""
    token, start = parser.peek(), parser.at
    if token.kind == "name" and head_kind(parser) is None:
        name = read_name(parser)
        if name.entry is not None and not parser.next_is("("):
            if name.entry.kind == "family":
                return complete(parser, name.entry, token, variables)
            if name.entry.kind == "definition" and variables:
                return App(name.entry.name, variables)
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
    for process in processes:
        if flat == process.name:
            return process
    bare = parser.tokens[last - 1].text != ")" and not any(
        t.text == "\\sim" for t in parser.tokens[law:last]
    )
    if bare and law < last and parser.tokens[law].kind == "name":
        entry = parser.symbols.find(parser.tokens[law].text)
        named = entry is not None and entry.kind in ("family", "process")
        plain = tilde is not None and _single_outcome(parser, first, tilde)
        for process in processes:
            if (
                named
                and entry is not None
                and entry.name in (process.policy, process.name)
                and not plain
            ):
                name = parser.within(law, last, lambda: read_name(parser))
                if name.entry is not None:
                    return process
    if tilde is not None:
        return None
    owners: set[Process | None] = set()
    for a, b in items(parser, first, last):
        token = parser.tokens[a]
        entry = parser.symbols.find(token.text) if token.kind == "name" else None
        if entry is None or entry.kind not in ("outcome", "reward"):
            return None
        name = parser.within(a, b, lambda: read_name(parser))
        owners.add(parser.process_symbol(Sym(name.canonical, name.indices)))
    return owners.pop() if len(owners) == 1 else None


def _single_outcome(parser: Parser, first: int, last: int) -> bool:
    """Whether the stretch is one variable: a policy behind it is then the law of that action."""
    entry = parser.symbols.find(parser.tokens[first].text)
    return (
        entry is not None
        and entry.kind == "outcome"
        and all(token.text not in (",", "\\ldots") for token in parser.tokens[first:last])
    )


def _shorthand(parser: Parser, sign: str) -> tuple[Law, ...] | Process | None:
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


def _operator_laws(parser: Parser, sign: Token, letter: str) -> tuple[Law, ...] | Process:
    """What an expectation or variance is taken under."""
    if parser.next_is("_"):
        parser.take()
        first, last = parser.script()
        flat = parser.flat(first, last)
        found = _shorthand(parser, f"{letter}_{flat}")
        if found is not None:
            return found
        kept = parser.integrals, parser.bars, parser.whole
        parser.integrals, parser.bars, parser.whole = 0, "", True
        laws = parser.within(first, last, lambda: read_laws(parser))
        parser.integrals, parser.bars, parser.whole = kept
        return laws
    found = _shorthand(parser, letter)
    if found is not None:
        return found
    processes = parser.symbols.declarations.processes
    if len(processes) == 1:
        return processes[0]
    raise parser.undeclared(
        letter,
        sign,
        f"this {letter} does not say under which law",
        f"Write the law below it, as in {letter}_{{z \\sim q(z)}}, or declare a shorthand.",
    )


def _expectation(parser: Parser) -> Term:
    sign = parser.take()
    laws = _operator_laws(parser, sign, "E")
    if parser.next_is("^"):
        raise parser.unsupported("a superscript on the expectation sign")
    if isinstance(laws, Process):
        names = frozenset((laws.state, laws.action, laws.reward))
        return Trajectory(laws.name, _operand(parser, names))
    names = frozenset(variable.name for law in laws for variable in law.variables)
    return Expect(laws, _operand(parser, names))


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
        if not follows or not mentions(parser, end, _term_end(parser, end), names):
            return parser.bracketed()
        if (
            parser.choose("the expectation is of", ("the whole product", "the bracket"))
            == "the bracket"
        ):
            return parser.bracketed()
        return parser.signed()
    return reach(parser, names)


def _term_end(parser: Parser, at: int) -> int:
    while at < parser.stop:
        token = parser.tokens[at]
        if token.kind in ("rel", "text", "row", "amp") or token.text in (
            "+",
            "-",
            ",",
            ")",
            "]",
            "}",
            "|",
            "||",
            ";",
        ):
            break
        at = parser.group_end(at) if at in parser.partner else at + 1
    return at


def _variance(parser: Parser) -> Term:
    sign = parser.take()
    laws = _operator_laws(parser, sign, "Var")
    if isinstance(laws, Process):
        raise parser.unsupported("a variance over trajectories", sign)
    if not parser.next_is("[", "(", "\\{"):
        raise parser.unreadable("expected [ after Var")
    return Variance(laws, parser.bracketed())


# Divergences and entropies


def _sides(parser: Parser, separators: tuple[str, ...]) -> list[Stretch]:
    """The stretches between the separators in the bracket group here; moves behind it."""
    if not parser.next_is("(", "[", "\\{"):
        raise parser.unreadable("expected ( or [")
    close = parser.partner[parser.at]
    start = at = parser.at + 1
    sides: list[Stretch] = []
    while at < close:
        token = parser.tokens[at]
        if token.kind == "sym" and token.text in separators:
            sides.append((start, at))
            start = at + 1
        at = parser.group_end(at) if at in parser.partner else at + 1
    sides.append((start, close))
    parser.at = close + 1
    return sides


def _side(parser: Parser, variables: tuple[Sym, ...]) -> Term:
    """One side of a divergence.

    A density, a family or definition without arguments, or any formula.
    """
    token, start = parser.peek(), parser.at
    if token.kind == "name" and head_kind(parser) is None:
        name = read_name(parser)
        if name.entry is not None and name.power is None and parser.at == parser.stop:
            if name.entry.kind == "family":
                return complete(parser, name.entry, token, variables)
            item = name.entry.item
            if isinstance(item, Definition) and item.arguments and variables:
                return App(name.entry.name, variables)
        parser.at = start
    kept = parser.integrals, parser.bars, parser.whole
    parser.integrals, parser.bars, parser.whole = 0, "", False
    term = parser.expression()
    parser.integrals, parser.bars, parser.whole = kept
    return term


def drawn_by(term: Term, is_outcome: Callable[[str], bool]) -> tuple[Sym, ...]:
    """The variables that a divergence with this left side runs over.

    Those that its densities are laws of, unless they are integrated out inside it.
    """
    seen: dict[Sym, None] = {}
    outside = free(term)
    for part in walk(term):
        places: tuple[Term, ...] = ()
        if isinstance(part, Density):
            places = part.of
        elif isinstance(part, App):
            places = part.arguments
        for place in places:
            if isinstance(place, Sym) and is_outcome(place.name) and place in outside:
                seen[place] = None
        if isinstance(part, Density | App) and part is term:
            break
    return tuple(seen)


def _divergence(parser: Parser, kind: str) -> Term:
    sign = parser.take()
    variables: tuple[Sym, ...] = ()
    if parser.next_is("_"):
        parser.take()
        first, last = parser.script()
        if parser.flat(first, last) not in _DIVERGENCES:
            variables = _subscript_variables(parser, first, last)
    if parser.next_is("^"):
        raise parser.unsupported("a superscript on a divergence", sign)
    if not parser.next_is("(", "[", "\\{"):
        raise parser.unreadable(f"expected ( or [ after {kind}")
    opening = parser.at
    sides = _sides(parser, ("||",))
    if len(sides) == 1:
        parser.at = opening
        sides = _sides(parser, ("||", ",", ";", ":", "|"))
    if len(sides) != 2:
        raise parser.unreadable(f"expected two laws separated by \\| in {kind}", sign)
    left, right = sides
    left_term = parser.within(*left, lambda: _side(parser, variables))
    found = variables or _drawn_from(parser, left_term)
    if not found:
        raise parser.unreadable(
            "the left side of this divergence is no law of variables", parser.tokens[left[0]]
        )
    kept, parser.dotted = parser.dotted, found
    right_term = parser.within(*right, lambda: _side(parser, found))
    parser.dotted = kept
    term = KL(found, left_term, right_term) if kind == "KL" else JSD(found, left_term, right_term)
    # Written below the sign, the variables leave no doubt.
    condition = () if variables else condition_of_joint(parser.symbols, left_term)
    if condition and parser.choose("the divergence is", CONDITIONALLY) == CONDITIONALLY[1]:
        assert isinstance(left_term, Density)  # noqa: S101 - so says its condition
        return Expect((Law(condition, Density(left_term.family, condition)),), term)
    return term


def condition_of_joint(symbols: Symbols, term: Term) -> tuple[Sym, ...]:
    """The variables on the condition side of a law, if its family has a law of them too.

    Books write D(p(y|x) || q(y|x)) both for the divergence at each x and for its mean over p(x).
    """
    if not isinstance(term, Density):
        return ()
    family = symbols.declarations.family(term.family)
    given = tuple(part for part in term.given if isinstance(part, Sym))
    return given if len(given) == len(term.given) and not family.given else ()


def _drawn_from(parser: Parser, term: Term) -> tuple[Sym, ...]:
    return drawn_by(term, lambda name: _place(parser, name) is not None)


def _subscript_variables(parser: Parser, first: int, last: int) -> tuple[Sym, ...]:
    return tuple(parser.within(a, b, lambda: _drawn(parser)) for a, b in items(parser, first, last))


def _entropy(parser: Parser) -> Term:
    """`H(y)`, `H(y|z)`, `H(p(y))`, `H(p(z), q(z))`.

    A family or the variables may stand below the H.
    """
    sign = parser.take()
    family, variables = _entropy_subscript(parser)
    opening = parser.at
    sides = _sides(parser, (",", "|", ";"))
    bar = [parser.tokens[b].text for _, b in sides[:-1]]
    if ";" in bar:
        raise parser.unreadable("a semicolon in H", sign, "Write I for a mutual information.")
    names = [_plain_variable(parser, a, b) for a, b in sides]
    if not variables and all(name is not None for name in names) and bar.count("|") <= 1:
        cut = bar.index("|") + 1 if "|" in bar else len(sides)
        of = tuple(name for name in names[:cut] if name is not None)
        given = tuple(name for name in names[cut:] if name is not None)
        chosen = family or _joint(parser, (*of, *given), sign)
        check_roles(parser, chosen, [*of, *given], [], sign)
        return Entropy(chosen.name, of, given)
    parser.at = opening
    sides = _sides(parser, (",", ";"))
    if len(sides) > 2:
        raise parser.unreadable("expected one law or two between the brackets of H", sign)
    left = parser.within(*sides[0], lambda: _side(parser, variables))
    drawn = variables or _drawn_from(parser, left)
    if not drawn:
        raise parser.unreadable("expected variables or a law between the brackets of H", sign)
    right = parser.within(*sides[1], lambda: _side(parser, drawn)) if len(sides) == 2 else None
    if variables:
        return CrossEntropy(drawn, left, left if right is None else right)
    return _averaged(parser, left, right, drawn)


def _averaged(parser: Parser, left: Term, right: Term | None, drawn: tuple[Sym, ...]) -> Term:
    """The (cross-)entropy of written laws.

    Where the first has a condition, at each of its values or averaged over it.
    """
    if isinstance(left, Density):
        family = next(f for f in parser.symbols.declarations.families if f.name == left.family)
        given = tuple(part for part in left.given if isinstance(part, Sym))
        joint = given and len(given) == len(left.given) and not family.given
        if not left.given and right is None:
            return Entropy(left.family, drawn)
        if (
            joint
            and parser.choose(
                "the entropy is", ("averaged over the condition", "at each condition")
            )
            == "averaged over the condition"
        ):
            if right is None:
                return Entropy(left.family, drawn, given)
            law = Law(given, Density(left.family, given))
            return Expect((law,), CrossEntropy(drawn, left, right))
    return CrossEntropy(drawn, left, left if right is None else right)


def _plain_variable(parser: Parser, first: int, last: int) -> Sym | None:
    """The variable that a stretch consists of, or None."""
    if first == last or parser.tokens[first].kind != "name":
        return None
    try:
        return parser.within(first, last, lambda: _drawn(parser))
    except NotationError:
        return None


def _entropy_subscript(parser: Parser) -> tuple[Family | None, tuple[Sym, ...]]:
    if not parser.next_is("_"):
        return None, ()
    parser.take()
    first, last = parser.script()
    entry = parser.symbols.find(parser.flat(first, last))
    if entry is not None and isinstance(entry.item, Family):
        return entry.item, ()
    return None, _subscript_variables(parser, first, last)


def _joint(parser: Parser, variables: tuple[Sym, ...], sign: Token) -> Family:
    """The family that an entropy of variables is about.

    The one agreed on, or the only one that has them all.

    Raises:
        UnderDeclared: Several families would do.
    """
    found = joint_family(parser.symbols, variables)
    if found is not None:
        return found
    names = [f.name for f in _with_all(parser.symbols, variables)]
    shown = " or ".join(names) or "none"
    raise parser.undeclared(
        sign.text,
        sign,
        f"under which law is this {sign.text}? ({shown} of the declared families would do)",
        "Write the family below the sign, or declare which law it is about.",
    )


def _with_all(symbols: Symbols, variables: tuple[Sym, ...]) -> list[Family]:
    """The joint families that are laws of all these variables.

    Those of the most variables among them.
    """
    declared = (symbols.declarations.variable(variable.name) for variable in variables)
    roles = {variable.place if variable else None for variable in declared}
    fitting = [f for f in symbols.declarations.families if not f.given and roles <= set(f.of)]
    largest = max((len(f.of) for f in fitting), default=0)
    return [f for f in fitting if len(f.of) == largest]


def joint_family(symbols: Symbols, variables: tuple[Sym, ...]) -> Family | None:
    """The family that an entropy of these variables is about.

    The one agreed on, or the only one that has them all.
    """
    if symbols.conventions.joint:
        return symbols.declarations.family(symbols.conventions.joint)
    fitting = _with_all(symbols, variables)
    return fitting[0] if len(fitting) == 1 else None


def _information(parser: Parser) -> Term:
    sign = parser.take()
    family, _ = _entropy_subscript(parser)
    opening = parser.at
    sides = _sides(parser, (";",))
    if len(sides) == 1:
        parser.at = opening
        sides = _sides(parser, (",",))
    if len(sides) != 2:
        raise parser.unreadable("expected two groups of variables separated by ; in I", sign)
    groups: list[tuple[Sym, ...]] = []
    for first, last in sides:
        if any(token.text == "|" for token in parser.tokens[first:last]):
            raise parser.unsupported("a conditional mutual information", sign)
        groups.append(_subscript_variables(parser, first, last))
    chosen = family or _joint(parser, (*groups[0], *groups[1]), sign)
    check_roles(parser, chosen, [*groups[0], *groups[1]], [], sign)
    return MutualInformation(chosen.name, groups[0], groups[1])
