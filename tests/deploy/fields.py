"""Fields of an object, each of which somebody must have read in the end.

So a field that nobody here knows is an error, and never silently without
effect.
"""


class Untranslated(Exception):
    """Of what is declared something cannot be done without a cluster."""


class Fields:
    """A context manager: at its end no field may be left."""

    def __init__(self, where, values):
        self.where = where
        self.left = dict(values or {})

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None and self.left:
            raise Untranslated(f"{self.where}: {sorted(self.left)}")

    def take(self, name, otherwise=None):
        return self.left.pop(name, otherwise)

    def must_be(self, name, *values):
        """Of these values only, None for a field that is not there."""
        found = self.take(name)
        if found not in values:
            raise Untranslated(f"{self.where}: {name} is {found!r}")

    def inside(self, name):
        return Fields(f"{self.where}.{name}", self.take(name))

    def each(self, name):
        for number, values in enumerate(self.take(name) or []):
            yield Fields(f"{self.where}.{name}[{number}]", values)

    def leave_out(self, names):
        for name in names:
            self.left.pop(name, None)
