"""The router: from a prediction and the words of a message to a decision."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from complaintnlp.errors import InputError
from complaintnlp.model.explanation import INTERCEPT
from complaintnlp.routing.automaton import Alphabet
from complaintnlp.routing.case import Case
from complaintnlp.routing.config import read_config
from complaintnlp.routing.facts import facts_of
from complaintnlp.routing.phrases import PhraseBook, phrase_parts
from complaintnlp.routing.places import PlaceFinder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from complaintnlp import Classifier, Prediction
    from complaintnlp.routing.config import Config
    from complaintnlp.routing.decision import Decision
    from complaintnlp.routing.facts import Facts

__all__ = ["Router"]

_EXPLAINED = 6  # contributions that are asked for; some of them speak against danger


class Router:
    """Decide where messages go; immutable, and safe to call from many threads at once.

    Parameters
    ----------
    config : Config
        What the city decides; `from_toml` reads it from a file.
    classifier : Classifier, optional
        The model that predicts: it is asked for the words by which it saw danger where the
        message has none of the configuration's.

    Examples
    --------
    >>> import complaintnlp
    >>> from complaintnlp.routing import Router
    >>> router = Router.from_toml("datasets/changsha_county/routing.toml")
    >>> text = "松月湖公园门口的路灯坏了一个月，一直没人修"
    >>> decision = router.route(complaintnlp.load().predict(text), text=text)
    >>> decision.grid
    Grid(street='星沙街道', community='明月里社区', code='XS-03-01', district='星沙街道')
    """

    def __init__(self, config: Config, classifier: Classifier | None = None) -> None:
        self.config = config
        self._classifier = classifier
        phrases = config.phrases
        parts = [part for phrase in phrases for part in phrase_parts(phrase)]
        self._alphabet = Alphabet([*config.gazetteer.places, *parts])
        self._places = PlaceFinder(config.gazetteer, self._alphabet)
        self._book = PhraseBook(phrases, self._alphabet)

    @classmethod
    def from_toml(cls, path: str | PathLike[str], classifier: Classifier | None = None) -> Router:
        """Read a configuration and the tables that it names.

        Parameters
        ----------
        path : path-like
            The TOML file.
        classifier : Classifier, optional
            The model that predicts.

        Raises
        ------
        ConfigError
            With every mistake in the configuration, each with file, line and remedy.
        """
        return cls(read_config(path), classifier)

    def route(
        self,
        prediction: Prediction,
        text: str = "",
        title: str | None = None,
        at: datetime | None = None,
    ) -> Decision:
        """Route one message.

        Parameters
        ----------
        prediction : Prediction
            What the model says of it.
        text : str, optional
            The message; without it, nothing is known of places and repetition.
        title : str, optional
            Its title.
        at : datetime, optional
            When it came in; without a time zone, in that of the configuration. A question is
            answered online only if this is known.

        Returns
        -------
        Decision

        Raises
        ------
        InputError
            When an argument is of the wrong type, or the model predicts no departments.
        CalendarError
            When a question must be compared with the rota and nobody knows the working days of
            the year.
        """
        for name, value in (("text", text), ("title", title)):
            if not isinstance(value, str | None):
                raise InputError(f"{name} is {type(value).__name__}; it must be a str")
        if not isinstance(at, datetime | None):
            raise InputError(f"at is {type(at).__name__}; it must be a datetime")
        message = _joined(title, text)
        explain = partial(self._danger_words, text, title) if self._classifier else None
        symbols = self._alphabet.encode(message)
        return self._case(facts_of(prediction), title, message, at, symbols, explain).decide()

    def route_batch(
        self,
        facts: Sequence[Facts],
        texts: Sequence[str],
        titles: Sequence[str | None] | None = None,
        times: Sequence[datetime | None] | None = None,
    ) -> list[Decision]:
        """Route many messages at once.

        A year whose working days are unknown is no error here: the decision says so. Danger is
        told by the words of the configuration only, since asking the model for its words takes
        longer than everything else.

        Parameters
        ----------
        facts : sequence of Facts, length n_messages
            From `facts_of_batch`, or of a table's own labels from `LabelColumns.facts`.
        texts : sequence of str, length n_messages
        titles : sequence of str or None, length n_messages, optional
        times : sequence of datetime or None, length n_messages, optional

        Returns
        -------
        list of Decision
        """
        titles = [None] * len(texts) if titles is None else titles
        messages = [_joined(*pair) for pair in zip(titles, texts, strict=True)]
        rows = zip(
            facts,
            titles,
            messages,
            [None] * len(texts) if times is None else times,
            self._alphabet.encode_many(messages),
            strict=True,
        )
        return [self._case(*row).decide(lenient=True) for row in rows]

    def _case(
        self,
        facts: Facts,
        title: str | None,
        message: str,
        at: datetime | None,
        symbols: bytes,
        explain: Callable[[], Sequence[str]] | None = None,
    ) -> Case:
        places = self._places.find(message, symbols, len(title) if title else 0)
        found = self._book.find(symbols)
        said = {phrase: message[start:end] for phrase, (start, end) in found.items()}
        return Case(self.config, facts, places, said, at, explain)

    def _danger_words(self, text: str, title: str | None) -> list[str]:
        """Return the words by which the model saw danger."""
        if self._classifier is None or "hazard" not in self._classifier.targets:
            return []
        words = self._classifier.explain(text, title, "hazard", _EXPLAINED)
        return [
            word for word, weight in words if weight > 0 and len(word) > 1 and word != INTERCEPT
        ]


def _joined(title: str | None, text: str) -> str:
    return f"{title}\n{text}" if title else text
