from __future__ import annotations

import json
import pickle
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from complaintnlp import InputError, Prediction, PredictionBatch, TargetPrediction
from complaintnlp.routing import ConfigError, Router, facts_of, facts_of_batch

if TYPE_CHECKING:
    from tests.routing.conftest import CityWriter, MakePrediction

DISTRICTS = '[districts]\n"东区" = ["东城"]\n"西区" = []\n'
BY_DISTRICT = (
    '[[units]]\nname = "群众工作部"\n'
    '[[units]]\nname = "{district}城管局"\naliases = ["{district}执法局"]\ncodes = ["城管"]\n'
    'contact = "{district}大道1号"\n'
    '[[units]]\nname = "市城管局"\naliases = ["市执法局"]\n'
)


class TestDirectory:
    def test_a_unit_for_each_district(self, city: CityWriter, predicted: MakePrediction) -> None:
        router = city.router(DISTRICTS, BY_DISTRICT)
        litter = predicted({"城管": 0.9})
        east = router.route(litter, text="东城的垃圾没人收")
        assert east.units[0] == ("东区城管局", "主办", "东区大道1号")
        assert router.route(litter, text="西区的垃圾没人收").unit == "西区城管局"

    def test_the_default_takes_what_has_no_district(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        decision = city.router(DISTRICTS, BY_DISTRICT).route(predicted({"城管": 0.9}), text="垃圾")
        assert decision.unit == "群众工作部"
        assert "没有写明在哪个区域" in decision.reasons[0]

    def test_the_default_takes_what_has_no_unit(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        decision = city.router().route(predicted({"铁路": 0.9}))
        assert decision.unit == "群众工作部"
        assert "没有单位承接" in decision.reasons[0]

    def test_a_merged_bureau_has_several_codes(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        router = city.router()
        units = {router.route(predicted({code: 0.9})).unit for code in ("住建", "公用")}
        assert units == {"住建局"}

    def test_a_title_names_the_district_too(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        decision = city.router(DISTRICTS, BY_DISTRICT).route(
            predicted({"城管": 0.9}), text="垃圾没人收", title="西区"
        )
        assert decision.unit == "西区城管局"
        assert [(place.field, place.start) for place in decision.places] == [("title", 0)]


class TestRules:
    RULES = (
        '[[rules]]\nname = "电梯"\nwhen = { phrases = ["电梯"], without = ["电梯广告"] }\n'
        'department = "医保"\nsupporting = ["消防", "住建局"]\n'
        '[[rules]]\nname = "都归住建"\nwhen = { categories = ["城乡建设"] }\nunit = "住建局"\n'
        '[[rules]]\nname = "感谢"\nwhen = { appeal_types = ["感谢"] }\nmode = "review"\n'
    )

    def test_the_first_rule_that_holds_names_the_unit(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        decision = city.router(self.RULES).route(predicted({"消防": 0.9}), text="电梯坏了")
        assert decision.unit == "医保局"
        assert decision.supporting == ("消防大队", "住建局")
        assert decision.rules == ("电梯", "都归住建")
        assert "规则「电梯」" in decision.reasons[0]

    def test_a_word_excludes(self, city: CityWriter, predicted: MakePrediction) -> None:
        decision = city.router(self.RULES).route(predicted({"消防": 0.9}), text="电梯广告太多")
        assert (decision.unit, decision.rules) == ("住建局", ("都归住建",))

    def test_what_no_rule_says_is_the_models(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        thanks = predicted({"消防": 0.9}, category="政法", appeal_type="感谢")
        decision = city.router(self.RULES).route(thanks, text="谢谢消防员")
        assert (decision.unit, decision.mode) == ("消防大队", "review")

    def test_a_rule_settles_what_the_model_doubts(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        doubt = predicted({"消防": 0.2}, review=["把握不足"])
        assert city.router(self.RULES).route(doubt, text="电梯坏了").mode == "dispatch"
        assert city.router().route(doubt, text="电梯坏了").mode == "review"

    def test_a_rule_of_a_district(self, city: CityWriter, predicted: MakePrediction) -> None:
        rule = '[[rules]]\nname = "东"\nwhen = { districts = ["东区"] }\nunit = "市执法局"\n'
        router = city.router(DISTRICTS + rule, BY_DISTRICT)
        assert router.route(predicted({"城管": 0.9}), text="东区噪音").unit == "市城管局"
        assert router.route(predicted({"城管": 0.9}), text="西区噪音").unit == "西区城管局"


class TestModes:
    GRID = (
        '[districts]\n"东城街道" = []\n[places]\ngazetteer = "places.csv"\n'
        '[grid]\nlead = "属地"\nwhen = { phrases = ["路灯"], appeal_types = ["投诉"] }\n'
    )
    UNITS = (
        '[[units]]\nname = "群众工作部"\n[[units]]\nname = "{district}办事处"\ncodes = ["属地"]\n'
        '[[units]]\nname = "城管局"\ncodes = ["城管"]\n'
    )
    PLACES = "名称,街道,社区,网格\n青云湖,东城街道,青云社区,DC-01\n"

    def test_a_small_matter_goes_to_its_grid(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        router = city.router(self.GRID, self.UNITS, places=self.PLACES)
        decision = router.route(predicted({"城管": 0.9}), text="青云湖的路灯不亮")
        assert decision.mode == "grid"
        assert decision.grid
        assert decision.grid[:3] == ("东城街道", "青云社区", "DC-01")
        assert [unit[:2] for unit in decision.units] == [
            ("东城街道办事处", "主办"),
            ("城管局", "协办"),
        ]

    def test_without_a_grid_it_goes_to_the_unit_in_charge(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        router = city.router(self.GRID, self.UNITS, places=self.PLACES)
        decision = router.route(predicted({"城管": 0.9}), text="东城街道的路灯不亮")
        assert (decision.mode, decision.unit) == ("dispatch", "城管局")
        assert any("网格未能确定" in reason for reason in decision.reasons)

    def test_danger_goes_before_everything(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        router = city.router(self.GRID, self.UNITS, places=self.PLACES)
        danger = predicted({"城管": 0.9}, hazard=0.6, review=["把握不足"])
        decision = router.route(danger, text="青云湖的路灯漏电，有人触电")
        assert decision.mode == "urgent"
        assert any("0.60" in reason and "“漏电”“触电”" in reason for reason in decision.reasons)

    def test_the_threshold_of_danger_is_the_citys(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        router = city.router('[urgent]\nthreshold = 0.7\nwords = ["冒火花"]\n')
        assert router.route(predicted({"住建": 0.9}, hazard=0.69)).mode == "dispatch"
        decision = router.route(predicted({"住建": 0.9}, hazard=0.7), text="漏电，冒火花")
        assert decision.mode == "urgent"
        assert any("依据：“冒火花”" in reason for reason in decision.reasons)

    def test_doubt_is_reviewed_with_its_reasons(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        decision = city.router().route(predicted({"住建": 0.2}, review=["把握不足"]))
        assert decision.mode == "review"
        assert decision.reasons[-1] == "需人工复核：把握不足"

    @pytest.mark.parametrize(
        ("text", "repeated"),
        [
            ("之前多次反映，一直没有解决", True),
            ("這個問題再次投訴", True),
            ("打12345投诉了三回都没人管", True),
            ("第一次反映这个问题", False),
            ("希望能解决停车难", False),
        ],
    )
    def test_repetition(
        self, city: CityWriter, predicted: MakePrediction, text: str, *, repeated: bool
    ) -> None:
        decision = city.router().route(predicted({"住建": 0.9}), text=text)
        assert decision.repeated is repeated
        assert any("重复反映" in reason for reason in decision.reasons) is repeated


class TestSupporting:
    def test_only_above_the_threshold_and_never_the_lead(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        ranking = {"住建": 0.4, "公用": 0.3, "消防": 0.2, "医保": 0.1}
        router = city.router("[supporting]\nthreshold = 0.2\nat_most = 2\n")
        decision = router.route(predicted(ranking))
        assert decision.supporting == ("消防大队",)
        assert city.router().route(predicted(ranking)).supporting == ()

    def test_a_department_without_a_unit_does_not_support(
        self, city: CityWriter, predicted: MakePrediction
    ) -> None:
        decision = city.router().route(predicted({"住建": 0.5, "铁路": 0.5}))
        assert decision.supporting == ()


class TestInterface:
    def test_a_batch_is_routed_as_one_by_one(self, county: Router) -> None:
        generator = np.random.default_rng(3)
        texts = [
            "泉塘街道幸福家园的路灯坏了，多次反映没有解决",
            "停电",
            "",
            "Ａ" * 50,
            "明月里路3号",
        ]
        titles = [None, "黄花镇", "请问", "", "公交"]
        times = [datetime(2025, 11, 18, hour) for hour in (8, 10, 12, 15, 20)]
        codes = ("住建", "城管", "医保", "属地", "铁路")
        probabilities = {
            "department": generator.dirichlet(np.ones(5) * 0.4, 5),
            "category": np.ones((5, 1)),
            "appeal_type": generator.dirichlet([1, 1], 5),
            "hazard": generator.dirichlet([1, 0.5], 5),
        }
        batch = PredictionBatch(
            {
                "department": codes,
                "category": ("城乡建设",),
                "appeal_type": ("咨询", "投诉"),
                "hazard": (False, True),
            },
            probabilities,
            [[], ["把握不足"], [], [], []],
        )
        routed = county.route_batch(facts_of_batch(batch), texts, titles, times)
        for row, decision in enumerate(routed):
            alone = county.route(batch[row], texts[row], titles[row], times[row])
            assert decision.to_dict() == alone.to_dict()

    def test_a_decision_is_json(self, county: Router, predicted: MakePrediction) -> None:
        decision = county.route(predicted({"城管": 0.9}), text="泉塘街道幸福家园的路灯坏了")
        values = json.loads(json.dumps(decision.to_dict(), ensure_ascii=False))
        assert values["mode"] == "grid"
        assert values["grid"]["code"] == "QT-02-01"
        assert values["places"][0]["name"] == "泉塘街道"

    def test_offsets_are_those_of_the_text(self, county: Router, predicted: MakePrediction) -> None:
        title, text = "星沙街道路灯", "😡在㮾梨街道老渡口路\n看到的"
        for place in county.route(predicted({"城管": 0.9}), text=text, title=title).places:
            source = title if place.field == "title" else text
            assert source[place.start : place.end] == place.name

    def test_a_model_with_departments_only_is_enough(self, county: Router) -> None:
        target = TargetPrediction(("住建", "城管"), np.array([0.7, 0.3]))
        decision = county.route(Prediction({"department": target}, []), text="房子漏水")
        assert decision.unit == "长沙县住房和城乡建设局"

    def test_a_model_without_departments_is_refused(self, county: Router) -> None:
        target = TargetPrediction(("城乡建设",), np.array([1.0]))
        with pytest.raises(InputError, match="no target department, only category"):
            facts_of(Prediction({"category": target}, []))

    def test_wrong_types_are_refused(self, county: Router, predicted: MakePrediction) -> None:
        with pytest.raises(InputError, match="text is int"):
            county.route(predicted({"城管": 0.9}), text=3)  # type: ignore[arg-type]
        with pytest.raises(InputError, match="at is str"):
            county.route(predicted({"城管": 0.9}), at="2026-11-24")  # type: ignore[arg-type]

    def test_a_router_can_be_sent_to_another_process(
        self, county: Router, predicted: MakePrediction
    ) -> None:
        copy = pickle.loads(pickle.dumps(county))  # noqa: S301
        text = "泉塘街道幸福家园的路灯坏了"
        there, here = (r.route(predicted({"城管": 0.9}), text=text) for r in (copy, county))
        assert there.to_dict() == here.to_dict()

    def test_a_wrong_configuration_is_one_error(self, city: CityWriter) -> None:
        with pytest.raises(ConfigError, match="treshold"):
            city.router("[urgent]\ntreshold = 0.5\n")
