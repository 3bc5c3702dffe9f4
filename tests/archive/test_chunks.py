from __future__ import annotations

from functools import partial
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING

import pytest

from complaintnlp.archive.chunks import Chunk, ChunkLabeller
from complaintnlp.archive.labelling import Labeller
from complaintnlp.archive.plan import Plan, TablePlan, label_columns
from complaintnlp.model import load
from complaintnlp.tables import STREAM, Batch, Columns, make_sink

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp import Classifier

ROWS = Batch(1, [["路灯坏了三天", "小区停水"], ["", "公司拖欠工资"]])


def labeller(classifier: Classifier, text: int | None, model: Path | None = None) -> Labeller:
    """A labeller of one table with two columns."""
    appended = label_columns(classifier.classes_)
    columns = ("标题", "内容")
    table = TablePlan("in.csv", columns, Columns(0, text, None), (0, 1))
    plan = Plan(
        (table,), (*columns, *appended), {}, len(appended), False, tuple(classifier.classes_)
    )
    sink = make_sink(STREAM, plan.columns, stream_format="csv")
    reload = None if model is None else partial(load, model)
    return Labeller(classifier, plan, sink, as_strings=True, reload=reload)


def test_without_a_text_column_no_other_is_read(classifier: Classifier) -> None:
    labelled = labeller(classifier, None)(Chunk(0, ROWS))
    assert [tuple(rejected) for rejected in labelled.rejected] == [
        ("in.csv", 1, "", "no text"),
        ("in.csv", 2, "", "no text"),
    ]


def test_sent_to_another_process_it_labels_the_same(
    classifier: Classifier, small_model: Path
) -> None:
    here = labeller(classifier, 1, small_model)
    assert here.can_be_sent
    sent = ForkingPickler.dumps(here)
    assert len(sent) < 10_000  # without the model
    assert ForkingPickler.loads(sent)(Chunk(0, ROWS)) == here(Chunk(0, ROWS))
    assert not labeller(classifier, 1).can_be_sent


def test_what_is_appended_is_for_a_subclass_to_say() -> None:
    with pytest.raises(TypeError, match="_appended"):
        ChunkLabeller(None, None, None)  # type: ignore[abstract,arg-type]
