"""What lies where: the files of a repository, its overlays, and the paths that are computed."""

from plumbline.repository.changes import changed_since, held_at
from plumbline.repository.discovery import KUSTOMIZATION_NAMES, Tree, discover
from plumbline.repository.files import Files
from plumbline.repository.graph import Roots, roots
from plumbline.repository.layout import SETTINGS_FILE, WAIVERS_FILE, environment_of, overlays
from plumbline.repository.writing import write_whole

__all__ = [
    "KUSTOMIZATION_NAMES",
    "SETTINGS_FILE",
    "WAIVERS_FILE",
    "Files",
    "Roots",
    "Tree",
    "changed_since",
    "discover",
    "environment_of",
    "held_at",
    "overlays",
    "roots",
    "write_whole",
]
