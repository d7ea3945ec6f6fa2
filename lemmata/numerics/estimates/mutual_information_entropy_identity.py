"""The mutual information of labels and codes of a VQ-VAE, as an exact table."""

import torch
from torch import Tensor

from lemmata.numerics.check import ALL_VALUES, Check, ExactCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.models.data import digits
from lemmata.numerics.models.vqvae import CODES, VQ_VAE
from lemmata.numerics.models.zoo import Zoo


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Plug-in entropies of the joint table of all digits."""
    model = zoo.get(VQ_VAE)
    x, labels = digits()
    codes = model.nearest(model.encoder(x))
    joint = torch.bincount(labels * CODES + codes, minlength=10 * CODES).double()
    joint = (joint / joint.sum()).reshape(10, CODES)
    p_y, p_z = joint.sum(1), joint.sum(0)

    def entropy(table: Tensor) -> Tensor:
        return -torch.xlogy(table, table).sum()

    # Conditional entropies from conditional tables, not from differences of entropies.
    given_z = joint / p_z.clamp(min=1e-300)
    given_y = joint / p_y[:, None].clamp(min=1e-300)
    each_z = -torch.xlogy(given_z, given_z).sum(0)
    each_y = -torch.xlogy(given_y, given_y).sum(1)
    y_given_z, z_given_y = (p_z * each_z).sum(), (p_y * each_y).sum()
    independent = p_y[:, None] * p_z
    ratio = torch.where(joint > 0.0, joint / independent.clamp(min=1e-300), 1.0)
    information = (joint * ratio.log()).sum()

    def against(claimed: Tensor) -> Sides:
        return sides(information[None], claimed[None])

    def of_y(claimed: Tensor) -> Sides:
        return sides(entropy(p_y)[None], claimed[None])

    return (
        ExactCheck(
            id="mutual-information-entropy-identity/table",
            method=f"enumeration of labels and codes: {ALL_VALUES}",
            estimand="I(y; z) of digit labels and VQ-VAE codes",
            estimators=("the divergence from independence", "H(y) - H(y|z)"),
            sides=lambda: against(entropy(p_y) - y_given_z),
            tolerance=1e-12,
            mutants={
                "the other conditional entropy": lambda: against(entropy(p_y) - z_given_y),
                "added": lambda: against(entropy(p_y) + y_given_z),
                "not averaged over z": lambda: against(entropy(p_y) - each_z.sum()),
                "joint entropy added": lambda: against(
                    entropy(p_y) + entropy(p_z) + entropy(joint)
                ),
            },
        ),
        ExactCheck(
            id="mutual-information-entropy-identity/other-way",
            method=f"enumeration of labels and codes: {ALL_VALUES}",
            estimand="I(y; z) of digit labels and VQ-VAE codes",
            estimators=("the divergence from independence", "H(z) - H(z|y)"),
            sides=lambda: against(entropy(p_z) - z_given_y),
            tolerance=1e-12,
            mutants={
                "the other conditional entropy": lambda: against(entropy(p_z) - y_given_z),
                "the conditional entropy dropped": lambda: against(entropy(p_z)),
                "not averaged over y": lambda: against(entropy(p_z) - each_y.sum()),
            },
        ),
        ExactCheck(
            id="mutual-information-entropy-identity/entropy-of-y",
            method=f"enumeration of labels and codes: {ALL_VALUES}",
            estimand="H(y) of digit labels",
            estimators=("the plug-in entropy", "H(z) - H(z|y) + H(y|z)"),
            sides=lambda: of_y(entropy(p_z) - z_given_y + y_given_z),
            tolerance=1e-12,
            mutants={
                "signs exchanged": lambda: of_y(entropy(p_z) + z_given_y - y_given_z),
                "H(z|y) dropped": lambda: of_y(entropy(p_z) + y_given_z),
                "H(y|z) dropped": lambda: of_y(entropy(p_z) - z_given_y),
            },
        ),
    )
