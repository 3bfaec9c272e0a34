"""Texts that random repositories are made of: each says one thing, right or wrong."""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      securityContext: {{runAsNonRoot: true, seccompProfile: {{type: RuntimeDefault}}}}
      containers:
      - name: main
        image: registry.example.org/{name}:1.0.{number}
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
          limits: {{cpu: "1", memory: 256Mi}}
        envFrom: [{{configMapRef: {{name: {reads}}}}}]
"""

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}}}
data: {{level: info, number: "{number}"}}
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80{number}}}]}}
"""

QUOTA = """\
apiVersion: v1
kind: ResourceQuota
metadata: {{name: quota, namespace: shared}}
spec: {{hard: {{requests.cpu: "{number}0"}}}}
"""

LIMIT_RANGE = """\
apiVersion: v1
kind: LimitRange
metadata: {{name: limits, namespace: shared}}
spec: {{limits: [{{type: Container, default: {{cpu: "{number}"}}}}]}}
"""

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: stores.example.org}}
spec:
  group: example.org
  names: {{kind: Store, plural: stores, singular: store, listKind: StoreList}}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {{type: object, properties: {{size: {{type: {type}}}}}}}
"""

STORE = """\
apiVersion: example.org/v1
kind: Store
metadata: {{name: {name}}}
spec:
  size: big
"""

TENANT = """\
apiVersion: plumbline.dev/v1alpha1
kind: Tenant
metadata:
  name: {name}
  annotations: {{config.kubernetes.io/local-config: "true"}}
spec:
  team: {name}
  owner: team-{name}
  costCenter: cc-{number}
  tier: small
  namespaces: [{name}]
  {field}: internal
"""

STRATEGIC = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  template:
    spec:
      containers:
      - name: main
        securityContext: {{privileged: {value}}}
"""

JSON6902 = """\
- op: replace
  path: /spec/replicas
  value: {number}
- op: replace
  path: /spec/template/spec/containers/0/image
  value: {image}
"""

COMPONENT = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
labels:
- pairs: {{example.org/owner: team-{number}}}
  includeTemplates: true
"""

REPLACING_COMPONENT = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
configMapGenerator:
- name: fact
  literals: [owner=team-{number}]
replacements:
- source: {{kind: ConfigMap, name: fact, fieldPath: data.owner}}
  targets:
  - select: {{kind: Deployment}}
    fieldPaths: ['metadata.labels.[example.org/owner]']
    options: {{create: true}}
"""

SETTINGS = """\
apiVersion: plumbline.dev/v1alpha1
kind: Repository
metadata: {{name: random}}
spec:
  labelPrefix: example.org
  environments: [{environments}]
  kubernetesVersion: "{version}"
  requiredLabels: [{labels}]
  severity: {{{severity}}}
"""

WAIVER = """\
- rule: {rule}
  subject: Deployment/{namespace}{name}
  overlay: {overlay}
  reason: an example
  owner: platform-team
  ticket: RISK-{number}
  expires: "{expires}"
"""

BROKEN = (
    "resources: [gone.yaml]\n",
    "resources: [deployment.yaml\n",
    "resources: []\nresources: [deployment.yaml]\n",
    "resources: [https://git.example.org/base]\n",
    "resources: [../../base]\nresourcez: [x]\n",
    "",
)

ODD = (
    "a: 1\na: 2\n",
    "key: [1,\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ndata: {answer: yes}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {a: b, a: c}\n",
    "plain: true\n",
    "",
)

IMAGES = (
    "registry.example.org/app:1.0.2",
    "registry.example.org/app:latest",
    "docker.io/library/python",
)
