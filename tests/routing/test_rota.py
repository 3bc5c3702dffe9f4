from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from complaintnlp.routing import CalendarError, ConfigError

if TYPE_CHECKING:
    from tests.routing.conftest import CityWriter, MakePrediction

DUTY = '[duty]\nrota = "rota.csv"\n'
WEEKLY = "星期,部门,时间\n周二,医保,\n工作日,住建局,9:00-12:00\n2025-10-01,县医保,10:00-11:00\n"
TUESDAY = datetime(2025, 11, 18, 10)


def decide(city: CityWriter, predicted: MakePrediction, at: datetime | None, rota: str = WEEKLY):  # type: ignore[no-untyped-def]
    question = predicted({"医保": 0.9}, appeal_type="咨询")
    return city.router(DUTY, rota=rota).route(question, "医保怎么交", at=at)


@pytest.mark.parametrize(
    ("at", "mode"),
    [
        (TUESDAY, "online"),
        (TUESDAY.replace(hour=9), "online"),
        (TUESDAY.replace(hour=8, minute=59), "dispatch"),
        (TUESDAY.replace(hour=17, minute=30), "dispatch"),
        (TUESDAY + timedelta(days=1), "dispatch"),
        (datetime(2025, 10, 7, 10), "dispatch"),  # a Tuesday in the holidays
        (datetime(2025, 10, 1, 10), "online"),  # a holiday, but on the rota by its date
        (TUESDAY.replace(tzinfo=timezone(timedelta(hours=8))), "online"),
        (TUESDAY.replace(tzinfo=UTC), "dispatch"),  # 18:00 in Shanghai
        (None, "dispatch"),
    ],
)
def test_duty_hours(
    city: CityWriter, predicted: MakePrediction, at: datetime | None, mode: str
) -> None:
    assert decide(city, predicted, at).mode == mode


def test_the_next_duty_is_said(city: CityWriter, predicted: MakePrediction) -> None:
    evening = decide(city, predicted, TUESDAY.replace(hour=20))
    assert evening.next_duty == datetime(2025, 11, 25, 9)
    assert any("2025-11-25 09:00" in reason for reason in evening.reasons)
    early = decide(city, predicted, TUESDAY.replace(hour=7))
    assert early.next_duty == datetime(2025, 11, 18, 9)
    before_the_holidays = decide(city, predicted, datetime(2025, 9, 30, 18))
    assert before_the_holidays.next_duty == datetime(2025, 10, 1, 10)


def test_other_appeals_are_not_answered_online(city: CityWriter, predicted: MakePrediction) -> None:
    complaint = predicted({"医保": 0.9}, appeal_type="投诉")
    decision = city.router(DUTY, rota=WEEKLY).route(complaint, at=TUESDAY)
    assert (decision.mode, decision.next_duty) == ("dispatch", None)


def test_a_merged_bureau_is_on_duty_for_all_its_departments(
    city: CityWriter, predicted: MakePrediction
) -> None:
    router = city.router(DUTY, rota=WEEKLY)
    question = predicted({"公用": 0.9}, appeal_type="咨询")
    assert router.route(question, at=TUESDAY).mode == "online"
    assert router.route(question, at=TUESDAY.replace(hour=13)).mode == "dispatch"


def test_an_unknown_year_is_an_error_and_a_reason_in_an_archive(
    city: CityWriter, predicted: MakePrediction
) -> None:
    from complaintnlp.routing import facts_of

    later = datetime(2098, 11, 18, 10)
    with pytest.raises(CalendarError, match="2098"):
        decide(city, predicted, later)
    router = city.router(DUTY, rota=WEEKLY)
    facts = facts_of(predicted({"医保": 0.9}, appeal_type="咨询"))
    (decision,) = router.route_batch([facts], ["医保怎么交"], times=[later])
    assert decision.mode == "dispatch"
    assert any("2098" in reason for reason in decision.reasons)


def test_the_next_duty_may_lie_in_a_year_that_nobody_knows(
    city: CityWriter, predicted: MakePrediction
) -> None:
    years = "[duty.years.2098]\nholidays = []\n"
    router = city.router(DUTY + years, rota="日期,单位\n周二,医保局\n")
    question = predicted({"医保": 0.9}, appeal_type="咨询")
    decision = router.route(question, at=datetime(2098, 12, 31, 20))
    assert decision.next_duty is None
    assert any("2099" in reason for reason in decision.reasons)


def test_every_mistake_of_a_rota_is_found(city: CityWriter) -> None:
    rota = "星期,部门,时间\n周八,医保,\n周一,卫生所,\n周二,医保,9-17\n2025-02-30,医保,\n"
    with pytest.raises(ConfigError) as error:
        city.router(DUTY, rota=rota)
    found = [(problem.line, problem.problem) for problem in error.value.problems]
    assert found == [
        (2, "周八 is no day"),
        (3, "卫生所 is no unit"),
        (4, "9-17 are no hours"),
        (5, "2025-02-30 is no day"),
    ]
