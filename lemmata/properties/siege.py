"""The siege: every attack on every kind of terms, for as long as one likes.

    lemmata siege --minutes 60 --jobs 2

Rounds of trials run until the time is over. What broke a defence is kept in `findings.jsonl` in
the corpus folder, once, and tried again at the start of every later siege, so that nothing found is
ever lost. The report counts, for each attack and kind, what held and what was missed; `report.txt`
in the same folder is that of the last siege, as far as it came.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic

from lemmata.properties.attacks import ATTACKS, Result, Trial, run
from lemmata.properties.collisions import Report as Collisions
from lemmata.properties.collisions import fuzz, shares
from lemmata.properties.terms import KINDS

FINDINGS = "findings.jsonl"
REPORT = "report.txt"
COLLISIONS = "collisions"
"""What a trial is called that compares the normal forms of `number` terms of one kind."""
ROUND = 20
"""Trials of one attack on one kind in a round."""
TERMS = 600
"""Terms whose normal forms are compared in a round, over all kinds."""
SHOWN = 3

Watch = Callable[[str], None]


@dataclass(slots=True)
class Siege:
    """What a siege found.

    Attributes:
        counts: For each attack and kind, how often each answer was given.
        findings: The trials that broke a defence, with the evidence.
        missed: Some examples of what was missed, by attack and kind.
        collisions: The comparison of normal forms.
        replayed: How many findings of earlier sieges were tried again.
        seconds: How long it took.
    """

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    findings: list[tuple[Trial, str]] = field(default_factory=list)
    missed: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    collisions: Collisions = field(default_factory=Collisions)
    replayed: int = 0
    seconds: float = 0.0

    @property
    def broken(self) -> bool:
        """Whether any defence was broken."""
        return bool(self.findings)

    def note(self, trial: Trial, result: Result) -> None:
        """Count one trial."""
        self.counts[trial.attack, trial.kind, result.answer] += 1
        if result.answer == "broken":
            self.findings.append((trial, result.text))
        elif result.answer == "missed":
            kept = self.missed.setdefault((trial.attack, trial.kind), [])
            if len(kept) < SHOWN:
                kept.append(result.text)

    def compare(self, trial: Trial) -> None:
        """Compare the normal forms of some terms."""
        found = fuzz(trial.number, trial.seed, (trial.kind,))
        self.collisions.add(found)
        if found.unsound or found.crashed:
            self.findings.append((trial, found.text()))

    def add(self, other: Siege) -> None:
        """Take in what another part of the siege found."""
        self.counts += other.counts
        self.findings += other.findings
        for place, texts in other.missed.items():
            self.missed[place] = (self.missed.get(place, []) + texts)[:SHOWN]
        self.collisions.add(other.collisions)
        self.replayed += other.replayed

    def rate(self, attack: str) -> tuple[int, int]:
        """How many trials of an attack held, of those that asked something."""
        total: Counter[str] = Counter()
        for (name, _, answer), number in self.counts.items():
            if name == attack:
                total[answer] += number
        return total["held"], total.total() - total["left out"]

    def text(self) -> str:
        """The report in words."""
        lines = [f"{'attack':12} {'kind':13} {'held':>8} {'missed':>7} {'broken':>7} {'asked':>8}"]
        for attack in ATTACKS:
            for kind in KINDS:
                held, missed, broken = (
                    self.counts[attack, kind, answer] for answer in ("held", "missed", "broken")
                )
                asked = held + missed + broken
                if asked:
                    lines.append(f"{attack:12} {kind:13} {held:8} {missed:7} {broken:7} {asked:8}")
            held, asked = self.rate(attack)
            if asked:
                lines.append(f"{attack:12} {'all':13} {held:8} of {asked} ({held / asked:.2%})")
        lines += ["", "normal forms compared:", self.collisions.text()]
        if self.replayed:
            lines.append(f"{self.replayed} findings of earlier sieges were tried again")
        for (attack, kind), texts in self.missed.items():
            lines += [f"missed ({attack}, {kind}): {text}" for text in texts]
        for trial, text in self.findings:
            lines.append(
                f"BROKEN {trial.attack}, {trial.kind}, {trial.seed}/{trial.number}: {text}"
            )
        lines.append(f"{len(self.findings)} defences broken in {self.seconds:.0f} s")
        return "\n".join(lines)


def besiege(
    *,
    seconds: float,
    seed: int,
    jobs: int = 1,
    corpus: Path | None = None,
    watch: Watch | None = None,
) -> Siege:
    """Attack until the time is over; at least one round runs.

    Args:
        seconds: How long.
        seed: Where the trials come from; with the same number of rounds, the same seed gives the
            same result.
        jobs: How many processes.
        corpus: The folder that keeps findings; None keeps nothing.
        watch: Called with a line about each round.

    Raises:
        OSError: The corpus cannot be read or written.
    """
    start = monotonic()
    siege = Siege()
    known = list(_known(corpus))
    for trial in known:
        if trial.attack == COLLISIONS:
            siege.compare(trial)
        else:
            siege.note(trial, run(trial))
    siege.replayed = len(known)
    done = 0
    with ProcessPoolExecutor(jobs) as pool:
        while done == 0 or monotonic() - start < seconds:
            numbers = range(done, done + jobs)
            for found in pool.map(assault, [seed] * jobs, numbers):
                siege.add(found)
                fresh = [trial for trial, _ in found.findings if trial not in known]
                _keep(corpus, fresh)
                known += fresh
            done += jobs
            siege.seconds = monotonic() - start
            _report(corpus, siege)
            if watch:
                watch(f"round {done}: {siege.counts.total()} trials, {len(siege.findings)} broken")
    return siege


def assault(seed: int, number: int) -> Siege:
    """One round: some trials of every attack on every kind, and a comparison of normal forms."""
    siege = Siege()
    for attack in ATTACKS:
        for kind in KINDS:
            for at in range(ROUND):
                trial = Trial(attack, kind, seed, number * ROUND + at)
                siege.note(trial, run(trial))
    for kind, share in shares(TERMS, tuple(KINDS)):
        siege.compare(Trial(COLLISIONS, kind, seed * 1_000_003 + number, share))
    return siege


def _known(corpus: Path | None) -> Iterator[Trial]:
    """The findings that are kept; a line that is none is passed over."""
    path = corpus and corpus / FINDINGS
    if path is None or not path.exists():
        return
    for line in path.read_text("utf-8").splitlines():
        try:
            trial = Trial(**json.loads(line))
        except (TypeError, ValueError):
            continue
        if trial.attack in (*ATTACKS, COLLISIONS) and trial.kind in KINDS:
            yield trial


def _report(corpus: Path | None, siege: Siege) -> None:
    if corpus is not None:
        corpus.mkdir(parents=True, exist_ok=True)
        (corpus / REPORT).write_text(siege.text() + "\n", "utf-8")


def _keep(corpus: Path | None, trials: list[Trial]) -> None:
    if corpus is None or not trials:
        return
    corpus.mkdir(parents=True, exist_ok=True)
    with (corpus / FINDINGS).open("a", encoding="utf-8") as stream:
        for trial in trials:
            stream.write(json.dumps(asdict(trial)) + "\n")
