"""Our own documents as values, built from what their schemas accepted."""

from plumbline.kinds.inventory import Inventory, NodeClass, Taint
from plumbline.kinds.model import Model
from plumbline.kinds.promotion import Metric, ModelPromotion, Release
from plumbline.kinds.repository import External, Repository
from plumbline.kinds.tenant import Tenant
from plumbline.kinds.waiver import Waiver, waivers_from_document

__all__ = [
    "External",
    "Inventory",
    "Metric",
    "Model",
    "ModelPromotion",
    "NodeClass",
    "Release",
    "Repository",
    "Taint",
    "Tenant",
    "Waiver",
    "waivers_from_document",
]
