"""Makes repositories of any size in the shape of the template: bases, components, overlays."""

from pathlib import Path

ENVIRONMENTS = ("dev", "staging", "prod")
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

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  replicas: 2
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      serviceAccountName: app
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: app
        image: app
        ports: [{name: http, containerPort: 8080}]
        envFrom: [{configMapRef: {name: app}}]
        resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: "1", memory: 256Mi}}
        readinessProbe: {httpGet: {path: /ready, port: http}}
        securityContext:
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
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {LOG_LEVEL: info}
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

OWNER = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
labels:
- pairs: {example.org/owner: platform}
  includeTemplates: true
replacements:
- source: {kind: ConfigMap, name: app, fieldPath: data.LOG_LEVEL}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ['metadata.annotations.[example.org/log-level]']
    options: {create: true}
"""

JSON6902 = """\
- {op: replace, path: /spec/replicas, value: 3}
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
components: [../../../../components/owner]
images:
- name: app
  newName: registry.example.org/app
  digest: sha256:{digest}
"""

PATCH = """\
- path: {file}
  target: {{kind: Deployment, name: app}}
"""


def make(root: Path, overlays: int, *, form: str = "mixed") -> None:
    """Writes a repository with exactly `overlays` overlays of nine objects each below `root`."""
    _write(root / "plumbline.yaml", SETTINGS)
    _write(root / "components/owner/kustomization.yaml", OWNER)
    for number in range(overlays):
        application, position = divmod(number, len(ENVIRONMENTS))
        name = f"app-{application:04}"
        folder = root / "platform" / name
        if position == 0:
            _write(folder / "base/kustomization.yaml", "resources: [all.yaml]\n")
            _write(folder / "base/all.yaml", BASE)
        overlay = folder / "overlays" / ENVIRONMENTS[position]
        text = OVERLAY.format(
            name=name, environment=ENVIRONMENTS[position], digest=f"{number:064x}"
        )
        patches = _patches(form, application)
        if patches:
            text += "patches:\n" + "".join(PATCH.format(file=file) for file in patches)
        _write(overlay / "kustomization.yaml", text)
        for file, content in patches.items():
            _write(overlay / file, content)


def _patches(form: str, application: int) -> dict[str, str]:
    if form == "mixed":
        form = FORMS[application % 4]
    chosen = {}
    if form in ("json6902", "mixed"):
        chosen["settings.yaml"] = JSON6902
    if form in ("strategic-merge", "mixed"):
        chosen["tier.yaml"] = MERGE
    return chosen


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
