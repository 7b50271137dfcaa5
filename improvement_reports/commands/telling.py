"""What commands say while they work and when they are done."""

from collections import Counter
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from improvement_reports.editions.state import RunState


class ProgressBar:
    """A progress bar on a terminal; one line for each failure anywhere."""

    def __init__(self, words: str, total: int):
        from rich.console import Console

        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        # It would leave an empty line in a log; and it is drawn by a thread, which a process to be forked has not.
        self.bar = self._drawn(words, total) if self.console.is_terminal and total > 1 else None

    def _drawn(self, words: str, total: int) -> "Progress":
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self.task = bar.add_task(words, total=total)
        return bar

    def __enter__(self):
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *exc):
        if self.bar:
            self.bar.stop()

    def step(self, _) -> None:
        if self.bar:
            self.bar.advance(self.task)

    def done(self, outcome) -> None:
        self.step(outcome)
        if outcome.state == "failed":
            self.console.print(f"FAILED {outcome.subject}: {outcome.message}", markup=False)


def tell_summary(summary, started: float) -> None:
    """The summary of a call and its exit code."""
    import time

    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in summary.seconds.items())
    typer.echo(
        f"Done {summary.count('done')}, unchanged {summary.count('unchanged')}, failed {len(summary.failed)}; {stages};"
        f" {time.perf_counter() - started:.1f} s in all."
    )
    if summary.failed:
        for outcome in summary.failed:
            typer.echo(f"Failed: {outcome.subject}: {outcome.message}", err=True)
        raise typer.Exit(1)


# Reports that stand in one way to their edition and are named; of more the others are counted.
MOST_NAMED = 30


def run_state_lines(standings: "list[RunState]") -> list[str]:
    """How the runs stand to their editions: those that reproduce and those that today's release words otherwise
    counted, every other one named, but of each state no more than `MOST_NAMED`.
    """
    from improvement_reports.editions.state import OTHERWISE, REPRODUCES, many_words, otherwise_line

    counts: Counter[str] = Counter(s.state for s in standings)
    same, named, seen = counts[REPRODUCES], list[str](), Counter[str]()
    for s in standings:
        seen[s.state] += 1
        if s.state not in (REPRODUCES, OTHERWISE) and seen[s.state] <= MOST_NAMED:
            named.append(s.sentence)
    counted = [f"{same} of {len(standings)} reports reproduce their newest edition."] if same else []
    others = {state: n - MOST_NAMED for state, n in counts.items() if state not in (REPRODUCES, OTHERWISE)}
    more = [f"And {n:,} more {many_words(state, n)}." for state, n in others.items() if n > 0]
    return [*counted, *named, *more, *filter(None, [otherwise_line(standings)])]


def tell_what_runs(project, editions: list) -> None:
    """Before anything of a repository runs: what will."""
    from improvement_reports.editions.what_runs import all_that_runs, told

    for line in told(all_that_runs(project, editions)):
        typer.echo(line, err=True)
