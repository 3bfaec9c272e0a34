"""What an object is called, and whether it lives in a namespace."""

from collections.abc import Mapping
from typing import Any

from plumbline.findings import ObjectId
from plumbline.kubernetes.shapes import mapping

_CLUSTER_KINDS: Mapping[str, frozenset[str]] = {
    "": frozenset({"ComponentStatus", "Namespace", "Node", "PersistentVolume"}),
    "admissionregistration.k8s.io": frozenset(
        {
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        }
    ),
    "apiextensions.k8s.io": frozenset({"CustomResourceDefinition"}),
    "apiregistration.k8s.io": frozenset({"APIService"}),
    "argoproj.io": frozenset({"ClusterWorkflowTemplate"}),
    "cert-manager.io": frozenset({"ClusterIssuer"}),
    "certificates.k8s.io": frozenset({"CertificateSigningRequest", "ClusterTrustBundle"}),
    "external-secrets.io": frozenset(
        {"ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"}
    ),
    "flowcontrol.apiserver.k8s.io": frozenset({"FlowSchema", "PriorityLevelConfiguration"}),
    "gateway.networking.k8s.io": frozenset({"GatewayClass"}),
    "kubeflow.org": frozenset({"Profile"}),
    "kueue.x-k8s.io": frozenset(
        {
            "AdmissionCheck",
            "ClusterQueue",
            "Cohort",
            "MultiKueueCluster",
            "MultiKueueConfig",
            "ProvisioningRequestConfig",
            "ResourceFlavor",
            "Topology",
            "WorkloadPriorityClass",
        }
    ),
    "kyverno.io": frozenset({"ClusterCleanupPolicy", "ClusterPolicy"}),
    "networking.k8s.io": frozenset({"IPAddress", "IngressClass", "ServiceCIDR"}),
    "node.k8s.io": frozenset({"RuntimeClass"}),
    "nvidia.com": frozenset({"ClusterPolicy", "NVIDIADriver"}),
    "policy.networking.k8s.io": frozenset({"AdminNetworkPolicy", "BaselineAdminNetworkPolicy"}),
    "rbac.authorization.k8s.io": frozenset({"ClusterRole", "ClusterRoleBinding"}),
    "resource.k8s.io": frozenset({"DeviceClass", "DeviceTaintRule", "ResourceSlice"}),
    "scheduling.k8s.io": frozenset({"PriorityClass"}),
    "scheduling.volcano.sh": frozenset({"Queue"}),
    "serving.kserve.io": frozenset(
        {
            "ClusterServingRuntime",
            "ClusterStorageContainer",
            "LocalModelCache",
            "LocalModelNodeGroup",
        }
    ),
    "storage.k8s.io": frozenset(
        {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"}
    ),
    "templates.gatekeeper.sh": frozenset({"ConstraintTemplate"}),
    "trainer.kubeflow.org": frozenset({"ClusterTrainingRuntime"}),
}


def group_of(api_version: str) -> str:
    """The group of `group/version`; the core group is ""."""
    return api_version.rpartition("/")[0]


def is_cluster_scoped(group: str, kind: str) -> bool:
    """Whether objects of a kind live outside namespaces, as far as a table can know.

    A kind that the table lacks is taken for namespaced, as most custom resources are.
    """
    return kind in _CLUSTER_KINDS.get(group, ())


def object_id(obj: Mapping[str, Any], default_namespace: str = "default") -> ObjectId:
    """The name of an object; what is missing or not text is "".

    A namespaced object that names no namespace is applied to `default_namespace`.
    """
    metadata = mapping(obj.get("metadata"))
    api_version, kind = _text(obj.get("apiVersion")), _text(obj.get("kind"))
    namespace = _text(metadata.get("namespace")) or default_namespace
    if is_cluster_scoped(group_of(api_version), kind):
        namespace = ""
    return ObjectId(api_version, kind, namespace, _text(metadata.get("name")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
