"""Renders the template with the cookiecutter library, without its configuration and its noise."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plumbline.scaffolding.errors import CannotCreate


def context_of(template: Path, answers: Mapping[str, str]) -> dict[str, Any]:
    """The template's variables with these answers; defaults for the rest, no question asked."""
    # Imported here: cookiecutter costs more start-up time than `plumbline check` has to spend.
    from cookiecutter.generate import generate_context
    from cookiecutter.prompt import prompt_for_config

    file = str(template / "cookiecutter.json")
    context: dict[str, Any] = generate_context(context_file=file, extra_context=dict(answers))
    context["cookiecutter"].update(prompt_for_config(context, no_input=True))
    return context


def render(
    template: Path, context: Mapping[str, Any], *, into: Path, environment: Mapping[str, str] | None
) -> tuple[Path, str]:
    """The rendered project below `into`, and what the hooks had to say.

    Raises CannotCreate with a hook's own words, or with the variable that the template misspells.
    """
    from cookiecutter.exceptions import UndefinedVariableInTemplate
    from cookiecutter.generate import generate_files
    from jinja2 import TemplateError

    try:
        _run_hook(template, "pre_gen_project", context, into, environment)
        made = generate_files(
            repo_dir=str(template), context=dict(context), output_dir=str(into), accept_hooks=False
        )
        said = _run_hook(template, "post_gen_project", context, Path(made), environment)
    except UndefinedVariableInTemplate as error:
        message = f"the template is broken: {error.message}: {error.error.message}"
        raise CannotCreate(message) from error
    except TemplateError as error:
        message = f"the template is broken: {error}"
        raise CannotCreate(message) from error
    return Path(made), said


def _run_hook(
    template: Path,
    name: str,
    context: Mapping[str, Any],
    directory: Path,
    environment: Mapping[str, str] | None,
) -> str:
    """What the hook wrote to stderr; cookiecutter's own runner buries it in a traceback."""
    from cookiecutter.utils import create_env_with_context

    source = template / "hooks" / f"{name}.py"
    if not source.is_file():
        return ""
    engine = create_env_with_context(dict(context))
    text = engine.from_string(source.read_text("utf-8")).render(**context)
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch, source.name)
        script.write_text(text, "utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", os.fspath(script)],
            cwd=directory,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        raise CannotCreate(done.stderr.strip() or f"{source} failed without a word")
    return done.stderr.strip()
