"""What can be wrong with a check or a model, each said where it is noticed."""


class NumericsError(ValueError):
    """A check cannot be run as it stands: nothing is said about the claim."""


class ModelError(NumericsError):
    """The model, sampler or estimator returned what cannot be judged.

    Usual causes: NaN or infinity from a logarithm or an overflow, a wrong shape, a result that is
    cut off from the parameters (`detach`, `torch.no_grad`), randomness from outside the generator.
    """


class FalseBoundError(NumericsError):
    """The data contradict the declared bound, on which the error rates rest."""


class ConfigurationError(NumericsError):
    """The check promises what it cannot keep: an effect it cannot see within its sample cap."""


class DeviceError(NumericsError):
    """The device asked for is not there, or has too little memory."""
