"""One module a reader: a report goes in, text comes out."""

from collections.abc import Callable, Mapping

from plumbline.checking import Report
from plumbline.reporting import as_json, as_text

READERS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text.render,
    "json": as_json.render,
}

__all__ = ["READERS", "as_json", "as_text"]
