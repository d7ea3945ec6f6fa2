"""Mutual information as a difference of entropies.

The mutual information of y and z is H(y) - H(y | z), and also H(z) - H(z | y); so
H(y) = H(z) - H(z | y) + H(y | z).

Source: TTIC 31230, quiz 4, problem 1, equation (1).

Proof idea: the logarithm of Bayes' rule, and linearity of the expectation.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.tables import Table, divergence, entropy, mean_log
from lemmata.derivations.workings import Workings


def confirm() -> Confirmation:
    """Compute all six quantities from one symbolic joint table."""
    workings = Workings("every joint law on 2x3 points, with full support and symbolic entries")
    p = Table("p", y=2, z=3)
    ys, zs = [{"y": y} for y in range(2)], [{"z": z} for z in range(3)]
    pairs = [(y, z) for y in ys for z in zs]
    joint = [p({**y, **z}) for y, z in pairs]
    h_y, h_z, h_yz = entropy([p(y) for y in ys]), entropy([p(z) for z in zs]), entropy(joint)
    h_y_given_z = -mean_log(joint, [p(y, z) for y, z in pairs])
    h_z_given_y = -mean_log(joint, [p(z, y) for y, z in pairs])
    information = divergence(joint, [p(y) * p(z) for y, z in pairs])

    workings.zero("I = H(y) - H(y|z)", information - (h_y - h_y_given_z))
    workings.zero("I = H(z) - H(z|y)", information - (h_z - h_z_given_y))
    workings.zero("I = H(y) + H(z) - H(y,z)", information - (h_y + h_z - h_yz))
    workings.zero("H(y) = H(z) - H(z|y) + H(y|z)", h_y - (h_z - h_z_given_y + h_y_given_z))

    workings.nonzero("signs exchanged", h_y - (h_z + h_z_given_y - h_y_given_z))
    workings.nonzero("+ H(y,z)", information - (h_y + h_z + h_yz))
    at_one_y = entropy([p(z, ys[0]) for z in zs])
    workings.nonzero("H(z|y) at one y", h_y - (h_z - at_one_y + h_y_given_z))
    workings.nonzero("H(y) - H(z|y)", information - (h_y - h_z_given_y))
    workings.nonzero("sign of I", information + (h_y - h_y_given_z))
    return workings.confirmation()
