"""Random edits of a repository, and what of them a file system shows."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.scale import pieces
from tests.scale.repositories import (
    APPS,
    NUMBERS,
    Link,
    Repository,
    applications,
    settings_texts,
    waiver_texts,
)

SAME_SIZE = (
    ("info", "warn"),
    ("true", "null"),
    ("1", "2"),
    ("prod", "test"),
    ("churn", "score"),
    ("quota", "qouta"),
    ("app", "abb"),
    ("resources", "resourcez"),
)
HOW = ("plain", "plain", "same-time", "replaced", "older", "future")


@dataclass(frozen=True)
class Edit:
    """What happens to a repository: its files afterwards, and how they are written.

    `how`: "plain"; "same-time" (in place, modification time set back); "replaced" (a new file
    takes the name); "older" and "future" (the clock of the writer is wrong). `touched` get a new
    time and keep their bytes.
    """

    name: str
    after: Repository
    how: str = "plain"
    touched: tuple[str, ...] = ()


@st.composite
def edits(draw: st.DrawFn, states: Sequence[Repository], absent: Sequence[str]) -> Edit:
    """An edit of the last of `states`. `absent` are paths that a rendering looked for in vain."""
    now = states[-1]
    names = list(_POSSIBLE)
    if not absent:
        names.remove("appear")
    if len(states) < 2:
        names.remove("revert")
    name = draw(st.sampled_from(names))
    how = draw(st.sampled_from(HOW))
    if name == "touch":
        return Edit(name, dict(now), touched=tuple(sorted(now)))
    if name == "revert":
        return Edit(name, dict(draw(st.sampled_from(states[:-1]))), how)
    if name == "appear":
        path = draw(st.sampled_from(absent))
        return Edit(name, put(now, path, draw(texts(path, now))), how)
    strategy = _POSSIBLE[name]
    assert strategy is not None
    return Edit(name, draw(strategy(now)), how)


def put(files: Repository, path: str, text: str) -> Repository:
    """The files with one more; whatever stood in its way is gone."""
    above = {path}
    while posixpath.dirname(path):
        path = posixpath.dirname(path)
        above.add(path)
    whole = max(above, key=len)
    kept = {
        name: old
        for name, old in files.items()
        if name not in above and not name.startswith(whole + "/")
    }
    return {**kept, whole: text}


@st.composite
def texts(draw: st.DrawFn, path: str, files: Repository) -> str:
    """A text that may stand at a path."""
    base = posixpath.basename(path).lower()
    if base.startswith("kustomization"):
        listed = draw(st.sampled_from(("deployment.yaml", "config.yaml", "../../base", "new.yaml")))
        return f"resources: [{listed}]\n"
    app = draw(st.sampled_from(APPS))
    return draw(
        st.one_of(
            st.sampled_from(pieces.ODD),
            st.builds(pieces.CONFIG.format, name=st.just(app), number=NUMBERS),
            st.builds(pieces.QUOTA.format, number=NUMBERS),
            st.sampled_from(sorted(files.values())),
        )
    )


@st.composite
def _change(draw: st.DrawFn, files: Repository) -> Repository:
    path = draw(st.sampled_from(sorted(files)))
    text = files[path]
    other = draw(
        st.sampled_from(("another", "comment", "cut", "document", "same-size", "same-size"))
    )
    if isinstance(text, Link) or other == "another":
        return {**files, path: draw(texts(path, files))}
    if other == "comment":
        return {**files, path: "# a comment moves all lines\n" + text}
    if other == "cut":
        return {**files, path: text[: len(text) // 2]}
    if other == "document":
        return {**files, path: f"{text}---\n{pieces.CONFIG.format(name='more', number=1)}"}
    return _swap(files, path, draw(st.sampled_from(SAME_SIZE)))


def _swap(files: Repository, path: str, pair: tuple[str, str]) -> Repository:
    old, new = pair if pair[0] in files[path] else pair[::-1]
    return {**files, path: files[path].replace(old, new, 1)}


@st.composite
def _same_size(draw: st.DrawFn, files: Repository) -> Repository:
    fitting = [
        (path, pair)
        for path, text in sorted(files.items())
        for pair in SAME_SIZE
        if not isinstance(text, Link) and pair[0] in text
    ]
    return _swap(files, *draw(st.sampled_from(fitting)))


@st.composite
def _delete(draw: st.DrawFn, files: Repository) -> Repository:
    path = draw(st.sampled_from(sorted(files)))
    return {name: text for name, text in files.items() if name != path}


@st.composite
def _rename(draw: st.DrawFn, files: Repository) -> Repository:
    path = draw(st.sampled_from(sorted(files)))
    folder, base = posixpath.split(path)
    kinds = ("kustomization.yaml", "kustomization.yml", "Kustomization")
    others = [name for name in (*kinds, "moved.yaml", "config.yaml") if name != base]
    rest = {name: text for name, text in files.items() if name != path}
    return put(rest, posixpath.join(folder, draw(st.sampled_from(others))), files[path])


@st.composite
def _move(draw: st.DrawFn, files: Repository) -> Repository:
    folders = sorted({posixpath.dirname(path) for path in files if "/" in path})
    old = draw(st.sampled_from(folders))
    new = posixpath.join(
        posixpath.dirname(old), draw(st.sampled_from(("dev", "prod", "base", "z")))
    )
    kept = {name: text for name, text in files.items() if not f"{name}/".startswith(f"{old}/")}
    moved = {new + name[len(old) :]: text for name, text in files.items() if name not in kept}
    for path, text in moved.items():
        kept = put(kept, path, text)
    return kept


@st.composite
def _add(draw: st.DrawFn, files: Repository) -> Repository:
    folder = posixpath.dirname(draw(st.sampled_from(sorted(files))))
    names = ("kustomization.yaml", "kustomization.yml", "Kustomization", "new.yaml", "data.txt")
    path = posixpath.join(folder, draw(st.sampled_from(names)))
    return put(files, path, draw(texts(path, files)))


@st.composite
def _shared(draw: st.DrawFn, files: Repository) -> Repository:
    form = draw(st.sampled_from((pieces.COMPONENT, pieces.REPLACING_COMPONENT)))
    path = draw(st.sampled_from(("component", "replacing")))
    text = form.format(number=draw(NUMBERS))
    return put(files, f"components/{path}/kustomization.yaml", text)


@st.composite
def _settings(draw: st.DrawFn, files: Repository) -> Repository:
    return put(files, "plumbline.yaml", draw(settings_texts()))


@st.composite
def _waivers(draw: st.DrawFn, files: Repository) -> Repository:
    return put(files, "policies/waivers.yaml", draw(waiver_texts()))


@st.composite
def _crd(draw: st.DrawFn, files: Repository) -> Repository:
    text = pieces.CRD.format(type=draw(st.sampled_from(("integer", "string"))))
    return put(files, draw(st.sampled_from(("platform/crds/crd.yaml", "more/crd.yaml"))), text)


@st.composite
def _application(draw: st.DrawFn, files: Repository) -> Repository:
    result = files
    for path, text in draw(applications(draw(st.sampled_from(APPS)))).items():
        result = put(result, path, text)
    return result


@st.composite
def _link(draw: st.DrawFn, files: Repository) -> Repository:
    path = draw(st.sampled_from(sorted(files)))
    folder = posixpath.dirname(path) or "."
    odd = (posixpath.basename(path), "../" * 9 + "outside.yaml", "nowhere.yaml", folder)
    target = draw(st.one_of(st.sampled_from(sorted(files)), st.sampled_from(odd)))
    return {**files, path: Link(posixpath.relpath(target, folder) if target in files else target)}


@st.composite
def _folder(draw: st.DrawFn, files: Repository) -> Repository:
    """A file becomes a folder with that file in it, or the other way round."""
    path = draw(st.sampled_from(sorted(files)))
    folder, base = posixpath.split(path)
    if folder and draw(st.booleans()):
        return put(files, folder, files[path])
    return put(files, f"{path}/{base}", files[path])


# The first ones are drawn most often.
_POSSIBLE = {
    "change": _change,
    "same-size": _same_size,
    "appear": None,
    "delete": _delete,
    "shared": _shared,
    "link": _link,
    "rename": _rename,
    "folder": _folder,
    "settings": _settings,
    "waivers": _waivers,
    "crd": _crd,
    "move": _move,
    "add": _add,
    "application": _application,
    "revert": None,
    "touch": None,
}
