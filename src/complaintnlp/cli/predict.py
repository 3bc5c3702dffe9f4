"""``complaintnlp predict``: one message, read by a person or a program."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from complaintnlp.cli.console import bar
from complaintnlp.cli.options import model_option
from complaintnlp.errors import TableError
from complaintnlp.model import load
from complaintnlp.model.explanation import INTERCEPT
from complaintnlp.taxonomy import departments

if TYPE_CHECKING:
    from complaintnlp.model import Classifier, TargetPrediction

__all__ = ["predict_command"]

_NAMES = {
    "category": "类别",
    "department": "部门",
    "appeal_type": "诉求",
    "hazard": "危险",
}
_BAR = 20
_WORDS = 5


@click.command("predict")
@click.argument("text")
@click.option("--title", help="The message's title.")
@model_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def predict_command(text: str, title: str | None, model: str | None, as_json: bool) -> None:
    """Predict the message TEXT ("-" reads it from standard input)."""
    if text == "-":
        text = _decoded(sys.stdin.buffer.read())
    classifier = load(model)
    prediction = classifier.predict(text, title)
    if as_json:
        click.echo(json.dumps(prediction.to_dict(), ensure_ascii=False))
        return
    for target in prediction.targets:
        click.echo(_line(target, getattr(prediction, target)))
        click.echo(f"      依据  {_deciding_words(classifier, text, title, target)}")
    for reason in prediction.review_reasons:
        click.secho(f"需人工复核：{reason}", fg="yellow")


def _decoded(message: bytes) -> str:
    """Return a message in whichever encoding it is; one that is damaged is refused."""
    from complaintnlp.tables.encodings import detect_encoding  # a message on the line needs none

    encoding = detect_encoding(message)
    try:
        return message.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        problem = f"byte {error.start + 1:,} is not valid {name}, and no other encoding fits"
        raise TableError("standard input", f"{problem}; convert it to UTF-8") from None


def _line(target: str, part: TargetPrediction) -> str:
    shown = f"{bar(part.confidence, _BAR)} {part.confidence:4.0%}"
    line = f"{_NAMES.get(target, target)}  {shown}  {_readable(target, part.label)}"
    if len(part.ranking) > 1:
        label, probability = part.ranking[1]
        line += f"（其次 {_readable(target, label)} {probability:.0%}）"
    return line


def _readable(target: str, label: str | bool) -> str:
    if isinstance(label, bool):
        return "有" if label else "无"
    if target == "department" and label in departments():
        return f"{label} {departments()[label].name}"
    return label


def _deciding_words(classifier: Classifier, text: str, title: str | None, target: str) -> str:
    contributions = classifier.explain(text, title, target, top=_WORDS + 1)
    words = [
        f"{word} {value:+.2f}" for word, value in contributions if word != INTERCEPT and value > 0
    ]
    return "  ".join(words[:_WORDS]) or "没有起决定作用的词"
