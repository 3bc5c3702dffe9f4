"""The worked example, routed by the bundled model as its story tells."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

import complaintnlp
from complaintnlp.taxonomy import departments
from tests.routing.conftest import COUNTY

if TYPE_CHECKING:
    from complaintnlp import Classifier
    from complaintnlp.routing import Decision, Router

WINDOW = "小区电梯间窗户低，且没装限位器"
DRAIN = "我家下水管道堵塞了，您能帮忙找人疏通下吗？"
STAIRS = "楼道停放车辆，堵塞了消防通道，请您帮忙解决"
QUESTION = "请问2024年城乡居民医保什么时候可以缴费，在哪里缴"
IN_CHARGE = {
    DRAIN: {"长沙县城市管理和综合执法局", "长沙县住房和城乡建设局"},
    STAIRS: {"长沙县消防救援大队"},
}
TUESDAY = datetime(2026, 11, 24, 10)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return complaintnlp.load()


def decide(router: Router, classifier: Classifier, text: str, at: datetime) -> Decision:
    return router.route(classifier.predict(text), text=text, at=at)


def test_the_window_goes_to_the_housing_bureau(county: Router, classifier: Classifier) -> None:
    decision = decide(county, classifier, WINDOW, TUESDAY)
    assert decision.unit == "长沙县住房和城乡建设局"
    assert decision.mode in ("dispatch", "urgent")


@pytest.mark.parametrize("text", [DRAIN, STAIRS])
def test_small_matters_go_to_the_bureau_in_charge_or_to_the_grid(
    county: Router, classifier: Classifier, text: str
) -> None:
    nowhere = decide(county, classifier, text, TUESDAY)
    assert nowhere.grid is None
    assert nowhere.unit in IN_CHARGE[text]
    there = decide(county, classifier, f"湘龙街道学府佳苑：{text}", TUESDAY)
    assert there.grid
    assert there.grid.code == "XL-01-01"
    if there.mode == "grid":
        assert there.unit == "湘龙街道办事处"
        assert IN_CHARGE[text] & set(there.supporting)
    else:
        assert there.mode == "urgent"
        assert there.unit in IN_CHARGE[text]


def test_the_drain_with_an_address_goes_to_the_grid(county: Router, classifier: Classifier) -> None:
    text = f"湘龙街道学府佳苑，{DRAIN}"
    assert decide(county, classifier, text, TUESDAY).mode == "grid"


def test_a_question_is_answered_in_duty_hours(county: Router, classifier: Classifier) -> None:
    decision = decide(county, classifier, QUESTION, TUESDAY)
    assert (decision.mode, decision.unit) == ("online", "长沙县医疗保障局")


def test_in_the_evening_the_next_duty_is_said(county: Router, classifier: Classifier) -> None:
    decision = decide(county, classifier, QUESTION, TUESDAY.replace(hour=20))
    assert decision.mode == "dispatch"
    assert decision.next_duty == datetime(2026, 12, 1, 9)
    assert "2026-12-01 09:00" in decision.reasons[-1]


def test_every_department_has_a_unit_or_the_default(county: Router) -> None:
    directory = county.config.directory
    left_open = {
        code for code in departments() if directory.unit_for(code, None).unit == directory.default
    }
    assert left_open == {"属地", "铁路", "其他"}
    for district in ("星沙街道", "福临镇"):
        assert district in directory.unit_for("属地", district).unit.name


def test_the_gazetteer_covers_every_street(county: Router) -> None:
    with COUNTY.with_name("gazetteer.csv").open(encoding="utf-8-sig", newline="") as file:
        streets = {row["街道"] for row in csv.DictReader(file)}
    units = {unit.districts[0] for unit in county.config.directory.units if unit.districts}
    assert streets == units
