"""What must hold of every overlay."""

# Each puts its properties where registry keeps them.
from properties import (callers, pods, root_key, serving, stores, trust,
                        watching)
from properties.registry import PROPERTIES, problems

__all__ = ["PROPERTIES", "callers", "pods", "problems", "root_key", "serving",
           "stores", "trust", "watching"]
