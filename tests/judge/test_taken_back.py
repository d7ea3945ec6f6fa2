r"""Words, signs and macros beside a statement that take it back, alter it or add to it.

In documents. Beside each way stand sentences as lectures and papers have them, which do not.
"""

import pytest

from lemmata.judge import check

BLOCK = r"""% lemmata:
% sizes = ["n"]
% [scalars]
% a = {}
% b = {}
% c = {}
% x = {index = "1..n"}
% A = {shape = "n, n"}

"""
RIGHT, WRONG = r"\[ (a+b)^2 = a^2 + 2ab + b^2 \]", r"\[ (a+b)^2 = a^2 + b^2 \]"
CHANGED: dict[str, list[str]] = {
    "the sentence goes on behind the display": [
        r"@ up to an additive constant.",
        r"@ (up to scale)",
        r"@ , approximately.",
        r"@ --- roughly.",
        r"@ to second order.",
        r"@ within numerical precision.",
        r"@ on average.",
        r"@ almost everywhere.",
        r"@ in distribution.",
        r"@ with high probability.",
        r"@ only for small $b$.",
        r"@ precisely when $b = 0$.",
        r"@ but for the last term.",
        r"@ with $2$ changed to $3$.",
        r"@ with one sign flipped.",
        r"@ plus noise.",
        r"@ squared.",
        r"@ hopefully.",
        r"@ \emph{up to scale}.",
        r"@ \label{eq:square} up to scale.",
        "@\n\nup to a constant.",
        r"@ Up to a constant.",
        r"@ + const.",
        r"@ + b",
        r"@ $+ b$",
        r"@ + $O(b^3)$",
        r"@ $\pmod 2$",
        r"$(a+b)^2 = a^2 + 2ab + b^2$ up to a constant.",
    ],
    "words before the display say in which sense it holds": [
        r"Up to a constant, @",
        r"Up to terms of order $b^2$ we have @",
        r"Roughly speaking, @",
        r"To first order, @",
        r"Dropping the cross term we get @",
        r"The following is only an approximation: @",
        r"Half of @",
    ],
    "how it should be": [
        r"@ where the factor 2 should be 3.",
        r"@ The exponent must be three.",
        r"@ The plus should be a minus.",
        r"@ The last line should read $3ab$.",
        r"@ It ought to be $3ab$.",
        r"@ Read $3ab$ for $2ab$.",
        r"@ Erratum: see the web page.",
        r"@ Correction. The exponent is three.",
        r"@ This equation has a typo.",
        r"@ A factor of two is missing.",
        r"@ We forgot a factor of two.",
        r"@ There is an extra factor of two on the right.",
        r"@ There is one term too many.",
        r"@ It is off by a factor of two.",
        r"@ Mind the sign error.",
        r"@ On the right, $a$ and $b$ are swapped.",
        r"@ The two sides differ by a constant.",
    ],
    "it is taken back": [
        r"@ I take this back.",
        r"@ We retract this statement.",
        r"@ The claim was withdrawn.",
        r"@ Please disregard this equation.",
        r"@ Ignore the above.",
        r"@ Never mind.",
        r"@ This is no longer valid.",
        r"@ This was made up; I made this up.",
        r"@ \section*{Retraction}",
        r"@ \section{Why this is wrong}",
        r"\begin{itemize} \item $a = a$ \item $b = b$ \end{itemize} Both are false.",
    ],
    "it contradicts": [
        r"@ A counterexample is easily found.",
        r"@ Contradiction!",
        r"@ That is impossible.",
        r"@ This step is unjustified.",
        r"@ is only a heuristic.",
        r"@ This is merely a conjecture.",
        r"@ The opposite is true.",
        r"@ It breaks down for large $b$.",
        r"One might think that @",
        r"A disproof of @",
    ],
    "in which sense, and where only, it holds": [
        r"@ This holds only approximately.",
        r"@ which is only true on average.",
        r"@ The identity holds up to terms of second order.",
        r"@ Both sides agree up to sign.",
        r"@ All computations are modulo $7$.",
        r"@\footnote{Up to a constant.}",
        r"@\footnote{Only for $b = 0$.}",
        r"@\footnote{There is a sign error here.}",
        r"@ \begin{remark} The above holds only for $b = 0$. \end{remark}",
        r"\begin{align} (a+b)^2 &= a^2 + 2ab + b^2 && \text{(should be $3ab$)} \end{align}",
    ],
    "signs and names have another meaning": [
        r"@ where $+$ denotes subtraction.",
        r"@ We write $+$ for the maximum.",
        r"@ Here $=$ means equality up to a constant.",
        r"@ Here $a$ and $b$ do not commute.",
        r"@ where $a, b$ are matrices.",
        r"@ Here $b$ denotes $-b$.",
        r"@ We use base-2 logarithms.",
    ],
    "something is left out": [
        r"@ We neglect the cross term.",
        r"@ Higher-order terms are ignored.",
        r"@ Constants are dropped.",
        r"@ (dropping terms of order $b^2$).",
        r"@ The last term was omitted.",
    ],
    "signs and environments that deny": [
        r"@ \ding{55}",
        r"\[ (a+b)^2 = a^2 + 2ab + b^2 \quad \text{\ding{55}} \]",
        r"@ $\bot$",
        r"@ $\neg$",
        r"$\neg$ @",
        r"@ $\Rightarrow\Leftarrow$",
        r"\begin{itemize} \item[\ding{55}] $a = a$ \end{itemize}",
        r"\begin{itemize} \item[no] $a = a$ \end{itemize}",
        r"\begin{tabular}{cc} $a = a$ & no \\ \end{tabular}",
        r"\begin{counterexample} @ \end{counterexample}",
        r"\begin{wrongproof} @ \end{wrongproof}",
        r"\paragraph{Counterexample.} @",
    ],
    "it is struck out, or what is around it is not known": [
        r"\sout{@}",
        r"\xout{$a = a$}",
        r"\phantom{$a = a$}",
        r"\todo{@}",
        r"\newcommand{\gone}[1]{} \gone{@}",
        r"\newcommand{\gone}[1]{\sout{#1}} \gone{@}",
        r"<del>@</del>",
    ],
    "a formula goes on outside of its signs": [
        r"$b +$ $a = a$",
        r"$b +$ @",
        r"b + @",
        r"$2$ $a = a$",
        r"$a = a$$+b$",
        r"$a = a$ + b",
        r"$a =$ minus $a$",
        r"$(a+b)^2$ is approximately $= a^2 + 2ab + b^2$",
        r"The derivative of $(a+b)^2 = a^2 + 2ab + b^2$.",
        r"@ so b = 2b.",
    ],
}
KEPT: dict[str, list[str]] = {
    "the sentence goes on behind the display": [
        r"@ which proves the claim.",
        r"@ for all $a$ and $b$.",
        r"@ where $a$ is the mean and $b$ is the bias.",
        r"@ by the binomial theorem.",
        r"@ (product rule).",
        r"@ (see Section 2 of \cite{bishop}).",
        r"@ with equality if and only if $b = b$.",
        r"@ with respect to $a$.",
        r"@ in order to obtain the update.",
        r"@ in terms of $a$ and $b$.",
        r"@ to see that it is convex.",
        r"@ but this is well known.",
        r"@ takes values in the unit interval.",
        r"@ up to now.",
        r"@ more precisely, for all $a$.",
        r"@ --- a simple identity.",
        "@\n- First item\n- Second item",
        "@\n+ First item\n+ Second item",
        r"@ $\square$",
    ],
    "words before the display": [
        r"There are approximately 30 papers on this. @",
        r"Up to now we used one sample. @",
        r"The approximation error is bounded. @",
        r"At first sight this looks complicated. @",
        r"We may think of the square as an area: @",
        r"The derivative of $f(x) = x$ is one. @",
    ],
    "how it should be": [
        r"@ The learning rate should be small.",
        r"@ It should be noted that this is standard.",
        r"@ The exponent must be positive.",
        r"@ You should read the paper.",
        r"@ Adam uses a bias correction.",
        r"@ The missing step is the following.",
        r"@ There are too many parameters.",
        r"@ The memory of an LSTM is lost in noise.",
        r"@ An extra term appears, as we will see.",
        r"@ Rounding errors are small.",
    ],
    "it is taken back": [
        r"@ A retraction maps the tangent space to the manifold.",
        r"@ The gate forgets the state.",
        r"@ Do not forget the entropy bonus.",
        r"\section{Error correction} @",
        r"@ Both are used in practice.",
    ],
    "it contradicts": [
        r"@ The posterior is intractable.",
        r"@ This is impossible to compute in general, so we bound it.",
        r"@ There is no contradiction with the theorem.",
        r"@ This is an approximation of the true posterior by a Gaussian.",
        r"@ This is a heuristic that works well.",
        r"@ This gives an approximation of the log likelihood.",
    ],
    "in which sense, and where only, it holds": [
        r"@ The equality is in the second line.",
        r"@ The two terms coincide up to the weight.",
        r"@ Positions are taken modulo the window size.",
        r"@ Modulo notation this is well known.",
        r"@\footnote{The factor $2$ comes from symmetry.}",
        r"@ \begin{remark} This identity is due to Newton. \end{remark}",
    ],
    "signs and names have their meaning": [
        r"@ Here $\odot$ denotes the elementwise product.",
        r"@ We write $\log$ for the natural logarithm.",
        r"@ Here $a$ and $b$ are numbers.",
        r"@ Here $A$ is a matrix.",
        r"@ Matrices do not commute in general.",
    ],
    "something is left out that is no part of it": [
        r"@ We drop the subscript.",
        r"@ We omit the proof.",
        r"@ Dropout drops units at random.",
    ],
    "signs and environments": [
        r"\begin{itemize} \item[(a)] Expand. \item[(b)] Sum. \end{itemize} @",
        r"\begin{tabular}{cc} ours & yes \\ theirs & no \\ \end{tabular} @",
        r"\begin{example} @ \end{example}",
        r"\section{Counterexamples} Text. \section{Next} @",
    ],
    "what is around it is known": [
        r"\emph{\textbf{@}}",
        r"\textcolor{red}{@}",
        r"{\small @}",
        r"\newcommand{\mybox}[1]{\fbox{#1}} \mybox{@}",
    ],
    "a formula ends with its signs": [
        r"For every $a$ $b = b$. @",
        r"The optimum is $c^*$ here. @",
        r"We use n = 10 samples. @",
        r"The map is $f \colon a \mapsto b$. @",
    ],
}
MAY_BE_CONDITIONS = [
    r"@ Replace $a$ by $b$ to get the other direction.",
    r"@ This holds only because the noise is independent.",
    r"@ We use $\approx$ for approximations.",
    r"@ We ignore the second argument.",
    r"@ Constants that do not depend on $a$ are omitted.",
    r"@ These terms are dropped since they have zero mean.",
    r"@ as claimed.",
    r"@ since $a$ and $b$ commute.",
    r"@ We use $a$ instead of $b$ as the target.",
    r"@ With step size $= 0.1$ we get the same.",
    r"@ In practice we replace the expectation by a sample average.",
    r"@ Ignoring this would lead to bias.",
]


@pytest.mark.parametrize("text", [text for texts in CHANGED.values() for text in texts])
@pytest.mark.parametrize("statement", [RIGHT, WRONG])
def test_what_is_taken_back_or_altered_is_undecided(text: str, statement: str) -> None:
    """Neither proved nor refuted is what is not meant as it stands."""
    found = check(BLOCK + text.replace("@", statement))
    assert found.outcome == "undecided", found.message
    assert {step.verdict.outcome for step in found.steps} <= {"undecided"}, found.message


@pytest.mark.parametrize("text", [text for texts in KEPT.values() for text in texts])
def test_what_lectures_say_beside_displays_changes_nothing(text: str) -> None:
    """A right display beside it is proved, and a wrong one refuted."""
    for statement, outcome in ((RIGHT, "proved"), (WRONG, "refuted")):
        found = check(BLOCK + text.replace("@", statement))
        assert outcome in {step.verdict.outcome for step in found.steps}, found.message
        assert "undecided" not in {step.verdict.outcome for step in found.steps}, found.message


@pytest.mark.parametrize("text", MAY_BE_CONDITIONS)
def test_what_may_be_a_condition_leaves_what_is_right(text: str) -> None:
    """What holds for all values holds for some."""
    found = check(BLOCK + text.replace("@", RIGHT))
    assert "proved" in {step.verdict.outcome for step in found.steps}, found.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"@ up to a constant.", "the text says 'up to a constant'"),
        (r"@ The term $2ab$ should be $3ab$.", "the text says '$2ab$ should be $3ab$'"),
        (r"@ There is a sign error.", "the text says 'sign error'"),
        (r"\sout{@}", r"the formula stands in \sout{..}, and what that does is not known"),
        (r"$b +$ $a = a$", "a formula is split over the signs of '$b +$ $a = a$'"),
    ],
)
def test_a_message_quotes_the_words(text: str, said: str) -> None:
    """It says what leaves the verdict open."""
    assert said in check(BLOCK + text.replace("@", RIGHT)).message


def test_a_row_of_a_table_speaks_of_itself() -> None:
    """As does an item of a list."""
    rows = r"\begin{tabular}{cc} $a = a$ & no \\ $b = b$ & yes \\ \end{tabular}"
    assert [s.verdict.outcome for s in check(BLOCK + rows).steps] == ["undecided", "proved"]
