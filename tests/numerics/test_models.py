"""Models train with seeds and progress, and their cached weights are what they should be."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from lemmata.numerics.models import Zoo, decisions
from lemmata.numerics.models.data import two_moons
from lemmata.numerics.models.flow import REAL_NVP
from lemmata.numerics.models.training import CACHE, Recipe, cache_folder, fit, trained
from lemmata.numerics.models.vae import VAE, Vae
from lemmata.numerics.models.vqvae import CLASSIFIER
from lemmata.numerics.models.zoo import RECIPES
from lemmata.numerics.streams import stream


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of weights for one test."""
    monkeypatch.setenv(CACHE, str(tmp_path))
    return tmp_path


def trainings(recipe: Recipe[torch.nn.Sequential]) -> list[tuple[str, int, int]]:
    """The progress of one request for a tiny model: empty when it came from the cache."""
    seen: list[tuple[str, int, int]] = []
    trained(recipe, "tiny", report=lambda name, done, total: seen.append((name, done, total)))
    return seen


def test_a_second_request_uses_the_cache(fresh: Path) -> None:
    """Training reports its steps; loading reports none."""
    first = trainings(CLASSIFIER)

    assert first[-1] == ("classifier", 40, 40)
    assert trainings(CLASSIFIER) == []
    assert sorted(path.suffix for path in fresh.iterdir()) == [".json", ".safetensors"]


def first_weights(seed: int) -> torch.Tensor:
    """The first layer of a tiny classifier."""
    return next(trained(CLASSIFIER, "tiny", seed=seed).parameters()).detach()


def spoil_bytes(file: Path) -> None:
    """Change one byte."""
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def spoil_length(file: Path) -> None:
    """Cut the file off."""
    file.write_bytes(file.read_bytes()[:100])


def spoil_recipe(file: Path) -> None:
    """Claim that another recipe made it."""
    note = json.loads(file.with_suffix(".json").read_text())
    note["recipe"] = "another"
    file.with_suffix(".json").write_text(json.dumps(note))


def spoil_note(file: Path) -> None:
    """Leave a foreign file without a note."""
    file.with_suffix(".json").unlink()


def spoil_weights(file: Path) -> None:
    """Put weights of another shape, with a note that fits their hash."""
    import hashlib

    weights = {name: each[:1].clone() for name, each in load_file(file).items()}
    save_file(weights, file)
    note = json.loads(file.with_suffix(".json").read_text())
    note["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_suffix(".json").write_text(json.dumps(note))


@pytest.mark.parametrize(
    "spoil", [spoil_bytes, spoil_length, spoil_recipe, spoil_note, spoil_weights]
)
def test_a_file_that_is_not_ours_is_trained_again(fresh: Path, spoil: object) -> None:
    """Corrupt, cut off, of another recipe, foreign, of another shape: noticed, and replaced."""
    trainings(CLASSIFIER)
    file = next(fresh.glob("*.safetensors"))
    assert callable(spoil)
    spoil(file)

    assert trainings(CLASSIFIER) != []
    assert trainings(CLASSIFIER) == []


def test_a_cache_that_cannot_be_written_is_no_failure(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model is trained again each time."""
    (fresh / "file").write_text("in the way")
    monkeypatch.setenv(CACHE, str(fresh / "file" / "below"))

    assert trainings(CLASSIFIER) != []
    assert trainings(CLASSIFIER) != []


def test_the_seed_decides_the_weights(fresh: Path) -> None:
    """The same seed gives the same weights, another one others; the global state is untouched."""
    before = torch.random.get_rng_state()
    weights = [first_weights(seed) for seed in (1, 2)]
    for file in fresh.iterdir():
        file.unlink()
    again = first_weights(1)

    assert torch.equal(again, weights[0])
    assert not torch.equal(*weights)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_cache_stands_in_the_users_cache_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """$LEMMATA_CACHE, $XDG_CACHE_HOME/lemmata or ~/.cache/lemmata."""
    monkeypatch.delenv(CACHE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/lemmata")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "lemmata"


def test_a_loss_that_is_not_finite_ends_the_training() -> None:
    """With an error that says after how many steps."""
    weight = torch.nn.Parameter(torch.ones(1))
    with pytest.raises(FloatingPointError, match="after 0 steps"):
        fit([weight], weight.log().log().sum, steps=3, rate=0.1, report=lambda *_: None)


def test_every_model_trains(zoo: Zoo) -> None:
    """Tiny variants of all of them, in float64, with finite weights that need no gradients."""
    for recipe in RECIPES:
        model = zoo.get(recipe)
        for weight in model.parameters():
            assert weight.dtype == torch.float64
            assert bool(torch.isfinite(weight).all())


def test_training_helps(zoo: Zoo) -> None:
    """The flow explains fresh moons better than before training."""
    points = two_moons(500, stream(3, "test"))
    untrained = REAL_NVP.build().double()

    with torch.no_grad():
        before, after = (
            float(model.log_prob(points).mean()) for model in (untrained, zoo.get(REAL_NVP))
        )

    assert after > before


def test_a_plain_autoencoder_ignores_labels(zoo: Zoo) -> None:
    """Its prior is standard normal whatever the label says."""
    model = zoo.get(VAE)
    assert isinstance(model, Vae)
    mean, log_deviation = model.prior(torch.eye(10, dtype=torch.float64))

    assert not mean.any()
    assert not log_deviation.any()


def test_the_gridworld_is_that_of_the_documents() -> None:
    """Expected rewards: -0.5, -0.5, 0, -4 in (2, 1) and their mirror image in (2, 2)."""
    grid = decisions.gridworld()
    expected = (grid.transition * grid.reward).sum(-1)

    torch.testing.assert_close(grid.transition.sum(-1), torch.ones(6, 4, dtype=torch.float64))
    assert [round(value, 12) for value in expected[2].tolist()] == [-0.5, -0.5, 0.0, -4.0]
    assert [round(value, 12) for value in expected[3].tolist()] == [0.5, 0.5, 0.0, 4.0]
    assert not expected[[0, 1, 4, 5]].any()


@pytest.mark.parametrize("process", [decisions.gridworld(), decisions.chain()])
def test_trajectories_are_all_there(process: decisions.Process) -> None:
    """Their probabilities add up to one, and their returns to the value by dynamic programming."""
    table = torch.softmax(
        torch.randn(process.states, process.actions, generator=stream(4, "test")).double(), -1
    )
    chances = process.paths.probability(table)

    torch.testing.assert_close(chances.sum(), torch.ones((), dtype=torch.float64))
    returns = (chances * process.paths.rewards.sum(1)).sum()
    torch.testing.assert_close(returns, process.policy_value(table))


def test_episodes_end_when_the_pole_falls(zoo: Zoo) -> None:
    """Alive at first, and never again after a fall; the same generator gives the same episodes."""
    policy = zoo.get(decisions.CART_POLE).policy
    first = decisions.play(policy, 30, 40, stream(5, "test"))
    again = decisions.play(policy, 30, 40, stream(5, "test"))

    assert bool((first.alive[:, 0] == 1.0).all())
    assert bool((first.alive.diff(dim=1) <= 0.0).all())
    assert bool((first.alive[:, -1] == 0.0).any())
    assert torch.equal(first.states, again.states)
    assert torch.equal(first.actions, again.actions)
