"""Decides what is going to be judged, and by what, before anything is rendered."""

from dataclasses import dataclass, replace
from pathlib import Path

from plumbline.checking.options import Options
from plumbline.checking.report import NotRun
from plumbline.checking.settings import load_settings
from plumbline.findings import CannotCheck
from plumbline.kinds import Repository
from plumbline.rendering import Limits
from plumbline.repository import SETTINGS_FILE, Files, Tree, discover, overlays, roots
from plumbline.rules import Config, Rule, Scope
from plumbline.schemas import bundled_versions, nearest


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be judged, by what."""

    tree: Tree
    files: Files
    settings: Repository | None
    config: Config
    limits: Limits
    overlays: tuple[str, ...]
    rules: tuple[Rule, ...]
    not_run: tuple[NotRun, ...]
    notes: tuple[str, ...]

    def of(self, scope: Scope) -> tuple[Rule, ...]:
        """The rules that look at a scope."""
        return tuple(rule for rule in self.rules if scope in rule.scopes)


def make_plan(root: Path, options: Options, *, catalogue: tuple[Rule, ...]) -> Plan:
    """The plan for a tree. Raises CannotCheck for settings or options that cannot be used."""
    tree = discover(root)
    first = Files(root, options.limits)
    settings = load_settings(first)
    limits = _limits(options, settings)
    files = first.within(limits)
    skipped: tuple[NotRun, ...] = ()
    if settings is not None:
        chosen = overlays(tree.kustomizations, settings.environments)
        notes: tuple[str, ...] = ()
        where = f"an overlay lies at .../overlays/<{'|'.join(settings.environments)}>"
    else:
        found = roots(tree, limits)
        chosen = found.overlays
        notes = (
            f"no {SETTINGS_FILE}: rendered every kustomization that nothing else includes, "
            "and ran the rules that need no settings",
        )
        reason = "a Component that nothing includes builds nothing by itself"
        skipped = tuple(NotRun(directory, reason) for directory in found.components)
        where = "looked for kustomization.yaml in every directory that is not hidden"
    if not chosen:
        message = f"no overlay below {root}: {where}; nothing was checked"
        raise CannotCheck(message)
    rules, not_run = _rules(options, settings, catalogue)
    version = _kubernetes_version(options, settings)
    config = Config(settings, version)
    return Plan(tree, files, settings, config, limits, chosen, rules, (*skipped, *not_run), notes)


def _rules(
    options: Options, settings: Repository | None, catalogue: tuple[Rule, ...]
) -> tuple[tuple[Rule, ...], tuple[NotRun, ...]]:
    known = [rule.id for rule in catalogue]
    for named in (*options.select, *options.ignore):
        if named not in known:
            close = nearest(named, known)
            hint = f'did you mean "{close}"?' if close else "see `plumbline explain`"
            message = f'there is no rule "{named}": {hint}'
            raise CannotCheck(message)
    run: list[Rule] = []
    skipped: list[NotRun] = []
    for rule in catalogue:
        if options.select and rule.id not in options.select:
            skipped.append(NotRun(rule.id, "not selected"))
        elif rule.id in options.ignore:
            skipped.append(NotRun(rule.id, "ignored on the command line"))
        elif rule.needs_settings and settings is None:
            skipped.append(NotRun(rule.id, f"needs {SETTINGS_FILE}"))
        else:
            run.append(rule)
    if not run:
        message = "no rule is left to run: select others, or ignore fewer"
        raise CannotCheck(message)
    return tuple(run), tuple(skipped)


def _limits(options: Options, settings: Repository | None) -> Limits:
    own = settings.limits if settings else {}
    names = {
        "fileBytes": "file_bytes",
        "depth": "depth",
        "aliasNodes": "alias_nodes",
        "documents": "documents",
    }
    return replace(options.limits, **{names[key]: value for key, value in own.items()})


def _kubernetes_version(options: Options, settings: Repository | None) -> str:
    if options.kubernetes_version:
        return options.kubernetes_version
    return settings.kubernetes_version if settings else bundled_versions()[-1]
