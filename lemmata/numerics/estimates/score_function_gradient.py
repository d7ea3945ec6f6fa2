"""Score-function gradients against pathwise ones, on the encoder of the VAE and a classifier."""

from collections.abc import Callable

import torch
from torch import Tensor

from lemmata.numerics.bounds import Variance
from lemmata.numerics.check import ALL_VALUES, DRAWN, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.latents import NOISE, VARIANCE_MARGIN, sample_images, variance_of
from lemmata.numerics.methods import Computed, mean_of
from lemmata.numerics.models.data import digits
from lemmata.numerics.models.vae import LATENT, VAE
from lemmata.numerics.models.vqvae import CLASSIFIER
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.streams import normal


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Gaussian encoder with the decoder's log-likelihood as f; and a softmax over ten classes."""
    return (*_encoder(zoo), _classes(zoo))


def _encoder(zoo: Zoo) -> tuple[Check, ...]:
    model = zoo.get(VAE)
    x, y = (each[:1] for each in sample_images())
    mean, log_deviation = (each[0].clone() for each in model.encode(x, y))
    deviation = log_deviation.exp()

    def f(z: Tensor) -> Tensor:
        return model.log_likelihood(x, z, y)

    centre = f(mean[None])[0]  # a constant baseline: it keeps the estimator's variance small

    def pathwise(noise: Tensor) -> Tensor:
        """The gradient of f(z) in mean and log-deviation, (n, 2 LATENT)."""
        both = (mean.expand_as(noise), log_deviation.expand_as(noise))
        mu, log_sigma = (each.clone().requires_grad_() for each in both)
        value = f(mu + log_sigma.exp() * noise).sum()
        return torch.cat(torch.autograd.grad(value, (mu, log_sigma)), -1)

    def score(noise: Tensor) -> Tensor:
        """The gradient of log q(z) in mean and log-deviation."""
        return torch.cat((noise / deviation, noise.square() - 1.0), -1)

    def terms(noise: Tensor) -> Tensor:
        return (f(mean + deviation * noise) - centre)[:, None] * score(noise)

    def weighted(noise: Tensor) -> Tensor:
        density = torch.exp(-0.5 * noise.square().sum(-1) - log_deviation.sum())
        return density[:, None] * terms(noise)

    def mean_under_q(each: Callable[[Tensor], Tensor]) -> Computed:
        return mean_of("score-function-gradient/encoder", each, NOISE, tolerance)

    tolerance = 1e-6
    found, by_path = mean_under_q(terms), mean_under_q(pathwise)
    estimate, path = found.value, by_path.value
    spread = (VARIANCE_MARGIN * variance_of("score-function-gradient", terms, estimate)).sqrt()

    def against(left: Tensor) -> Sides:
        return sides(left, path, found.error + by_path.error)

    exact = ExactCheck(
        id="score-function-gradient/encoder",
        method=found.how,
        estimand="the gradient of E_q[log p(x|z)] in mean and log-deviation of q, for a digit",
        estimators=("the score-function form by quadrature", "the pathwise form by quadrature"),
        sides=lambda: against(estimate),
        tolerance=tolerance,
        evidence_class="quadrature",
        mutants={
            "the function missing": lambda: against(mean_under_q(score).value),
            "the density not divided out": lambda: against(mean_under_q(weighted).value),
            "sign flipped": lambda: against(-estimate),
            "halved": lambda: against(0.5 * estimate),
        },
    )
    sampled = SampledCheck(
        id="score-function-gradient/samples",
        method=DRAWN,
        estimand="the same gradient, in standard deviations of the estimator",
        estimators=("the score-function estimator",),
        noise=lambda generator, n: normal(generator, n, LATENT),
        integrand=lambda noise: terms(noise) / spread,
        bound=Variance(1.0, "its variance by quadrature, with 2 % to spare"),
        effect_size=0.1,
        scale="a tenth of the standard deviation",
        target=path / spread,
        mutants={
            "sign flipped": Mutant(target=-path / spread),
            "the gradient of log-deviation for that of deviation": Mutant(
                target=torch.cat((path[:LATENT], path[LATENT:] / deviation)) / spread
            ),
            "factor 2": Mutant(target=2.0 * path / spread),
        },
    )
    return exact, sampled


def _classes(zoo: Zoo) -> ExactCheck:
    """A softmax over ten classes, the logits being the parameters; enumerated."""
    x, _ = digits()
    logits = zoo.get(CLASSIFIER)(x[::200]).detach() / 3.0
    f = torch.linspace(-1.0, 2.0, 10, dtype=torch.float64).square()

    def gradient(weight: Tensor) -> Tensor:
        at = logits.clone().requires_grad_()
        surrogate = (weight * torch.log_softmax(at, -1)).sum()
        return torch.autograd.grad(surrogate, at)[0]

    at = logits.clone().requires_grad_()
    direct = torch.autograd.grad((torch.softmax(at, -1) @ f).sum(), at)[0]
    p = torch.softmax(logits, -1)
    return ExactCheck(
        id="score-function-gradient/classes",
        method=f"enumeration of the classes: {ALL_VALUES}",
        estimand="the gradient of E[f(class)] in the logits of a digit classifier",
        estimators=("the sum of p f grad log p", "autograd through the softmax"),
        sides=lambda: sides(gradient(p * f), direct),
        tolerance=1e-12,
        mutants={
            "the function missing": lambda: sides(gradient(p), direct),
            "the density not divided out": lambda: sides(gradient(p * p * f), direct),
            "the density forgotten": lambda: sides(gradient(f.expand_as(p)), direct),
        },
    )
