"""What a person sees while a class is graded, and the report at the end."""

from __future__ import annotations

import sys
import time
from typing import Any

from graders.classroom.reading import plain
from graders.classroom.run import Summary
from graders.classroom.status import Status

SLOWEST = 3


class Progress:
    """A bar in a terminal, plain lines elsewhere, nothing where `quiet`."""

    def __init__(self, assignment: str, quiet: bool = False) -> None:
        from rich.console import Console

        self.console = Console(stderr=quiet)
        self.assignment, self.quiet = assignment, quiet
        self.bar: Any = None
        self.total = 0
        self.last = self.began = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def start(self, total: int) -> None:
        """How many there will be."""
        self.total, self.began = total, time.monotonic()
        if self.quiet or not total:
            return
        if not self.console.is_terminal:
            print(f"{self.assignment}: {total} submissions to grade", flush=True)
            return
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self.bar = Bar(*columns, TextColumn("{task.fields[rate]}"), console=self.console, transient=True)
        self.task = self.bar.add_task(self.assignment, total=total, rate="")
        self.bar.start()

    def tell(self, summary: Summary, line: Status) -> None:
        """One more is finished."""
        if self.quiet:
            return
        now = time.monotonic()
        done = sum(summary.counts.values())
        rate = done / max(now - self.began, 1e-9)
        if self.bar is not None:
            odd = {name: n for name, n in summary.counts.items() if name != "graded"}
            counts = ", ".join(f"{n} {name}" for name, n in sorted(odd.items()))
            self.bar.update(self.task, completed=done, rate=f"{rate:.1f}/s  {counts}")
            return
        if now - self.last > 5 or line.needs_person:
            self.last = now
            left = max(self.total - done, 0) / rate
            reason = f"  {plain(line.student)}: {line.status}, {line.reason}" if line.needs_person else ""
            print(f"{done}/{self.total}  {rate:.1f}/s  about {left:.0f} s left{reason}", flush=True)
            sys.stdout.flush()

    def say(self, sentence: str) -> None:
        """One line, now."""
        if not self.quiet:
            self.console.print(plain(sentence), highlight=False, markup=False, soft_wrap=True)

    def report(self, summary: Summary) -> None:
        """The end of a run, for a person."""
        show = self.console.print
        if not summary.graded + summary.skipped + sum(summary.counts.values()):
            show(
                f"[bold]{summary.assignment}[/]: nothing is submitted; nbgrader collect {summary.assignment}?"
            )
            return
        rate = summary.graded / summary.seconds if summary.seconds else 0.0
        skipped = f"; {summary.skipped} were graded before" if summary.skipped else ""
        show(
            f"[bold]{summary.assignment}[/]: {summary.graded} graded in {summary.seconds:.1f} s "
            f"({rate:.1f} a second){skipped}.",
            highlight=False,
        )
        if summary.pages:
            show(f"{summary.pages} pages of feedback written.", highlight=False)
        if summary.listed:
            from rich.table import Table

            table = Table(box=None, pad_edge=False, show_edge=False)
            for name in ("student", "status", "reason"):
                table.add_column(name, overflow="fold")
            for row in summary.listed[:40]:
                table.add_row(plain(row["student"]), row["status"], row["reason"])
            show(table, highlight=False, markup=False)
            if len(summary.listed) > 40:
                show(f"… and {len(summary.listed) - 40} more, all in .matcalc/status.jsonl", highlight=False)
        if summary.backup:
            show(
                f"Before that, the gradebook was copied to {summary.backup}", highlight=False, soft_wrap=True
            )
        if summary.resumed:
            show(
                f"An interrupted regrade was gone on with; {summary.resumed} had been done.", highlight=False
            )
        for change in summary.changed[:40]:
            show(
                f"  {plain(change['student'])} ({change['notebook']}): "
                f"{change['before']:g} → {change['after']:g}",
                highlight=False,
            )
        if len(summary.changed) > 40:
            show(f"  … and {len(summary.changed) - 40} more; `--json` lists all.", highlight=False)
        if summary.backup and not summary.changed:
            show("No score changed.", highlight=False)
        if summary.judged:
            share = 100 * summary.from_cache / summary.judged
            said = f"{summary.judged} answers, {share:.0f} % of them judged before"
            show(f"{said}; confinement: {summary.confinement}.", highlight=False)
        if len(summary.slowest) > SLOWEST:
            slowest = ", ".join(
                f"{plain(name)} {seconds:.1f} s" for seconds, name in summary.slowest[:SLOWEST]
            )
            show(f"The slowest: {slowest}.", highlight=False)
        if summary.person:
            needs = "needs" if summary.person == 1 else "need"
            show(f"[bold]{summary.person} {needs} a person.[/]", highlight=False)
        if summary.waiting > summary.person:
            waits = "waits" if summary.waiting == 1 else "wait"
            show(f"{summary.waiting} in all {waits} for one in the formgrader.", highlight=False)
