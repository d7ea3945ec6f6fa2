"""Sampled checks on a GPU: the same verdicts, by estimators that were written on the CPU."""

import pytest
import torch

from lemmata.numerics.audit import audit, require_power
from lemmata.numerics.check import Check, SampledCheck

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU is available to torch"),
]


@pytest.mark.parametrize("claim", ["gaussian-kl", "gan-jsd", "vae-elbo", "reward-to-go"])
def test_estimates_on_the_gpu(claim: str, all_checks: dict[str, tuple[Check, ...]]) -> None:
    """The first draws agree on both devices, the claim is confirmed, each mutant refuted."""
    for check in all_checks[claim]:
        if isinstance(check, SampledCheck):
            found = audit(check, false_alarm_rate=1e-8, seed=1, device=torch.device("cuda"))
            require_power(found)
            assert found.estimate.outcome == "confirmed", str(found.estimate)
            assert "cuda" in str(found.estimate)
