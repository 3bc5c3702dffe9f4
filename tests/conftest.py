from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from complaintnlp.features import FeatureSettings
from complaintnlp.training import Corpus
from complaintnlp.training.fitting import TrainingSettings, fit

if TYPE_CHECKING:
    from complaintnlp import Classifier

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
DATASET = ROOT / "datasets" / "complaints.csv"
COLUMNS = {
    "category": "一级分类",
    "department": "责任部门",
    "appeal_type": "诉求类型",
    "hazard": "安全隐患",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not SHARED.is_dir():
        skip = pytest.mark.skip(reason=f"the real messages are not at {SHARED}")
        for item in items:
            if "shared" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def messages() -> list[dict[str, str]]:
    with DATASET.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def corpus(messages: list[dict[str, str]]) -> Corpus:
    return Corpus(
        [row["留言详情"] for row in messages],
        [row["留言主题"] or None for row in messages],
        {target: [row[column] for row in messages] for target, column in COLUMNS.items()},
        {"department": [tuple(filter(None, row["可选部门"].split("|"))) for row in messages]},
    )


@pytest.fixture(scope="session")
def small_classifier(corpus: Corpus) -> Classifier:
    """A classifier of all four targets, trained on a third of the written messages."""
    import numpy as np

    third = corpus.take(np.arange(0, len(corpus), 3))
    return fit(
        third,
        features=FeatureSettings(min_df=2, max_features=4000),
        settings=TrainingSettings(folds=3, n_jobs=1),
    )


@pytest.fixture(scope="session")
def small_model(small_classifier: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of `small_classifier`, saved."""
    directory = tmp_path_factory.mktemp("models") / "small"
    small_classifier.save(directory)
    return directory
