"""`sat2density doctor`: what works on this machine, what is missing, and the one line that mends
it.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Final

from sat2density.apps.options import optional
from sat2density.files import atomic_path, check_output_file

SIGNS: Final = {
    "ok": "[green]works[/green]",
    "optional": "[yellow]optional[/yellow]",
    "broken": "[red]broken[/red]",
}


@dataclasses.dataclass(frozen=True)
class Doctor:
    """Look at versions, device, renderer, video, extras, weights and cache; say what is missing and
    how to mend it.

    Leaves with 0 when every command can run, with 1 when something is broken.
    """

    json: Annotated[Path | None, optional("FILE")] = None
    """Also write the report for other programs to read."""
    overwrite: Annotated[bool, optional()] = False
    """Replace the file of --json."""

    def run(self) -> int:
        """Print the report; return the exit code."""
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        from sat2density.apps.checks import examine

        if self.json is not None:
            check_output_file(self.json, self.overwrite)
        findings = examine()
        table = Table("what", "state", "found", box=None, pad_edge=False)
        for finding in findings:
            table.add_row(escape(finding.name), SIGNS[finding.state], escape(finding.found))
        console = Console(highlight=False)
        console.print(table)
        for finding in (finding for finding in findings if finding.remedy):
            console.print(f"\n{escape(finding.name)}: {escape(finding.found)}", soft_wrap=True)
            console.print(f"    {escape(finding.remedy)}", soft_wrap=True)
        if self.json is not None:
            report = json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2)
            with atomic_path(self.json, replace=self.overwrite) as temporary:
                temporary.write_text(report + "\n", encoding="utf-8")
        return int(any(finding.state == "broken" for finding in findings))


COMMAND = Doctor
