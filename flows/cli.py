"""The `marsad` command, put together from the modules in `commands`.

Nothing heavy is imported before a command needs it, so that `marsad --help` answers at once.
"""

from __future__ import annotations

import typer

from flows.commands import formats, judge, keep, look, operate, quarantine, run, watch

app = typer.Typer(
    help="Arabic news in, an event warehouse out: who did what to whom, where and when.",
    epilog="Exit codes: 0 done, 1 done with records in quarantine, 2 usage, 3 failed.  "
    "Settings: flags, then MARSAD_* variables, then marsad.toml.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# In the order of `marsad --help`.
for group in (run, watch, quarantine, look, formats, judge, keep, operate):
    app.add_typer(group.app)


def main() -> None:
    """Run the command."""
    app(prog_name="marsad")
