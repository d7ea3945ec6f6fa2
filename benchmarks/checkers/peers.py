"""Other checkers on the same answers, in a process of their own: one JSON object a line in and out.

    python peers.py ENGINE < pairs.jsonl > verdicts.jsonl

A pair is `{"reference": LaTeX, "answer": LaTeX}`; a verdict is `{"accepted": bool, "seconds":
float}`.
Needs `pip install math-verify latex2sympy2-extended antlr4-python3-runtime==4.11`; run it with a
Python of its own where those versions clash with others.
"""

import json
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

LIMIT = 5  # seconds for one pair


def math_verify() -> Callable[[str, str], bool]:
    """Math-Verify, as its README uses it."""
    from math_verify import parse, verify

    def accepts(reference: str, answer: str) -> bool:
        # Their time limits are alarms, and so is ours.
        gold = parse(f"${reference}$", parsing_timeout=None)
        given = parse(f"${answer}$", parsing_timeout=None)
        return bool(verify(gold, given, timeout_seconds=None))

    return accepts


def latex2sympy() -> Callable[[str, str], bool]:
    """latex2sympy2_extended to read, SymPy to compare."""
    import sympy
    from latex2sympy2_extended import latex2sympy as read

    def accepts(reference: str, answer: str) -> bool:
        return bool(sympy.simplify(value(read(reference)) - value(read(answer))) == 0)

    def value(found: Any) -> Any:
        return found.rhs if isinstance(found, sympy.Equality) else found

    return accepts


def sympy_antlr() -> Callable[[str, str], bool]:
    """SymPy's own LaTeX parser and `equals`."""
    import sympy
    from sympy.parsing.latex import parse_latex  # noqa: TID251 - this is what is compared

    def accepts(reference: str, answer: str) -> bool:
        return bool(value(parse_latex(reference)).equals(value(parse_latex(answer))))

    def value(found: Any) -> Any:
        return found.rhs if isinstance(found, sympy.Equality) else found

    return accepts


ENGINES = {
    "Math-Verify": math_verify,
    "latex2sympy2_extended + SymPy": latex2sympy,
    "SymPy parse_latex + equals": sympy_antlr,
}


def overdue(*_: object) -> None:
    """End a pair that takes too long."""
    raise TimeoutError


def main(engine: str) -> None:
    """Judge every pair of the standard input."""
    accepts = ENGINES[engine]()
    accepts("x", "x")  # what is loaded on first use
    signal.signal(signal.SIGALRM, overdue)
    for line in sys.stdin:
        pair = json.loads(line)
        started = time.perf_counter()
        signal.alarm(LIMIT)
        try:
            accepted = accepts(pair["reference"], pair["answer"])
        except Exception:  # noqa: BLE001 - whatever stops a reader, it has not accepted
            accepted = False
        finally:
            signal.alarm(0)
        verdict = {"accepted": accepted, "seconds": time.perf_counter() - started}
        print(json.dumps(verdict), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
