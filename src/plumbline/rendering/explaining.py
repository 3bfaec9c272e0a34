"""Turns what a kustomize command prints on standard error into warnings and a placed error."""

import json
import os
import posixpath
import re
from pathlib import Path

from plumbline.rendering.closure import KUSTOMIZATION_NAMES, Closure
from plumbline.rendering.model import RenderError
from plumbline.rendering.remote import remote_message

_ERROR = re.compile(r"^(?:Error|error): (.*)\Z", re.MULTILINE | re.DOTALL)
_LOGGED_ERROR = re.compile(r'^E\d{4} .*"command failed" err=(".*")$', re.MULTILINE)
_PANIC = re.compile(r"^panic: (.*?)(?: \[recovered.*)?$", re.MULTILINE)
_MEMORY = re.compile(
    r"^(?:fatal error|runtime): .*(?:out of memory|cannot allocate memory|failed to reserve)",
    re.MULTILINE,
)
_LINE = re.compile(r"yaml: (?:unmarshal errors:\s+)?line (\d+)")
_QUOTED = re.compile(r"['\"\[]([^'\"\[\]\s]+)['\"\]]|in File: (\S+)")
_FETCHED = re.compile(r'Get "(https?://[^"]+)": proxyconnect ')
_STAMP = re.compile(r"^(?:\d{4}/\d\d/\d\d [\d:]+|[IWEF]\d{4} [\d:.]+\s+\d+ \S+\]) ")
_UNORDERED = re.compile(r"(?<=vars that were never replaced: )\S+")


def clean(text: str, root: Path) -> str:
    """A text without the root's place on this machine."""
    return text.replace(f"{root}{os.sep}", "").replace(str(root), ".")


def warnings_in(errors: str) -> tuple[str, ...]:
    """The lines before the error, each once, in order, without their time stamps."""
    found = _ERROR.search(errors) or _LOGGED_ERROR.search(errors)
    before = errors[: found.start()] if found else errors
    stripped = (_STAMP.sub("", line).strip() for line in before.splitlines())
    lines = (line.removeprefix("# Warning: ").strip() for line in stripped)
    return tuple(dict.fromkeys(_UNORDERED.sub(_sorted, line) for line in lines if line))


def _sorted(names: re.Match[str]) -> str:
    return ",".join(sorted(names[0].split(",")))


def explain(errors: str, end: str, *, closure: Closure, overlay: str) -> RenderError:
    """Why a command failed: kustomize's own words, and the file and line they are about."""
    panic = _PANIC.search(errors)
    if panic:
        return _placed("crash", f"kustomize crashed: {panic[1]}", closure, overlay)
    if _MEMORY.search(errors):
        message = "rendering took more memory than it may: make the overlay smaller"
        return _placed("memory", message, closure, overlay)
    said = _error_in(errors)
    if said is None:
        message = f"kustomize died of this overlay ({end}): look for what it includes"
        return _placed("crash", message, closure, overlay)
    message = " ".join(part.strip() for part in said.strip().splitlines())
    fetched = _FETCHED.search(message)
    if fetched:
        return _placed("remote", remote_message(fetched[1]), closure, overlay)
    return _placed(_kind(message), message, closure, overlay)


def _error_in(errors: str) -> str | None:
    """kustomize's error, which kubectl wraps in a log line as a quoted text."""
    plain = _ERROR.search(errors)
    if plain:
        return plain[1]
    logged = _LOGGED_ERROR.search(errors)
    if logged is None:
        return None
    try:
        return str(json.loads(logged[1]))
    except ValueError:
        return logged[1].strip('"')


def _kind(message: str) -> str:
    if "no 'git' program on path" in message:
        return "remote"
    if "external plugins disabled" in message or "must specify --enable-helm" in message:
        return "refused"
    return "kustomize"


def _placed(kind: str, message: str, closure: Closure, overlay: str) -> RenderError:
    line = _LINE.search(message)
    named = _innermost(message, closure)
    if line and named:
        return RenderError(kind, message, named, int(line[1]))
    for name in sorted(closure.absent & closure.places.keys()):
        if name in message:
            return RenderError(kind, message, *closure.places[name])
    return RenderError(kind, message, named or _kustomization(overlay, closure))


def _innermost(message: str, closure: Closure) -> str:
    """The last file that a message names: a path from the root, an entry, or a directory."""
    found = ""
    for match in _QUOTED.finditer(message):
        found = _known(match[1] or match[2], closure) or found
    return found


def _known(word: str, closure: Closure) -> str:
    if word in closure.reads:
        return word
    for name, (by, _) in closure.places.items():
        entry = posixpath.normpath(posixpath.join(posixpath.dirname(by), word))
        if entry == name and name in closure.reads:
            return name
    return _kustomization(word, closure)


def _kustomization(directory: str, closure: Closure) -> str:
    for each in KUSTOMIZATION_NAMES:
        name = posixpath.normpath(posixpath.join(directory, each))
        if name in closure.reads:
            return name
    return ""
