"""The words of schema messages: values, places and the nearest known name."""

import difflib
import json
from collections.abc import Iterable, Sequence
from typing import Any

LONGEST_VALUE = 60

TYPE_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `word`, or None when none is near."""
    names = sorted(known)
    folded = {name.casefold(): name for name in reversed(names)}
    if word.casefold() in folded:
        return folded[word.casefold()]
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    return found[0] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """`: did you mean "image"?`, or nothing."""
    name = nearest(word, known)
    return f': did you mean "{name}"?' if name else ""


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a path of keys and indices; the whole object is ``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def subject(path: Sequence[str | int]) -> str:
    """What a sentence about the value at `path` begins with: `replicas`, `containers[0]`."""
    if not path:
        return "the object"
    last = len(path) - 1
    while last > 0 and isinstance(path[last], int):
        last -= 1
    return str(path[last]) + "".join(f"[{index}]" for index in path[last + 1 :])


def shown(value: Any) -> str:
    """A value as a sentence shows it: short ones as JSON, collections by name."""
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def concealed(value: Any) -> str:
    """A secret value as a sentence may show it: by its type alone."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "a string" if isinstance(value, str) else shown(value)


def counted(wording: str, number: Any) -> str:
    """`at least 1 item`, `at most 3 items`: the wording is in the plural, with braces."""
    words = wording.format(number)
    return words.removesuffix("s") if number == 1 else words


def choice(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " or " + words[-1]


def types_in_words(types: Iterable[str]) -> str:
    """`an integer or a string`; null goes without saying."""
    names = set(types)
    if "number" in names:
        names.discard("integer")
    return choice([TYPE_WORDS[name] for name in sorted(names) if name != "null"] or ["null"])
