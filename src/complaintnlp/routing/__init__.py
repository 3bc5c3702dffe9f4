"""Routing: from a prediction to the unit, the grid and the hour.

A city writes down who answers for what, where its places are and who is on duty when; `Router`
reads that and decides about each message. Nothing in it is learned: every decision follows from
the prediction, the message and the files of the city, and says how.
"""

from complaintnlp.routing.config import check
from complaintnlp.routing.decision import Assignment, Decision
from complaintnlp.routing.errors import CalendarError, ConfigError, RoutingError
from complaintnlp.routing.facts import Facts, facts_of, facts_of_batch
from complaintnlp.routing.gazetteer import Grid
from complaintnlp.routing.places import Place
from complaintnlp.routing.problems import Problem
from complaintnlp.routing.router import Router

__all__ = [
    "Assignment",
    "CalendarError",
    "ConfigError",
    "Decision",
    "Facts",
    "Grid",
    "Place",
    "Problem",
    "Router",
    "RoutingError",
    "check",
    "facts_of",
    "facts_of_batch",
]
