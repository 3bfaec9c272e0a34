"""Values at JSON pointers, and pointers carried from one version of an object to another."""

from typing import Any

from plumbline.yaml import pointer, tokens

_KEYS = ("name", "mountPath", "containerPort", "port", "devicePath", "key", "ip", "topologyKey")
ABSENT: Any = object()


def get(value: Any, path: str) -> Any:
    """The value at a JSON pointer, or `ABSENT`."""
    for token in tokens(path):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return ABSENT
    return value


def existing(value: Any, path: str) -> str:
    """The longest part of a JSON pointer that exists."""
    while path and get(value, path) is ABSENT:
        path = path.rpartition("/")[0]
    return path


def translate(path: str, source: Any, target: Any) -> str:
    """The pointer in `target` to what `path` points at in `source`.

    List items are the same where their merge key (name, mountPath, ...) is; where they have none,
    where they are equal; else where they stand at the same place.
    """
    parts: list[str | int] = []
    for token in tokens(path):
        if isinstance(source, list) and token.isdecimal() and int(token) < len(source):
            source = source[int(token)]
            position = _position(source, target, int(token))
            parts.append(position)
            target = get(target, pointer(position))
        else:
            source = get(source, pointer(token))
            parts.append(token)
            target = get(target, pointer(token))
    return pointer(*parts)


def _position(item: Any, target: Any, position: int) -> int:
    if not isinstance(target, list):
        return position
    if isinstance(item, dict):
        for key in _KEYS:
            if key in item:
                same = [
                    n
                    for n, t in enumerate(target)
                    if isinstance(t, dict) and t.get(key) == item[key]
                ]
                return same[0] if same else len(target)
    if item in target and (position >= len(target) or target[position] != item):
        return target.index(item)
    return position
