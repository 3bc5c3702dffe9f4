from __future__ import annotations

import pytest

from complaintnlp.routing.labelled import LabelColumns


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (("department", "Department"), "城管"),
        (("Department", "department"), "住建"),
        (("Ｄepartment", "Department"), "城管"),
    ],
)
def test_one_of_two_columns_counts(names: tuple[str, str], taken: str) -> None:
    """The one that `relabel` wrote, else the first, as where title, text and time are found."""
    labels = LabelColumns(["内容", *names])
    assert labels.facts(["路灯不亮", "城管", "住建"]).department == taken
