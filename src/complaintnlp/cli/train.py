"""``complaintnlp train``: a model from anyone's labelled tables."""

from __future__ import annotations

import click

from complaintnlp.cli.options import also_option, table_options, target_option

__all__ = ["train_command"]


@click.command("train")
@click.argument("tables", nargs=-1, required=True, metavar="TABLE...")
@click.option("-o", "--output", required=True, metavar="MODEL_DIR", help="Where the model goes.")
@target_option
@also_option
@table_options
@click.option("--user-dictionary", type=click.Path(dir_okay=False), help="Words, jieba's format.")
@click.option(
    "--lexicon",
    type=click.Path(dir_okay=False),
    help="What words say: a table with the columns word, concept, weight.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--jobs", type=int, default=-1, help="Processes; -1 for all cores.")
def train_command(
    tables: tuple[str, ...],
    output: str,
    targets: dict[str, str],
    also: dict[str, str],
    title_column: str | None,
    text_column: str | None,
    encoding: str | None,
    user_dictionary: str | None,
    lexicon: str | None,
    seed: int,
    jobs: int,
) -> None:
    """Train a model on labelled tables and write it to MODEL_DIR."""
    from complaintnlp.model.saving import check_writable
    from complaintnlp.training import train

    check_writable(output)
    classifier = train(
        list(tables),
        targets,
        also=also,
        title_column=title_column,
        text_column=text_column,
        encoding=encoding,
        user_dictionary=user_dictionary,
        lexicon=lexicon,
        seed=seed,
        n_jobs=jobs,
    )
    classifier.save(output)
    provenance = classifier.provenance
    click.echo(f"{provenance['messages']} messages, {provenance['terms']} terms; out of fold:")
    for target, metrics in provenance["out_of_fold"].items():
        click.echo(
            f"  {target}: accuracy {metrics['accuracy']:.3f}, macro-F1 {metrics['macro_f1']:.3f}, "
            f"calibration error {metrics['calibration_error']:.3f}"
        )
    click.echo(f"wrote {output}")
