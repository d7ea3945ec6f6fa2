"""torch.distributions: divergences, entropies and total mass by quadrature; log-determinants."""

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import torch
from torch import Tensor
from torch import distributions as td
from torch.distributions import constraints, transforms
from torch.distributions.kl import kl_divergence

from lemmata.numerics.jacobian import jacobians, log_abs_det
from lemmata.numerics.models.vae import gaussian_kl
from lemmata.numerics.oracles import Comparing, Comparison, Oracle
from lemmata.numerics.quadrature import double_exponential
from lemmata.numerics.streams import normal, stream

# Sums over 0, 1, 2, ... end here, where the laws below have no mass left.
LONGEST_SUM = 600
# Points outside of a support are asked for on purpose: their density is 0.
LAX = {"validate_args": False}


def number(value: float) -> Tensor:
    """A parameter."""
    return torch.tensor(value, dtype=torch.float64)


def laws(s: float) -> Mapping[str, td.Distribution]:
    """One law of each univariate family with registered divergences; s moves every parameter."""
    return {
        "Bernoulli": td.Bernoulli(number(0.3 + 0.2 * s), **LAX),
        "Binomial": td.Binomial(7, number(0.35 + 0.2 * s), validate_args=False),
        "Categorical": td.Categorical(torch.softmax(torch.arange(5.0).double() * (0.3 + s), 0)),
        "Geometric": td.Geometric(number(0.3 + 0.2 * s), **LAX),
        "Poisson": td.Poisson(number(3.0 + 2.0 * s), **LAX),
        "Beta": td.Beta(number(2.0 + s), number(3.5 - s), **LAX),
        "Cauchy": td.Cauchy(number(0.3 - s), number(1.1 + s), **LAX),
        "ContinuousBernoulli": td.ContinuousBernoulli(number(0.3 + 0.5 * s), validate_args=False),
        "Exponential": td.Exponential(number(0.8 + s), **LAX),
        "Gamma": td.Gamma(number(2.5 + s), number(1.5 - 0.5 * s), **LAX),
        "Gumbel": td.Gumbel(number(0.4 - s), number(1.2 + 0.5 * s), **LAX),
        "HalfNormal": td.HalfNormal(number(1.3 + s), **LAX),
        "Laplace": td.Laplace(number(0.2 - s), number(0.9 + s), **LAX),
        "Normal": td.Normal(number(-0.4 + s), number(1.1 + 0.7 * s), **LAX),
        "Pareto": td.Pareto(number(1.5 - 0.5 * s), number(3.0 + s), **LAX),
        "Uniform": td.Uniform(number(-0.5 - s), number(1.5 + 2.0 * s), **LAX),
    }


def more_laws() -> Mapping[str, td.Distribution]:
    """Further univariate laws, for entropies and total mass."""
    return {
        "Chi2": td.Chi2(number(5.0), **LAX),
        "FisherSnedecor": td.FisherSnedecor(number(7.0), number(9.0), **LAX),
        "HalfCauchy": td.HalfCauchy(number(1.2), **LAX),
        "InverseGamma": td.InverseGamma(number(3.0), number(2.0), **LAX),
        "Kumaraswamy": td.Kumaraswamy(number(2.0), number(3.0), **LAX),
        "LogNormal": td.LogNormal(number(0.2), number(0.7), **LAX),
        "StudentT": td.StudentT(number(6.0), number(0.3), number(1.2), **LAX),
        "Weibull": td.Weibull(number(1.3), number(1.8), **LAX),
    }


def mean_under(
    law: td.Distribution, f: Callable[[Tensor], Tensor], kinked: Iterable[td.Distribution] = ()
) -> float:
    """E f(x) for x of the law, by enumeration or quadrature, split where densities have kinks."""

    def integrand(x: Tensor) -> Tensor:
        log_p = law.log_prob(x)
        possible = torch.isfinite(log_p) & (log_p > -700.0)
        return torch.where(possible, log_p.exp() * f(x), 0.0)

    if law.support is not None and law.support.is_discrete:
        finite = law.has_enumerate_support
        points = law.enumerate_support() if finite else torch.arange(LONGEST_SUM).double()
        return float(integrand(points).sum())
    low, high = _ends(law)
    inner = {place for each in (law, *kinked) for place in _kinks(each) if low < place < high}
    ends = sorted({low, high} | inner)
    return sum(double_exponential(integrand, a, b)[0] for a, b in pairwise(ends))


def _ends(law: td.Distribution) -> tuple[float, float]:
    """The ends of the support of a continuous law."""
    if isinstance(law, td.VonMises):
        return float(law.loc) - math.pi, float(law.loc) + math.pi
    support = law.support
    low = float(getattr(support, "lower_bound", -math.inf))
    high = float(getattr(support, "upper_bound", math.inf))
    return (0.0, high) if support is constraints.nonnegative else (low, high)


def _kinks(law: td.Distribution) -> tuple[float, ...]:
    """Where the density has a kink or its bulk: intervals are split there."""
    located = (td.Laplace, td.Normal, td.Cauchy, td.Gumbel, td.StudentT)
    return (float(law.loc),) if isinstance(law, located) else ()


def divergences() -> Comparison:
    """Every registered pair of these families whose divergence is finite."""
    found = Comparing()
    for p_name, p in laws(0.0).items():
        for q_name, q in laws(0.25).items():
            try:
                claimed = float(kl_divergence(p, q))
            except NotImplementedError:
                continue
            if not math.isfinite(claimed):
                continue

            def log_ratio(x: Tensor, p: td.Distribution = p, q: td.Distribution = q) -> Tensor:
                return p.log_prob(x) - q.log_prob(x)

            value = mean_under(p, log_ratio, (q,))
            found.add(f"{p_name} || {q_name}", abs(value - claimed) / max(1.0, abs(claimed)))
    return found.found()


def entropies() -> Comparison:
    """The entropy of every law that has one, and the total mass of all."""
    found = Comparing()
    for name, law in {**laws(0.0), **more_laws()}.items():
        mass = mean_under(law, torch.ones_like)
        found.add(f"mass of {name}", abs(mass - 1.0))
        try:
            claimed = float(law.entropy())
        except NotImplementedError:
            continue
        value = mean_under(law, lambda x, law=law: -law.log_prob(x))  # type: ignore[misc]
        found.add(f"entropy of {name}", abs(value - claimed) / max(1.0, abs(claimed)))
    return found.found()


def von_mises() -> Comparison:
    """The total mass of a law whose normalisation needs a Bessel function."""
    found = Comparing()
    for concentration in (0.3, 2.0, 9.0):
        law = td.VonMises(number(0.4), number(concentration), **LAX)
        found.add(f"concentration {concentration}", abs(mean_under(law, torch.ones_like) - 1.0))
    return found.found()


def log_determinants() -> Comparison:
    """Log |det J| of every invertible transform that keeps the number of coordinates."""
    found = Comparing()
    points = normal(stream(0, "torch", "transforms"), 20, 3)
    positive, unit = points.exp(), torch.sigmoid(points)
    base = td.Normal(number(0.3), number(1.4), **LAX)
    cases: list[tuple[str, transforms.Transform, Tensor]] = [
        ("exp", transforms.ExpTransform(), points),
        ("affine", transforms.AffineTransform(0.3, -2.5), points),
        ("sigmoid", transforms.SigmoidTransform(), points),
        ("tanh", transforms.TanhTransform(), points),
        ("softplus", transforms.SoftplusTransform(), points),
        ("power", transforms.PowerTransform(number(2.5)), positive),
        ("power, negative", transforms.PowerTransform(number(-1.5)), positive),
        ("inverse of exp", transforms.ExpTransform().inv, positive),
        ("inverse of sigmoid", transforms.SigmoidTransform().inv, unit),
        ("cdf", transforms.CumulativeDistributionTransform(base), points),
        (
            "composed",
            transforms.ComposeTransform(
                [transforms.AffineTransform(0.1, 0.7), transforms.TanhTransform()]
            ),
            points,
        ),
        ("reshaped", transforms.ReshapeTransform(torch.Size((3,)), torch.Size((3,))), points),
    ]
    for name, transform, x in cases:
        y = transform(x)
        claimed = transform.log_abs_det_jacobian(x, y)
        claimed = claimed.sum(-1) if claimed.ndim == 2 else claimed
        value = log_abs_det(jacobians(transform, x))
        found.add(name, float(((value - claimed).abs() / claimed.abs().clamp(min=1.0)).max()))
    stick = transforms.StickBreakingTransform()
    value = log_abs_det(jacobians(lambda x: stick(x)[..., :-1], points))
    claimed = stick.log_abs_det_jacobian(points, stick(points))
    found.add("stick breaking", float((value - claimed).abs().max()))
    return found.found()


def gaussian_formula() -> Comparison:
    """Our closed form of the divergence of diagonal Gaussians against torch's."""
    found = Comparing()
    noise = stream(0, "torch", "gaussians")
    mean, log_sigma, nu, log_tau = normal(noise, 4, 200, 3)
    q, p = td.Normal(mean, log_sigma.exp()), td.Normal(nu, log_tau.exp())
    ours = gaussian_kl(mean, log_sigma, nu, log_tau)
    joint = kl_divergence(td.Independent(q, 1), td.Independent(p, 1))
    each = kl_divergence(q, p).sum(-1)
    for name, theirs in (("jointly", joint), ("coordinate by coordinate", each)):
        found.add(name, float(((ours - theirs).abs() / theirs.clamp(min=1.0)).max()))
    entropy = (0.5 + 0.5 * math.log(2.0 * math.pi) + log_sigma).sum(-1)
    found.add("entropy", float((entropy - q.entropy().sum(-1)).abs().max()))
    return found.found()


ORACLES = (
    Oracle(
        "torch-divergences",
        "torch",
        "kl_divergence of univariate pairs, by quadrature or enumeration",
        divergences,
        1e-10,
    ),
    Oracle(
        "torch-entropies",
        "torch",
        "entropy and total mass of univariate laws, by quadrature or enumeration",
        entropies,
        1e-10,
    ),
    Oracle(
        "torch-von-mises",
        "torch",
        "total mass of von Mises laws, to the accuracy of torch's Bessel function",
        von_mises,
        1e-6,
    ),
    Oracle(
        "torch-transforms",
        "torch",
        "log_abs_det_jacobian of transforms, by autograd",
        log_determinants,
        1e-12,
    ),
    Oracle(
        "torch-gaussians",
        "torch",
        "divergence and entropy of diagonal Gaussians, by our formulas",
        gaussian_formula,
        1e-12,
        claims=("gaussian-kl", "gaussian-kl-general", "gaussian-neg-entropy", "kl-factorization"),
    ),
)
