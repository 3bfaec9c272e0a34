"""Random small repositories: `{path: text}`, with every shape that a cache could get wrong."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.scale import pieces


class Link(str):
    """The target of a symbolic link, in place of a file's text."""

    __slots__ = ()


Repository: TypeAlias = dict[str, str]
"""Path (POSIX, from the root) to text, or to a `Link`."""

APPS = ("churn", "score", "drift")
NUMBERS = st.integers(1, 9)
FEATURES = (
    *("strategic", "json6902", "inline", "generator", "component", "replacing", "common"),
    *("store", "service", "images", "namespace", "odd", "stray", "link", "second-name", "openapi"),
    *("label", "quota", "folder-link"),
)
RULES = ("LBL001", "POD001", "IMG001", "LAY002", "REF002", "SCH001", "SCH002", "QTA001")
SEVERITIES = tuple(f"{rule}: {word}" for rule in RULES for word in ("warning", "error"))


@st.composite
def settings_texts(draw: st.DrawFn) -> str:
    """A valid plumbline.yaml, rarely one that cannot be used."""
    if draw(st.integers(0, 24)) == 24:
        return "apiVersion: plumbline.dev/v1alpha1\nkind: Repository\n"
    environments = draw(st.sampled_from(("dev, prod", "dev, prod", "prod", "dev, test, prod")))
    text = pieces.SETTINGS.format(
        environments=environments,
        version=draw(st.sampled_from(("1.33", "1.33", "1.31"))),
        labels=draw(st.sampled_from(("", "example.org/owner", "app, example.org/owner"))),
        severity=draw(st.sampled_from(("", *SEVERITIES))),
    )
    return text + draw(st.sampled_from(("", "", "", "  limits: {depth: 9}\n")))


@st.composite
def waiver_texts(draw: st.DrawFn) -> str:
    """A list of waivers; some cover a finding, some nothing, some have ended."""
    listed = draw(
        st.lists(
            st.builds(
                pieces.WAIVER.format,
                rule=st.sampled_from(RULES),
                namespace=st.sampled_from(("", "", "shared/")),
                name=st.sampled_from(APPS),
                overlay=st.builds(
                    "models/team/{}/overlays/{}".format,
                    st.sampled_from(APPS),
                    st.sampled_from(("dev", "prod")),
                ),
                number=NUMBERS,
                expires=st.sampled_from(("2026-05-01", "2026-06-05", "2026-08-01", "2027-09-01")),
            ),
            max_size=3,
            unique=True,
        )
    )
    return "".join(listed) or "[]\n"


@st.composite
def repositories(draw: st.DrawFn) -> Repository:
    """A repository of 2 to 10 overlays over 1 to 3 applications."""
    files: Repository = {}
    for app in draw(st.lists(st.sampled_from(APPS), min_size=1, max_size=3, unique=True)):
        files |= draw(applications(app))
    files |= draw(platform())
    if draw(st.integers(0, 5)):
        files["plumbline.yaml"] = draw(settings_texts())
        if draw(st.booleans()):
            files["policies/waivers.yaml"] = draw(waiver_texts())
    return files


@st.composite
def applications(draw: st.DrawFn, app: str) -> Repository:
    """A base and its overlays."""
    base = f"models/team/{app}/base"
    reads = draw(st.sampled_from((app, app, "shared", "nowhere")))
    name = draw(st.sampled_from(("kustomization.yaml", "kustomization.yml", "Kustomization")))
    files: Repository = {
        f"{base}/{name}": "resources: [deployment.yaml, config.yaml]\n",
        f"{base}/deployment.yaml": pieces.DEPLOYMENT.format(
            name=app, number=draw(NUMBERS), reads=reads
        ),
        f"{base}/config.yaml": pieces.CONFIG.format(name=app, number=draw(NUMBERS)),
    }
    environments = st.lists(st.sampled_from(("dev", "prod", "test")), min_size=1, unique=True)
    for environment in draw(environments):
        files |= draw(overlays(app, f"models/team/{app}/overlays/{environment}"))
    return files


@st.composite
def overlays(draw: st.DrawFn, app: str, folder: str) -> Repository:
    """An overlay with a random set of features, one in ten of them broken."""
    broken = draw(st.integers(0, 9)) == 9
    features = draw(st.lists(st.sampled_from(FEATURES), max_size=5, unique=True))
    lines: dict[str, list[str]] = {"resources": ["- ../../base"]}
    files: Repository = {}
    for feature in features:
        for where, text in _feature(feature, app, draw):
            if where.endswith(":"):
                lines.setdefault(where[:-1], []).append(text)
            else:
                files[f"{folder}/{where}"] = Link(text[1:]) if text.startswith("\0") else text
    text = "".join(_section(field, entries) for field, entries in lines.items())
    files[f"{folder}/kustomization.yaml"] = draw(st.sampled_from(pieces.BROKEN)) if broken else text
    return files


def _section(field: str, entries: list[str]) -> str:
    if field in ("namespace", "openapi"):
        return f"{field}: {entries[0]}\n"
    return f"{field}:\n" + "".join(f"{entry}\n" for entry in entries)


def _feature(feature: str, app: str, draw: st.DrawFn) -> Iterator[tuple[str, str]]:
    """Files (`name`, text; a link's begins with NUL) and lines (`field:`, line) of a feature."""
    number = draw(NUMBERS)
    target = f"target: {{kind: Deployment, name: {app}}}"
    match feature:
        case "strategic":
            value = draw(st.sampled_from(("true", "false")))
            yield "patches:", "- path: patch.yaml"
            yield "patch.yaml", pieces.STRATEGIC.format(name=app, value=value)
        case "json6902":
            image = draw(st.sampled_from(pieces.IMAGES))
            yield "patches:", f"- path: operations.yaml\n  {target}"
            yield "operations.yaml", pieces.JSON6902.format(number=number, image=image)
        case "inline":
            operation = f'{{"op": "replace", "path": "/spec/replicas", "value": {number}}}'
            yield "patches:", f"- patch: '[{operation}]'\n  {target}"
        case "generator":
            yield "configMapGenerator:", "- {name: made, files: [made.properties, data.yaml]}"
            yield "made.properties", f"level={number}\n"
            yield "data.yaml", draw(st.sampled_from(pieces.ODD))
        case "odd":
            sound = pieces.CONFIG.format(name="odd", number=number)
            yield "resources:", "- odd.yaml"
            yield "odd.yaml", draw(st.sampled_from((sound, *pieces.ODD)))
        case "namespace":
            yield "namespace:", draw(st.sampled_from(("shared", app)))
        case _:
            yield from _plain_feature(feature, app, number)


def _plain_feature(feature: str, app: str, number: int) -> Iterator[tuple[str, str]]:
    match feature:
        case "component" | "replacing":
            yield "components:", f"- ../../../../../components/{feature}"
        case "common" | "quota" | "label":
            folder = {"common": "common/base", "quota": "quota/base", "label": "label"}[feature]
            yield "resources:", f"- ../../../../../platform/{folder}"
        case "store":
            yield "resources:", "- store.yaml"
            yield "store.yaml", pieces.STORE.format(name=app)
        case "service":
            yield "resources:", "- service.yaml"
            yield "service.yaml", pieces.SERVICE.format(name=app, number=number)
        case "images":
            yield "images:", f"- {{name: registry.example.org/{app}, newTag: '{number}'}}"
        case _:
            yield from _beside(feature, number)


def _beside(feature: str, number: int) -> Iterator[tuple[str, str]]:
    match feature:
        case "stray":
            yield "stray.yaml", pieces.CONFIG.format(name="stray", number=number)
        case "second-name":
            yield "kustomization.yml", "resources: [../../base]\n"
        case "link":
            yield "resources:", "- linked.yaml"
            yield "linked.yaml", "\0real/linked.yaml"
            yield "real/linked.yaml", pieces.CONFIG.format(name="linked", number=number)
        case "folder-link":
            yield "resources:", "- linked-folder"
            yield "linked-folder", "\0../../../../../platform/common/base"
        case "openapi":
            yield "openapi:", "{path: schema.json}"
            yield "schema.json", '{"definitions": {}}'
        case _:
            raise AssertionError(feature)


@st.composite
def platform(draw: st.DrawFn) -> Repository:
    """What applications share: components, a base, quotas, CRDs, tenants, loose files."""
    number = draw(NUMBERS)
    resources = draw(st.sampled_from(("quota.yaml", "quota.yaml, range.yaml")))
    files: Repository = {
        "components/component/kustomization.yaml": pieces.COMPONENT.format(number=number),
        "components/replacing/kustomization.yaml": pieces.REPLACING_COMPONENT.format(number=number),
        "platform/common/base/kustomization.yaml": "resources: [shared.yaml]\n",
        "platform/common/base/shared.yaml": pieces.CONFIG.format(name="shared", number=number),
        "platform/label/kustomization.yml": "resources: [label.yaml]\n",
        "platform/label/label.yaml": pieces.CONFIG.format(name="label", number=number),
        "platform/quota/base/kustomization.yaml": f"resources: [{resources}]\n",
        "platform/quota/base/quota.yaml": pieces.QUOTA.format(number=number),
        "platform/quota/base/range.yaml": pieces.LIMIT_RANGE.format(number=number),
        "platform/quota/overlays/prod/kustomization.yaml": "resources: [../../base]\n",
    }
    options: dict[str, Any] = {
        "platform/crds/crd.yaml": pieces.CRD.format(
            type=draw(st.sampled_from(("integer", "string")))
        ),
        "platform/crds/overlays/dev/kustomization.yaml": "resources: [crd.yaml]\n",
        "platform/crds/overlays/dev/crd.yaml": pieces.CRD.format(type="integer"),
        "tenants/team/tenant.yaml": pieces.TENANT.format(
            name="team",
            number=number,
            field=draw(st.sampled_from(("dataClassification", "dataClasification"))),
        ),
        "docs/example.yaml": draw(st.sampled_from(pieces.ODD)),
        "loose.yaml": pieces.CONFIG.format(name="loose", number=number),
        "clusters/prod/kustomization.yaml": "resources: [../../platform/quota/overlays/prod]\n",
    }
    chosen = draw(st.lists(st.sampled_from(sorted(options)), max_size=6, unique=True))
    return files | {name: options[name] for name in chosen}
