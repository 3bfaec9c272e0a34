"""Reads plumbline.yaml: what a repository says of itself, or a sentence why it cannot be used."""

from plumbline.findings import CannotCheck
from plumbline.kinds import Repository
from plumbline.repository import SETTINGS_FILE, Files
from plumbline.schemas import API_VERSION, check, own_schemas


def load_settings(files: Files) -> Repository | None:
    """The repository's settings, or None for a tree without plumbline.yaml.

    Raises CannotCheck, with file and line, for a file that is not readable, not ours or not valid.
    """
    try:
        files.content(SETTINGS_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{SETTINGS_FILE} cannot be read ({error.strerror}): make it a readable file"
        raise CannotCheck(message) from error
    reading = files.reading(SETTINGS_FILE)
    for hazard in reading.hazards:
        message = f"{SETTINGS_FILE}:{hazard.line}:{hazard.column}: {hazard.message}"
        raise CannotCheck(message)
    if len(reading.documents) != 1:
        message = (
            f"{SETTINGS_FILE} holds {len(reading.documents)} documents: it must hold one, "
            f"of kind Repository (apiVersion {API_VERSION})"
        )
        raise CannotCheck(message)
    document = reading.documents[0]
    for problem in check(own_schemas()[(API_VERSION, "Repository")], document.value):
        mark = document.locate_key(problem.path) if problem.path else document.locate()
        message = f"{SETTINGS_FILE}:{mark.line}:{mark.column}: {problem.message}"
        raise CannotCheck(message)
    return Repository.from_document(document.value)
