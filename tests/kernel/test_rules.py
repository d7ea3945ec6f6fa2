r"""What each rule of the kernel proves, and what it must not.

`ACCEPTS` and `REFUSES` hold the same number of rows for every registered rule. The refused row at
a place is the accepted row at that place after one edit. Each refusal says what it violates: words
of the kernel's message, or `FALSE` where nothing is wrong but the mathematics; then a model refutes
it with a counterexample.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import pytest

import lemmata.kernel.rules
from lemmata.kernel.certificates import certificate
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.language import Array, DensityHead
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.rules import RULES
from lemmata.kernel.rules import rule as register
from lemmata.kernel.terms import Statement, Sym
from lemmata.notation import read_sheet, read_statement, write_latex
from lemmata.semantics.search import search

for module in pkgutil.iter_modules(lemmata.kernel.rules.__path__):
    importlib.import_module(f"lemmata.kernel.rules.{module.name}")

NOT_VERIFIED: Final = {r"\sqrt{2}+\sqrt{3}\ge\pi"}
"""The accepted rows whose certificates are beyond the re-checker, as docs/certificates.md says."""

FALSE: Final = "false"
"""The reason of a refusal that only the mathematics forbids."""

# ------------------------------------------------------------------------------ the worlds

WORLDS: Final = {
    # Laws of points, functions and numbers.
    "points": r"""
        sizes = ["n", "K >= 2"]
        parameters = ["theta"]
        [indices]
        i = "1..n"
        l = "1..K"
        [variables]
        x = {}
        y = {}
        z = {}
        w = {role = "z"}
        o = {components = "1..K"}
        [densities]
        p = {of = "x, y, z"}
        r = {of = "x, y, z"}
        g = {of = "x"}
        q = {of = "z", given = "x"}
        m = {of = "o"}
        [functions]
        f = {}
        h = {}
        k = {domain = "positive"}
        D = {domain = "unit"}
        [scalars]
        a = {}
        b = {}
        c = {}
        d = {domain = "unit"}
        u = {domain = "positive"}
        v = {domain = "positive"}
        eta = {domain = "(0, 1/2)"}
        alpha = {index = "i = 1..n"}
        beta = {index = "i = 1..n", domain = "positive"}
        """,
    # Laws of a vector: q has independent components, p has not.
    # Columns and matrices.
    "columns": r"""
        sizes = ["n", "d"]
        [scalars]
        c = {}
        u = {domain = "positive"}
        g = {shape = "d"}
        h = {shape = "d"}
        X = {shape = "n, d"}
        S = {shape = "d, d", kind = "definite"}
        A = {shape = "d, d"}
        Y = {shape = "n, d", kind = "full-rank"}
        T = {shape = "d, d", kind = "definite"}
        v = {shape = "d", domain = "positive"}
        """,
    # A Gaussian law of a vector with any covariance.
    "covariances": r"""
        world = "gaussian"
        sizes = ["m"]
        [indices]
        j = "1..m"
        l = "1..m"
        [variables]
        z = {components = "j = 1..m"}
        [scalars]
        mu = {shape = "m"}
        nu = {shape = "m"}
        A = {shape = "m, m"}
        Sigma = {shape = "m, m", kind = "definite"}
        [densities]
        q = {of = "z", normal = {mean = '\mu', covariance = '\Sigma'}}
        """,
    "vectors": r"""
        sizes = ["m >= 2"]
        [indices]
        j = "1..m"
        l = "1..m"
        [variables]
        x = {}
        z = {components = "j = 1..m"}
        [densities]
        q = {of = "z", given = "x", independent = true}
        p = {of = "z", given = "x"}
        [functions]
        f = {}
        """,
    # Gaussian laws: p of a number, q of a vector; r is not Gaussian.
    "gaussians": r"""
        world = "gaussian"
        sizes = ["m"]
        [indices]
        j = "1..m"
        [variables]
        x = {}
        z = {components = "j = 1..m"}
        [densities]
        p = {of = "x", normal = {mean = '\mu', deviation = '\sigma'}}
        r = {of = "x"}
        q = {of = "z", normal = {mean = 'b_j', deviation = 's_j'}}
        [scalars]
        mu = {}
        sigma = {domain = "positive"}
        b = {index = "j = 1..m"}
        s = {index = "j = 1..m", domain = "positive"}
        """,
    # Sums and products over ranges.
    "ranges": r"""
        sizes = ["n", "T", "M >= 3"]
        [indices]
        i = "1..n"
        l = "1..n"
        t = "1..T"
        "t'" = "1..T"
        [scalars]
        c = {}
        u = {domain = "positive"}
        x = {index = "i = 1..n"}
        y = {index = "i = 1..n"}
        r = {index = "t = 1..T"}
        """,
    # Trajectories under a policy; a reward may come before an action.
    "trajectories": r"""
        sizes = ["T", "N"]
        parameters = ["theta"]
        [indices]
        t = "1..T"
        "t'" = "1..T"
        i = "1..N"
        l = "1..N"
        [variables]
        s = {}
        a = {}
        [densities]
        pi = {of = "a", given = "s", names = ["pi_theta"]}
        [functions]
        b = {parameters = []}
        [scalars]
        c = {}
        [processes]
        tau = {state="s", action="a", reward="r", policy="pi", times="1..T", samples="1..N"}
        """,
    # Trajectories with the values of their policy; Z is a function like V that is nobody's value.
    "returns": r"""
        sizes = ["T"]
        parameters = ["theta"]
        [indices]
        t = "1..T"
        "t'" = "1..T"
        [variables]
        s = {}
        a = {}
        [densities]
        pi = {of = "a", given = "s", names = ["pi_theta"]}
        mu = {of = "a", given = "s", parameters = []}
        [functions]
        V = {index = "t = 1..T", parameters = "all"}
        Z = {index = "t = 1..T", parameters = "all"}
        Q = {arguments = 2, index = "t = 1..T", parameters = "all"}
        d = {index = "t = 1..T", parameters = "all"}
        b = {parameters = []}
        c = {arguments = 2, parameters = []}
        [processes.tau]
        state = "s"
        action = "a"
        reward = "r"
        reward_function = "r"
        policy = "pi"
        times = "1..T"
        value = "V"
        action_value = "Q"
        visits = "d"
        """,
    # A recursion, an equation that is given, and a number that it is about.
    "recursions": r"""
        sizes = ["T"]
        parameters = ["theta"]
        [indices]
        t = "1..T"
        [scalars]
        eta = {domain = "(0, 1/2)"}
        e = {index = "t = 0..T"}
        x = {index = "t = 1..T"}
        J = {parameters = ["theta"]}
        K = {parameters = ["theta"]}
        [functions]
        f = {parameters = ["theta"], arguments = 1}
        [facts]
        step = 'e_t = (1 - 2\eta) e_{t-1} + 2\eta x_t'
        value = 'J = 2 K + 1'
        """,
    # A policy with its value functions; Z is a function like V that is nobody's value.
    "values": r"""
        [variables]
        s = {}
        a = {}
        "s'" = {role = "s"}
        "a'" = {role = "a"}
        [densities]
        pi = {of = "a", given = "s"}
        mu = {of = "a", given = "s"}
        P = {of = "s'", given = "s, a"}
        [functions]
        V = {}
        Z = {}
        Q = {arguments = 2}
        r = {arguments = 2}
        [scalars]
        c = {}
        gamma = {domain = "unit"}
        [values]
        V = {action_value="Q", policy="pi", reward="r", dynamics="P", discount="gamma"}
        """,
}


@cache
def world(name: str) -> Declarations:
    """The declarations of a world."""
    return read_sheet(WORLDS[name]).declarations


# ------------------------------------------------------------------------------ the tables


@dataclass(frozen=True, slots=True)
class Accepted:
    """A statement that a rule proves.

    Attributes:
        statement: In LaTeX, or in terms where the reader would refuse the edited one.
        assumes: Words of an assumption that the proof names.
    """

    statement: str | Statement
    assumes: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A statement that is one edit away from an accepted one.

    Attributes:
        statement: In LaTeX, or in terms where the reader would refuse it.
        because: Words of the condition that it violates, or `FALSE`.
    """

    statement: str | Statement
    because: str = FALSE


x, y, z = (Sym(name) for name in ("x", "y", "z"))
p, q = DensityHead("p"), DensityHead("q")
CHAIN: Final = {
    "chain": Statement(q(z | x) * p(x | y), "=", q(z | x) * p(x, y) / p(y)),
    "chain_open": Statement(q(z) * p(x | y), "=", q(z | x) * p(x, y) / p(y)),
    "chain_twice": Statement(q(z | x) * p(x | y, x), "=", q(z | x) * p(x, y) / p(y)),
}
"""The chain rule, without a condition that q is always given, and with a variable twice."""

o, m, l = Array("o"), DensityHead("m"), Sym("l")
COMPONENTS: Final = Statement(m(o[1] | o[2]), "=", m(o[1], o[2]) / m(o[2]))
SAME_COMPONENTS: Final = Statement(m(o[1] | o[l]), "=", m(o[1], o[l]) / m(o[l]))
"""The density of a component given another one, and given one that may be the same."""

ONE, ZERO, ANY, SCALES = (
    rf"[{entry}]_{{1\le i\le n,1\le l\le n}}"
    for entry in (r"\delta_{il}", "0", "x_iy_l", r"\delta_{il}e^{x_i}")
)


def block_matrix(*parts: str) -> str:
    """The statement that a matrix of four blocks has the determinant of `SCALES`."""
    rows = rf"{parts[0]}&{parts[1]}\\{parts[2]}&{parts[3]}"
    return rf"\det\begin{{pmatrix}}{rows}\end{{pmatrix}}=\prod_{{i=1}}^ne^{{x_i}}"


WORLD_OF: Final = {
    "component_marginal": "vectors",
    "independent_components": "vectors",
    "independent_factors": "vectors",
    "independent_product": "vectors",
    "diagonal_determinant": "ranges",
    "range_splitting": "ranges",
    "iverson_brackets": "ranges",
    "constant_sum": "ranges",
    "reindexed_sum": "ranges",
    "iverson_collapse": "ranges",
    "equal_letters": "ranges",
    "indexed_product": "ranges",
    "gaussian_density": "gaussians",
    "gaussian_moments": "gaussians",
    "linearity_of_trajectory_expectations": "trajectories",
    "causality": "trajectories",
    "likelihood_ratio": "trajectories",
    "given_fact": "recursions",
    "induction": "recursions",
    "maximum": "values",
    "return_of_a_value": "returns",
    "policy_average": "returns",
    "state_marginal": "returns",
    "value_of_a_state": "returns",
    "bellman_action_value": "values",
    "bellman_state_value": "values",
    "sign_of_a_multiple": "columns",
    "matrix_product": "columns",
    "inverse_matrix": "columns",
    "push_through": "columns",
    "inverse_of_a_diagonal_matrix": "columns",
    "resolvent_identity": "columns",
    "sherman_morrison": "columns",
    "determinant_of_a_product": "columns",
    "determinant_of_a_sum": "columns",
    "multivariate_gaussian_density": "covariances",
    "multivariate_gaussian_moments": "covariances",
}
"""The world of each rule's rows; the others are about `points`."""

ACCEPTS: Final[dict[str, tuple[Accepted, ...]]] = {
    "maximum": (
        Accepted(r"\max_a(r(s,a)+\gamma Z(s))=\max_ar(s,a)+\gamma Z(s)", assumes="attained"),
        Accepted(r"\max_a\gamma r(s,a)=\gamma\max_ar(s,a)", assumes="attained"),
        Accepted(r"\min_a\gamma r(s,a)=\gamma\min_ar(s,a)", assumes="attained"),
        Accepted(r"\max_a(r(s,a)-\gamma r(s,a))=(1-\gamma)\max_ar(s,a)-0Z(s)"),
    ),
    "return_of_a_value": (
        Accepted(r"\mathbb{E}_\tau[V_t(s_t)b(s_1)]=\mathbb{E}_\tau[b(s_1)\sum_{t'=t}^Tr_{t'}]"),
        Accepted(r"\mathbb{E}_\tau[V_t(s_t)b(s_t)]=\mathbb{E}_\tau[b(s_t)\sum_{t'=t}^Tr_{t'}]"),
        Accepted(
            r"\mathbb{E}_\tau[Q_1(s_1,a_1)c(s_1,a_1)]"
            r"=\mathbb{E}_\tau[c(s_1,a_1)\sum_{t=1}^Tr_t]"
        ),
        Accepted(r"\mathbb{E}_\tau[V_1(s_1)]=\mathbb{E}_\tau[\sum_{t=1}^Tr_t]"),
        Accepted(
            r"\mathbb{E}_\tau[\sum_{t=1}^T\nabla_\theta\log\pi(a_t|s_t)Q_t(s_t,a_t)]"
            r"=\nabla_\theta\mathbb{E}_\tau[\sum_{t=1}^Tr_t]"
        ),
        Accepted(
            r"\mathbf 1[t'\le t]\mathbb{E}_\tau[V_t(s_t)b(s_{t'})]"
            r"=\mathbf 1[t'\le t]\mathbb{E}_\tau[b(s_{t'})\sum_{k=t}^Tr_k]"
        ),
    ),
    "policy_average": (
        Accepted(
            r"\mathbb{E}_\tau[\sum_a\pi(a|s_t)c(s_t,a)]=\mathbb{E}_\tau[c(s_t,a_t)]", "positive"
        ),
        Accepted(
            r"\mathbb{E}_\tau[b(s_t)\sum_a\pi(a|s_t)c(s_t,a)]=\mathbb{E}_\tau[b(s_t)c(s_t,a_t)]"
        ),
        Accepted(
            r"\mathbb{E}_\tau[\sum_ac(s_t,a)\nabla_\theta\pi(a|s_t)]"
            r"=\mathbb{E}_\tau[c(s_t,a_t)\nabla_\theta\log\pi(a_t|s_t)]"
        ),
    ),
    "state_marginal": (
        Accepted(r"\sum_sd_t(s)b(s)=\mathbb{E}_\tau[b(s_t)]"),
        Accepted(r"\sum_sd_t(s)\sum_a\pi(a|s)c(s,a)=\mathbb{E}_\tau[c(s_t,a_t)]"),
        Accepted(r"\sum_sd_1(s)V_1(s)=\mathbb{E}_\tau[\sum_{t=1}^Tr_t]"),
    ),
    "value_of_a_state": (
        Accepted(r"\sum_a\pi(a|s)Q_t(s,a)=V_t(s)"),
        Accepted(r"\sum_a\pi(a|s)(Q_t(s,a)-V_t(s))b(s)=0"),
    ),
    "bellman_action_value": (
        Accepted(r"Q(s,a)-r(s,a)=\gamma\sum_{s'}P(s'|s,a)V(s')"),
        Accepted(r"\sum_a\mu(a|s)Q(s,a)=\sum_a\mu(a|s)(r(s,a)+\gamma\sum_{s'}P(s'|s,a)V(s'))"),
        Accepted(r"Q(s,a)=r(s,a)+\gamma\sum_{s',a'}P(s'|s,a)\pi(a'|s')Q(s',a')"),
    ),
    "bellman_state_value": (
        Accepted(r"\sum_a\pi(a|s)(r(s,a)+\gamma\sum_{s'}P(s'|s,a)V(s'))=V(s)"),
        Accepted(
            r"\sum_{a,s'}\mu(a|s)P(s'|s,a)\sum_{a'}\pi(a'|s')Q(s',a')=\sum_{a,s'}\mu(a|s)P(s'|s,a)V(s')"
        ),
        Accepted(r"\sum_{a'}\pi(a'|s')Q(s',a')=V(s')"),
        Accepted(r"c\sum_a\pi(a|s)Q(s,a)-cV(s)=0"),
    ),
    "conditional_density": (
        Accepted(r"p(x|y)=p(x,y)/p(y)", assumes="densities are positive"),
        Accepted(r"\frac{p(x|z,y)p(z|y)}{p(z|x,y)}=p(x|y)", assumes="densities are positive"),
        Accepted(CHAIN["chain"], assumes="densities are positive"),
        Accepted(CHAIN["chain"], assumes="densities are positive"),
        Accepted(COMPONENTS, assumes="densities are positive"),
    ),
    "marginalisation": (
        Accepted(r"\int p(x,z)\,dz=p(x)"),
        Accepted(r"\int p(x,z)f(x)\,dz=p(x)f(x)"),
        Accepted(r"\int p(x,z)p(y)\,dx=p(z)p(y)"),
        Accepted(r"\int\nabla_\theta p(x,z)\,dz=\nabla_\theta p(x)", assumes="may be exchanged"),
    ),
    "total_probability": (
        Accepted(r"\int q(z|x)f(x)\,dz=f(x)"),
        Accepted(r"\int q(z|x)\log p(x)\,dz=\log p(x)"),
        Accepted(r"\int q(z|x)\,dz=1"),
    ),
    "component_marginal": (
        Accepted(r"\int q(z|x)f(z_j)\,dz=\int q(z_j|x)f(z_j)\,dz_j"),
        Accepted(r"\int p(z|x)f(z_j)\,dz=\int p(z_j|x)f(z_j)\,dz_j"),
        Accepted(r"\int p(z|x)f(z_j)\,dz=\int p(z_j|x)f(z_j)\,dz_j"),
        Accepted(r"\int q(z_1|x)\int p(z|x)f(z_1)\,dz\,dz_1=\int p(z_1|x)f(z_1)\,dz_1"),
    ),
    "independent_components": (
        Accepted(r"\log q(z|x)=\sum_{j=1}^m\log q(z_j|x)", assumes="independent under q"),
        Accepted(r"\int q(z|x)\log q(z|x)\,dz=\sum_{j=1}^m\int q(z_j|x)\log q(z_j|x)\,dz_j"),
    ),
    "independent_factors": (
        Accepted(
            r"\int q(z|x)f(z_1)f(z_2)\,dz=\int q(z_1|x)f(z_1)\,dz_1\int q(z_2|x)f(z_2)\,dz_2",
            assumes="independent under q",
        ),
        Accepted(r"\int q(z|x)f(z_1)f(z_2)\,dz=\int q(z_1|x)f(z_1)\,dz_1\int q(z_2|x)f(z_2)\,dz_2"),
    ),
    "independent_product": (
        Accepted(r"\prod_{j=1}^mq(z_j|x)=q(z|x)", assumes="independent under q"),
        Accepted(r"\prod_{j=1}^mq(z_j|x)=q(z|x)"),
        Accepted(r"\prod_{j=1}^mq(z_j|x)=q(z|x)"),
    ),
    "quotient_reduction": (
        Accepted(r"\frac{p(x)^2}{p(x)+g(x)}+\frac{g(x)p(x)}{p(x)+g(x)}=p(x)"),
        Accepted(r"\int\frac{p(x)^2+p(x)g(x)}{p(x)+g(x)}\,dx=1"),
        Accepted(r"\frac{u^2}{u+v}+\frac{uv}{u+v}=u"),
    ),
    "derivative_rules": (
        Accepted(r"\nabla_\theta\left(p(x)f(x)\right)=f(x)\nabla_\theta p(x)"),
        Accepted(r"\frac{\partial}{\partial a}\left(a^2b\right)=2ab"),
        Accepted(r"\frac{\partial}{\partial a}e^{ab}=be^{ab}"),
        Accepted(r"\frac{\partial}{\partial a}(n+a)=1"),
    ),
    "derivative_of_a_logarithm": (
        Accepted(r"p(x)\nabla_\theta\log p(x)=\nabla_\theta p(x)"),
        Accepted(r"\frac{\partial}{\partial u}\log(2u)=\frac{1}{u}"),
        Accepted(r"\frac{\partial}{\partial u}\log u=1/u"),
    ),
    "derivative_under_the_integral": (
        Accepted(
            r"\nabla_\theta\int p(x)f(x)\,dx=\int f(x)\nabla_\theta p(x)\,dx",
            assumes="may be exchanged",
        ),
        Accepted(r"\int p(x)\nabla_\theta\log p(x)\,dx=0"),
        Accepted(r"\nabla_\theta\int p(x)f(x)\,dx=\int p(x)f(x)\nabla_\theta\log p(x)\,dx"),
    ),
    "diagonal_determinant": (
        Accepted(r"\det[\delta_{il}e^{x_i}]_{1\le i\le n,1\le l\le n}=\prod_{i=1}^ne^{x_i}"),
        Accepted(r"\det[\delta_{il}]_{1\le i\le n,1\le l\le n}=1"),
        Accepted(r"\det[\delta_{il}x_i]_{1\le i\le n,1\le l\le n}=\prod_{i=1}^nx_i"),
    ),
    "block_triangular_determinant": (
        Accepted(block_matrix(ONE, ZERO, ANY, SCALES)),
        Accepted(block_matrix(ONE, ANY, ZERO, SCALES)),
    ),
    "gaussian_density": (
        Accepted(
            r"\log p(x)=-\frac{1}{2}\log(2\pi)-\log\sigma-\frac{(x-\mu)^2}{2\sigma^2}",
            assumes="p is Gaussian, as declared",
        ),
        Accepted(r"\log p(x)=-\frac{1}{2}\log(2\pi)-\log\sigma-\frac{(x-\mu)^2}{2\sigma^2}"),
        Accepted(r"\log q(z_j)=-\frac{1}{2}\log(2\pi s_j^2)-\frac{(z_j-b_j)^2}{2s_j^2}"),
    ),
    "gaussian_moments": (
        Accepted(r"\int p(x)(x-\mu)^2\,dx=\sigma^2", assumes="p is Gaussian, as declared"),
        Accepted(r"\int p(x)x^2\,dx=\mu^2+\sigma^2"),
        Accepted(r"\int q(z_j)z_j\,dz_j=b_j"),
        Accepted(r"\int p(x)(x-\mu)^4\,dx=3\sigma^4"),
    ),
    "logarithm_of_a_product": (
        Accepted(r"\log(2u)=\log2+\log u"),
        Accepted(r"\log\frac{p(x|z)p(z)}{q(z|x)}=\log p(x|z)+\log p(z)-\log q(z|x)"),
        Accepted(r"\log u^2=2\log u"),
    ),
    "logarithm_of_an_exponential": (
        Accepted(r"\log e^{a-b}=a-b"),
        Accepted(r"\log(e^au)=a+\log u"),
        Accepted(r"e^{\log u}=u"),
    ),
    "logarithm_of_an_indexed_product": (
        Accepted(r"\log\prod_{i=1}^n\beta_i^2=2\sum_{i=1}^n\log\beta_i"),
        Accepted(
            r"\log\prod_{i=1}^ne^{\alpha_i}\beta_i=\sum_{i=1}^n\left(\alpha_i+\log\beta_i\right)"
        ),
    ),
    "root_of_a_product": (
        Accepted(r"\sqrt{2\pi u^2}=\sqrt{2\pi}u"),
        Accepted(r"\sqrt{uv}=\sqrt{u}\sqrt{v}"),
        Accepted(r"\sqrt{4u}=2\sqrt{u}"),
        Accepted(r"\sqrt{a^2+b^2}\sqrt{a^2+b^2}=a^2+b^2"),
        Accepted(r"\sqrt{(\sum_{i=1}^n\beta_i)^2}=\sum_{i=1}^n\beta_i"),
        Accepted(r"\sqrt{4a^2+4b^2}=2\sqrt{a^2+b^2}"),
        Accepted(r"(\sqrt{a^2+u^2})^2=a^2+u^2"),
        Accepted(r"\sqrt{4d+2}=\sqrt{2}\sqrt{2d+1}"),
    ),
    "symbolic_power": (
        Accepted(r"u^{n+1}=u^nu"),
        Accepted(r"(1-2\eta)^{n+1}=(1-2\eta)(1-2\eta)^n"),
        Accepted(r"(-u)^{n+2}=u^2(-u)^n"),
    ),
    "range_splitting": (
        Accepted(r"\left(\sum_{t'=1}^Tr_{t'}\right)-\sum_{t'=1}^{t-1}r_{t'}=\sum_{t'=t}^Tr_{t'}"),
        Accepted(r"\sum_{t'=1}^T\mathbf 1[t'\ge t]r_{t'}=\sum_{t'=t}^Tr_{t'}"),
        Accepted(r"\sum_{i=1}^{n+1}u^i=u^{n+1}+\sum_{i=1}^{n}u^i"),
    ),
    "iverson_brackets": (
        Accepted(r"\mathbf 1[t\le t']=1-\mathbf 1[t'<t]"),
        Accepted(r"\mathbf 1[t\ge1]=1"),
        Accepted(r"\delta_{il}=\delta_{li}"),
    ),
    "matrix_product": (
        Accepted(r"\sum_{k=1}^d\sum_{l=1}^dg_kS_{kl}h_l=g^\top Sh"),
        Accepted(r"\operatorname{tr}(AS)=\operatorname{tr}(SA)"),
        Accepted(r"(SA)^\top=A^\top S"),
    ),
    "inverse_matrix": (
        Accepted(r"S^{-1}Sg=g"),
        Accepted(r"(X^\top X+uI)^{-1}X^\top Xg=g-u(X^\top X+uI)^{-1}g"),
        Accepted(r"(Y^\top Y)^{-1}Y^\top Yg=g"),
        Accepted(r"\sum_{k=1}^d(S^{-1})_{kk}=\operatorname{tr}(S^{-1}SS^{-1})"),
    ),
    "push_through": (
        Accepted(r"X^\top(XX^\top+uI)^{-1}=(X^\top X+uI)^{-1}X^\top"),
        Accepted(r"X(X^\top X+uI)^{-1}=(XX^\top+uI)^{-1}X"),
    ),
    "inverse_of_a_diagonal_matrix": (
        Accepted(r"\operatorname{diag}(v)^{-1}\operatorname{diag}(v)=I"),
        Accepted(r"(u\operatorname{diag}(v))^{-1}=\frac{1}{u}\operatorname{diag}(v)^{-1}"),
    ),
    "resolvent_identity": (
        Accepted(r"(S+uI)^{-1}S^{-1}=\frac{1}{u}(S^{-1}-(S+uI)^{-1})"),
        Accepted(r"(S+2I)^{-1}(S+I)^{-1}=(S+I)^{-1}-(S+2I)^{-1}"),
    ),
    "sherman_morrison": (
        Accepted(r"(S+gg^\top)^{-1}g=\frac{S^{-1}g}{1+g^\top S^{-1}g}"),
        Accepted(r"(uI+gg^\top)^{-1}g=\frac{1}{u+g^\top g}g"),
    ),
    "determinant_of_a_product": (
        Accepted(r"\det(SA)=\det S\det A"),
        Accepted(r"\log\det(2S^{-1})=d\log2-\log\det S"),
        Accepted(r"\det(A^\top S)=\det(SA)"),
    ),
    "determinant_of_a_sum": (
        Accepted(r"\det(uI+X^\top X)=u^{d-n}\det(uI+XX^\top)"),
        Accepted(r"\det(S+gg^\top)=(1+g^\top S^{-1}g)\det S"),
        Accepted(r"\det(S^{-1}+T^{-1})\det S\det T=\det(S+T)"),
        Accepted(r"\frac{\det(S^{-1}+T^{-1})}{\det(S+T)}=\frac{1}{\det S\det T}"),
    ),
    "multivariate_gaussian_density": (
        Accepted(
            r"\log q(z)=-\frac{m}{2}\log(2\pi)-\frac12\log|\Sigma|"
            r"-\frac12(z-\mu)^\top\Sigma^{-1}(z-\mu)",
            assumes="q is Gaussian",
        ),
        Accepted(r"\int q(z)\log q(z)dz=-\frac12\log|2\pi e\Sigma|"),
    ),
    "multivariate_gaussian_moments": (
        Accepted(
            r"\mathbb{E}_{z\sim q(z)}[z^\top Az]=\operatorname{tr}(A\Sigma)+\mu^\top A\mu",
            assumes="q is Gaussian",
        ),
        Accepted(r"\mathbb{E}_{z\sim q(z)}[z_jz_l]=\mu_j\mu_l+\Sigma_{jl}"),
        Accepted(r"\mathbb{E}_{z\sim q(z)}[(z_j-\mu_j)^4]=3\Sigma_{jj}^2"),
    ),
    "sign_of_a_multiple": (
        Accepted(r"\operatorname{sign}(2ug)=\operatorname{sign}(g)"),
        Accepted(r"-\operatorname{sign}(g-h)=\operatorname{sign}(h-g)"),
        Accepted(r"\mathbf 1[ug>0]=\mathbf 1[g>0]"),
    ),
    "constant_sum": (
        Accepted(r"\frac{1}{n}\sum_{i=1}^nc=c"),
        Accepted(r"\sum_{i=1}^nx_l=nx_l"),
        Accepted(r"\sum_{k=4}^Mc=(M-3)c"),
        Accepted(r"\sum_{t'=t}^Tc=(T-t+1)c"),
        Accepted(r"\sum_{k=1}^lu=lu"),
    ),
    "reindexed_sum": (
        Accepted(r"\sum_{i=1}^nx_{n+1-i}=\sum_{i=1}^nx_i"),
        Accepted(r"\sum_{i=1}^{n-1}x_{i+1}=\sum_{i=2}^nx_i"),
        Accepted(r"\sum_{k=3}^nu^{n-k}=\sum_{k=3}^nu^{k-3}"),
        Accepted(r"\sum_{i=1}^{n-1}x_{i+1}y_{n-i}=\sum_{i=2}^nx_iy_{n+1-i}"),
    ),
    "iverson_collapse": (
        Accepted(r"\sum_{i=1}^n\delta_{il}(x_i-y_i)=x_l-y_l"),
        Accepted(r"\sum_{i=1}^n\delta_{il}x_i=x_l"),
        Accepted(r"\sum_{i=1}^n\delta_{il}\prod_{k=1}^T(r_k+x_i)=\prod_{k=1}^T(r_k+x_l)"),
    ),
    "modulus": (
        Accepted(r"|-2c u|=2u|c|"),
        Accepted(r"|c|^2+|b|=c^2+\sqrt{b^2}"),
        Accepted(r"|c-b|^3=|b-c|(c-b)^2"),
    ),
    "sign_as_written": (
        Accepted(r"|(1-d)c^2+u|=(1-d)c^2+u"),
        Accepted(r"\log(u(1+(1-d)c^2))=\log u+\log(1+(1-d)c^2)"),
        Accepted(r"\left(\sqrt{\sum_{i=1}^n(x_i-b)^2}\right)^2=\sum_{i=1}^n(x_i-b)^2"),
        Accepted(r"|(d-1)c^2-u|=(1-d)c^2+u"),
        Accepted(r"|u+\sqrt{(1-d)c^2+1}|=u+\sqrt{(1-d)c^2+1}"),
    ),
    "equal_letters": (
        Accepted(r"\delta_{il}x_l=\delta_{il}x_i"),
        Accepted(r"\delta_{il}e^{x_l}\sum_{k=1}^lu=\delta_{il}ie^{x_i}u"),
    ),
    "indexed_product": (
        Accepted(r"\prod_{i=1}^ne^{x_i}=e^{\sum_{i=1}^nx_i}"),
        Accepted(r"\prod_{i=1}^nx_iy_i=\prod_{i=1}^nx_i\prod_{i=1}^ny_i"),
        Accepted(r"\prod_{i=4}^Mu=u^{M-3}"),
    ),
    "linearity_of_trajectory_expectations": (
        Accepted(
            r"\mathbb{E}\left[\frac{1}{N}\sum_{i=1}^N\sum_{t=1}^Tr_t^i\right]=\sum_{t=1}^T"
            r"\mathbb{E}[r_t^1]"
        ),
        Accepted(r"\mathbb{E}[c\,r_t^i]=c\,\mathbb{E}[r_t^i]"),
        Accepted(r"\mathbb{E}[b(s_t)+c]=\mathbb{E}[b(s_t)]+c"),
    ),
    "causality": (
        Accepted(
            r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t^i|s_t^i)b(s_t^i)]=0",
            assumes="may be exchanged",
        ),
        Accepted(r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t^i|s_t^i)r_{t-1}^i]=0"),
        Accepted(r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t^i|s_t^i)r_{t-1}^l]=0"),
        Accepted(
            r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t|s_t)r_{t'}]"
            r"=\mathbf 1[t'\ge t]\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t|s_t)r_{t'}]"
        ),
    ),
    "likelihood_ratio": (
        Accepted(
            r"\nabla_\theta\mathbb{E}[r_t]=\sum_{t'=1}^t\mathbb{E}[r_t\nabla_\theta\log\pi_"
            r"\theta(a_{t'}|s_{t'})]",
            assumes="may be exchanged",
        ),
        Accepted(
            r"\nabla_\theta\mathbb{E}[r_t^i]=\sum_{t'=1}^t\mathbb{E}[r_t\nabla_\theta\log\pi_"
            r"\theta(a_{t'}|s_{t'})]",
            assumes="may be exchanged",
        ),
    ),
    "given_fact": (
        Accepted(r"\nabla_\theta J=2\nabla_\theta K", assumes="given: value"),
        Accepted(r"J-2K=1"),
    ),
    "induction": (
        Accepted(
            r"e_T=(1-2\eta)^Te_0+2\eta\sum_{t=1}^T(1-2\eta)^{T-t}x_t",
            assumes="induction on T from 1",
        ),
        Accepted(r"(1-2\eta)^T+2\eta\sum_{t=1}^T(1-2\eta)^{T-t}=1"),
    ),
    "jensen": (
        Accepted(r"\mathbb{E}_{p(x)}[\log p(x)-\log g(x)]\ge0", assumes="expectations are finite"),
        Accepted(r"\log\int p(x)k(x)\,dx\ge\int p(x)\log k(x)\,dx"),
        Accepted(r"\log\int p(x)k(x)\,dx\ge\int p(x)\log k(x)\,dx"),
        Accepted(r"uD_{KL}(p(x)\|g(x))\ge0"),
        Accepted(r"\frac{1}{u}\log\int p(x)e^{uf(x)}\,dx\ge\int p(x)f(x)\,dx"),
    ),
    "tangent": (
        Accepted(
            r"D_{KL}(p(x)\|g(x))\le\int\frac{p(x)^2}{g(x)}\,dx-1", assumes="expectations are finite"
        ),
        Accepted(r"\int k(x)\log\frac{k(x)}{p(x)}\,dx\ge\int k(x)\,dx-1"),
    ),
    "monotone_logarithm": (
        Accepted(r"\mathbb{E}_{p(x)}\left[\log\frac{2p(x)+g(x)}{p(x)}\right]\ge\log2"),
        Accepted(r"\mathbb{E}_{p(x)}\left[\log(3+k(x))\right]\ge\log3"),
    ),
    "divergence_is_nonnegative": (
        Accepted(r"\log p(x)\ge\mathbb{E}_{q(z|x)}[\log p(x|z)]-2D_{KL}(q(z|x)\|p(z))"),
        Accepted(
            r"\mathbb{E}_{p(x)}[f(x)^2]+D_{KL}(p(x)\|g(x))\ge0", assumes="expectations are finite"
        ),
    ),
    "tangent_gap_is_nonnegative": (
        Accepted(
            r"\mathbb{E}_{p(x)}[(f(x)-h(x))^2]+u-1-\log u\ge0", assumes="expectations are finite"
        ),
        Accepted(r"\mathbb{E}_{p(x)}[(f(x)-h(x))^2]+v-1-\log v\ge0"),
    ),
    "square_is_nonnegative": (
        Accepted(
            r"\mathbb{E}_{p(x)}[(f(x)-h(x))^2]+u-1-\log u\ge0", assumes="expectations are finite"
        ),
        Accepted(r"\mathbb{E}_{p(x)}[f(x)^2-2f(x)h(x)+h(x)^2]+D_{KL}(p(x)\|g(x))\ge0"),
    ),
    "variance_is_nonnegative": (
        Accepted(
            r"\mathbb{E}_{p(x)}[f(x)^2]\ge\mathbb{E}_{p(x)}[f(x)]^2",
            assumes="expectations are finite",
        ),
        Accepted(r"\int\frac{p(x)^2}{g(x)}\,dx\ge1"),
    ),
    "sign_of_a_constant": (
        Accepted(r"\pi\ge3"),
        Accepted(r"\sqrt{2}+\sqrt{3}\ge\pi"),
    ),
    "pointwise_maximum": (
        Accepted(r"u\log d+v\log(1-d)\le u\log\frac{u}{u+v}+v\log\frac{v}{u+v}"),
        Accepted(r"e^a\ge1+a"),
    ),
    "comparison_of_logarithms": (
        Accepted(r"\mathbb{E}_{p(x)}[e^{f(x)}]\ge e^{\mathbb{E}_{p(x)}[f(x)]}"),
        Accepted(r"\int p(x)k(x)\,dx\ge e^{\int p(x)\log k(x)\,dx}"),
    ),
    "nonnegative_integrand": (
        Accepted(r"\mathbb{E}_{p(x)}[f(x)^2+h(x)^2]\ge2\mathbb{E}_{p(x)}[f(x)h(x)]"),
        Accepted(r"\sum_{i=1}^n(\beta_i-\alpha_i)^2\ge0", assumes="expectations are finite"),
    ),
    "nonnegative_combination": (
        Accepted(r"\log p(x)\ge\mathbb{E}_{q(z|x)}[\log p(x|z)]-2D_{KL}(q(z|x)\|p(z))"),
        Accepted(
            r"\mathbb{E}_{p(x)}[f(x)^2]+D_{KL}(p(x)\|g(x))\ge\mathbb{E}_{p(x)}[f(x)]^2",
            assumes="expectations are finite",
        ),
    ),
}

REFUSES: Final[dict[str, tuple[Refused, ...]]] = {
    "maximum": (
        Refused(r"\max_a(r(s,a)+\gamma Z(s))=\max_ar(s,a)+Z(s)"),
        Refused(r"\max_ac r(s,a)=c\max_ar(s,a)"),
        Refused(r"\max_a\gamma r(s,a)=\gamma\min_ar(s,a)"),
        Refused(r"\max_a(r(s,a)-\gamma Q(s,a))=(1-\gamma)\max_ar(s,a)-0Z(s)"),
    ),
    "return_of_a_value": (
        Refused(r"\mathbb{E}_\tau[V_t(s_t)b(s_T)]=\mathbb{E}_\tau[b(s_T)\sum_{t'=t}^Tr_{t'}]"),
        Refused(r"\mathbb{E}_\tau[Z_t(s_t)b(s_t)]=\mathbb{E}_\tau[b(s_t)\sum_{t'=t}^Tr_{t'}]"),
        Refused(
            r"\mathbb{E}_\tau[Q_1(s_1,a_1)c(s_1,a_1)]"
            r"=\mathbb{E}_\tau[c(s_1,a_1)\sum_{t=2}^Tr_t]"
        ),
        Refused(r"\mathbb{E}_\tau[V_1(s_1)]=\mathbb{E}_\tau[\sum_{t=1}^{T-1}r_t]"),
        Refused(
            r"\mathbb{E}_\tau[\sum_{t=1}^T\nabla_\theta\log\mu(a_t|s_t)Q_t(s_t,a_t)]"
            r"=\nabla_\theta\mathbb{E}_\tau[\sum_{t=1}^Tr_t]"
        ),
        Refused(
            r"\mathbf 1[t'\le t]\mathbb{E}_\tau[V_t(s_t)b(s_{t'})]"
            r"=\mathbf 1[t'\le t]\mathbb{E}_\tau[b(s_{t'})\sum_{k=t'}^Tr_k]"
        ),
    ),
    "policy_average": (
        Refused(r"\mathbb{E}_\tau[\sum_a\mu(a|s_t)c(s_t,a)]=\mathbb{E}_\tau[c(s_t,a_t)]"),
        Refused(
            r"\mathbb{E}_\tau[b(s_{t'})\sum_a\pi(a|s_t)c(s_t,a)]=\mathbb{E}_\tau[b(s_t)c(s_t,a_t)]"
        ),
        Refused(
            r"\mathbb{E}_\tau[\sum_ac(s_t,a)\nabla_\theta\pi(a|s_t)]"
            r"=\mathbb{E}_\tau[c(s_t,a_t)\nabla_\theta\pi(a_t|s_t)]"
        ),
    ),
    "state_marginal": (
        Refused(r"\sum_sd_t(s)b(s)=\mathbb{E}_\tau[b(s_1)]"),
        Refused(r"\sum_sd_t(s)\sum_a\mu(a|s)c(s,a)=\mathbb{E}_\tau[c(s_t,a_t)]"),
        Refused(r"\sum_sV_1(s)=\mathbb{E}_\tau[\sum_{t=1}^Tr_t]"),
    ),
    "value_of_a_state": (
        Refused(r"\sum_a\mu(a|s)Q_t(s,a)=V_t(s)"),
        Refused(r"\sum_a\pi(a|s)(Q_t(s,a)-Z_t(s))b(s)=0"),
    ),
    "bellman_action_value": (
        Refused(r"Q(s,a)-r(s,a)=\gamma\sum_{s'}P(s'|s,a)Z(s')"),
        Refused(r"\sum_a\mu(a|s)Q(s,a)=\sum_a\mu(a|s)(r(s,a)+\gamma\sum_{s'}P(s'|s,a)V(s))"),
        Refused(r"Q(s,a)=r(s,a)+\gamma\sum_{s',a'}P(s'|s,a)\pi(a'|s)Q(s',a')"),
    ),
    "bellman_state_value": (
        Refused(r"\sum_a\mu(a|s)(r(s,a)+\gamma\sum_{s'}P(s'|s,a)V(s'))=V(s)"),
        Refused(
            r"\sum_{a,s'}\mu(a|s)P(s'|s,a)\sum_{a'}\pi(a'|s)Q(s',a')=\sum_{a,s'}\mu(a|s)P(s'|s,a)V(s')"
        ),
        Refused(r"\sum_{a'}\pi(a'|s')Q(s,a')=V(s')"),
        Refused(r"c\sum_a\pi(a|s)Q(s,a)-\gamma V(s)=0"),
    ),
    "conditional_density": (
        Refused(r"p(x|y)=p(x,y)/p(x)"),
        Refused(r"\frac{p(x|z,y)p(z)}{p(z|x,y)}=p(x|y)"),
        Refused(CHAIN["chain_open"], because="q is declared given x; write the condition"),
        Refused(CHAIN["chain_twice"], because="a variable stands twice"),
        Refused(SAME_COMPONENTS, because="two components of o in one density of m may be the same"),
    ),
    "marginalisation": (
        Refused(r"\int p(x,z)\,dz=p(z)"),
        Refused(r"\int p(x,z)f(z)\,dz=p(x)f(z)"),
        Refused(r"\int p(x,z)p(x)\,dx=p(z)p(y)"),
        Refused(r"\int\nabla_\theta p(x,z)\,dz=\nabla_\theta p(z)"),
    ),
    "total_probability": (
        Refused(r"\int q(z|x)f(z)\,dz=f(x)"),
        Refused(r"\int q(z|x)\log p(z)\,dz=\log p(x)"),
        Refused(r"\int q(z|x)\,dx=1"),
    ),
    "component_marginal": (
        Refused(r"\int q(z|x)f(z_l)\,dz=\int q(z_j|x)f(z_j)\,dz_j"),
        Refused(r"\int p(z|x)f(z_j)f(z_l)\,dz=\int p(z_j|x)f(z_j)\,dz_j"),
        Refused(r"\int p(z|x)q(z|x)f(z_j)\,dz=\int p(z_j|x)f(z_j)\,dz_j"),
        Refused(r"\int q(z_1|x)\int p(z|x)f(z_1)\,dz\,dz_1=\int q(z_1|x)f(z_1)\,dz_1"),
    ),
    "independent_components": (
        Refused(r"\log p(z|x)=\sum_{j=1}^m\log p(z_j|x)"),
        Refused(r"\int q(z|x)\log p(z|x)\,dz=\sum_{j=1}^m\int q(z_j|x)\log p(z_j|x)\,dz_j"),
    ),
    "independent_factors": (
        Refused(r"\int p(z|x)f(z_1)f(z_2)\,dz=\int p(z_1|x)f(z_1)\,dz_1\int p(z_2|x)f(z_2)\,dz_2"),
        Refused(r"\int q(z|x)f(z_j)f(z_2)\,dz=\int q(z_j|x)f(z_j)\,dz_j\int q(z_2|x)f(z_2)\,dz_2"),
    ),
    "independent_product": (
        Refused(r"\prod_{j=2}^mq(z_j|x)=q(z|x)"),
        Refused(r"\prod_{j=1}^mp(z_j|x)=p(z|x)"),
        Refused(r"\prod_{j=1}^mq(z_l|x)=q(z|x)"),
    ),
    "quotient_reduction": (
        Refused(r"\frac{p(x)^2}{p(x)+g(x)}+\frac{g(x)^2}{p(x)+g(x)}=p(x)"),
        Refused(r"\int\frac{p(x)^2-p(x)g(x)}{p(x)+g(x)}\,dx=1"),
        Refused(r"\frac{a^2}{a+v}+\frac{av}{a+v}=a", because="it holds only if"),
    ),
    "derivative_rules": (
        Refused(r"\nabla_\theta\left(p(x)f(x)\right)=p(x)\nabla_\theta p(x)"),
        Refused(r"\frac{\partial}{\partial b}\left(a^2b\right)=2ab"),
        Refused(r"\frac{\partial}{\partial a}e^{ab}=ae^{ab}"),
        Refused(r"\frac{\partial}{\partial n}(n+a)=1", because="write the term out"),
    ),
    "derivative_of_a_logarithm": (
        Refused(r"p(x)\nabla_\theta\log p(x)=\nabla_\theta\log p(x)"),
        Refused(r"\frac{\partial}{\partial u}\log(2u)=\frac{1}{2u}"),
        Refused(r"\frac{\partial}{\partial a}\log a=1/a", because="it holds only if a > 0"),
    ),
    "derivative_under_the_integral": (
        Refused(r"\nabla_\theta\int p(x)f(x)\,dx=\int p(x)\nabla_\theta p(x)\,dx"),
        Refused(r"\int g(x)\nabla_\theta\log p(x)\,dx=0"),
        Refused(r"\nabla_\theta\int p(x)f(x)\,dx=\int p(x)f(x)\nabla_\theta\log g(x)\,dx"),
    ),
    "diagonal_determinant": (
        Refused(
            r"\det[e^{x_i}]_{1\le i\le n,1\le l\le n}=\prod_{i=1}^ne^{x_i}",
            because="neither diagonal nor block triangular",
        ),
        Refused(r"\det[\delta_{il}]_{1\le i\le n,1\le l\le T}=1", because="not square"),
        Refused(r"\det[\delta_{il}x_i]_{1\le i\le n,1\le l\le n}=\prod_{i=1}^ny_i"),
    ),
    "block_triangular_determinant": (
        Refused(block_matrix(ONE, ANY, ANY, SCALES), because="not proved to be zero on one side"),
        Refused(block_matrix(ONE, ANY, ZERO, ONE)),
    ),
    "gaussian_density": (
        Refused(r"\log p(x)=-\frac{1}{2}\log(2\pi)-\log\sigma-\frac{(x-\mu)^2}{\sigma^2}"),
        Refused(r"\log r(x)=-\frac{1}{2}\log(2\pi)-\log\sigma-\frac{(x-\mu)^2}{2\sigma^2}"),
        Refused(r"\log q(z_j)=-\frac{1}{2}\log(2\pi s_j)-\frac{(z_j-b_j)^2}{2s_j^2}"),
    ),
    "gaussian_moments": (
        Refused(r"\int p(x)(x-\mu)^2\,dx=\sigma"),
        Refused(r"\int r(x)x^2\,dx=\mu^2+\sigma^2"),
        Refused(r"\int q(z_j)z_j\,dz_j=s_j"),
        Refused(r"\int p(x)(x-\mu)^4\,dx=2\sigma^4"),
    ),
    "logarithm_of_a_product": (
        Refused(r"\log(2a)=\log2+\log a", because="it holds only if a > 0"),
        Refused(r"\log\frac{p(x|z)p(z)}{q(z|x)}=\log p(x|z)+\log p(z)+\log q(z|x)"),
        Refused(r"\log a^2=2\log a"),
    ),
    "logarithm_of_an_exponential": (
        Refused(r"\log e^{a-b}=b-a"),
        Refused(r"\log(e^a+u)=a+\log u"),
        Refused(r"e^{\log a}=a", because="it holds only if a > 0"),
    ),
    "logarithm_of_an_indexed_product": (
        Refused(r"\log\prod_{i=1}^n\alpha_i^2=2\sum_{i=1}^n\log\alpha_i"),
        Refused(
            r"\log\prod_{i=1}^ne^{\alpha_i}\beta_i=\sum_{i=1}^n\left(\alpha_i-\log\beta_i\right)"
        ),
    ),
    "root_of_a_product": (
        Refused(r"\sqrt{2\pi a^2}=\sqrt{2\pi}a"),
        Refused(r"\sqrt{uv}=\sqrt{u}+\sqrt{v}"),
        Refused(r"\sqrt{4a}=2\sqrt{a}", because="it holds only if a >= 0"),
        Refused(r"\sqrt{a^2+b^2}\sqrt{a^2+c^2}=a^2+b^2"),
        Refused(r"\sqrt{(\sum_{i=1}^n\alpha_i)^2}=\sum_{i=1}^n\alpha_i"),
        Refused(r"\sqrt{4a^2+4b^2}=4\sqrt{a^2+b^2}"),
        Refused(r"(\sqrt{a^2+u^2})^2=a^2-u^2"),
        Refused(r"\sqrt{4d-2}=\sqrt{2}\sqrt{2d-1}", because="it holds only if 2 d - 1 >= 0"),
    ),
    "symbolic_power": (
        Refused(r"u^{n+1}=u^n+u"),
        Refused(r"(1-2a)^{n+1}=(1-2a)(1-2a)^n", because="may be zero"),
        Refused(r"(-u)^{v+2}=u^2(-u)^v", because="may not be an integer"),
    ),
    "range_splitting": (
        Refused(r"\left(\sum_{t'=1}^Tr_{t'}\right)-\sum_{t'=1}^{t}r_{t'}=\sum_{t'=t}^Tr_{t'}"),
        Refused(r"\sum_{t'=1}^T\mathbf 1[t'>t]r_{t'}=\sum_{t'=t}^Tr_{t'}"),
        Refused(r"\sum_{i=1}^{n+1}u^i=u^{n}+\sum_{i=1}^{n}u^i"),
    ),
    "iverson_brackets": (
        Refused(r"\mathbf 1[t\le t']=1-\mathbf 1[t'\le t]"),
        Refused(r"\mathbf 1[c\ge1]=1", because="not integers"),
        Refused(r"\delta_{il}=\delta_{ii}"),
    ),
    "matrix_product": (
        Refused(r"\sum_{k=1}^d\sum_{l=1}^dg_kS_{kl}h_k=g^\top Sh"),
        Refused(r"\operatorname{tr}(AS)=\operatorname{tr}(SS)"),
        Refused(r"(SA)^\top=A^\top A"),
    ),
    "inverse_matrix": (
        Refused(r"A^{-1}Ag=g", because="a matrix is invertible"),
        Refused(r"(X^\top X+uI)^{-1}X^\top Xg=g-c(X^\top X+uI)^{-1}g"),
        Refused(r"(X^\top X)^{-1}X^\top Xg=g", because="a matrix is invertible"),
        Refused(r"\sum_{k=1}^d(S^{-1})_{kk}=\operatorname{tr}(S^{-1}SS)"),
    ),
    "push_through": (
        Refused(r"X^\top(XX^\top+uI)^{-1}=(X^\top X+cI)^{-1}X^\top"),
        Refused(r"X(X^\top X+uI)^{-1}=(XX^\top+cI)^{-1}X"),
    ),
    "inverse_of_a_diagonal_matrix": (
        Refused(r"\operatorname{diag}(g)^{-1}\operatorname{diag}(g)=I", because="!= 0"),
        Refused(r"(u\operatorname{diag}(v))^{-1}=u\operatorname{diag}(v)^{-1}"),
    ),
    "resolvent_identity": (
        Refused(r"(S+uI)^{-1}S^{-1}=\frac{1}{u}(S^{-1}+(S+uI)^{-1})"),
        Refused(r"(S+3I)^{-1}(S+I)^{-1}=(S+I)^{-1}-(S+3I)^{-1}"),
    ),
    "sherman_morrison": (
        Refused(r"(S+gg^\top)^{-1}g=\frac{S^{-1}g}{2+g^\top S^{-1}g}"),
        Refused(r"(uI+gg^\top)^{-1}g=\frac{1}{c+g^\top g}g"),
    ),
    "determinant_of_a_product": (
        Refused(r"\det(SA)=\det S+\det A"),
        Refused(r"\log\det(2S^{-1})=\log2-\log\det S"),
        Refused(r"\det(A^\top S)=\det(SS)"),
    ),
    "determinant_of_a_sum": (
        Refused(r"\det(uI+X^\top X)=u^{d}\det(uI+XX^\top)"),
        Refused(r"\det(S+gg^\top)=(2+g^\top S^{-1}g)\det S"),
        Refused(r"\det(S^{-1}+T^{-1})\det S=\det(S+T)"),
        Refused(r"\frac{\det(S^{-1}+T^{-1})}{\det(S+T)}=\frac{1}{\det S\det S}"),
    ),
    "multivariate_gaussian_density": (
        Refused(
            r"\log q(z)=-\frac{m}{2}\log(2\pi)-\log|\Sigma|"
            r"-\frac12(z-\mu)^\top\Sigma^{-1}(z-\mu)"
        ),
        Refused(r"\int q(z)\log q(z)dz=-\frac12\log|2\pi\Sigma|"),
    ),
    "multivariate_gaussian_moments": (
        Refused(r"\mathbb{E}_{z\sim q(z)}[z^\top Az]=\operatorname{tr}(A\Sigma)-\mu^\top A\mu"),
        Refused(r"\mathbb{E}_{z\sim q(z)}[z_jz_l]=\mu_j\mu_l+\Sigma_{jj}"),
        Refused(r"\mathbb{E}_{z\sim q(z)}[(z_j-\nu_j)^4]=3\Sigma_{jj}^2"),
    ),
    "sign_of_a_multiple": (
        Refused(r"\operatorname{sign}(2cg)=\operatorname{sign}(g)"),
        Refused(r"-\operatorname{sign}(g+h)=\operatorname{sign}(h-g)"),
        Refused(r"\mathbf 1[cg>0]=\mathbf 1[g>0]"),
    ),
    "constant_sum": (
        Refused(r"\frac{1}{T}\sum_{i=1}^nc=c"),
        Refused(r"\sum_{i=1}^nx_i=nx_i"),
        Refused(r"\sum_{k=4}^nc=(n-3)c"),
        Refused(r"\sum_{t'=t}^Tc=(T-t)c"),
        Refused(r"\sum_{k=0}^lu=lu"),
    ),
    "reindexed_sum": (
        Refused(r"\sum_{i=1}^nx_{n+1-i}=\sum_{i=1}^ny_i"),
        Refused(r"\sum_{i=1}^{n-1}x_{i+1}=\sum_{i=1}^nx_i"),
        Refused(r"\sum_{k=3}^nu^{n-k}=\sum_{k=3}^nu^{k-2}"),
        Refused(r"\sum_{i=1}^{n-1}x_{i+1}y_{n-i}=\sum_{i=2}^nx_iy_{n+2-i}"),
    ),
    "iverson_collapse": (
        Refused(r"\sum_{i=1}^n\delta_{il}(x_i-y_i)=x_i-y_i"),
        Refused(r"\sum_{i=2}^n\delta_{il}x_i=x_l"),
        Refused(r"\sum_{i=1}^n\delta_{il}\prod_{k=1}^T(r_k+x_i)=\prod_{k=1}^T(r_k+x_k)"),
    ),
    "modulus": (
        Refused(r"|-2c u|=2uc"),
        Refused(r"|c|^2+|b|=c^2+b"),
        Refused(r"|c-b|^3=(b-c)(c-b)^2"),
    ),
    "sign_as_written": (
        Refused(r"|(1-d)c^2+b|=(1-d)c^2+u"),
        Refused(r"\log(u(1+(1-d)c^2))=\log u+\log(1+(1-d)c^3)"),
        Refused(r"\left(\sqrt{\sum_{i=1}^n(x_i-b)^3}\right)^2=\sum_{i=1}^n(x_i-b)^2"),
        Refused(r"|(d-1)c^2-u|=(1-d)c^2-u"),
        Refused(r"|b+\sqrt{(1-d)c^2+1}|=b+\sqrt{(1-d)c^2+1}"),
    ),
    "equal_letters": (
        Refused(r"\delta_{il}x_l=\delta_{il}y_i"),
        Refused(r"\delta_{il}e^{x_l}\sum_{k=1}^lu=ie^{x_i}u"),
    ),
    "indexed_product": (
        Refused(r"\prod_{i=1}^ne^{x_i}=e^{\prod_{i=1}^nx_i}"),
        Refused(r"\prod_{i=1}^nx_iy_i=\prod_{i=1}^nx_i+\prod_{i=1}^ny_i"),
        Refused(r"\prod_{i=4}^nu=u^{n-3}"),
    ),
    "linearity_of_trajectory_expectations": (
        Refused(
            r"\mathbb{E}\left[\sum_{i=1}^N\sum_{t=1}^Tr_t^i\right]=\sum_{t=1}^T\mathbb{E}[r_t^1]"
        ),
        Refused(r"\mathbb{E}[c\,r_t^i]=r_t^i\mathbb{E}[r_t^i]"),
        Refused(r"\mathbb{E}[b(s_t)c]=\mathbb{E}[b(s_t)]+c"),
    ),
    "causality": (
        Refused(r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t^i|s_t^i)b(a_t^i)]=0"),
        Refused(r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t^i|s_t^i)r_{t}^i]=0"),
        Refused(r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t^i|s_t^i)r_t^l]=0"),
        Refused(
            r"\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t|s_t)r_{t'}]"
            r"=\mathbf 1[t'>t]\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t|s_t)r_{t'}]"
        ),
    ),
    "likelihood_ratio": (
        Refused(
            r"\nabla_\theta\mathbb{E}[r_t]=\sum_{t'=1}^{t-1}\mathbb{E}[r_t\nabla_\theta\log\pi_"
            r"\theta(a_{t'}|s_{t'})]"
        ),
        Refused(
            r"\nabla_\theta\mathbb{E}[r_t^ir_t^l]=\sum_{t'=1}^t\mathbb{E}[r_t\nabla_\theta\log"
            r"\pi_\theta(a_{t'}|s_{t'})]",
            because="several numbered trajectories",
        ),
    ),
    "given_fact": (
        Refused(r"\nabla_\theta J=\nabla_\theta K"),
        Refused(r"K-2J=1"),
    ),
    "induction": (
        Refused(r"e_T=(1-2\eta)^Te_0+2\eta\sum_{t=1}^T(1-2\eta)^{t}x_t"),
        Refused(r"(1-2\eta)^T+\eta\sum_{t=1}^T(1-2\eta)^{T-t}=1"),
    ),
    "jensen": (
        Refused(r"\mathbb{E}_{g(x)}[\log p(x)-\log g(x)]\ge0"),
        Refused(r"\log\int p(x)k(x)\,dx\le\int p(x)\log k(x)\,dx"),
        Refused(r"\log\int p(x)k(x)\,dx\ge\int g(x)\log k(x)\,dx"),
        Refused(r"cD_{KL}(p(x)\|g(x))\ge0"),
        Refused(r"\frac{1}{u}\log\int p(x)e^{uf(x)}\,dx\ge\int g(x)f(x)\,dx"),
    ),
    "tangent": (
        Refused(r"D_{KL}(p(x)\|g(x))\le\int\frac{p(x)^2}{g(x)}\,dx-2"),
        Refused(r"\int k(x)\log\frac{k(x)}{p(x)}\,dx\ge\int k(x)\,dx"),
    ),
    "monotone_logarithm": (
        Refused(r"\mathbb{E}_{p(x)}\left[\log\frac{2p(x)+g(x)}{p(x)}\right]\ge\log4"),
        Refused(r"\mathbb{E}_{p(x)}\left[\log(3+f(x))\right]\ge\log3"),
    ),
    "divergence_is_nonnegative": (
        Refused(r"\log p(x)\ge\mathbb{E}_{q(z|x)}[\log p(x|z)]-\frac{1}{2}D_{KL}(q(z|x)\|p(z))"),
        Refused(r"\mathbb{E}_{p(x)}[f(x)^2]-D_{KL}(p(x)\|g(x))\ge0"),
    ),
    "tangent_gap_is_nonnegative": (
        Refused(r"\mathbb{E}_{p(x)}[(f(x)-h(x))^2]+u-2-\log u\ge0"),
        Refused(r"\mathbb{E}_{p(x)}[(f(x)-h(x))^2]+v-1-\log u\ge0"),
    ),
    "square_is_nonnegative": (
        Refused(r"\mathbb{E}_{p(x)}[(f(x)-h(x))^3]+u-1-\log u\ge0"),
        Refused(r"\mathbb{E}_{p(x)}[f(x)^2-3f(x)h(x)+h(x)^2]+D_{KL}(p(x)\|g(x))\ge0"),
    ),
    "variance_is_nonnegative": (
        Refused(r"\mathbb{E}_{p(x)}[f(x)^2]\ge\mathbb{E}_{g(x)}[f(x)]^2"),
        Refused(r"\int\frac{p(x)^2}{g(x)}\,dx\ge2"),
    ),
    "sign_of_a_constant": (
        Refused(r"\pi\ge4"),
        Refused(r"\sqrt{2}+\sqrt{2}\ge\pi"),
    ),
    "pointwise_maximum": (
        Refused(r"u\log d+v\log(1-d)\le u\log\frac{v}{u+v}+v\log\frac{v}{u+v}"),
        Refused(r"e^a\ge2+a"),
    ),
    "comparison_of_logarithms": (
        Refused(r"\mathbb{E}_{p(x)}[e^{f(x)}]\ge e^{\mathbb{E}_{g(x)}[f(x)]}"),
        Refused(r"\int p(x)k(x)\,dx\le e^{\int p(x)\log k(x)\,dx}"),
    ),
    "nonnegative_integrand": (
        Refused(r"\mathbb{E}_{p(x)}[f(x)^2+h(x)^2]\ge3\mathbb{E}_{p(x)}[f(x)h(x)]"),
        Refused(r"\sum_{i=1}^n(\beta_i-\alpha_i)^3\ge0"),
    ),
    "nonnegative_combination": (
        Refused(r"\log p(x)\ge\mathbb{E}_{q(z|x)}[\log p(x|z)]+2D_{KL}(q(z|x)\|p(z))"),
        Refused(r"\mathbb{E}_{p(x)}[f(x)^2]+D_{KL}(p(x)\|g(x))\ge2\mathbb{E}_{p(x)}[f(x)]^2"),
    ),
}

UNNAMED: Final = frozenset({"iverson_brackets"})
"""Rules that settle their atoms while these are made, so that no proof names them."""

LONGEST_EDIT: Final = 8
"""The signs that one edit may change in a row."""

MODELS: Final = 16
"""The models in which a false row may hold before it counts as not refuted: some make two free
indices equal by chance."""

# ------------------------------------------------------------------------------ the tests


def statement_of(rule: str, row: Accepted | Refused) -> Statement:
    """The statement of a row, which has one reading."""
    if isinstance(row.statement, Statement):
        return row.statement
    (reading,) = read_statement(row.statement, world_of(rule))
    return reading.statement


def world_of(rule: str) -> Declarations:
    """The declarations that the rows of a rule are about."""
    return world(WORLD_OF.get(rule, "points"))


def complaint(rule: str, row: Accepted | Refused) -> str:
    """What is wrong with a row: empty if the kernel, and for a false row the models, agree."""
    statement, declarations = statement_of(rule, row), world_of(rule)
    outcome = prove(statement, declarations)
    if isinstance(row, Accepted):
        if isinstance(outcome, Open):
            return f"not proved: {outcome.reason} {outcome.message}"
        if rule not in outcome.rules and rule not in UNNAMED:
            return f"proved without the rule, by {outcome.rules}"
        named = any(row.assumes in text for text in (*outcome.assumptions, ""))
        return "" if named else f"the assumption is not named in {outcome.assumptions}"
    if isinstance(outcome, Proof):
        return f"proved by {outcome.rules}"
    if row.because != FALSE:
        return "" if row.because in outcome.message else f"refused because {outcome.message!r}"
    if outcome.reason != "open":
        return f"refused because {outcome.message!r}"
    found = search(statement, declarations, models=MODELS)
    refuted = found.outcome == "refuted" and found.counterexample is not None
    return "" if refuted else f"not refuted but {found.outcome} {found.reason}"


def tokens(rule: str, row: Accepted | Refused) -> list[str]:
    """The signs of a row's formula."""
    text = row.statement
    if isinstance(text, Statement):
        sides = (write_latex(side, world_of(rule)) for side in (text.left, text.right))
        text = text.relation.join(sides)
    return re.findall(r"\\[a-zA-Z]+|\S", text)


def is_one_edit(left: list[str], right: list[str]) -> bool:
    """Whether one name is another one throughout, or one short part is written differently."""
    if left == right:
        return False
    if len(left) == len(right):
        changes = {pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]}
        if len(changes) == 1:
            return True
    shorter = min(len(left), len(right))
    start = next((k for k in range(shorter) if left[k] != right[k]), shorter)
    rest = shorter - start
    end = next((k for k in range(rest) if left[-1 - k] != right[-1 - k]), rest)
    return max(len(left), len(right)) - start - end <= LONGEST_EDIT


ROWS = [
    pytest.param(rule, row, id=f"{rule}-{kind}-{number}")
    for kind, table in (("accepts", ACCEPTS), ("refuses", REFUSES))
    for rule, rows in table.items()
    for number, row in enumerate(rows, 1)
]


@pytest.mark.parametrize(("rule", "row"), ROWS)
def test_rows(rule: str, row: Accepted | Refused) -> None:
    """An accepted row is proved by its rule; a refused one is refused for the reason it states."""
    assert complaint(rule, row) == ""


@pytest.mark.parametrize("rule", ACCEPTS)
def test_the_recheck_of_rows(rule: str) -> None:
    """The certificate of an accepted row is verified, and not with the refused row in its place."""
    declarations = world_of(rule)
    for accepted, refused in zip(ACCEPTS[rule], REFUSES[rule], strict=True):
        proof = prove(statement_of(rule, accepted), declarations)
        assert isinstance(proof, Proof)
        held = certificate(proof, declarations)
        assert recheck(held).ok == (accepted.statement not in NOT_VERIFIED), accepted
        held["statement"] = encode(statement_of(rule, refused))
        assert recheck(seal(held)).problems != (), refused


def test_every_rule_has_rows() -> None:
    """Every registered rule has at least two rows in each table, equally many, and no other has."""
    assert set(ACCEPTS) == set(REFUSES) == set(RULES)
    for rule in RULES:
        assert len(ACCEPTS[rule]) == len(REFUSES[rule]) >= 2, rule
    assert UNNAMED < set(RULES) > set(WORLD_OF)


def test_every_refusal_is_one_edit_away() -> None:
    """Each refused row differs from the accepted row at its place in one name or one short part."""
    for rule, rows in ACCEPTS.items():
        for accepted, refused in zip(rows, REFUSES[rule], strict=True):
            assert is_one_edit(tokens(rule, accepted), tokens(rule, refused)), (rule, refused)


def test_what_is_no_edit() -> None:
    """The same formula, two changed names, and a long part written anew are not one edit."""
    assert not is_one_edit(list("a=b"), list("a=b"))
    assert not is_one_edit(list("a+12345678=b"), list("c+12345678=d"))
    assert is_one_edit(list("a+12345678=a"), list("c+12345678=c"))
    assert not is_one_edit(list("a+b=c"), list("a+123456789=c"))


@pytest.mark.parametrize("rule", ACCEPTS)
def test_a_row_in_the_wrong_table_fails(rule: str) -> None:
    """What is proved is no refusal, and what is refused is not proved."""
    for accepted, refused in zip(ACCEPTS[rule], REFUSES[rule], strict=True):
        assert complaint(rule, Refused(accepted.statement)).startswith("proved by")
        assert complaint(rule, Accepted(refused.statement)).startswith("not proved")


def test_a_wrong_reason_fails() -> None:
    """A refusal with another reason, a rule that was not used, and a foreign assumption fail."""
    rule = "logarithm_of_a_product"
    accepted, refused = ACCEPTS[rule][0], REFUSES[rule][0]
    assert complaint(rule, Refused(refused.statement, "it holds only if a < 0")) != ""
    assert complaint(rule, Refused(refused.statement)) != ""
    assert complaint("jensen", accepted) != ""
    assert complaint(rule, Accepted(accepted.statement, assumes="of another rule")) != ""


def test_unnamed_rules_are_named_by_no_proof() -> None:
    """A rule is excused from being named only while no proof of its rows names it."""
    for rule in UNNAMED:
        for row in ACCEPTS[rule]:
            outcome = prove(statement_of(rule, row), world_of(rule))
            assert isinstance(outcome, Proof)
            assert rule not in outcome.rules


def test_a_rule_is_registered_once_and_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule has a name of its own and says what it states; it stays the function that it was."""
    monkeypatch.setattr("lemmata.kernel.rules.RULES", {})

    def stated() -> None:
        """Statement: nothing."""

    def silent() -> None:
        pass

    assert register("stated")(stated) is stated
    for name, function in (("stated", stated), ("silent", silent)):
        with pytest.raises(ValueError, match=f"rule '{name}' is registered twice or has no"):
            register(name)(function)
