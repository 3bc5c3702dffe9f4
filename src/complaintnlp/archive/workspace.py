"""The files that a run writes: all beside the output, named after it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from complaintnlp.errors import InputError
from complaintnlp.tables import STREAM

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Workspace", "check_report"]


class Workspace:
    """The files of a run, all of them beside the output and named after it.

    Parameters
    ----------
    output : str
        The output as the user named it.
    """

    def __init__(self, output: str) -> None:
        self.target = Path(os.path.realpath(output))
        self.rejected = self._beside(".rejected.csv")
        self.partial = self._beside(".partial")
        self.journal = self._beside(".journal")
        self.assembly = self._beside(".assembly")
        self.rejected_partial = self._beside(".rejected.partial")

    def _beside(self, suffix: str) -> Path:
        return self.target.with_name(self.target.name + suffix)

    def files(self) -> list[Path]:
        """Return every file that a run may write."""
        return [
            self.target,
            self.rejected,
            self.partial,
            self.journal,
            self.assembly,
            self.rejected_partial,
        ]

    def check(self, others: Iterable[str]) -> None:
        """Refuse to write where another file is, an input above all, or where nothing can be.

        Raises
        ------
        InputError
            Naming the file and the remedy.
        """
        if not self.target.parent.is_dir():
            raise InputError(f"the folder {self.target.parent} does not exist; make it first")
        if self.target.is_dir():
            raise InputError(f"{self.target} is a folder; name a file in it")
        written = {str(path) for path in self.files()}
        for name in others:
            if name != STREAM and os.path.realpath(name) in written:
                raise InputError(f"{name} would be overwritten by the output; name another file")

    def refuse_existing(self, *, resume: bool) -> None:
        """Raise an `InputError` if the output, or an unfinished run of it, is there already."""
        if resume and self.target.exists():
            raise InputError(
                f"{self.target} is complete, there is nothing to resume; "
                "add --force to label everything again"
            )
        if self.journal.exists():
            raise InputError(
                f"{self.target} has an unfinished run ({self.journal.name}): "
                "add --resume to go on with it, or --force to start again"
            )
        for path in (self.target, self.rejected):
            if path.exists():
                raise InputError(f"{path} exists already; add --force to replace it")

    def clear(self) -> None:
        """Remove what an unfinished run left, its journal last."""
        self.clear_pieces()
        self.journal.unlink(missing_ok=True)

    def clear_pieces(self) -> None:
        """Remove what an unfinished run left, but not its journal, on which the lock is."""
        shutil.rmtree(self.assembly, ignore_errors=True)
        for path in (self.rejected_partial, self.partial):
            path.unlink(missing_ok=True)


def check_report(report: str, inputs: Iterable[str], *, force: bool) -> None:
    """Refuse to write a report over an input, over what exists, or where nothing can be written."""
    target = Path(os.path.realpath(report))
    if not target.parent.is_dir():
        raise InputError(f"the folder {target.parent} does not exist; make it first")
    if any(name != STREAM and os.path.realpath(name) == str(target) for name in inputs):
        raise InputError(f"{report} is an input; name another file for the report")
    if target.exists() and not force:
        raise InputError(f"{report} exists already; add --force to replace it")
