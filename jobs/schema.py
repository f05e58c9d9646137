"""``samestory schema NAME``: the published shape of an artifact."""

from __future__ import annotations

import click

from jobs import documents
from jobs.show import encoded


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Print the JSON Schema (2020-12) of a JSON artifact's records, or the Table Schema of a tabular one.

    NAME is a file name such as clusters.jsonl; without NAME, all names are listed.
    """
    if name is None:
        for known in documents.names():
            click.echo(known)
    else:
        click.echo(encoded(documents.schema(name), indent=2))
