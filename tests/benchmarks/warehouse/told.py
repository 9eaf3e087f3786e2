"""What the benchmark prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.benchmarks.warehouse.compare import Compared
from tests.benchmarks.warehouse.floor import CPU, ON_DISK, Step
from tests.benchmarks.warehouse.pipeline import Ran

LIMIT = 2.0
"""The whole build may take so many times what the hand-written SQL takes."""


def beside(found: Sequence[Compared], ran: Ran, by_hand: Mapping[str, float], steps: Sequence[Step]) -> None:
    """A line per hand-written file with the models that it stands for, then the sums."""
    equal = {one.table: one for one in found}
    print(f"\n{'table':<30}{'rows':>12}{'ours s':>10}{'by hand s':>11}{'ratio':>8}")
    for step in steps:
        ours = sum(ran.models.get(model, 0.0) for model in step.models)
        compared = [equal[name] for name in (step.table, *step.models) if name in equal]
        rows = sum(one.rows for one in dict.fromkeys(compared))
        wrong = any(one.wrong for one in compared)
        print(_line(step.table, f"{rows:,}", ours, by_hand[step.table], "DIFFERS" if wrong else "equal"))
    covered = {model for step in steps for model in step.models}
    rest = {model: seconds for model, seconds in ran.models.items() if model not in covered}
    print(f"{f'{len(rest)} models without rows here':<42}{sum(rest.values()):>10.1f}")
    _wrong(found)
    hand = sum(seconds for name, seconds in by_hand.items() if name != CPU)
    print(f"{'by hand, written to disk':<52}{by_hand[ON_DISK]:>11.1f}")
    print(_line("the build alone: models", "", ran.models_span, hand, _verdict(ran.models_span, hand)))
    print(_line("with all tests of the data", "", ran.build_span, hand))
    print(_line("the whole way: opsmart run", "", ran.seconds, hand))
    print(_line("the whole way, CPU seconds", "", ran.cpu, by_hand[CPU]))
    print("   " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in ran.stages.items()))


def day(first: Ran, nothing: Ran, one_more: Ran, rows: int, found: Sequence[Compared]) -> None:
    """The three runs."""
    print(f"\n{'opsmart run':<30}{'rows landed':>12}{'seconds':>10}{'models':>11}{'dbt':>8}")
    for what, ran in (("first", first), ("nothing new", nothing), (f"one more day ({rows:,})", one_more)):
        landed = sum(ran.rows.values())
        print(f"{what:<30}{landed:>12,}{ran.seconds:>10.1f}{ran.models_span:>11.1f}{ran.build_span:>8.1f}")
    print("   " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in one_more.stages.items()))
    slow = sorted(one_more.models.items(), key=lambda one: -one[1])[:8]
    print("   slowest of the day: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slow))
    print(
        f"   one more day took {one_more.models_span / max(first.models_span, 0.01):.0%} of the first build's models"
    )
    _wrong(found)
    if not any(one.wrong for one in found):
        print("   after it every cell equals what by hand is computed from all files")


def disk(whole: int, files: int) -> None:
    """What all of it took."""
    print(f"disk: {whole / 1e9:.1f} GB in all, {files / 1e9:.1f} GB of these the files")


def _line(what: str, rows: str, ours: float, hand: float, more: str = "") -> str:
    return f"{what:<30}{rows:>12}{ours:>10.1f}{hand:>11.1f}{ours / max(hand, 0.001):>8.1f}   {more}".rstrip()


def _verdict(ours: float, hand: float) -> str:
    return f"within {LIMIT:g} times" if ours <= LIMIT * hand else f"MORE THAN {LIMIT:g} TIMES"


def _wrong(found: Sequence[Compared]) -> None:
    for one in found:
        for line in one.wrong:
            print(f"   {one.table}: {line}")
