"""Which entries of a kustomization kustomize would fetch from elsewhere."""

import re

_HTTP = re.compile(r"https?:", re.IGNORECASE)
_SCHEME = re.compile(r"(?:ssh|https?|file)://", re.IGNORECASE)
_USER = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*@")
_GITHUB = re.compile(r"github\.com[/:]", re.IGNORECASE)
_FORCED = re.compile(r"git::", re.IGNORECASE)


def remote_message(entry: str) -> str:
    """The refusal of an entry that would be fetched."""
    return f"remote input {entry} is not allowed: vendor it into the repository"


def is_http(entry: str) -> bool:
    """Whether kustomize would read this file entry over the network."""
    return _HTTP.match(entry) is not None


def is_git(entry: str) -> bool:
    """Whether kustomize would clone this directory entry.

    Follows the address forms of kustomize's remote build documentation: a scheme, `user@host:`
    or github.com, then at least `organisation/repository`, or a marker (`//`, `.git`, `_git/`)
    that ends the repository's part.
    """
    if entry.startswith("/"):
        return False
    rest = _cut(_FORCED, entry.partition("?")[0])
    address = _cut(_SCHEME, rest)
    schemed = address != rest
    path = _cut(_USER, address)
    named = path != address
    if not (schemed or named or _GITHUB.match(path)):
        return False
    if schemed and rest.lower().startswith("file://"):
        return bool(address) and not _leaves_repository(address)
    below = _below_host(path, scp=not schemed)
    return _has_repository(below) and not _leaves_repository(below)


def _cut(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    return text[found.end() :] if found else text


def _below_host(path: str, *, scp: bool) -> str:
    slash = path.find("/")
    colon = path.find(":") if scp else -1
    if colon > 0 and (slash == -1 or colon < slash):
        return path[colon + 1 :]
    return path[slash + 1 :] if slash >= 0 else ""


def _has_repository(below: str) -> bool:
    if "_git/" in below:
        return True
    for marker in ("//", ".git"):
        if marker in below:
            return not below.startswith("//")
    organisation, slash, _ = below.partition("/")
    return bool(slash) and bool(organisation or slash)


def _leaves_repository(below: str) -> bool:
    """kustomize does not clone where the path inside the repository climbs out of it."""
    inner = _inside_repository(below)
    depth = 0
    for part in inner.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return True
    return False


def _inside_repository(below: str) -> str:
    if "_git/" in below:
        return below.partition("_git/")[2].partition("/")[2]
    for marker in ("//", ".git"):
        if marker in below:
            return below.partition(marker)[2]
    return "/".join(below.split("/")[2:])
