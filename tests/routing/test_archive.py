from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

import pytest

from complaintnlp import InputError
from complaintnlp.archive import relabel
from complaintnlp.model import load
from complaintnlp.routing import ConfigError, Router
from complaintnlp.routing.archive import route_archive
from complaintnlp.routing.columns import ROUTE_COLUMNS
from tests.routing.conftest import COUNTY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from complaintnlp import Classifier

HEADER = ["编号", "标题", "内容", "留言时间"]
TEXTS = [
    "泉塘街道幸福家园的路灯坏了三天没人修",
    "请问城乡居民医保怎么缴费",
    "=SUM(A1) 黄花镇停电，之前多次反映没有解决",
    "公司拖欠工资两个月",
]


def write(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rows(count: int) -> list[list[str]]:
    return [
        [str(i), "", f"{TEXTS[i % len(TEXTS)]}，第{i}次", f"2025/11/18 {i % 24}:30:00"]
        for i in range(count)
    ]


@pytest.fixture(scope="session")
def classifier(small_model: Path) -> Classifier:
    return load(small_model)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "in.csv", rows(40))


def test_every_row_is_routed_as_the_router_does(
    archive: Path, tmp_path: Path, classifier: Classifier
) -> None:
    from datetime import datetime

    summary = route_archive([archive], tmp_path / "out.csv", COUNTY, model=classifier, workers=1)
    routed = read(tmp_path / "out.csv")
    assert list(routed[0]) == [*HEADER, *ROUTE_COLUMNS]
    assert [row["编号"] for row in routed] == [str(i) for i in range(40)]
    router = Router.from_toml(COUNTY)
    for row in routed:
        text = row["内容"].lstrip("'")
        at = datetime.strptime(row["留言时间"], "%Y/%m/%d %H:%M:%S")
        decision = router.route(classifier.predict(text), text=text, at=at)
        assert (row["unit"], row["mode"]) == (decision.unit, decision.mode)
        assert row["route_reasons"] == "；".join(decision.reasons)
        assert row["supporting_units"] == "|".join(decision.supporting)
        grid = decision.grid or (None, None, None)
        assert [row["street"], row["community"], row["grid"]] == [level or "" for level in grid[:3]]
    assert summary.complete
    assert summary.tally.labels["mode"].total() == 40


def test_the_files_of_the_configuration_are_never_the_output(
    archive: Path, tmp_path: Path, classifier: Classifier
) -> None:
    county = tmp_path / "county"
    shutil.copytree(COUNTY.parent, county)
    for path in (county / COUNTY.name).parent.glob("*.csv"):
        before = path.read_bytes()
        with pytest.raises(InputError, match="would be overwritten"):
            route_archive([archive], path, county / COUNTY.name, model=classifier, force=True)
        assert path.read_bytes() == before


def test_labelled_rows_keep_their_labels(
    archive: Path, tmp_path: Path, classifier: Classifier
) -> None:
    relabel([archive], tmp_path / "labelled.csv", model=classifier, workers=1)
    route_archive([tmp_path / "labelled.csv"], tmp_path / "routed.csv", COUNTY, workers=1)
    route_archive([archive], tmp_path / "direct.csv", COUNTY, model=classifier, workers=1)
    routed, direct = read(tmp_path / "routed.csv"), read(tmp_path / "direct.csv")
    for one, other in zip(routed, direct, strict=True):
        for column in ("unit", "street", "community", "grid", "mode"):
            if column != "unit" or one["mode"] != "grid":
                assert one[column] == other[column]


def test_labels_by_hand_are_taken_without_a_model(tmp_path: Path) -> None:
    header = ["内容", "department", "appeal_type", "hazard", "时间"]
    labelled = [
        ["医保怎么交", "医保", "咨询", "否", "2025-11-18 10:00"],
        ["医保怎么交", "医保", "咨询", "否", "2025-11-18 20:00"],
        ["井盖", "城管", "投诉", "是", ""],
        ["", "教育", "投诉", "0", "2025-11-18"],
        ["没有标签的", "", "", "", ""],
        ["不认识的", "卫生所", "", "", ""],
    ]
    path = write(tmp_path / "in.csv", labelled, header)
    nowhere = tmp_path / "no model here"
    route_archive([path], tmp_path / "out.csv", COUNTY, model=nowhere, workers=1)
    routed = [(row["unit"], row["mode"]) for row in read(tmp_path / "out.csv")]
    assert routed == [
        ("长沙县医疗保障局", "online"),
        ("长沙县医疗保障局", "dispatch"),
        ("长沙县城市管理和综合执法局", "urgent"),
        ("长沙县教育局", "dispatch"),
        ("长沙县网上群众工作部", "review"),
        ("长沙县网上群众工作部", "dispatch"),
    ]


def test_the_model_can_be_asked_again(tmp_path: Path, classifier: Classifier) -> None:
    path = write(tmp_path / "in.csv", [["医保怎么交", "林业"]], ["内容", "department"])
    route_archive([path], tmp_path / "out.csv", COUNTY, model=classifier, predict=True, workers=1)
    (row,) = read(tmp_path / "out.csv")
    assert row["department"] == "林业"
    assert "林业" not in row["unit"]


def test_a_row_without_text_stays_and_is_listed(tmp_path: Path, classifier: Classifier) -> None:
    path = write(tmp_path / "in.csv", [*rows(2), ["3", "路灯", " ", ""]])
    summary = route_archive([path], tmp_path / "out.csv", COUNTY, model=classifier, workers=1)
    assert not summary.complete
    last = read(tmp_path / "out.csv")[-1]
    assert (last["编号"], last["unit"], last["mode"]) == ("3", "", "review")
    (rejected,) = read(tmp_path / "out.csv.rejected.csv")
    assert (rejected["row"], rejected["reason"]) == ("4", "no text")


def test_a_column_of_the_same_name_is_kept(tmp_path: Path, classifier: Classifier) -> None:
    path = write(tmp_path / "in.csv", [["路灯坏了", "三单元", "5"]], ["内容", "unit", "mode"])
    route_archive([path], tmp_path / "out.csv", COUNTY, model=classifier, workers=1)
    (row,) = read(tmp_path / "out.csv")
    assert (row["unit_input"], row["mode_input"]) == ("三单元", "5")
    assert row["unit"].startswith("长沙县")


def test_formulas_are_neutralized(archive: Path, tmp_path: Path, classifier: Classifier) -> None:
    route_archive([archive], tmp_path / "out.csv", COUNTY, model=classifier, workers=1)
    assert read(tmp_path / "out.csv")[2]["内容"].startswith("'=SUM")


def test_workers_make_no_difference(tmp_path: Path, small_model: Path) -> None:
    path = write(tmp_path / "in.csv", rows(1200))
    for workers in (1, 2):
        out = tmp_path / f"{workers}.csv"
        route_archive([path], out, COUNTY, model=small_model, workers=workers)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()


def test_it_can_be_sent_to_a_new_process(
    tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where processes cannot be forked, the workers load the model and build the router again."""
    path = write(tmp_path / "in.csv", rows(1200))
    route_archive([path], tmp_path / "1.csv", COUNTY, model=small_model, workers=1)
    monkeypatch.setattr("complaintnlp.archive.workers._start_method", lambda: "spawn")
    route_archive([path], tmp_path / "2.csv", COUNTY, model=small_model, workers=2)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()


class StoppedError(Exception):
    """Something that happens in the middle."""


def test_an_interrupted_run_goes_on(tmp_path: Path, small_model: Path) -> None:
    path = write(tmp_path / "in.csv", rows(1600))

    def stop(progress: object) -> None:
        raise StoppedError

    route_archive([path], tmp_path / "whole.csv", COUNTY, model=small_model, workers=1)
    out = tmp_path / "out.csv"
    with pytest.raises(StoppedError):
        route_archive([path], out, COUNTY, model=small_model, workers=1, progress=stop)
    assert not out.exists()
    with pytest.raises(InputError, match="--resume"):
        route_archive([path], out, COUNTY, model=small_model, workers=1)
    route_archive([path], out, COUNTY, model=small_model, workers=1, resume=True)
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_run_cannot_go_on_with_another_configuration(tmp_path: Path, small_model: Path) -> None:
    path = write(tmp_path / "in.csv", rows(1600))
    config = tmp_path / "routing.toml"
    config.write_text('version = 1\ndefault_unit = "甲"\n[[units]]\nname = "甲"\n', "utf-8")

    def stop(progress: object) -> None:
        raise StoppedError

    out = tmp_path / "out.csv"
    with pytest.raises(StoppedError):
        route_archive([path], out, config, model=small_model, workers=1, progress=stop)
    config.write_text(config.read_text("utf-8").replace("甲", "乙"), "utf-8")
    with pytest.raises(InputError, match="routing"):
        route_archive([path], out, config, model=small_model, workers=1, resume=True)


def test_a_run_goes_on_with_the_same_classifier_only(
    tmp_path: Path, classifier: Classifier, small_classifier: Classifier
) -> None:
    path, out = write(tmp_path / "in.csv", rows(1600)), tmp_path / "out.csv"

    def stop(progress: object) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        route_archive([path], out, COUNTY, model=classifier, workers=1, progress=stop)
    other = classifier.with_review_risk(0.3)
    with pytest.raises(InputError, match="had other review rule;"):
        route_archive([path], out, COUNTY, model=other, workers=1, resume=True)
    with pytest.raises(InputError, match="not loaded from a directory"):
        route_archive([path], out, COUNTY, model=small_classifier, resume=True)


def test_labels_by_hand_go_on_without_a_model(tmp_path: Path, classifier: Classifier) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    write(path, [["路灯坏了", "城管"]] * 1200, ["内容", "department"])

    def stop(progress: object) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        route_archive([path], out, COUNTY, workers=1, progress=stop)
    with pytest.raises(InputError, match="had other predict, model"):
        route_archive([path], out, COUNTY, model=classifier, predict=True, resume=True)
    summary = route_archive([path], out, COUNTY, workers=1, resume=True)
    assert summary.tally.rows == 1200 > summary.labelled


def test_a_wrong_configuration_stops_before_the_first_row(tmp_path: Path, archive: Path) -> None:
    config = tmp_path / "routing.toml"
    config.write_text("version = 1\n", "utf-8")
    with pytest.raises(ConfigError):
        route_archive([archive], tmp_path / "out.csv", config)
    assert not list(tmp_path.glob("out.csv*"))


def test_an_unknown_year_costs_no_row(tmp_path: Path) -> None:
    path = write(
        tmp_path / "in.csv",
        [["医保怎么交", "医保", "咨询", "2062-11-18 10:00"]],
        ["内容", "department", "appeal_type", "时间"],
    )
    route_archive([path], tmp_path / "out.csv", COUNTY, workers=1)
    (row,) = read(tmp_path / "out.csv")
    assert row["mode"] == "dispatch"
    assert "2062" in row["route_reasons"]


@pytest.mark.parametrize("labelled", [False, True])
def test_a_number_that_is_no_time_costs_no_row(
    tmp_path: Path, classifier: Classifier, labelled: bool
) -> None:
    path = tmp_path / "in.jsonl"
    label = '"department": "医保", ' if labelled else ""
    times = ["NaN", "Infinity", "-Infinity", "1e999", "43836.5"]
    lines = [f'{{"内容": "医保怎么交", {label}"时间": {time}}}\n' for time in times]
    path.write_text("".join(lines), "utf-8")
    summary = route_archive([path], tmp_path / "out.csv", COUNTY, model=classifier, workers=1)
    assert summary.complete
    assert summary.tally.months == {"2020-01": 1}
    assert [bool(row["unit"]) for row in read(tmp_path / "out.csv")] == [True] * 5
