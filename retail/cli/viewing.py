"""`retail open`, `preview`, `explain` and `completion`: looking, not making."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import click

from retail.cli.options import chosen, config_option, input_option
from retail.errors import InputError, RetailError


@click.command("open", epilog="\b\nExample:\n  retail open --config shop/retail.toml")
@config_option
def open_site(config_path: Path | None) -> None:
    """Open the site in the browser."""
    page = chosen(config_path).site_folder / "index.html"
    if not page.is_file():
        raise InputError(f"{page}: there is no site yet. `retail build` makes one.")
    click.echo(page)
    click.launch(page.resolve().as_uri())


@click.command(epilog="\b\nExample:\n  retail preview --config shop/retail.toml --port 8000")
@config_option
@input_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: a free one.")
@click.option("--browser/--no-browser", default=True, help="Open the page. Default: open it.")
def preview(config_path: Path | None, input_folder: str | None, port: int, browser: bool) -> None:
    """Build, serve on this machine only, and build again when something changes.

    Watched: the config, the templates and the input files. Ctrl-C ends it.
    """
    from retail import pipeline, progress
    from retail.preview import Preview, watch
    from retail.render.assets import TEMPLATES

    def load() -> Any:
        return chosen(config_path, input=input_folder)

    def inputs() -> list[Path]:
        try:
            config = load()
        except RetailError:
            return _files(config_path)
        skipped = {config.site_folder.resolve(), config.work_folder.resolve()}
        inside = [p for p in config.input_folder.iterdir() if p.is_file()]
        return [*_files(config_path), *(p for p in inside if p.resolve() not in skipped), TEMPLATES]

    config = load()
    shown = Preview(config.site_folder, port)

    def build() -> None:
        from retail.render.pages import environment

        environment.cache_clear()
        try:
            with progress.shown(quiet=False) as view:
                pipeline.build(load(), view.step, view.say)
        except RetailError as error:
            click.echo(f"retail: {error}", err=True)
        else:
            shown.version += 1
            click.echo(f"built, run {shown.version}", err=True)

    build()
    shown.start()
    click.echo(shown.address)
    if browser:
        click.launch(shown.address)
    is_over = threading.Event()
    try:
        watch(inputs, build, is_over)
    except KeyboardInterrupt:
        click.echo("", err=True)
    finally:
        shown.stop()


def _files(config_path: Path | None) -> list[Path]:
    path = config_path or Path("retail.toml")
    return [path] if path.is_file() else []


@click.command(
    epilog="\b\nExamples:\n  retail explain rfm.bins\n  retail explain checks\n  retail explain"
)
@click.argument("key", required=False)
def explain(key: str | None) -> None:
    """Say what a config key, section or check means. Without KEY, list them all."""
    from retail import explained

    click.echo(explained.explain(key) if key else explained.overview())


@click.command(
    epilog='\b\nExample:\n  eval "$(retail completion bash)"     in ~/.bashrc\n'
    "  retail completion fish > ~/.config/fish/completions/retail.fish"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in a shell."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"no completion for {shell}")
    root = context.find_root().command
    click.echo(made(root, {}, "retail", "_RETAIL_COMPLETE").source())
