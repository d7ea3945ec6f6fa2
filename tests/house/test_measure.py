"""The benchmark of what the design promises runs, and times what nothing has remembered."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from lemmata.judge.statements import judge_statement

FILE = Path(__file__).parents[2] / "benchmarks" / "measure.py"


def test_each_repetition_is_the_first_of_its_kind() -> None:
    """Whatever keeps a finding about a statement is emptied before it is judged again."""
    spec = spec_from_file_location("measure", FILE)
    assert spec is not None
    assert spec.loader is not None
    measure = module_from_spec(spec)
    spec.loader.exec_module(measure)
    part = next(measure.parts())
    statement = next(measure.steps(part))
    judge_statement(statement, part.declarations)
    assert any(kept.cache_info().currsize for kept in measure.memories())
    sizes: list[int] = []

    def judged() -> None:
        sizes.append(sum(kept.cache_info().currsize for kept in measure.memories()))
        judge_statement(statement, part.declarations)

    assert measure.timed(judged) > 0
    assert sizes == [0, 0, 0]
