"""Commands that keep Marsad going by itself: `up`, `down`, `serve`, `deploy`."""

from __future__ import annotations

import typer

from flows.commands.common import AsJson, faults, quieten_prefect

app = typer.Typer()


@app.command(epilog="Example: marsad up")
def up(as_json: AsJson = False) -> None:
    """Start a local server with its UI, a worker, schedules and automations, in the background; say what comes next.

    Runs work in the current folder. Safe to repeat: what is up is left alone.
    """
    quieten_prefect(verbose=True)
    with faults():
        from flows import terminal, up  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        load_settings()  # a wrong one is told here, not in a log
        standing = up.up()
        if as_json:
            typer.echo(standing.model_dump_json(indent=2))
        else:
            terminal.show_standing(standing)


@app.command(epilog="Example: marsad down")
def down(as_json: AsJson = False) -> None:
    """Stop what `marsad up` started. A run that is going on is cancelled, and goes on when it is started again."""
    quieten_prefect(verbose=True)
    with faults():
        from flows import up  # noqa: PLC0415

        stopped = up.down()
        if as_json:
            typer.echo(stopped.model_dump_json(indent=2) if stopped else "null")
        else:
            typer.echo(f"stopped {stopped.ui}" if stopped else "nothing is up")


@app.command(epilog="Example: marsad serve")
def serve() -> None:
    """Do what `marsad up` does in the foreground, for systemd, containers and terminals, until it is interrupted.

    With PREFECT_API_URL set it starts a worker for that server, and none of its own.
    """
    quieten_prefect(verbose=True)
    with faults():
        from flows.serve import serve  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        serve(load_settings())


@app.command(epilog="Example: marsad deploy")
def deploy(as_json: AsJson = False) -> None:
    """Register the deployments, their work pool and the automations on the server that PREFECT_API_URL names.

    Without it, on the one that `marsad up` started. Safe to repeat: what you have paused stays paused.
    """
    quieten_prefect(verbose=True)
    with faults():
        from flows import deploy, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        registered = deploy.deploy(load_settings())
        if as_json:
            typer.echo(registered.model_dump_json(indent=2))
        else:
            terminal.show_registered(registered)
