"""One image's share of requirements.lock: `python share.py app` writes app.lock (Dockerfile).

The shares are not lists of their own that could drift: uv resolves what pyproject.toml names for
an image under the whole lock as a constraint, starting from a copy of it, from which it keeps the
hashes. Standard library only, since it runs before anything is installed.
"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

#: Image -> the extras it holds; "" is the library itself.
IMAGES = {
    "hub": ("hub",),
    "app": ("", "service", "dashboards"),
    "singleuser": ("", "notebook", "hub"),
}
#: Of an extra, only these: a user's server is started by the hub and is none.
ONLY = {("singleuser", "hub"): ("jupyterhub",)}
LOCK = "requirements.lock"


def requirements(image: str, project: dict) -> list[str]:
    """What pyproject.toml's [project] table names for an image.

    >>> project = {"dependencies": ["numpy>=2"], "optional-dependencies": {"hub": ["psutil>=6"]}}
    >>> requirements("hub", project)
    ['psutil>=6']
    """
    found = []
    for extra in IMAGES[image]:
        named = project["optional-dependencies"][extra] if extra else project["dependencies"]
        found += [n for n in named if n.startswith(ONLY.get((image, extra), ""))]
    return found


def write_share(image: str, folder: Path, uv: str = "uv") -> Path:
    """Write FOLDER/IMAGE.lock from the lock and pyproject.toml beside it; returns its path."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    wanted, share = folder / f"{image}.in", folder / f"{image}.lock"
    wanted.write_text("\n".join(requirements(image, project)) + "\n")
    shutil.copyfile(folder / LOCK, share)
    universal = ["--universal", "--python-version", "3.11", "--fork-strategy", "requires-python"]
    kept = ["--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    command = [uv, "pip", "compile", "--quiet", *universal, *kept, "--constraint", LOCK]
    subprocess.run([*command, wanted.name, "--output-file", share.name], cwd=folder, check=True)
    return share


if __name__ == "__main__":
    write_share(sys.argv[1], Path.cwd())
