"""Makes repositories of any size in the shape of the template, edits them, checks them out anew."""

import hashlib
import os
import re
import shutil
from pathlib import Path

ENVIRONMENTS = ("dev", "staging", "prod")
SHARED = "components/owner/kustomization.yaml"
FORMS = ("plain", "json6902", "strategic-merge", "mixed")

SETTINGS = """\
apiVersion: plumbline.dev/v1alpha1
kind: Repository
metadata:
  name: bench
spec:
  organisation: Bench
  labelPrefix: example.org
  requiredLabels: [example.org/owner]
  environments: [dev, staging, prod]
  kubernetesVersion: "1.33"
  registry: registry.example.org
"""

# Clean for every judge: what is invalid or frowned upon would end some of them early.
BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      serviceAccountName: app
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm:
              topologyKey: kubernetes.io/hostname
              labelSelector: {matchLabels: {app: app}}
      containers:
      - name: app
        image: app
        imagePullPolicy: Always
        ports: [{name: http, containerPort: 8080}]
        envFrom: [{configMapRef: {name: app}}]
        resources:
          requests: {cpu: 100m, memory: 128Mi, ephemeral-storage: 64Mi}
          limits: {cpu: "1", memory: 256Mi, ephemeral-storage: 128Mi}
        readinessProbe: {httpGet: {path: /ready, port: http}}
        livenessProbe: {httpGet: {path: /live, port: http}}
        securityContext:
          runAsUser: 20000
          runAsGroup: 20000
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {selector: {app: app}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: app}
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: app}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: app}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: app}
subjects: [{kind: ServiceAccount, name: app}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: app}
spec: {minAvailable: 1, selector: {matchLabels: {app: app}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: app}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: app}
  minReplicas: 2
  maxReplicas: 4
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: app}
spec: {podSelector: {matchLabels: {app: app}}, policyTypes: [Ingress, Egress]}
"""

BASE_KUSTOMIZATION = """\
resources: [all.yaml]
configMapGenerator:
- name: app
  literals: [LOG_LEVEL=info]
"""

OWNER = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
labels:
- pairs: {example.org/owner: platform}
  fields:
  - {kind: CronJob, path: spec/jobTemplate/spec/template/metadata/labels, create: true}
  - {kind: Deployment, path: spec/template/metadata/labels, create: true}
  - {kind: StatefulSet, path: spec/template/metadata/labels, create: true}
replacements:
- source: {kind: ConfigMap, name: app, fieldPath: data.LOG_LEVEL}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ['metadata.annotations.[example.org/log-level]']
    options: {create: true}
"""

STAGE = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
components: [../../components/owner]
labels:
- pairs: {{example.org/environment: {environment}}}
  fields:
  - {{kind: Deployment, path: spec/template/metadata/labels, create: true}}
"""

JSON6902 = """\
- {op: add, path: /spec/minReadySeconds, value: 5}
- {op: replace, path: /spec/template/spec/containers/0/resources/limits/memory, value: 512Mi}
"""

MERGE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    spec:
      containers:
      - name: app
        env: [{name: TIER, value: gold}]
"""

OVERLAY = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: {name}-{environment}
resources: [../../base]
components: [../../../../components/{environment}]
images:
- name: app
  newName: registry.example.org/app
  digest: sha256:{digest}
"""

PATCH = """\
- path: {file}
  target: {{kind: Deployment, name: app}}
"""


# What is edited, the first that there is: a pattern and what takes its place.
_EDITS = {
    "settings.yaml": (r"minReadySeconds, value: \d+", "minReadySeconds, value: {serial}0"),
    "tier.yaml": (r"value: [a-z0-9-]+", "value: gold-{serial}"),
    "kustomization.yaml": (r"sha256:[0-9a-f]{64}", "sha256:{serial:064x}"),
}


def make(root: Path, overlays: int, *, form: str = "mixed") -> None:
    """Writes a repository with exactly `overlays` overlays of nine objects each below `root`.

    `mixed` overlays have a patch of either kind, as the template's platform overlays do.
    """
    _write(root / "plumbline.yaml", SETTINGS)
    _write(root / SHARED, OWNER)
    for environment in ENVIRONMENTS:
        stage = root / "components" / environment / "kustomization.yaml"
        _write(stage, STAGE.format(environment=environment))
    for number in range(overlays):
        application, position = divmod(number, len(ENVIRONMENTS))
        folder = root / "platform" / f"app-{application:04}"
        if position == 0:
            _write(folder / "base/kustomization.yaml", BASE_KUSTOMIZATION)
            _write(folder / "base/all.yaml", BASE)
        _write_overlay(folder, ENVIRONMENTS[position], number=number, form=form)


def overlays_of(root: Path) -> list[str]:
    """The overlays' folders relative to `root`, sorted."""
    found = root.glob("platform/*/overlays/*/kustomization.yaml")
    return sorted(file.parent.relative_to(root).as_posix() for file in found)


def edit_one(root: Path, serial: int) -> Path:
    """Changes one overlay: a patch, or without one the image's digest; new a serial (1, 2, ...)."""
    files = [root / overlay / name for overlay in overlays_of(root) for name in _EDITS]
    file = min((each for each in files if each.is_file()), key=lambda f: [*_EDITS].index(f.name))
    pattern, new = _EDITS[file.name]
    return _replace(file, pattern, new.format(serial=serial))


def edit_shared(root: Path, serial: int) -> Path:
    """Changes the component that every overlay includes, to something new a serial."""
    return _replace(root / SHARED, r"owner: [a-z0-9-]+", f"owner: platform-{serial}")


def check_out_again(root: Path, elsewhere: Path, *, cache: str) -> None:
    """The same files at another path with other timestamps, and the cache's, as CI restores it."""
    for file in sorted(root.rglob("*")):
        target = elsewhere / file.relative_to(root)
        if file.is_dir():
            target.mkdir(parents=True)
        else:
            shutil.copyfile(file, target)
    if not (elsewhere / cache).is_dir():
        raise FileNotFoundError(f"there is no {cache} to restore in {root}")


def age(root: Path, seconds: float) -> None:
    """Makes every file that much older: a checkout is not a moment old when it is judged."""
    for file in root.rglob("*"):
        then = file.stat().st_mtime - seconds
        os.utime(file, (then, then))


def _write_overlay(folder: Path, environment: str, *, number: int, form: str) -> None:
    overlay = folder / "overlays" / environment
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    text = OVERLAY.format(name=folder.name, environment=environment, digest=digest)
    patches = _patches(form)
    if patches:
        text += "patches:\n" + "".join(PATCH.format(file=file) for file in patches)
    _write(overlay / "kustomization.yaml", text)
    for file, content in patches.items():
        _write(overlay / file, content)


def _patches(form: str) -> dict[str, str]:
    chosen = {}
    if form in ("json6902", "mixed"):
        chosen["settings.yaml"] = JSON6902
    if form in ("strategic-merge", "mixed"):
        chosen["tier.yaml"] = MERGE
    return chosen


def _replace(file: Path, pattern: str, new: str) -> Path:
    text, changed = re.subn(pattern, new, file.read_text(), count=1)
    if not changed:
        raise ValueError(f"nothing to edit in {file}: no {pattern}")
    file.write_text(text)
    return file


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
