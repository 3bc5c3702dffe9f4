"""What ends a run before its last row."""

from __future__ import annotations

from complaintnlp.errors import ComplaintNLPError

__all__ = ["ArchiveError"]


class ArchiveError(ComplaintNLPError):
    """A run stopped; what it had labelled is kept, and `--resume` goes on from there."""
