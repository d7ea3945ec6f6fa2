"""Hostile text: more than a thousand inputs of the kinds that break readers of mathematics.

Each family is a list of texts, the same in every run. None of them is the answer to anything.
"""

import random
import string
from collections.abc import Iterator
from itertools import pairwise

DANGEROUS = (
    "__import__('os').system('touch {mark}')",
    "().__class__.__base__.__subclasses__()",
    "exec(\"open('{mark}', 'w')\")",
    "eval('1')",
    "open('{mark}', 'w').write('x')",
    "lambda: 0",
    "[x for x in (1).__class__.__mro__]",
    "{mark};touch {mark}",
    "$(touch {mark})",
    "`touch {mark}`",
    "\\input{{/etc/passwd}}",
    "\\include{{/etc/passwd}}",
    "\\write18{{touch {mark}}}",
    "\\immediate\\write18{{touch {mark}}}",
    "\\openout1={mark}",
    "\\directlua{{os.execute('touch {mark}')}}",
    "\\catcode`\\@=0",
    "\\csname input\\endcsname",
    "<script>alert(1)</script>",
    "\\href{{javascript:alert(1)}}{{x}}",
    "'; DROP TABLE results; --",
    "%s%s%s%n",
    "{{0.__class__}}",
    "sympy.sympify('x')",
    "f\"{{open('{mark}','w')}}\"",
)
WRAPPED = (
    "{}",
    "\\mathrm{{{}}}",
    "\\mu_{{{}}}",
    "\\text{{{}}}",
    "{}_j",
    "\\sum_{{{}}}^m 1",
    "x = {}",
)
NUMBERS = ("9", "99", "10^9", "9^9", "10^{100}", "9^{9^9}", "m", "\\mu_1")


def code_in_names(mark: str) -> Iterator[str]:
    """What would run where a reader evaluates text."""
    for text in DANGEROUS:
        for wrapper in WRAPPED:
            yield wrapper.format(text.format(mark=mark))


def towers() -> Iterator[str]:
    """Powers of powers, and powers with huge exponents."""
    for depth in (2, 3, 4, 8, 30, 200):
        yield "^{".join(["9"] * depth) + "}" * (depth - 1)
        yield "^{".join(["x"] * depth) + "}" * (depth - 1)
        yield "**".join(["9"] * depth)
        yield "e^{" * depth + "9" + "}" * depth
        yield "\\exp(" * depth + "9" + ")" * depth
        yield "\\sqrt{" * depth + "2" + "}" * depth
        yield "\\log(" * depth + "m" + ")" * depth
    for base in ("2", "10", "m", "\\mu_1", "\\sigma_j", "(1 + \\mu_1)", "-1", "\\frac12"):
        for exponent in (
            "99",
            "10^5",
            "10^9",
            "-10^9",
            "3\\cdot10^8",
            "10^{18}",
            "m^m",
            "\\frac{1}{10^9}",
        ):
            yield f"{base}^{{{exponent}}}"
            yield f"\\sum_j {base}^{{{exponent}}} \\mu_j"
    yield "(" + "+".join(f"\\mu_{n}" for n in range(1, 30)) + ")^{50}"
    yield "(\\mu_1 + \\sigma_1 + 1)^{1000}"
    yield "((1 + \\mu_1)^{99} + 1)^{99}"


def factorials() -> Iterator[str]:
    """Factorials, binomials, and sums and products over huge ranges."""
    for number in NUMBERS:
        yield f"({number})!"
        yield f"(({number})!)!"
        yield f"\\binom{{{number}}}{{{number}}}"
        yield f"\\binom{{2\\cdot {number}}}{{{number}}}"
        yield f"\\Gamma({number})"
        for sign in ("\\sum", "\\prod"):
            yield f"{sign}_{{i=1}}^{{{number}}} i"
            yield f"{sign}_{{i=1}}^{{{number}}} i^{{{number}}}"
            yield f"{sign}_{{i=1}}^{{{number}}} {sign}_{{k=1}}^{{{number}}} {sign}_{{l=1}}^{{{number}}} ikl"
            yield f"{sign}_{{i=-{number}}}^{{{number}}} \\frac{{1}}{{i}}"
            yield f"{sign}_{{i=1}}^{{{number}}} \\log(i)"
        yield f"\\int_0^{{{number}}} x^{{{number}}} dx"
        yield f"\\det\\begin{{pmatrix}} {number} & 1 \\\\ 1 & {number} \\end{{pmatrix}}"
        yield f"Sum(i, (i, 1, {number.replace('{', '(').replace('}', ')')}))"


def nested() -> Iterator[str]:
    """Brackets and commands inside one another, balanced and not."""
    pairs = (
        ("(", ")"),
        ("[", "]"),
        ("\\{", "\\}"),
        ("{", "}"),
        ("\\left(", "\\right)"),
        ("|", "|"),
        ("\\|", "\\|"),
        ("\\frac{1}{", "}"),
        ("\\frac{", "}{2}"),
        ("\\sqrt{", "}"),
        ("\\mathbb{E}[", "]"),
        ("\\sum_j(", ")"),
        ("x_{", "}"),
        ("x^{", "}"),
        ("-(", ")"),
        ("\\log ", ""),
        ("\\text{", "}"),
        ("\\boxed{", "}"),
        ("\\begin{align}", "\\end{align}"),
        ("\\begin{cases}", "\\end{cases}"),
        ("KL(", "\\|p)"),
        ("\\nabla_\\theta ", ""),
        ("- ", ""),
        ("\\hat ", ""),
    )
    for begin, end in pairs:
        for depth in (20, 60, 200, 1_000, 10_000):
            yield begin * depth + "1" + end * depth
        yield begin * 5_000
        yield end * 5_000
        yield begin * 300 + "1" + end * 299


def long() -> Iterator[str]:
    """Lines of up to a megabyte."""
    pieces = (
        "x+",
        "\\mu_1+",
        "\\mu_j ",
        "1",
        "a",
        " ",
        "\\",
        "{}",
        "\\,",
        "$",
        "&",
        "\\\\",
        "=\\mu_1",
        "+\\sum_j\\mu_j",
        "\\frac12",
        "'",
        "_1",
        "^2",
        "%\n",
        "\n",
        ".",
        ",",
        "-",
        "*",
        "\\quad ",
        "\\text{where }",
    )
    for piece in pieces:
        for size in (2_000, 20_000, 200_000, 900_000):
            yield piece * (size // len(piece))
        yield piece * 200 + "1"
    for count in (10, 100, 400):
        yield "+".join(f"\\frac{{\\mu_{n}}}{{\\sigma_{n}}}" for n in range(1, count))
        yield "\\cdot".join(f"(\\mu_{n} + \\sigma_{n} + {n})" for n in range(1, count))
        yield " \\\\ ".join(f"&= \\mu_{n}" for n in range(1, count))
        yield "=".join(f"\\mu_{n}" for n in range(1, count))


def piled() -> Iterator[str]:
    """What stands beside a formula, behind it or before it, again and again."""
    behind = (
        " \\approx \\mu_1",
        " = 1 \\iff \\mu_1",
        " \\implies \\mu_1 = \\mu_1",
        " \\propto \\mu_1",
        "; \\sigma_1",
        " \\quad \\sigma_1",
        ", (\\mu_1 = 1)",
        ", \\text{ if } \\mu_1 > 1",
        " \\text{ or } \\sigma_1",
        " \\text{ and } \\sigma_1 = 1",
        "\\footnote{not}",
        "\\tag{1}",
        "\\label{a}",
        "\\pm 1",
        "\\cdot\\frac{\\mu_1}{\\sigma_1 + 1}",
        "+ 1/\\mu_1 \\sigma_1",
        "+ \\sum_j \\mu_j",
        "(1 + e^{\\mu_1})",
        " \\mid x",
    )
    before = (
        "so the answer is ",
        "let us note that ",
        "and then for the case of ",
        "since we know that ",
        "a friend says ",
        "it does not ",
        "if and only if ",
        "for all a b ",
        "Since $\\mu_1 = \\mu_1$, ",
        "Let $y = N(0, 1)$. ",
        "for $u < t$ ",
        "for $i = k$: ",
        "- item\n",
        "## **a**\n",
        "#",
        "//",
        "% note\n",
        "``",
        "<b>",
        "?",
        "\\[",
        "\\(",
        "$ ",
        "\\begin{align}",
        "\\iffalse ",
        "\\intertext{so} ",
    )
    rows = (
        "&\\approx \\mu_1 \\\\",
        "&= \\mu_1 && \\text{since } \\mu_1 = \\mu_1 \\\\",
        "&= \\mu_1 && \\text{whenever } \\mu_1 > 1 \\\\",
        "&= \\mu_1 && (\\mu_1 = 1) \\\\",
        "&= \\mu_1 & \\mu_1 ",
        "\\\\",
        "&",
    )
    for count in (20, 100, 600):
        for piece in behind:
            yield "\\mu_1" + piece * count
        for piece in before:
            yield piece * count + "$$\\mu_1$$"
        for piece in rows:
            yield "\\begin{align}\\mu_1" + piece * count + "\\end{align}"
        for space in (" ", "\n", "\t", "~", "\\,", "\\quad "):
            yield "\\mu_1" + space * 4 * count + "+ 1"
        told = "".join(f"Let $y_{{{k}}} = y_{{{k + 1}}} + 1$. " for k in range(count))
        yield told + "$$y_0$$"
        yield "\\mu_1 \\text{ where } " + ", ".join(f"A = {k}" for k in range(count))
        yield "".join(f"(\\mu_1 + \\sqrt{{{k}}})" for k in range(2, count))


LETTERS = {
    "homoglyph": "\u0430\u0441\u0435\u043e\u0440\u0445\u03bf\u0391\u0410\u2c9f\uff11\uff41\u217c",
    "invisible": "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u034f\u180e\u115f\u3164",
    "bidirectional": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "control": "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x80\x9f\x85",
    "surrogate": "\ud800\udfff\udc80",
    "private": "\ue000\U000f0000\U0010ffff\ufffe\uffff",
    "combining": "\u0301\u0338\u20d0\u0489\u0360",
    "digits": "\u0661\u096a\u2160\u00b2\u00bd\u2460\u1d7d8",
    "signs": "\u2212\u00d7\u00f7\u2215\u2044\u2264\u2260\u221e\u222b\u2211\u220f\u2207\u2202\u221a",
    "tags": "\U000e0041\U000e007f\ufe0f\U0001f600\U0001d465",
}


def characters() -> Iterator[str]:
    """Characters that look like others, that are not seen, or that turn the text around."""
    for letters in LETTERS.values():
        for letter in letters:
            yield letter
            yield f"\\mu_j + {letter}"
            yield f"\\mu{letter}_j"
            yield f"{letter}" * 300
    yield "\\mu_1" + "\u0301" * 10_000


def macros() -> Iterator[str]:
    """Definitions that expand for ever, or into ever more."""
    yield "\\def\\x{\\x}\\x"
    yield "\\def\\x{\\x\\x}\\x"
    yield "\\newcommand{\\x}{\\y}\\newcommand{\\y}{\\x}\\x"
    yield "\\renewcommand{\\sum}{\\sum\\sum}\\sum_j \\mu_j"
    yield "\\let\\x\\x \\x"
    yield "\\newcommand{\\x}[9]{#1#1#9}\\x"
    yield "\\newcommand{\\x}[1]{#1#1}" + "\\x{" * 50 + "1" + "}" * 50
    for width in (2, 10, 100):
        for depth in (3, 10, 26):
            names = string.ascii_letters[:depth]
            bombs = [f"\\def\\{names[0]}{{1+}}"]
            bombs += ["\\def\\" + b + "{" + ("\\" + a) * width + "}" for a, b in pairwise(names)]
            yield "".join(bombs) + f"\\{names[-1]}"
            yield "".join(bombs).replace("\\def", "\\newcommand") + f"\\{names[-1]}"
    yield "\\expandafter" * 1_000
    yield "\\loop\\iftrue x\\repeat"
    yield "\\begingroup" * 500
    yield "\\text{" + "\\text{where } x = x, " * 500 + "}"
    for count in (10, 300):
        chain = ", ".join(f"x_{n} = x_{n + 1} + x_{n + 1}" for n in range(count))
        yield f"x_0, \\quad \\text{{where }} {chain}"
    yield "x, \\text{ where } x = y, y = x"


def numbers() -> Iterator[str]:
    """Numbers that are long, tiny, or no numbers at all."""
    for digits in (100, 1_000, 5_000, 100_000):
        yield "9" * digits
        yield "0." + "0" * digits + "1"
        yield "1/" + "3" * digits
        yield "\\frac{" + "9" * digits + "}{" + "7" * digits + "}"
        yield "\\sum_j " + "9" * digits + "\\mu_j"
    for text in ("1e999999999", "1e-999999999", "0x1" + "f" * 500, "1_0", "1__0", "nan", "inf"):
        yield text
        yield f"\\mu_1 \\cdot {text}"
    for text in (
        "0/0",
        "\\frac00",
        "1/0",
        "\\frac{\\mu_1}{0}",
        "\\log 0",
        "0^{-1}",
        "\\sqrt{-1}",
        "\\infty-\\infty",
    ):
        yield text
        yield f"{text} + \\mu_1"
        yield f"\\sum_j {text}"


def grown() -> Iterator[str]:
    """One piece again and again: gaps, ranges, sums, products, and whatever holds itself."""
    pieces = (
        "$x_1=x_2$, ",
        "$\\mu_1=\\mu_2$, ",
        "\\(x\\) ",
        "\\(\\mu_1\\) ",
        "\\[\\mu_1=\\mu_2\\]",
        "\\mu_1 \\quad ",
        "\\mu_1, \\quad j = 1, \\dots, m",
        "\\left(\\sum_j\\mu_j\\right)",
        "\\left(\\sum_{j}\\mu_j+\\sigma_j\\right)\\cdot",
        "\\sum_{j=1}^m\\mu_j+",
        "\\prod_j",
        "\\max_{a}",
        "\\text{so} \\mu_1 ",
        "\\mu_1 \\text{ if } j=1, ",
        "\\log\\frac{\\mu_1}{\\sigma_1}",
        "\\mu_1/\\sigma_1 m ",
        "|x|+",
        "\\not=",
        "\\delta_{jk}",
        "\\mathbf{1}[j=1]",
        "\\mu_1=1\\iff ",
        "(\\mu_1+1)^2",
    )
    pairs = (
        ("\\max(", ",2)"),
        ("\\max(1,", ")"),
        ("\\min(\\mu_1,", ")"),
        ("\\tanh(", ")"),
        ("\\cosh(1+", ")"),
        ("\\prod_{j=1}^m (\\mu_j + ", ")"),
        ("\\sqrt{1+", "}"),
        ("(1+", ")^2"),
        ("\\frac{1}{1+", "}"),
        ("\\frac{\\mu_1}{", "}"),
        ("\\binom{", "}{1}"),
        ("\\mu_{j_{", "}}"),
        ("([{", "}])"),
        ("\\int ", "dz"),
        ("\\underbrace{", "}_{a}"),
        ("\\mathbb{E}_{z\\sim q}[", "]"),
    )
    for count in (20, 80, 400):
        for piece in pieces:
            yield piece * count + "1"
        for begin, end in pairs:
            yield begin * count + "1" + end * count
        yield "\\mu" + "'" * count + "_1"
        yield "\\mu_{" + "1+" * count + "1}"
        yield "\\mu^{" + "\\prime" * count + "}_1"
        yield "\\begin{cases}" + "\\mu_1 & j = 1 \\\\" * count + "0 & j = 2\\end{cases}"
        yield "\\sum_{\\substack{" + "j=1\\\\" * count + "k=1}}1"
        yield "".join(f"(1+\\sqrt{{{number}}})" for number in range(2, count))
        yield "x, " + ", ".join(f"j={number}" for number in range(count))
        yield "=".join(f"\\mu_{number}+\\sigma_{number}" for number in range(1, count))
        yield "y \\text{ where } " + ", ".join(f"y_{k} = y_{k + 1} + 1" for k in range(count))
        yield "y \\text{ where } " + ", ".join(f"y_{{{k}}} = {k}" for k in range(count))
        rows = ("&".join("1" * (count // 8)) for _ in range(count // 8))
        yield "\\det\\begin{pmatrix}" + "\\\\".join(rows) + "\\end{pmatrix}"


def sheets() -> dict[str, tuple[str, str]]:
    """Sheets from untrusted hands by what is wrong with them, each with an answer."""
    found: dict[str, tuple[str, str]] = {}
    letters = [a for a in string.ascii_letters if a not in "xy"]
    for body in ("A + A", "A A", "\\exp(A) + A", "(A + x)^2", "A^A"):
        for count in (12, 25):
            lines = ["a = 'x'"]
            lines += [f"{b} = '{body.replace('A', a)}'" for a, b in pairwise(letters[:count])]
            last = letters[count - 1]
            text = "\n".join(["[scalars]", "x = {}", "[definitions]", *lines])
            question = f"{text}\n[question]\nreference = ['{last}']\n"
            found[f"definitions, each twice in the next: {body}, {count}"] = question, "x"
    for least in ("1000", "1000000000", "9" * 30, "9" * 5_000):
        start = (
            f'sizes = ["n >= {least}"]\n[indices]\ni = "1..n"\n[scalars]\nu = {{index = "1..n"}}\n'
        )
        ask = "[question]\nreference = ['\\sum_{i=1}^n u_i']\n"
        found[f"a size of at least {least[:40]}, {len(least)}"] = start + ask, "u_1"
    for count in (20, 200):
        names = [f"v{a}{b}" for a in letters[:10] for b in letters[:20]][:count]
        asked = f"[question]\nreference = ['{names[0]}']\n"
        listed = ", ".join(f'"{name}"' for name in names)
        found[f"{count} sizes"] = f"sizes = [{listed}]\n{asked}", names[-1]
        empty = "".join(f"{name} = {{}}\n" for name in names)
        family = f'[variables]\n{empty}[densities]\np = {{of = "{", ".join(names)}"}}\n'
        law = f"[question]\nreference = ['p({names[0]})']\n"
        found[f"a law of {count} variables"] = family + law, f"p({names[1]})"
        spelled = "".join(f"'{b} {b}' = ['{a}']\n" for a, b in pairwise(names))
        start = f"[scalars]\nx = {{}}\n[spellings]\n{spelled}"
        found[f"{count} spellings, each twice the one before"] = (
            f"{start}[question]\nreference = ['x']\n",
            names[0],
        )
        process = (
            'parameters = ["theta"]\n[variables]\ns = {}\na = {}\n"s\'" = {role = "s"}\n[densities]\n'
            'rho = {of = "s"}\nP = {of = "s\'", given = "s, a"}\n'
            'pi = {of = "a", given = "s", parameters = ["theta"]}\n[processes]\n'
            'pi_theta = {state = "s", action = "a", reward = "r", policy = "pi", '
            f'times = "1..{count // 2}"}}\n'
        )
        asked = "[question]\nreference = ['\\mathbb{E}_{\\pi_\\theta}[r_1]']\n"
        found[f"{count // 2} steps of a process"] = (
            process + asked,
            "\\mathbb{E}_{\\pi_\\theta}[r_1 r_2 r_3 r_4 r_5 r_6 r_7 r_8]",
        )
    domain = "[scalars]\nx = {{domain = \"{}\"}}\n[question]\nreference = ['x']\n"
    for bound in ("1e999999999", "1e-999999999", "1/" * 5_000 + "1", "9" * 5_000):
        found[f"a domain to {bound[:20]}"] = domain.format(f"(0, {bound})"), "x"
    for gap in (" ", ".", "=", "1..", "j = "):
        found[f"a range of many {gap!r}"] = f'[indices]\nj = "{gap * 20_000}"\n', "x"
    for text in (
        "a = " + "[" * 5_000,
        "[" * 9_000,
        "a." * 5_000 + "b = 1",
        "x = 1\n" * 9_000,
        "\x00",
    ):
        found[f"TOML of {text[:8]!r}"] = text, "x"
    return found


def soup(count: int) -> Iterator[str]:
    """Tokens of mathematics in random order."""
    rng = random.Random(12)
    tokens = (
        r"\mu_j \sigma_j^2 \sum_j \sum_{j=1}^m \frac \frac12 ( ) [ ] { } ^ _ = \ge \leftarrow + - * / "
        r"\log \exp \mathbb{E}_q D_{KL}(q\|p) \| | , . ; \text{where} \left( \right) \int \prod m 1 2 0.5 "
        r"\nabla_\theta \partial \cdot \quad & \\ $ ' ! \binom \max \mathbf 1 \theta ^{-1} ^\top"
    ).split()
    for _ in range(count):
        yield " ".join(rng.choice(tokens) for _ in range(rng.choice((3, 8, 20, 60, 200))))


def damaged(count: int) -> Iterator[str]:
    """A right answer with characters lost, doubled, moved and replaced."""
    rng = random.Random(13)
    right = r"-\frac{1}{2}\sum_{j=1}^{m}\left(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2\right)"
    for _ in range(count):
        text = list(right)
        for _ in range(rng.choice((1, 2, 5))):
            place = rng.randrange(len(text))
            change = rng.randrange(4)
            if change == 0:
                del text[place]
            elif change == 1:
                text.insert(place, text[place])
            elif change == 2:
                text[place] = rng.choice(string.printable)
            else:
                other = rng.randrange(len(text))
                text[place], text[other] = text[other], text[place]
        yield "".join(text)


def dearest() -> dict[str, tuple[str, str, str]]:
    """Texts that were the most work for their length, by what they pile up.

    Claim, kind and text of each.
    """
    sums = "\\sum_{j=1}^m\\mu_j+\\sigma_j\\cdot "
    named = "".join(f"Let $y_{{{k}}} = \\mu_1+{k}$. " for k in range(32))
    all_named = "+".join(f"y_{{{k}}}" for k in range(32))
    table = "\\begin{array}{lll}" + "\\mu_1 &\\le& \\sigma_1\\\\" * 128 + "\\end{array}"
    found = {
        "8 sums that may reach further": sums * 8 + "1",
        "32 sums that may reach further": sums * 32 + "1",
        "128 sums that may reach further": sums * 128 + "1",
        "512 sums beside each other": "\\frac1m\\sum_j \\mu_j + " * 512 + "1",
        "32 logarithms of what may be a product": "\\log \\mu_j \\sigma_j " * 32 + "1",
        "32 quotients of what may be a product": "1/\\mu_1 \\sigma_1 + " * 32 + "1",
        "32 roots": "".join(f"(\\mu_1+\\sqrt{{{k}}})" for k in range(2, 34)),
        "32 roots with names": "".join(f"(\\mu_1+\\sqrt{{\\sigma_1+{k}}})" for k in range(2, 34)),
        "32 ambiguous sums beside each other": "\\sum_j\\mu_j+\\sigma_j+" * 32 + "1",
        "a product to 8192": "\\prod_{i=1}^{8192} (\\mu_1+i)",
        "a sum of roots to 8192": "\\sum_{i=1}^{8192} \\sqrt{i+\\mu_1^2}",
        "sums of sums of sums": "\\sum_{i=1}^{64}\\sum_{l=1}^{64}\\sum_{h=1}^{64} ihl\\mu_1",
        "primes to the power 512": "\\cdot ".join(
            f"{p}^{{512}}" for p in range(2, 4_000) if all(p % q for q in range(2, p))
        ),
        "64 derivatives of each other": "\\frac{d}{d \\mu_1} " * 64 + "\\mu_1^2",
        "32 names, one used": f"{named}$$y_1$$",
        "32 names, all used": f"{named}$${all_named}$$",
    }
    texts = {name: ("gaussian-kl", "expression", text) for name, text in found.items()}
    texts["128 rows that are wrong alike"] = "gaussian-kl", "derivation", table
    value = "V(s)=\\int\\pi(a|s)(r(s,a)+\\gamma\\int P(s'|s,a)V(s')ds')da"
    rows = "".join(f"&= {value}+{k}\\\\" for k in range(100))
    texts["100 rows that are wrong each in its way"] = (
        "bellman",
        "derivation",
        f"\\begin{{align}}V(s){rows}\\end{{align}}",
    )
    columns = ("x", "w", "g", "w_1", "g_1", "w_2", "g_2", "w_3", "x_1")
    roots = "\\cdot".join(f"\\sqrt{{{columns[k % 9]}+{k}}}" for k in range(64))
    moduli = "+".join(f"|{columns[k % 3]}_1-{k}|" for k in range(128))
    variances = "\\operatorname{Var}(1+" * 32 + "Q(s,a)" + ")" * 32
    names = ("T", "s", "a", "i", "N", "M", "n", "s'")
    factors = "".join(f"(1+\\tanh({name}+{k}))" for k, name in enumerate(names))
    outcomes = " ".join(f"dz_{{{k}}}" for k in range(1, 257))
    fresh = ",".join(f"s_{{{k}}}" for k in range(32))
    points = "\\sum_{i=1}^{64}" * 3 + "p_Z(z)"
    elsewhere = {
        "sums of sums of rewards": (
            "reward-to-go",
            "\\sum_{t=1}^{400}\\sum_{k=1}^{400} r_t r_k",
        ),
        "expectations of expectations": (
            "bellman-expectation-v",
            "\\mathbb{E}[" * 16 + "V(s)" + "]" * 16,
        ),
        "512 products of matrices": ("ols-covariance", "X^\\top X" * 512),
        "64 roots of columns of several lengths": ("conv1d-backward-x", roots),
        "128 moduli": ("conv1d-backward-x", moduli),
        "32 variances within each other": ("bellman-expectation-q", variances),
        "64 slopes of each other": ("momentum-update", "\\nabla_m " * 64 + "m v"),
        "a product of which a slope is taken": ("behaviour-cloning", factors),
        "256 integrals over components": ("gaussian-kl", f"\\int {outcomes} 1"),
        "32 names under one expectation": ("behaviour-cloning", f"\\mathbb{{E}}_{{{fresh}}}[1]"),
        "sums of sums of sums of a function": ("flow-objective", points),
        "64 sums that may reach further": (
            "policy-gradient",
            "\\sum_{t=1}^T r_t+s_1\\cdot " * 64 + "1",
        ),
        "128 absolute values": (
            "saliency-log-softmax",
            "\\cdot".join(["\\lvert u_1+w_1\\rvert"] * 128),
        ),
    }
    more = {name: (claim, "expression", text) for name, (claim, text) in elsewhere.items()}
    return texts | more


def hostile(mark: str) -> dict[str, list[str]]:
    """Every family by its name; code in it would make a file called `mark`."""
    return {
        "code in names": list(code_in_names(mark)),
        "towers": list(towers()),
        "factorials": list(factorials()),
        "nested": list(nested()),
        "long": list(long()),
        "characters": list(characters()),
        "macros": list(macros()),
        "numbers": list(numbers()),
        "grown": list(grown()),
        "piled": list(piled()),
        "soup": list(soup(200)),
        "damaged": list(damaged(150)),
    }
