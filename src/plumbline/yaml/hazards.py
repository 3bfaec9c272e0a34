"""What in a YAML text is lost on the way, or read differently by the tools that read it."""

import re
from collections.abc import Iterator

import yaml

from plumbline.yaml.model import Hazard, mark_of, pointer
from plumbline.yaml.scalars import is_plain, raw_difference

_END = re.compile(r"^\.\.\.[ \t]*(?:#.*)?$", re.MULTILINE)
_START = re.compile(r"^---(?:\s|$)", re.MULTILINE)
_CONTENT = re.compile(r"^(?!#|---|\.\.\.|%)[^\s#].*$", re.MULTILINE)
_ANYTHING = re.compile(r"^(?!#|---[ \t]*(?:#|$)|\.\.\.[ \t]*(?:#|$)|%)[ \t]*[^\s#]", re.MULTILINE)
_MODE = re.compile(r"mode$", re.IGNORECASE)


def text_hazards(text: str) -> Iterator[Hazard]:
    """What of a text comes to nothing: all of it, or what follows `...` without `---`."""
    if not _ANYTHING.search(text):
        message = "the file holds nothing but space and comments: write it, or delete it"
        yield Hazard("lost-document", message, 1, 1)
        return
    for end in _END.finditer(text):
        start = _START.search(text, end.end())
        lost = _CONTENT.search(text, end.end(), start.start() if start else len(text))
        if lost:
            line = text.count("\n", 0, lost.start()) + 1
            message = "what follows '...' is dropped without a word: start it with '---'"
            yield Hazard("lost-document", message, line, 1)
            return


def node_hazards(node: yaml.Node) -> Iterator[Hazard]:
    """Repeated keys and scalars with two meanings in one document, in the order of the text."""
    seen: set[int] = set()
    stack: list[tuple[yaml.Node, str, str]] = [(node, "", "")]
    while stack:
        node, path, key = stack.pop()
        if isinstance(node, yaml.ScalarNode):
            yield from _scalar_hazards(node, path, key)
        elif id(node) not in seen:  # an aliased collection is written once
            seen.add(id(node))
            if isinstance(node, yaml.MappingNode):
                yield from _key_hazards(node, path)
                stack += [
                    (value, path + pointer(_name(name)), _name(name))
                    for name, value in reversed(node.value)
                ]
            else:
                stack += [
                    (item, path + pointer(index), key)
                    for index, item in reversed(list(enumerate(node.value)))
                ]


def _name(key: yaml.Node) -> str:
    return str(key.value)


def _key_hazards(node: yaml.MappingNode, path: str) -> Iterator[Hazard]:
    first: dict[str, int] = {}
    for key, value in node.value:
        name, mark = _name(key), mark_of(key)
        here = path + pointer(name)
        if name in first:
            message = f'the key "{name}" stands here again: it is on line {first[name]} already'
            yield Hazard("repeated-key", message, mark.line, mark.column, here)
        first.setdefault(name, mark.line)
        if isinstance(key, yaml.ScalarNode) and is_plain(key):
            difference = raw_difference(name)
            if difference:
                message = f'the key {name}: {difference}; write "{name}"'
                yield Hazard("raw-rendered", message, mark.line, mark.column, here)
        if name == "items" and isinstance(value, yaml.ScalarNode | yaml.SequenceNode):
            yield from _empty_list(node, value, here)


def _empty_list(node: yaml.MappingNode, value: yaml.Node, path: str) -> Iterator[Hazard]:
    kind = next((v.value for k, v in node.value if k.value == "kind"), "")
    if str(kind).endswith("List") and value.value in ([], "", "null", "~"):
        mark = mark_of(value)
        message = f"the {kind} has no items: nothing comes of it"
        yield Hazard("lost-document", message, mark.line, mark.column, path)


def _scalar_hazards(node: yaml.ScalarNode, path: str, key: str) -> Iterator[Hazard]:
    if not is_plain(node):
        return
    difference = raw_difference(node.value)
    if not difference or ("octal" in difference and _MODE.search(key)):
        return  # `defaultMode: 0644` is what every manual shows, and every tool here reads 420
    mark = mark_of(node)
    message = f'{node.value}: {difference}; write "{node.value}" or the value that is meant'
    yield Hazard("raw-rendered", message, mark.line, mark.column, path)


_ANY_BYTES = re.compile(_ANYTHING.pattern.encode(), re.MULTILINE)
# A superset of what `node_hazards` and `text_hazards` find in a text that kustomize accepts; a
# key that stands twice is not among it, because kustomize refuses that itself.
_BEFORE = rb"(?:^|[\s\[{,]|[\"\']:)"  # what a plain scalar can follow
_SUSPECT = re.compile(
    rb"^\.\.\.|List\b[^\n]*$|"
    + _BEFORE
    + rb"(?:(?:[yYnN]|yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)[ \t]*(?:[,:\]}#]|$)"
    rb"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    rb"|[-+]?0[0-7]"
    rb"|[-+]?[0-9][0-9a-fA-Fbox]*_"
    rb"|[-+]?[0-9]{16})",
    re.MULTILINE,
)


def may_mislead(content: bytes) -> bool:
    """Whether a text that kustomize accepted is worth reading for hazards: cheap, and safe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or not _ANY_BYTES.search(content):
        return True
    return _SUSPECT.search(content.replace(b"\r", b"\n")) is not None
