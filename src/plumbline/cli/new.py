"""`plumbline new`: ask, generate, git init."""

import argparse
import os
import sys
from pathlib import Path


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb and its options."""
    parser = verbs.add_parser("new", help="generate a repository", description=__doc__)
    parser.add_argument("directory", nargs="?", metavar="DIR", help="its name is the project's")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="YAML: question: answer")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--no-input", action="store_true", help="take the defaults, ask nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Generates the repository and says what was made and what comes next."""
    from plumbline.scaffolding import (
        Question,
        answers_from_file,
        find_template,
        new,
        parse_set,
        questions,
    )

    answers = answers_from_file(arguments.answers) if arguments.answers else {}
    answers |= dict(parse_set(text) for text in arguments.set)
    template = find_template()
    defaults = {question.name: question.default for question in questions(template)}
    project = answers.get("project_name", defaults["project_name"])
    name = answers.get("project_slug", project.lower().replace(" ", "-"))
    directory = Path(arguments.directory or name)

    def ask(question: Question) -> str:
        hint = f" [{'|'.join(question.choices)}]" if question.choices else ""
        given = input(f"{question.prompt}{hint} ({question.default}): ").strip()
        return given or question.default

    interactive = not arguments.no_input and sys.stdin.isatty()
    made = new(
        directory,
        answers=answers,
        template=template,
        ask=ask if interactive else None,
        environment=dict(os.environ),
    )
    for note in made.notes:
        print(note, file=sys.stderr)
    print(f"{arguments.directory or name}: {made.files} files")
    print(f"next: cd {arguments.directory or name} && plumbline check")
    return 0
