"""Estimates on trained models and comparisons with other implementations, as evidence of claims.

What they need is an extra of the installation: without it nothing is imported, and the evidence
shows as not run.
"""

import math
import platform
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from lemmata.certify.summary import CHECKS, Curve, Evidence, Plot, Table, Tiles, Trial

if TYPE_CHECKING:
    from lemmata.numerics.audit import Audit
    from lemmata.numerics.check import Estimate
    from lemmata.numerics.oracles import Finished
    from lemmata.numerics.pictures import Clouds, Images

Budget: TypeAlias = Literal["quick", "standard", "long"]
DeviceName: TypeAlias = Literal["auto", "cpu", "cuda"]
# Called with the number done, the number in all, and the name of the one just done.
Report: TypeAlias = Callable[[int, int, str], None]

NEEDED = ("gymnasium", "numpy", "safetensors", "scipy", "sklearn", "torch", "zuko")
VERSIONS = ("torch", "numpy", "scipy", "scikit-learn", "gymnasium", "zuko")


@dataclass(frozen=True)
class Numerics:
    """How estimates are made.

    Attributes:
        budget: quick, standard or long: how small the errors are that must be seen.
        seed: The seed of the run.
        device: Where samples are drawn.
        size: The size of the models: full, or tiny for tests.
        oracles: What implementations that are not ours say of claims.
    """

    budget: Budget
    seed: int
    device: DeviceName = "auto"
    size: Literal["tiny", "full"] = "full"
    oracles: Mapping[str, Evidence] = field(default_factory=dict)


def missing() -> tuple[str, ...]:
    """The packages of the extra `numerics` that are not installed."""
    return tuple(name for name in NEEDED if find_spec(name) is None)


def fresh_seed() -> int:
    """A seed for a run that was given none."""
    from lemmata.numerics.streams import fresh_seed as drawn

    return drawn()


def prepare(numerics: Numerics, progress: Report, *, train: bool) -> None:
    """See that the device is there, and train whatever models the cache does not hold.

    Args:
        numerics: How estimates are made.
        progress: Called as the training goes on.
        train: Whether to train: before several workers, which would all train the same models.

    Raises:
        ValueError: The device demanded is not there.
    """
    from lemmata.numerics.devices import device_of, use_one_thread
    from lemmata.numerics.models.zoo import RECIPES, Zoo

    device_of(numerics.device)
    if not train:
        return
    use_one_thread()
    steps: dict[str, int] = {}

    def report(name: str, done: int, total: int) -> None:
        share = 100 * done // total
        if share // 50 != steps.get(name, -1):
            steps[name] = share // 50
            progress(len(steps) - (done < total), len(RECIPES), f"training {name}: {share} %")

    Zoo(numerics.size, report=report).train_all()


def numerical_evidence(name: str, numerics: Numerics) -> tuple[Evidence, ...]:
    """The estimates of one claim, and what oracles say of it; neither where there is none."""
    found = (_estimate(name, numerics), numerics.oracles.get(name))
    return tuple(each for each in found if each is not None)


def _estimate(name: str, numerics: Numerics) -> Evidence | None:
    """The estimates of one claim; None where it has none."""
    from lemmata.numerics import estimates
    from lemmata.numerics.devices import use_one_thread
    from lemmata.numerics.models.zoo import Zoo
    from lemmata.numerics.pictures import Images
    from lemmata.numerics.run import FALSE_ALARM_RATE, estimate_claim

    if name not in estimates.available():
        return None
    use_one_thread()
    started = time.perf_counter()
    found = estimate_claim(
        name,
        budget=numerics.budget,
        seed=numerics.seed,
        device=numerics.device,
        size=numerics.size,
    )
    pictures = estimates.pictures(name, Zoo(numerics.size))
    trials = tuple(
        Trial(f"{check}: {mutant}", "", outcome == "refuted", witness)
        for check, mutant, outcome, witness in found.kill_matrix()
    )
    facts = (
        ("false-alarm rate of the whole run", f"{FALSE_ALARM_RATE:g}"),
        ("seed", str(numerics.seed)),
        ("budget", numerics.budget),
        ("device", numerics.device),
        ("models", numerics.size),
        ("versions", versions()),
        *((each.estimate.check, _message(each)) for each in found.audits),
    )
    return Evidence(
        "estimate",
        found.outcome,
        found.scope(),
        found.mutants,
        found.killed,
        time.perf_counter() - started,
        facts=facts,
        trials=trials,
        tables=(_table(found.audits),),
        plots=(
            *_plots(found.audits),
            *(_plot(each) for each in pictures if not isinstance(each, Images)),
        ),
        tiles=tuple(_tiles(each) for each in pictures if isinstance(each, Images)),
    )


def _message(audit: "Audit") -> str:
    """What a check found, and what it made of its mutants."""
    killed = f"{audit.killed} of {len(audit.kills)} refuted"
    smallest = f", the smallest error {audit.smallest_killed:.3g}" if audit.killed else ""
    return f"{audit.estimate.message}\n  mutants   {killed}{smallest}"


def _table(audits: "tuple[Audit, ...]") -> Table:
    """The numbers of each check."""
    columns = (
        "check", "evidence", "method", "outcome", "difference", "interval", "effect size",
        "false-alarm rate", "power", "samples", "mutants refuted", "smallest refuted",
    )  # fmt: skip
    rows = []
    for each in audits:
        found = each.estimate
        low, high = found.interval
        rows.append(
            (
                found.check,
                found.evidence_class,
                found.method.partition(",")[0].partition(":")[0],
                found.outcome,
                f"{found.estimate:.3g}",
                f"[{low:.3g}, {high:.3g}]",
                f"{found.effect_size:.3g}",
                f"{found.false_alarm_rate:.2g}",
                f"{found.power:g}",
                str(found.n),
                f"{each.killed}/{len(each.kills)}",
                f"{each.smallest_killed:.3g}",
            )
        )
    return Table(CHECKS, columns, tuple(rows))


def _plot(found: "Clouds") -> Plot:
    """Clouds of points as a plot."""
    curves = tuple(
        Curve(name, *(tuple(round(x, 3) for x in axis) for axis in points.T.tolist()))
        for name, points in found.clouds
    )
    return Plot(found.title, "x1", "x2", curves, points=True)


def _tiles(found: "Images") -> Tiles:
    """Images as rows of tiles; a digit is as many pixels wide as high."""
    pixels = found.rows[0][1].shape[1]
    rows = tuple(
        (name, bytes((255 * images.clamp(0, 1)).round().int().flatten().tolist()).hex())
        for name, images in found.rows
    )
    return Tiles(found.title, rows, math.isqrt(pixels))


def _plots(audits: "tuple[Audit, ...]") -> tuple[Plot, ...]:
    """How each sampled estimate settled: the running difference and its band over the samples.

    Up to the false-alarm rate the true difference lies within the whole band; a claim is refuted
    where the band leaves 0. About fifty points, of four digits each, so that certificates stay
    small; an end of the band that is not known yet is None.
    """

    def digits(values: tuple[float, ...]) -> tuple[float | None, ...]:
        return tuple(float(f"{v:.4g}") if math.isfinite(v) else None for v in values)

    return tuple(
        Plot(
            each.estimate.check,
            "samples",
            "estimate less the claimed value",
            (
                Curve(
                    "running mean",
                    trace.n,
                    digits(trace.mean),
                    digits(trace.low),
                    digits(trace.high),
                ),
            ),
            level=0.0,
            limits=(-each.estimate.effect_size, each.estimate.effect_size),
            logarithmic=True,
            described=_settled(each.estimate),
        )
        for each in audits
        if (trace := each.estimate.trace) is not None
    )


def _settled(found: "Estimate") -> str:
    """What the plot of a running estimate shows, in words."""
    low, high = found.interval
    text = (
        f"After {found.n} samples the difference is {found.estimate:.3g} and lies in "
        f"[{low:.3g}, {high:.3g}]; the broken lines are at the effect size, {found.effect_size:.3g}"
    )
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def versions() -> str:
    """What the numbers were computed with."""
    found = [f"python {platform.python_version()}"]
    for name in VERSIONS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


@dataclass(frozen=True)
class OracleRun:
    """What all oracles found.

    Attributes:
        table: A row for each, with versions.
        notes: What a reader should know of those that do not simply agree.
        evidence: What they say of our claims.
        differs: Whether one differs that should not.
    """

    table: Table
    notes: tuple[str, ...]
    evidence: dict[str, Evidence]
    differs: bool


def run_oracles(progress: Report) -> OracleRun:
    """Compare every installed implementation with its definition."""
    from lemmata.numerics.oracles import COLUMNS, run

    found = list(run(progress))
    return OracleRun(
        Table("oracles", COLUMNS, tuple(each.row() for each in found)),
        tuple(note for note in (each.note() for each in found) if note),
        _oracle_evidence(found),
        any(each.finding == "differs" for each in found),
    )


def _oracle_evidence(found: "list[Finished]") -> dict[str, Evidence]:
    """Evidence for each claim that an oracle speaks for; one that was not run says nothing."""
    from lemmata.numerics.oracles import COLUMNS

    by_claim: dict[str, list[Finished]] = {}
    for each in found:
        for claim in each.oracle.claims if each.comparison is not None else ():
            by_claim.setdefault(claim, []).append(each)
    return {
        claim: Evidence(
            "oracle",
            "confirmed" if all(each.finding == "agrees" for each in those) else "undecided",
            "; ".join(
                f"{each.oracle.package} {each.version}: {each.oracle.what}" for each in those
            ),
            0,
            0,
            sum(each.seconds for each in those),
            tables=(Table("oracles", COLUMNS, tuple(each.row() for each in those)),),
        )
        for claim, those in by_claim.items()
    }


def write_oracles(folder: Path, found: OracleRun) -> None:
    """Keep the table of oracles beside the summary."""
    import msgspec

    folder.mkdir(parents=True, exist_ok=True)
    content = {"versions": versions(), "table": found.table, "notes": found.notes}
    (folder / "oracles.json").write_bytes(msgspec.json.format(msgspec.json.encode(content)))
