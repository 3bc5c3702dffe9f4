from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from complaintnlp.routing.automaton import Alphabet
from complaintnlp.routing.gazetteer import Gazetteer, Grid
from complaintnlp.routing.places import Place, PlaceFinder, locate

EAST = Grid("东城街道", "青云社区", "DC-01", "东区")
WEST = Grid("西城街道", "白鹭社区", "XC-07", "西区")


def finder() -> tuple[PlaceFinder, Alphabet]:
    gazetteer = Gazetteer({"东区": (), "西区": ("西部新区",)})
    gazetteer.add(["幸福里"], EAST, "小区")
    gazetteer.add(["幸福里"], WEST, "小区")
    gazetteer.add(["青云湖", "青云湖公园"], EAST, "公园")
    gazetteer.add(["白鹭小学"], WEST, "学校")
    alphabet = Alphabet(gazetteer.places)
    return PlaceFinder(gazetteer, alphabet), alphabet


FINDER, ALPHABET = finder()


def places(text: str) -> list[Place]:
    return FINDER.find(text, ALPHABET.encode(text))


def names(text: str) -> list[str]:
    return [place.name for place in places(text)]


def test_the_longest_name_wins() -> None:
    assert names("在青云湖公园门口") == ["青云湖公园"]


def test_a_road_is_not_the_lake_that_it_is_named_after() -> None:
    road = places("青云湖南路8号的井盖")[0]
    assert (road.name, road.source, road.grids) == ("青云湖南路8号", "pattern", ())


def test_an_estate_of_the_gazetteer_may_be_called_so() -> None:
    estate = places("幸福里小区没水")[0]
    assert (estate.name, estate.source, estate.grids) == ("幸福里小区", "gazetteer", (EAST, WEST))


def test_what_stands_before_a_known_name_is_not_part_of_it() -> None:
    assert names("就在青云社区") == ["青云社区"]
    assert places("就在青云社区")[0].source == "gazetteer"


def test_a_street_that_the_gazetteer_lacks_is_a_place() -> None:
    street = places("南城街道的垃圾")[0]
    assert street.grids == (Grid(street="南城街道"),)
    assert locate([street]).grid == Grid(street="南城街道")


def test_another_place_resolves_an_ambiguous_name() -> None:
    for text, expected in (
        ("西城街道幸福里三栋", WEST),
        ("幸福里（白鹭小学旁）", WEST),
        ("东区幸福里", EAST),
        ("幸福里在青云社区", EAST),
    ):
        assert locate(places(text)).grid == expected, text


def test_an_ambiguous_name_is_left_open_with_the_reason() -> None:
    grid, reason = locate(places("幸福里停水"))
    assert grid is None
    assert all(word in reason for word in ("幸福里", "DC-01", "XC-07", "请核实"))


def test_what_the_meanings_share_is_kept() -> None:
    other = EAST._replace(community="彩虹社区", code="DC-09")
    place = Place("幸福里", 0, 3, "text", "小区", (EAST, other), "gazetteer")
    assert locate([place]).grid == Grid("东城街道", district="东区")


def test_the_finer_place_goes_before_the_coarser() -> None:
    assert locate(places("东城街道青云社区青云湖")).grid == EAST


def test_two_places_apart_are_left_open() -> None:
    grid, reason = locate(places("从青云湖到白鹭小学"))
    assert grid is None
    assert "2 处" in reason


def test_an_unknown_street_does_not_outvote_the_gazetteer() -> None:
    assert locate(places("我老家是桃源街道，现在青云湖边住")).grid == EAST


def test_no_place_is_no_reason() -> None:
    assert locate(places("请问社保怎么交")) == (None, "")


@given(st.text("东西城区街道青云湖公园幸福里小白鹭社路8号在，", max_size=60))
def test_places_never_overlap_and_are_what_the_text_says(text: str) -> None:
    last = 0
    for place in places(text):
        assert last <= place.start < place.end
        assert text[place.start : place.end] == place.name
        last = place.end
    locate(places(text))
