"""`letan trees check`, `show`, `diff` and others: what can be said of tree files without running them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from behaviours.language.reader import check_tree
from behaviours.names import NAMES
from letan.commands.options import SITE, OutOrShown, SiteOption, write_or_show
from letan.setup import TREES
from letan.workbench.checking import CheckReport
from letan.workbench.checking import check as check_files
from letan.workbench.differences import compare
from letan.workbench.formats import FORMATS, counted
from letan.workbench.groot import as_groot
from letan.workbench.picture import as_html, as_svg
from letan.workbench.reference import reference
from letan.workbench.schema import schema as tree_schema
from letan.workbench.show import as_terminal
from letan.workbench.template import start
from letan.workbench.tree_files import around_of, tree_file, tree_files
from text.problems import FileError

TreeArgument = Annotated[str, typer.Argument(help="A tree file, or the name of a shipped tree.")]


def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Tree files or folders; without any, the shipped trees.")
    ] = None,
    site: SiteOption = SITE,
    format_: Annotated[
        Literal["text", "json", "sarif"], typer.Option("--format", help="How the problems are written.")
    ] = "text",
    main: Annotated[
        str | None, typer.Option(help="The tree that the robot runs (reception); others are there to be called.")
    ] = None,
) -> None:
    """Check trees: every problem with file, line and column; exit code 2 for errors, 1 for lint alone.

    Example: letan trees check trees/reception.yaml
    """
    try:
        report = check_files(tree_files(files or []), around_of(site), main)
    except FileError as error:  # the site's own files
        report = CheckReport(0, error.problems, ())
    typer.echo(FORMATS[format_](report))
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def schema(
    folder: Annotated[Path, typer.Option(help="The folder whose trees can be called.")] = TREES,
    site: SiteOption = SITE,
    out: OutOrShown = None,
) -> None:
    """Write the JSON Schema of tree files, for completion and hover in editors (see docs/trees.md).

    Example: letan trees schema --out trees/schema.json
    """
    trees = sorted(path.stem for path in folder.glob("*.yaml"))
    write_or_show(json.dumps(tree_schema(around_of(site), trees), ensure_ascii=False, indent=1), out)


def docs(out: OutOrShown = None) -> None:
    """Write the reference of all words, in Markdown, from the registry.

    Example: letan trees docs --out docs/tree_reference.md
    """
    write_or_show(reference(NAMES), out)


def show(
    tree: TreeArgument,
    site: SiteOption = SITE,
    fold: Annotated[bool, typer.Option("--fold", help="Show called trees as one node.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Draw it into an SVG file instead.")] = None,
    html: Annotated[Path | None, typer.Option(help="Draw it into an HTML page instead.")] = None,
) -> None:
    """Show a tree in the terminal, or draw it.

    Example: letan trees show reception --svg reception.svg
    """
    spec = check_tree(tree_file(tree), around_of(site))
    if svg is not None:
        write_or_show(as_svg(spec, not fold), svg)
    if html is not None:
        write_or_show(as_html(spec, not fold), html)
    if svg is None and html is None:
        Console().print(as_terminal(spec, not fold))


def new(
    name: Annotated[str, typer.Argument(help="The tree's name.")],
    folder: Annotated[Path, typer.Option(help="Where the file goes.")] = TREES,
) -> None:
    """Begin a tree: a small file that works and explains itself.

    Example: letan trees new greet_children
    """
    typer.echo(f"{start(name, folder)}: begun; change it, and check it with `letan trees check`")


def diff(
    old: Annotated[Path, typer.Argument(help="A tree file, or a folder of them.")],
    new: Annotated[Path, typer.Argument(help="The other one.")],
    site: SiteOption = SITE,
) -> None:
    """Say what another version of trees does differently, not how it is written; exit code 1 when it does.

    Example: letan trees diff old/patrol.yaml trees/patrol.yaml
    """
    changes = compare(old, new, around_of(site))
    for change in changes:
        typer.echo(change)
    typer.echo(counted(len(changes), "difference"))
    if changes:
        raise typer.Exit(1)


def export(
    tree: TreeArgument,
    groot: Annotated[Path, typer.Option(help="The XML file for Groot2.")],
    site: SiteOption = SITE,
) -> None:
    """Write a tree, with those that it calls, as BehaviorTree.CPP XML, for Groot2.

    Example: letan trees export reception --groot reception.xml
    """
    write_or_show(as_groot(check_tree(tree_file(tree), around_of(site))), groot)
