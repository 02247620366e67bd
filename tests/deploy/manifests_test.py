"""The manifests of deploy/k8s: rendered, against schemas, against properties of
our own; and that each property notices what it is for.
"""

import copy
import os
import sys
import unittest

import console_mutations  # noqa: F401  # It adds to those of mutations.
import mutations
import properties
import schema_check
import root_key_mutations  # noqa: F401  # So does it.
import trust_mutations  # noqa: F401  # So does it.
from programs import Programs
from rendered import (OLDEST_KUBECTL, OVERLAYS, SKIPPED, Objects,
                      kubectl_version, render)


class ManifestsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.programs = Programs(os.environ["PULSETAKER_BIN"])
        cls.rendered = {name: render(folder)
                        for name, folder in OVERLAYS.items()}

    def test_every_object_is_as_its_schema_says(self):
        distinct = []
        for objects in self.rendered.values():
            distinct += [each for each in objects if each not in distinct]
        self.assertEqual(sum(schema_check.check(distinct), []), [])
        print(f"{len(distinct)} objects against their schemas")

    def test_schemas_notice_what_is_wrong(self):
        self.assertGreaterEqual(len(mutations.SCHEMA_BREAKS), 5)
        # Compiled together, of each only the object that it changes.
        broken = []
        for name, change in mutations.SCHEMA_BREAKS:
            objects = copy.deepcopy(self.rendered["everything"])
            change(objects)
            changed = [o for o, was in zip(objects, self.rendered["everything"])
                       if o != was]
            self.assertEqual(len(changed), 1, name)
            broken += changed
        for (name, _), said in zip(mutations.SCHEMA_BREAKS,
                                   schema_check.check(broken), strict=True):
            with self.subTest(broken=name):
                self.assertNotEqual(said, [])

    def test_every_property_holds(self):
        self.assertGreaterEqual(len(properties.PROPERTIES), 100)
        for overlay, objects in self.rendered.items():
            for name in properties.PROPERTIES:
                with self.subTest(overlay=overlay, property=name):
                    self.assertEqual(properties.problems(
                        Objects(objects), self.programs, name), [])
        print(f"{len(properties.PROPERTIES)} properties of "
              f"{len(self.rendered)} overlays")

    def test_each_break_is_noticed(self):
        self.assertGreaterEqual(len(mutations.BREAKS), 150)
        caught = 0
        for name, noticed_by, change in mutations.BREAKS:
            with self.subTest(broken=name):
                objects = copy.deepcopy(self.rendered["everything"])
                change(objects)
                self.assertNotEqual(properties.problems(
                    Objects(objects), self.programs, noticed_by), [])
                caught += 1
        print(f"{len(mutations.BREAKS)} ways to break them, {caught} noticed")

    def test_rendering_fails_where_a_folder_does_not_make_sense(self):
        with self.assertRaises(RuntimeError):
            render(OVERLAYS["regional"].parent)


if __name__ == "__main__":
    version = kubectl_version()
    if version is None or version < OLDEST_KUBECTL:
        print("skipped: there is no kubectl of 1.21 or later", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main()
