"""What must hold of every overlay."""

# Each puts its properties where registry keeps them.
from properties import (callers, console, pods, root_key, serving, stores,
                        trust, watching)
from properties.registry import PROPERTIES, problems

__all__ = ["PROPERTIES", "callers", "console", "pods", "problems", "root_key",
           "serving", "stores", "trust", "watching"]
