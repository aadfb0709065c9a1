"""A pytest plugin that writes what became of each test as a line of JSON.

RESULTS_FILE names the file. LEFT_OUT_MARKERS is a JSON object of markers to reasons: a test with such a marker is
skipped, for that reason. The lines are written as the tests end, so that a run that is killed leaves the results
it had, and the test that it hung in as one that began.
"""

import json
import os

import pytest

_left_out = json.loads(os.environ["LEFT_OUT_MARKERS"])
_seen = {}


def _write(name, outcome, message=""):
    with open(os.environ["RESULTS_FILE"], "a", encoding="utf-8") as file:
        file.write(json.dumps({"name": name, "outcome": outcome, "message": message}) + "\n")


def pytest_collection_modifyitems(items):
    for item in items:
        for marker, reason in _left_out.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collectreport(report):
    if report.failed:
        _write(report.nodeid, "failed", report.longreprtext)


def pytest_runtest_logstart(nodeid, location):
    _seen[nodeid] = ("passed", "")
    _write(nodeid, "began")


def pytest_runtest_logreport(report):
    # A test has one report for each of its phases and subtests; the worst of them is what became of it.
    if report.failed:
        _seen[report.nodeid] = ("failed", report.longreprtext)
    elif report.skipped and _seen[report.nodeid][0] == "passed":
        _seen[report.nodeid] = ("skipped", _reason(report))


def pytest_runtest_logfinish(nodeid, location):
    _write(nodeid, *_seen.pop(nodeid))


def _reason(report):
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return report.longreprtext
