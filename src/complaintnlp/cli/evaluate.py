"""``complaintnlp evaluate``: a model against a labelled table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaintnlp.cli.options import also_option, model_option, table_options, target_option
from complaintnlp.model import load

if TYPE_CHECKING:
    from complaintnlp.training import Evaluation

__all__ = ["evaluate_command"]


@click.command("evaluate")
@click.argument("table")
@model_option
@target_option
@also_option
@table_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--confusion",
    type=click.Path(dir_okay=False),
    metavar="PICTURE",
    help="Draw the confusion matrix; of several targets, each to PICTURE-TARGET.",
)
def evaluate_command(
    table: str,
    model: str | None,
    targets: dict[str, str],
    also: dict[str, str],
    title_column: str | None,
    text_column: str | None,
    encoding: str | None,
    as_json: bool,
    confusion: str | None,
) -> None:
    """Compare a model's predictions with the labels of TABLE."""
    from complaintnlp.training import evaluate, read_corpus
    from complaintnlp.training.evaluation import check_picture

    if confusion:
        check_picture(confusion)
    corpus = read_corpus(
        table,
        targets,
        also=also,
        title_column=title_column,
        text_column=text_column,
        encoding=encoding,
    )
    evaluations = evaluate(load(model), corpus)
    if as_json:
        values = {target: evaluation.to_dict() for target, evaluation in evaluations.items()}
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        for target, evaluation in evaluations.items():
            click.echo(_report(target, evaluation))
    if confusion:
        for target, evaluation in evaluations.items():
            path = Path(confusion)
            if len(evaluations) > 1:
                path = path.with_stem(f"{path.stem}-{target}")
            evaluation.plot_confusion(path)
            click.echo(f"wrote {path}", err=True)


def _report(target: str, evaluation: Evaluation) -> str:
    lines = [f"{target}", f"  {'precision':>9} {'recall':>7} {'F1':>7} {'support':>8}  label"]
    for i in evaluation.support.argsort(kind="stable")[::-1]:
        if evaluation.support[i] or evaluation.precision[i]:
            lines.append(
                f"  {evaluation.precision[i]:9.3f} {evaluation.recall[i]:7.3f} "
                f"{evaluation.f1[i]:7.3f} {evaluation.support[i]:8d}  {evaluation.classes[i]}"
            )
    for name, value in evaluation.summary().items():
        lines.append(f"  {name.replace('_', ' ')}: {value}")
    return "\n".join(lines)
