"""The group `letan trees`: the designers' workbench."""

from __future__ import annotations

import typer

from letan.commands import trees_files, trees_runs

app = typer.Typer(no_args_is_help=True)


@app.callback()
def trees() -> None:
    """The designers' workbench for trees.

    Example: letan trees check trees/reception.yaml
    """


app.command("check")(trees_files.check)
app.command("show")(trees_files.show)
app.command("new")(trees_files.new)
app.command("diff")(trees_files.diff)
app.command("export")(trees_files.export)
app.command("schema")(trees_files.schema)
app.command("docs")(trees_files.docs)
app.command("try")(trees_runs.try_)
app.command("coverage")(trees_runs.coverage)
app.command("watch")(trees_runs.watch)
app.command("reload")(trees_runs.reload_)
