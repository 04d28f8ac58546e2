"""Waiting for jobs, and apps that start some."""

import subprocess
import sys
from pathlib import Path

from explorer import jobs

ROOT = Path(__file__).parents[2]


def running(job: jobs.Job) -> bool:
    return job.state == "running"


def done(job: jobs.Job, timeout: float = 60) -> jobs.Job:
    return jobs.wait(job.id, timeout)


def log_of(job_id):
    path = jobs.jobs_folder() / job_id / "log"
    return path.read_text().strip() if path.exists() else ""


def started_elsewhere(*submits: str) -> subprocess.Popen:
    """Start another app that submits jobs and then waits to be killed; wait until they run."""
    code = "from explorer import jobs; from tests.jobs import job_functions; import sys\n"
    code += "\n".join(submits)
    code += "\njobs.wait(job.id, 60, lambda job: job.fraction > 0)\nprint('ready', flush=True)\n"
    app = subprocess.Popen(
        [sys.executable, "-c", code + "sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert app.stdout.readline() == "ready\n", app.stderr.read()
    return app


COUNT = "job = jobs.submit('count', job_functions.count_until_stopped)"
