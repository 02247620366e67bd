"""Every error reason that a service's code can give is in its contract, and the
contract promises none that nothing gives."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ["survey", "network", "assessment"]
# A literal that looks like a reason: upper case with an underscore, or a word
# that is one.
LITERAL = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|OVERLOADED)"')

# What the graph kernels say to a caller who gives them what the analysis never
# does: it numbers nodes itself, drops self-nominations and weighs ties 1/2 or 1.
NEVER_LEAVE = {"INVALID_WEIGHT", "NODE_OUT_OF_RANGE", "PATH_COUNT_OVERFLOW",
               "SELF_LOOP", "WEIGHTS_TOO_UNEVEN",
               # Names and attributes of exports are ids and texts of a roster;
               # an analysis is only used with the snapshot it was made of.
               "ANALYSIS_OF_OTHER_WAVE", "INVALID_ATTRIBUTE", "INVALID_NAME",
               "INVALID_TEXT"}
# Of measures that no method of the network service has yet.
NO_METHOD_YET = {
    "ALPHA_TOO_LARGE", "ANSWERED_MISMATCH", "CAP_OUT_OF_RANGE",
    "DRAWS_OUT_OF_RANGE", "DYAD_CENSUS_MISMATCH", "ERRORS_MISMATCH",
    "FIGURE_NOT_FINITE", "GRAPH_TOO_DENSE", "INVALID_ALPHA", "INVALID_DAMPING",
    "INVALID_ERROR", "ITERATIONS_OUT_OF_RANGE", "NETWORK_COUNT_OUT_OF_RANGE",
    "NOT_CONVERGED", "PROBES_OUT_OF_RANGE", "P_VALUE_OUT_OF_RANGE",
    "RATE_OUT_OF_RANGE", "REPEATED_ARC", "RESOLUTION_OUT_OF_RANGE",
    "ROW_NOT_ANSWERED", "SAMPLES_OUT_OF_RANGE", "SCORES_MISMATCH",
    "SCORE_NOT_FINITE", "SET_SIZE_OUT_OF_RANGE", "SOURCES_OUT_OF_RANGE",
    "STARTS_OUT_OF_RANGE", "TIE_VALUE_OUT_OF_RANGE", "TOO_MANY_ARCS",
    "TOO_MANY_CLIQUES", "TOO_MANY_EDGES", "VALUE_NOT_FINITE",
    "WEIGHTS_TOO_LARGE"}
# Of the services that are asked, handed on as they came.
HANDED_ON = {
    "network": {"WAVE_NOT_CLOSED", "WAVE_NOT_FOUND"},
    "assessment": {"ANALYSIS_NOT_FOUND", "ANALYSIS_WITHDRAWN",
                   "COMPONENT_TOO_LARGE",
                   "GRAPH_TOO_LARGE", "SURVEY_UNAVAILABLE"},
}


def code(*folders):
    """All code of ours in these folders, tests left out."""
    text = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.cc")) + sorted(
                (ROOT / folder).rglob("*.h")):
            if "_test" not in path.stem and "testing" not in path.stem:
                text.append(path.read_text(encoding="utf-8"))
    return "\n".join(text)


def declared(service):
    """The reasons of ErrorReason, without the prefix."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in
                     (ROOT / "proto/pulsetaker" / service / "v1").glob("*.proto"))
    return set(re.findall(r"ERROR_REASON_([A-Z_]+) = [1-9]", text))


class ReasonsTest(unittest.TestCase):

    def test_every_reason_is_declared(self):
        for service in SERVICES:
            given = set(LITERAL.findall(code(f"services/{service}")))
            known = declared(service)
            self.assertGreater(len(known), 10, service)
            unknown = given - known - NEVER_LEAVE
            if service == "network":
                unknown -= NO_METHOD_YET
            self.assertFalse(sorted(unknown), service)
            self.assertFalse(sorted(known & NO_METHOD_YET), service)

    def test_every_declared_reason_is_given(self):
        for service in SERVICES:
            given = set(LITERAL.findall(code(f"services/{service}", "common")))
            given |= HANDED_ON.get(service, set())
            self.assertFalse(sorted(declared(service) - given), service)



if __name__ == "__main__":
    unittest.main()
