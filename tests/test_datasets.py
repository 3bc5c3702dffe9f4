"""The written messages: labelled by the taxonomy, enough of each label, none like another."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from complaintnlp.taxonomy.reader import APPEAL_TYPES, categories, departments
from complaintnlp.training.groups import near_duplicate_groups

ROOT = Path(__file__).resolve().parents[1]
DATASETS = ROOT / "datasets"
VOLUMES = sorted(path.name for path in DATASETS.glob("complaints*.csv"))


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATASETS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", VOLUMES)
def test_labels_are_those_of_the_taxonomy(name: str) -> None:
    names = {category.level1 for category in categories()}
    for row in rows_of(name):
        assert row["留言详情"].strip() or row["留言主题"].strip()
        assert row["一级分类"] in names
        assert {row["责任部门"], *filter(None, row["可选部门"].split("|"))} <= set(departments())
        assert row["诉求类型"] in APPEAL_TYPES
        assert row["安全隐患"] in ("0", "1")
        assert not row["留言时间"] or is_recent(row["留言时间"])


def is_recent(time: str) -> bool:
    return datetime.strptime(time, "%Y-%m-%d %H:%M").year >= 2010


def test_every_label_has_enough_messages() -> None:
    rows = rows_of("complaints.csv")
    for column, least in {"一级分类": 40, "责任部门": 15, "诉求类型": 100, "安全隐患": 150}.items():
        assert min(Counter(row[column] for row in rows).values()) >= least


def test_no_two_messages_are_alike() -> None:
    rows = [row for name in VOLUMES for row in rows_of(name)]
    assert len({row["留言编号"] for row in rows}) == len(rows)
    groups = near_duplicate_groups([row["留言详情"] for row in rows])
    assert np.bincount(groups).max() == 1


def test_the_lexicon_speaks_of_the_taxonomy() -> None:
    rows = rows_of("lexicon.csv")
    named = {"类别": {category.level1 for category in categories()}, "部门": set(departments())}
    kinds = Counter(row["concept"].split(" ")[0] for row in rows)
    assert set(kinds) == {"类别", "部门", "主题"}
    for row in rows:
        kind, name = row["concept"].split(" ")
        assert name in named.get(kind, {name})
        assert re.fullmatch(r"[\u4e00-\u9fff]{2,}|[\u4e00-\u9fff]+ [\u4e00-\u9fff]+", row["word"])
        assert 0 < float(row["weight"]) <= 1
    assert len({(row["word"], row["concept"]) for row in rows}) == len(rows)
    n_words = f"{len({row['word'] for row in rows}):,} words"
    assert n_words in (DATASETS / "README.md").read_text("utf-8")


@pytest.mark.shared
def test_no_message_is_copied_from_a_real_one() -> None:
    """Runs that both have are the names of laws and offices, never the most of a message."""
    real = set()
    for name in ("messages_replied", "messages_unlabelled", "messages_7class_raw"):
        with (ROOT.parent / "shared" / "data" / f"{name}.csv").open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                real |= han_runs(f"{row['title']}|{row['text']}")
    for name in VOLUMES:
        for row in rows_of(name):
            runs = han_runs(row["留言详情"])
            assert len(runs & real) <= len(runs) / 2


def han_runs(text: str) -> set[int]:
    """Return the hashes of all runs of twelve Han characters."""
    parts = re.split("[^\u4e00-\u9fff]+", text)
    return {hash(part[i : i + 12]) for part in parts for i in range(len(part) - 11)}
