"""The `weft` command: registers the subcommands and turns errors into one line and exit code 2."""

from __future__ import annotations

import os
import sys

import typer

from weft.cli import analyze_command, bench_command, compile_command, list_commands, verify_command
from weft.cli.output import fail
from weft.errors import CompileError
from weft.version import __version__

app = typer.Typer(
    name="weft",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Compile a quantized TensorFlow Lite model into a self-contained int8 C library.",
)
app.command("compile")(compile_command.compile_)
app.command("verify")(verify_command.verify)
app.command("analyze")(analyze_command.analyze)
app.command("bench")(bench_command.bench)
app.command("ops")(list_commands.ops)
app.command("targets")(list_commands.targets)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True,
                                 help="Print the version."),
) -> None:  # fmt: skip
    pass


def main() -> None:
    """Run the command line; exit code 0 done, 1 the answer is no, 2 unusable input."""
    try:
        app()
    except CompileError as error:
        fail(str(error))
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # a bug: still one line, with the way to see more
        if os.environ.get("WEFT_DEBUG"):
            raise
        fail(f"internal error, {type(error).__name__}: {error}; set WEFT_DEBUG=1 for the traceback")
