"""The server of the real workers, which write down how much work each answer was.

Work is what the two judges meter: the fuel of proofs, and the operations in models. Both are the
same on every machine, however busy it is.
"""

import os
import socket
import sys
from pathlib import Path
from unittest.mock import patch

from lemmata.checkers import answers, judging
from lemmata.checkers.forkserver import serve
from lemmata.kernel.fuel import Fuel
from lemmata.kernel.verdict import Verdict
from lemmata.semantics.errors import Meter

LOG = "LEMMATA_TEST_LOG"
SPENT = {"fuel": 0, "operations": 0}
real_burn, real_spend = Fuel.burn, Meter.spend


def burn(fuel: Fuel, amount: int = 1) -> None:
    """Spend fuel, and count it."""
    real_burn(fuel, amount)
    SPENT["fuel"] += amount


def spend(meter: Meter, amount: int = 1) -> None:
    """Spend operations, and count them."""
    real_spend(meter, amount)
    SPENT["operations"] += amount


def check(answer: str, **options: object) -> Verdict:
    """Judge an answer, and write down what it took."""
    SPENT.update(fuel=0, operations=0)
    verdict = answers.judged(answer, **options)  # type: ignore[arg-type]
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(f"{SPENT['fuel']} {SPENT['operations']} {answer[:60]!a}\n")
    return verdict


if __name__ == "__main__":
    vars(judging)["judged"] = check
    with patch.object(Fuel, "burn", burn), patch.object(Meter, "spend", spend):
        serve(socket.socket(fileno=int(sys.argv[1])), judging.work)
