import pytest

from plumbline.rules.page import MANIFEST, OVERLAY, SETTINGS, parse_page, repository_of

PAGE = """\
It is wrong.

Somebody cares.

## Bad
```yaml
a: 1  # ABC001
b: 2  # ABC001 ABC001
c: 3  # XYZ001
```
```yaml title=other.yaml
d: 4  # XYZ001 ABC001
```
## Bad: again
```yaml title=other.yaml
# ABC001
```
## Good
```yaml
a: 1
```
"""


def test_page_is_taken_apart() -> None:
    page = parse_page(PAGE, "ABC001")
    assert (page.title, page.why) == ("It is wrong.", "Somebody cares.")
    assert [example.heading for example in page.bad] == ["Bad", "Bad: again"]
    assert [name for name, _ in page.bad[0].files] == [MANIFEST, "other.yaml"]
    assert page.bad[0].expected == {(MANIFEST, 1): 1, (MANIFEST, 2): 2, ("other.yaml", 1): 1}
    assert page.bad[1].expected == {("other.yaml", 1): 1}
    assert page.good[0].files == ((MANIFEST, "a: 1\n"),)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("It is wrong.", "It is wrong", "ABC001: write a title that ends with a full stop"),
        ("Somebody cares.", "", "ABC001: write a title that ends with a full stop, then the reas"),
        ("## Good", "## Fine", "ABC001: write sections `## Bad` and `## Good`, and no others"),
        ("## Good", "## Bad", "ABC001: write sections `## Bad` and `## Good`, and no others"),
        ("\n# ABC001\n", "\na: 1\n", "ABC001: mark the lines of each Bad example"),
        ("a: 1\n```\n", "a: 1  # ABC001\n```\n", "ABC001: a Good example has a marked line"),
        ("```yaml title=other.yaml", "```yml", "ABC001: ```yml opens no example"),
        ("a: 1\n```\n", "a: 1\n", "ABC001: the section 'Good' has no example, or one without end"),
    ],
    ids=[
        *("title", "no-reason", "heading", "no-good", "no-mark"),
        *("marked-good", "fence", "unclosed"),
    ],
)
def test_misshapen_page_is_refused(old: str, new: str, message: str) -> None:
    assert parse_page(PAGE, "ABC001")
    with pytest.raises(ValueError, match="ABC001: ") as caught:
        parse_page(PAGE.replace(old, new), "ABC001")
    assert str(caught.value).startswith(message)


def test_repository_is_completed() -> None:
    example = parse_page(PAGE, "ABC001").bad[1]
    files = repository_of(example)
    assert sorted(files) == [
        *(f"{OVERLAY}/kustomization.yaml", MANIFEST, "other.yaml", "plumbline.yaml")
    ]
    assert files["plumbline.yaml"] == SETTINGS


def test_what_an_example_brings_itself_is_kept() -> None:
    text = PAGE.replace("other.yaml", f"{OVERLAY}/kustomization.yaml")
    files = repository_of(parse_page(text, "ABC001").bad[1])
    assert files[f"{OVERLAY}/kustomization.yaml"] == "# ABC001\n"
    assert MANIFEST not in files
