"""What can be wrong with a check or a model, each said where it is noticed."""

import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
R = TypeVar("R")

# Files of these folders are not a caller's.
OURS, TORCH = Path(__file__).parents[1], Path(torch.__file__).parent


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


def judging(check: Callable[P, R]) -> Callable[P, R]:
    """The check, whose errors begin with its name; those of the code that it was given say where.

    Raises:
        ModelError: The code raised something, or an argument is of another kind than is asked for.
        NumericsError: As the check raises it.
    """

    @wraps(check)
    def judged(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return check(*args, **kwargs)
        except (MemoryError, torch.OutOfMemoryError):
            raise
        except NumericsError as error:
            name = kwargs.get("name", check.__name__)
            if str(error).startswith(f"{name}:"):
                raise
            raise type(error)(f"{name}: {error}") from error
        except Exception as error:
            name = kwargs.get("name", check.__name__)
            files = [
                (Path(frame.filename), frame.lineno)
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            foreign = [each for each in files if OURS not in each[0].parents]
            theirs = [each for each in foreign if TORCH not in each[0].parents]
            if theirs:
                path, line = theirs[-1]
                who = f"{path.name}, line {line}, raised"
            elif foreign:
                who = "torch raised, on what it was given,"
            elif isinstance(error, TypeError | AttributeError):
                who = "an argument is of another kind than the check takes:"
            else:
                raise  # a mistake of ours
            said = str(error).strip().partition("\n")[0]
            raise ModelError(f"{name}: {who} {type(error).__name__}: {said}") from error

    return judged
