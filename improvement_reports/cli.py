"""The command line. A user's mistake is one sentence and exit code 2, never a traceback; a bug keeps its own.

Exit codes: 0 all well; 1 something failed and the rest went on; 2 the input or the call is wrong.
"""

import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

import typer

from improvement_reports.commands import authors, beginning, building, publishing, returns, tracing, verifying
from improvement_reports.domain.errors import UserError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Monthly returns in, published and traceable progress reports out.",
)
for command in (
    returns.check,
    returns.prepare,
    building.run,
    building.site,
    building.pack,
    publishing.publish,
    verifying.verify,
    publishing.keep,
    tracing.figure,
    returns.template,
    beginning.init,
    beginning.new_month,
    beginning.add_measure,
):
    app.command(command.__name__.replace("_", "-"))(command)
app.command("import")(returns.import_scorecard)
app.command(context_settings={"ignore_unknown_options": True})(authors.lab)
for command in (authors.preview, authors.bench, authors.guide, authors.proof):
    app.command()(command)


def main() -> None:
    """Entry point of the command ``improvement-reports``."""
    from improvement_reports.workspace.output import can_say_everything
    from improvement_reports.workspace.processes import collect_seldom, end_in_order
    from improvement_reports.workspace.troubles import in_words

    collect_seldom()
    can_say_everything()
    end_in_order()
    try:
        app()
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, MemoryError, BrokenExecutor) as error:
        if (said := in_words(error, Path.cwd())) is None:
            raise
        typer.echo(said, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
