"""A copy of a shipped checkpoint (the fixture `mine`), and clusterings of it."""

from explorer.clustering import ClusteringSpec
from explorer.core.progress import Report, silent
from explorer.runs.clusterings import ClusteringRequest, ClusterRun

NAME = "mine"


def run(name: str, spec: ClusteringSpec, report: Report = silent) -> ClusterRun:
    return ClusteringRequest(name, spec).get(report)


def find(name: str, spec: ClusteringSpec) -> ClusterRun | None:
    return ClusteringRequest(name, spec).find()
