"""What one kustomization file asks for, known before kustomize acts on it."""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from plumbline.rendering.guard import guard_documents
from plumbline.rendering.limits import Limits
from plumbline.rendering.model import RenderError


class Role(enum.Enum):
    """How kustomize treats an entry."""

    RESOURCE = enum.auto()
    """A file, else a directory or a git repository."""
    DIRECTORY = enum.auto()
    """A directory or a git repository."""
    PLUGIN = enum.auto()
    """A resource that configures a generator, transformer or validator."""
    DOCUMENT = enum.auto()
    """A file that kustomize parses."""
    DATA = enum.auto()
    """A file whose bytes are copied."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a kustomization says about a file or directory, and in which line."""

    role: Role
    value: str
    line: int


_LISTS = (
    ("resources", Role.RESOURCE),
    ("bases", Role.RESOURCE),
    ("configurations", Role.DOCUMENT),
    ("crds", Role.DOCUMENT),
    ("components", Role.DIRECTORY),
    ("patchesstrategicmerge", Role.DOCUMENT),
)
_PATCHES = ("patches", "patchesjson6902", "replacements")
_GENERATORS = ("configmapgenerator", "secretgenerator")
_PLUGINS = ("generators", "transformers", "validators")
_CHARTS = {
    "helmcharts": "helmCharts",
    "helmchartinflationgenerator": "helmChartInflationGenerator",
}


def read_document(content: bytes) -> yaml.Node | None:
    """The first document as nodes; None where it is empty or does not parse. Guard it first."""
    for text in (content, content.replace(b"\t", b" ")):
        try:
            return next(iter(yaml.compose_all(text, Loader=yaml.CSafeLoader)), None)
        except yaml.YAMLError:
            continue
    return None


def entries(document: yaml.Node | None) -> Iterator[Entry]:
    """Every entry that names a file or directory, in the order in which kustomize reads them."""
    for value in _within(_values(document, "openapi"), "path"):
        yield from _entry(Role.DOCUMENT, value)
    for name, role in _LISTS:
        for item in _listed(document, name):
            yield from _entry(role, item)
    for name in _GENERATORS:
        for item in _listed(document, name):
            yield from _sources(item)
    for item in _plugins(document):
        if not is_inline(_text(item)):
            yield from _entry(Role.PLUGIN, item)
    for name in _PATCHES:
        for value in _within(_listed(document, name), "path"):
            yield from _entry(Role.DOCUMENT, value)


def refusal(document: yaml.Node | None, *, limits: Limits) -> RenderError | None:
    """Why a kustomization is not to be run: charts, plugins, or inline documents beyond limits."""
    for name, spelling in _CHARTS.items():
        if any(_listed(document, name)):
            return chart_error(spelling, _key_line(document, name))
    for node in _scalars(document):
        if len(node.value) > limits.depth or "*" in node.value:
            found = guard_documents(node.value.encode(errors="replace"), limits=limits)
            if found is not None:
                return RenderError(found.kind, found.message, line=node.start_mark.line + 1)
    for item in _plugins(document):
        if is_inline(_text(item)):
            found = refuse_plugins(_text(item).encode(), offset=item.start_mark.line + 1)
            if found is not None:
                return found
    return None


def refuse_plugins(content: bytes, *, offset: int = 0) -> RenderError | None:
    """Allows kustomize's built-in plugins only, and of those not the one that runs helm."""
    try:
        documents = list(yaml.compose_all(content, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return None
    for document in documents:
        fields = dict(_fields(document))
        version, kind = _text(fields.get("apiversion")), _text(fields.get("kind"))
        line = _key_line(document, "kind") + offset
        if kind and version != "builtin":
            message = (
                f"the plugin {version} {kind} is not allowed, only those built into kustomize "
                "are: commit what it makes as a resource"
            )
            return RenderError("refused", message, line=line)
        if kind == "HelmChartInflationGenerator":
            return chart_error(kind, line)
    return None


def chart_error(name: str, line: int) -> RenderError:
    """The refusal of everything that would run helm."""
    message = f"{name} is not allowed, it runs helm: commit the rendered chart as a resource"
    return RenderError("refused", message, line=line)


def is_inline(value: str) -> bool:
    """Whether a plugin entry is a document rather than a path."""
    return "\n" in value or ": " in value


def plugin_words(content: bytes) -> Iterator[str]:
    """Every one-line text of a plugin's configuration: some of them name files."""
    for node in _scalars(read_document(content)):
        if node.value and "\n" not in node.value:
            yield node.value.rpartition("=")[2]


def _sources(generator: yaml.Node) -> Iterator[Entry]:
    for value in (*_values(generator, "env"), *_listed(generator, "envs")):
        yield from _entry(Role.DATA, value)
    for item in _listed(generator, "files"):
        before, keyed, after = _text(item).partition("=")
        yield Entry(Role.DATA, after if keyed else before, item.start_mark.line + 1)


def _plugins(document: yaml.Node | None) -> Iterator[yaml.Node]:
    for name in _PLUGINS:
        yield from _listed(document, name)


def _entry(role: Role, node: yaml.Node) -> Iterator[Entry]:
    value = _text(node)
    if value and "\n" not in value:
        yield Entry(role, value, node.start_mark.line + 1)


def _fields(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Keys as kustomize matches them (without regard to case), merged mappings included."""
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if _text(key) != "<<":
            yield _text(key).casefold(), value
        else:
            for merged in _items(value) or [value]:
                yield from _fields(merged)


def _values(node: yaml.Node | None, name: str) -> Iterator[yaml.Node]:
    """All values under a key: of two spellings, either may be the one that kustomize takes."""
    return (value for key, value in _fields(node) if key == name)


def _listed(node: yaml.Node | None, name: str) -> Iterator[yaml.Node]:
    for value in _values(node, name):
        yield from _items(value)


def _within(nodes: Iterable[yaml.Node], name: str) -> Iterator[yaml.Node]:
    for node in nodes:
        yield from _values(node, name)


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _text(node: yaml.Node | None) -> str:
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def _key_line(document: yaml.Node | None, name: str) -> int:
    if isinstance(document, yaml.MappingNode):
        for key, _ in document.value:
            if _text(key).casefold() == name:
                return int(key.start_mark.line) + 1
    return 0


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, yaml.ScalarNode):
            yield each
        elif isinstance(each, yaml.CollectionNode) and id(each) not in seen:
            seen.add(id(each))
            is_mapping = isinstance(each, yaml.MappingNode)
            waiting += [part for pair in each.value for part in pair] if is_mapping else each.value
