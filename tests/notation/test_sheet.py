"""The declaration language: what a sheet says, what it refuses, and that it is written back."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from lemmata.kernel.declarations import (
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    Declarations,
    Definition,
    Fact,
    Family,
    Function,
    Index,
    Interval,
    Normal,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.terms import Add, Neg, Num, Pow, Range, Statement, Sym
from lemmata.notation import (
    Conventions,
    Sheet,
    SheetError,
    declarations_from_document,
    read_chains,
    read_sheet,
    write_sheet,
)
from lemmata.notation.sheet import TABLES, TOP

DOCS = Path(__file__).parents[2] / "docs" / "declarations.md"

one = Num(Fraction(1))
TO_M, TO_T, TO_N = (Range(one, Sym(name)) for name in "mTN")

EVERYTHING = r"""
title = "All there is"
world = "gaussian"
sizes = ["m", "T >= 2", "N"]
parameters = ["theta", "phi"]

[indices]
j = "1..m"
t = "1..T"

[variables]
x = {names = ["X"]}
"x'" = {role = "x"}
z = {components = "j = 1..m"}
s = {}
a = {}

[scalars]
c = {parameters = ["theta"]}
eta = {domain = "(0, 1/2)"}
w = {domain = "[0, 1]"}
u = {domain = "(1, oo)"}
tau = {domain = "nonnegative"}
mu = {index = "j = 1..m"}
sigma = {index = "j = 1..m", domain = "positive"}
e = {index = "0..T"}
W = {index = ["1..m", "1..N"]}

[functions]
f = {}
D = {domain = "unit", parameters = "all"}
h = {arguments = 2, index = "1..m", parameters = ["phi"]}

[densities]
p = {of = "x, z"}
pi = {of = "a", given = "s", parameters = []}

[densities.q]
of = "z"
given = "x"
names = ["q_phi"]
independent = true
normal = {mean = '\mu_j', deviation = '\sigma_j'}

[processes.episode]
state = "s"
action = "a"
reward = "r"
policy = "pi"
times = "1..T"
samples = "1..N"
reward_function = "R"

[definitions]
second = '\text{first} + 1'
first = 'c^2'
"M(x)" = 'p(x)'

[facts]
rule = 'e_t = e_{t-1} + \eta'
once = {statement = 'e_0 = 0', forall = []}

[shorthand]
"E_z" = "z ~ q(z|x)"

[question]
goal = '\log p(x) \geq c'
start = '\log p(x)'
reference = ['c', '\eta']
assume = ["c is not 0"]
words = ["clearly"]
joint = "p"
"""


def test_a_sheet_with_everything() -> None:
    """Every key of the schema reaches the declaration that it is about."""
    sheet = read_sheet(EVERYTHING)
    t, j = Sym("t"), Sym("j")
    declarations = sheet.declarations
    assert declarations.sizes == (Size("m"), Size("T", 2), Size("N"))
    assert declarations.indices == (Index("j", TO_M), Index("t", TO_T))
    assert declarations.parameters == (Parameter("theta"), Parameter("phi"))
    assert declarations.world == "gaussian"
    assert declarations.variables == (
        Variable("x", other_names=("X",)),
        Variable("x'", "x"),
        Variable("z", components=TO_M),
        Variable("s"),
        Variable("a"),
    )
    assert declarations.scalars == (
        Scalar("c", REAL, (), ("theta",)),
        Scalar("eta", Interval(Fraction(0), Fraction(1, 2))),
        Scalar("w", Interval(Fraction(0), Fraction(1), closed=True)),
        Scalar("u", Interval(Fraction(1))),
        Scalar("tau", NONNEGATIVE),
        Scalar("mu", REAL, (TO_M,)),
        Scalar("sigma", POSITIVE, (TO_M,)),
        Scalar("e", REAL, (Range(Num(Fraction(0)), Sym("T")),)),
        Scalar("W", REAL, (TO_M, TO_N)),
    )
    assert declarations.functions == (
        Function("f", 1),
        Function("D", 1, UNIT, (), None),
        Function("h", 2, REAL, (TO_M,), ("phi",)),
    )
    normal = Normal(Sym("mu", (j,)), Sym("sigma", (j,)), "j")
    assert declarations.families == (
        Family("p", ("x", "z")),
        Family("pi", ("a",), ("s",), parameters=()),
        Family("q", ("z",), ("x",), True, normal, ("phi",), ("q_phi",)),
    )
    assert declarations.processes == (Process("episode", "s", "a", "r", "pi", TO_T, TO_N, "R"),)
    assert [definition.name for definition in declarations.definitions] == ["first", "M", "second"]
    assert declarations.definitions[0] == Definition("first", (), Pow(Sym("c"), Num(Fraction(2))))
    before = Sym("e", (Add((t, Neg(one))),))
    assert declarations.facts == (
        Fact("rule", Statement(Sym("e", (t,)), "=", Add((before, Sym("eta")))), ("t",)),
        Fact("once", Statement(Sym("e", (Num(Fraction(0)),)), "=", Num(Fraction(0))), ()),
    )
    assert sheet.title == "All there is"
    assert sheet.goal is not None
    assert sheet.goal.relation == ">="
    assert sheet.start is not None
    assert sheet.reference == (Sym("c"), Sym("eta"))
    assert sheet.assume == ("c is not 0",)
    shorthand = (("E_z", r"z \sim  q(z|x)"),)
    assert sheet.conventions == Conventions(shorthand, "p", ("clearly",))


def test_a_sheet_is_written_back() -> None:
    """A sheet that is written is read as the same sheet."""
    sheet = read_sheet(EVERYTHING)
    assert read_sheet(write_sheet(sheet)) == sheet


def test_declarations_are_written_as_by_hand() -> None:
    """What is exported looks like what one would write."""
    declarations = Declarations(
        sizes=(Size("m"),),
        scalars=(Scalar("sigma", POSITIVE, (TO_M,)),),
        variables=(Variable("x"),),
        families=(Family("p", ("x",)),),
    )
    assert write_sheet(Sheet(declarations)) == (
        'sizes = ["m"]\n\n[variables]\nx = {}\n\n[scalars]\n'
        'sigma = {index = "1..m", domain = "positive"}\n\n[densities]\np = {of = "x"}\n'
    )


FAULTS = [
    ("x = ", "the declarations are no TOML"),
    ('[definitions]\nJ = "\\mu"', "Write LaTeX between single quotes"),
    ("[variable]\nx = {}", "line 1, variable: unknown key 'variable'\nDid you mean 'variables'?"),
    (
        "[scalars]\na = {domian = 'real'}",
        "line 2, scalars.a.domian: unknown key 'domian'\nDid you mean 'domain'?",
    ),
    ("[scalars]\na = 'real'", "line 2, scalars.a: expected a table, not 'real'\nWrite a = {}"),
    (
        "[scalars]\na = {domain = 'odd'}",
        "the domain 'odd' is not known\nWrite one of real, positive",
    ),
    ("[scalars]\na = {domain = '(1, 0)'}", "the interval '(1, 0)' is empty"),
    ("[scalars]\na = {domain = '[0, 1)'}", "a half-open interval"),
    ("[scalars]\na = {index = 'j in m'}", "'j in m' is no range\nWrite \"j = 1..m\"."),
    (
        "[scalars]\na = {index = 'j = 1..n'}",
        'Write n among the sizes at the top of the file: sizes = ["n"].',
    ),
    ("[scalars]\na = {}\n[variables]\na = {}", "'a' is declared twice"),
    ("[densities]\np = {}", "of which variables is it a law?"),
    ("[densities]\np = {of = 'x'}", "family 'p' is over 'x', which no variable stands for"),
    (
        "[variables]\nx = {}\n[densities]\np = {of = 'x', normal = {mean = '0'}}",
        "needs its mean and its deviation",
    ),
    (
        "[variables]\nx = {}\n[densities]\np = {of = 'x', normal = {mean = '0', deviation = 's'}}",
        "'s' has no declaration",
    ),
    ("[functions]\nf = {arguments = 'two'}", "expected how many arguments it takes, not 'two'"),
    ("[processes]\nw = {state = 's'}", "a process needs its action"),
    (
        "[definitions]\nJ = 'J + 1'",
        "line 2, definitions.J: line 1, column 1: a name is not declared",
    ),
    ("[definitions]\n'q(u)' = '1'", "Declare it; a number is u = {} below [scalars]."),
    (
        "[scalars]\na = {}\n[definitions]\nJ = '\\log a a'",
        "this can be read in several ways: log(a * a), or log(a) * a",
    ),
    ("[facts]\nf = 'a'", "'a' has no declaration"),
    (
        "[facts]\nf = '\\\\frac{1}{2} = 1'",
        "Between single quotes one backslash is enough: \\frac.",
    ),
    ("[facts]\nf = {statment = '1 = 1'}", "Did you mean 'statement'?"),
    ("world = 'real'", "the world 'real' is not known"),
    ("sizes = [1]", "expected a list of names, not [1]"),
    ("sizes = ['m > 1']", "'m > 1' is no size"),
    ("[question]\njoint = 'p'", "'p' is no declared density"),
    ("[question]\ndrawn = {x = '1'}", "expected declared variables, each with what it is made of"),
    ("[question]\nmeanings = 'x'", "expected names, each with what it is in words"),
    ("[question]\nanswer = '1'", "line 2, question.answer: unknown key 'answer'"),
]


TELLS = r"""
world = "gaussian"
parameters = ["theta"]

[variables]
x = {}
epsilon = {}

[question]
reference = '\theta'
drawn = {x = '\theta + \epsilon'}
meanings = {theta = "mean", "x'" = "new input"}
written_out = ['\theta']
"""


def test_what_a_question_tells_of_its_names() -> None:
    """What outcomes are made of, what names mean and what has to be written out: and back."""
    sheet = read_sheet(TELLS)
    assert sheet.conventions.drawn == (("x", Add((Sym("theta"), Sym("epsilon")))),)
    assert sheet.conventions.meanings == (("theta", "mean"), ("x'", "new input"))
    assert sheet.conventions.written_out == (r"\theta",)
    assert read_sheet(write_sheet(sheet)) == sheet


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_faults_are_named(text: str, message: str) -> None:
    """An unusable sheet says where the fault is and what to write instead."""
    with pytest.raises(SheetError, match=re.escape(message)):
        read_sheet(text)


def test_a_document_without_declarations() -> None:
    """A document may carry no declarations at all."""
    assert declarations_from_document("$a = b$ % lemmata is not meant here") is None


def test_a_comment_block_in_a_document() -> None:
    """A LaTeX document carries its declarations in comments, and they are no formulas."""
    text = "% lemmata:\n% [scalars]\n%a = {}\n\n$$a = a$$ % = b\n"
    sheet = declarations_from_document(text)
    assert sheet is not None
    (chain,) = read_chains(text, sheet.declarations).chains
    assert [line.readings[0].term for line in chain.lines] == [Sym("a"), Sym("a")]


def test_a_fenced_block_in_a_document() -> None:
    """A Markdown document carries its declarations in a fenced block."""
    text = "Words.\n```toml lemmata\n[scalars]\na = {}\n```\nThen $$a = a.$$\n"
    sheet = declarations_from_document(text)
    assert sheet is not None
    document = read_chains(text, sheet.declarations)
    assert len(document.chains[0].lines) == 2


@pytest.mark.parametrize("kind", ["tex", "toml"])
def test_the_documentation_is_true(kind: str) -> None:
    """The examples of the documentation can be read, formulas and all."""
    block = re.findall(rf"```{kind}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[0]
    sheet = read_sheet(block) if kind == "toml" else declarations_from_document(block)
    assert sheet is not None
    assert read_sheet(write_sheet(sheet)) == sheet
    if kind == "tex":
        (chain,) = read_chains(block, sheet.declarations, conventions=sheet.conventions).chains
        assert [len(line.readings) for line in chain.lines] == [1, 1, 1]


def test_every_key_is_documented() -> None:
    """The documentation names every table and every key of the schema."""
    text = DOCS.read_text(encoding="utf-8")
    keys = {*TOP, *(key for keys in TABLES.values() for key in keys)}
    assert [key for key in keys if f"`{key}`" not in text and f"[{key}]" not in text] == []
