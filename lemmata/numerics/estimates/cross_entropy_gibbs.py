"""Cross-entropies of a digit classifier with its own sharpened predictions."""

import torch
from torch import Tensor

from lemmata.numerics.bounds import Range
from lemmata.numerics.check import ALL_VALUES, DRAWN, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.models.data import digits
from lemmata.numerics.models.vqvae import CLASSIFIER
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.streams import uniform

IMAGES = 40
# Temperatures of the soft labels P and of the sharper predictions Q.
SOFT, SHARP = 3.0, 2.0


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Enumerated over the ten classes, and with labels drawn from P."""
    x, _ = digits()
    logits = zoo.get(CLASSIFIER)(x[:: x.shape[0] // IMAGES][:IMAGES])
    p, q = torch.softmax(logits / SOFT, -1), torch.softmax(logits / SHARP, -1)

    def cross(first: Tensor, second: Tensor) -> Tensor:
        return -(first * second.log()).sum(-1)

    def against(left: Tensor) -> Sides:
        return sides(left, cross(p, p))

    # A label of one image is drawn for each sample: the one where P and Q differ most.
    image = int((cross(p, q) - cross(p, p)).argmax())
    ratio = p[image].log() - q[image].log()

    def drawn(u: Tensor) -> Tensor:
        label = torch.searchsorted(p[image].cumsum(0), u.clamp(max=1.0 - 1e-12)).clamp(max=9)
        return ratio[label]

    low, high = float(ratio.min()) - 1e-9, float(ratio.max()) + 1e-9
    spread = float((p[image] * ratio.square()).sum().sqrt())
    divergence = float((p[image] * ratio).sum())
    return (
        ExactCheck(
            id="cross-entropy-gibbs/classes",
            method=f"enumeration of the classes: {ALL_VALUES}",
            estimand="H(P, Q) and H(P) of soft labels P and sharper predictions Q of a classifier",
            estimators=("H(P, Q)", "H(P)"),
            sides=lambda: against(cross(p, q)),
            tolerance=1e-12,
            relation=">=",
            mutants={
                "an upper bound": lambda: sides(cross(p, p), cross(p, q)),
                "arguments swapped": lambda: against(cross(q, p)),
                "sign dropped": lambda: against(-cross(p, q)),
                "half of it": lambda: against(0.5 * cross(p, q)),
            },
        ),
        SampledCheck(
            id="cross-entropy-gibbs/labels",
            method=DRAWN,
            estimand="E_P[log P - log Q] over drawn labels, which is the divergence",
            estimators=("the mean log-ratio",),
            noise=uniform,
            integrand=drawn,
            bound=Range(low, high, "the least and the greatest log-ratio of the ten classes"),
            effect_size=0.1 * spread,
            scale="a tenth of the deviation",
            target=divergence,
            mutants={
                "equality": Mutant(target=-divergence),
                "sign flipped": Mutant(
                    integrand=lambda u: -drawn(u),
                    target=divergence + spread,
                    bound=Range(-high, -low, "the same, negated"),
                ),
                "twice the divergence and a bit": Mutant(target=2.0 * divergence + spread),
            },
        ),
    )
