from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from complaintnlp import Prediction, TargetPrediction
from complaintnlp.routing import Router

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNTY = Path(__file__).resolve().parents[2] / "datasets" / "changsha_county" / "routing.toml"


class MakePrediction(Protocol):
    def __call__(
        self,
        department: Mapping[str, float],
        *,
        category: str = ...,
        appeal_type: str = ...,
        hazard: float = ...,
        review: list[str] | None = ...,
    ) -> Prediction: ...


def prediction(
    department: Mapping[str, float],
    *,
    category: str = "城乡建设",
    appeal_type: str = "投诉",
    hazard: float = 0.01,
    review: list[str] | None = None,
) -> Prediction:
    """A prediction as the model makes it."""
    targets = {
        "category": TargetPrediction((category,), np.array([1.0])),
        "department": TargetPrediction(tuple(department), np.array(list(department.values()))),
        "appeal_type": TargetPrediction((appeal_type,), np.array([1.0])),
        "hazard": TargetPrediction((False, True), np.array([1 - hazard, hazard])),
    }
    return Prediction(targets, review or [])


@pytest.fixture(scope="session")
def predicted() -> MakePrediction:
    return prediction


@pytest.fixture(scope="session")
def county() -> Router:
    """The router of the worked example."""
    return Router.from_toml(COUNTY)


@pytest.fixture
def city(tmp_path: Path) -> CityWriter:
    return CityWriter(tmp_path)


class CityWriter:
    """Writes small configurations."""

    HEAD = 'version = 1\ndefault_unit = "群众工作部"\n'
    UNITS = (
        '[[units]]\nname = "群众工作部"\n'
        '[[units]]\nname = "住建局"\ncodes = ["住建", "公用"]\n'
        '[[units]]\nname = "医保局"\naliases = ["县医保"]\ncodes = ["医保"]\ncontact = "8401"\n'
        '[[units]]\nname = "消防大队"\ncodes = ["消防"]\n'
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, middle: str = "", units: str = UNITS, **files: str) -> Path:
        """Write routing.toml and the tables beside it (``rota="…"`` writes rota.csv)."""
        for name, text in files.items():
            (self.folder / f"{name}.csv").write_text(text, "utf-8")
        config = self.folder / "routing.toml"
        config.write_text(self.HEAD + middle + units, "utf-8")
        return config

    def router(self, middle: str = "", units: str = UNITS, **files: str) -> Router:
        return Router.from_toml(self.path(middle, units, **files))
