from __future__ import annotations

from functools import partial
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING

import pytest

from complaintnlp.archive.chunks import Chunk
from complaintnlp.archive.plan import Plan, TablePlan
from complaintnlp.model import load
from complaintnlp.routing.columns import ROUTE_COLUMNS
from complaintnlp.routing.labeller import COUNTED, RouteLabeller
from complaintnlp.tables import STREAM, Batch, Columns, Flaw, make_sink

if TYPE_CHECKING:
    from pathlib import Path

    from complaintnlp import Classifier
    from complaintnlp.routing import Router

COLUMNS = ("内容", "department")
ROWS = [["泉塘街道的路灯坏了", "城管"], ["", "医保"], ["公司拖欠工资", "人社"]]


@pytest.fixture(scope="module")
def classifier(small_model: Path) -> Classifier:
    return load(small_model)


def labeller(
    router: Router, classifier: Classifier | None, model: Path | None, *, labelled: bool
) -> RouteLabeller:
    """A labeller of one table with a text and a department."""
    table = TablePlan("in.csv", COLUMNS, Columns(None, 0, None), (0, 1))
    plan = Plan((table,), (*COLUMNS, *ROUTE_COLUMNS), {}, len(ROUTE_COLUMNS), False, COUNTED)
    return RouteLabeller(
        router.config,
        classifier,
        plan,
        make_sink(STREAM, plan.columns, stream_format="csv"),
        labelled=frozenset({"in.csv"} if labelled else ()),
        reload=None if model is None else partial(load, model),
    )


def test_sent_to_another_process_it_routes_the_same(
    county: Router, classifier: Classifier, small_model: Path
) -> None:
    chunk = Chunk(0, Batch(1, ROWS))
    here = labeller(county, classifier, small_model, labelled=False)
    assert here.can_be_sent
    assert ForkingPickler.loads(ForkingPickler.dumps(here))(chunk) == here(chunk)
    assert not labeller(county, classifier, None, labelled=False).can_be_sent


def test_labels_of_a_table_need_no_model_anywhere(county: Router, tmp_path: Path) -> None:
    chunk = Chunk(0, Batch(1, ROWS))
    here = labeller(county, None, tmp_path / "no model here", labelled=True)
    assert here.can_be_sent
    assert ForkingPickler.loads(ForkingPickler.dumps(here))(chunk) == here(chunk)


def test_only_a_row_that_is_predicted_needs_a_text(county: Router, classifier: Classifier) -> None:
    damaged = Batch(1, ROWS, {2: Flaw("", "cannot be read")})
    for labelled, expected in ((True, [3]), (False, [2, 3])):
        done = labeller(county, classifier, None, labelled=labelled)(Chunk(0, damaged))
        assert [rejected.row for rejected in done.rejected] == expected
        assert (done.tally.rows, done.tally.rejected) == (3, len(expected))
        assert done.tally.review >= len(expected)
