"""Relabelling: an archive of messages in, the same archive with labels out, nothing lost."""

from complaintnlp.archive.errors import ArchiveError
from complaintnlp.archive.plan import Plan
from complaintnlp.archive.relabel import Preview, preview, relabel
from complaintnlp.archive.run import Progress
from complaintnlp.archive.summary import Summary
from complaintnlp.archive.tally import Tally

__all__ = [
    "ArchiveError",
    "Plan",
    "Preview",
    "Progress",
    "Summary",
    "Tally",
    "preview",
    "relabel",
]
