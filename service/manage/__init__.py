"""The program `fangang-server`: its entry point."""


def run() -> None:
    """The entry point. The program is loaded only when it runs: migrations need no Typer."""
    from service.manage.main import app  # noqa: PLC0415 (see above)

    app()
