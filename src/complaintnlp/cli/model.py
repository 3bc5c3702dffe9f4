"""``complaintnlp model``: what a model is, where it is, and whether it is whole."""

from __future__ import annotations

import json
from pathlib import Path

import click

from complaintnlp.model.directory import describe, verify
from complaintnlp.model.loading import bundled_directory

__all__ = ["model_command"]


@click.group("model")
def model_command() -> None:
    """Show or verify a model."""


@model_command.command("show")
@click.argument("directory", required=False, type=click.Path(file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the whole description as JSON.")
def show_command(directory: str | None, as_json: bool) -> None:
    """Say what the model in DIRECTORY is (the bundled one by default)."""
    folder = Path(directory) if directory else bundled_directory()
    description = describe(folder)
    if as_json:
        click.echo(json.dumps(description, ensure_ascii=False, indent=1))
        return
    size = sum(entry["size"] for entry in description["files"].values())
    click.echo(f"{folder}  ({size / 2**20:.1f} MiB, format {description['format_version']})")
    for target, labels in description["targets"].items():
        click.echo(f"{target}: {len(labels)} labels: {' '.join(map(str, labels))}")
    review = description["review"]
    click.echo(
        f"review: below confidence {dict(review['thresholds'])[review['risk']]:.2f} "
        f"in {review['target']} (risk {review['risk']:.0%})"
    )
    for name, value in description["provenance"].items():
        click.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")


@model_command.command("verify")
@click.argument("directory", required=False, type=click.Path(file_okay=False))
def verify_command(directory: str | None) -> None:
    """Compare every file of the model in DIRECTORY with its recorded SHA-256."""
    folder = Path(directory) if directory else bundled_directory()
    for name, digest in verify(folder).items():
        click.echo(f"{digest}  {name}")
    click.echo(f"{folder}: all files are as they were written")
