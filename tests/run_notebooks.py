"""Run the notebooks from top to bottom and keep their outputs, in the form they are committed in.

    .venv/bin/python tests/run_notebooks.py            all of them
    .venv/bin/python tests/run_notebooks.py 03-brunel-regimes.ipynb

Runs are saved to a temporary folder. A notebook that fails is left as it was. What a run would
change although nothing changed is taken out: times, widget models, the kernel's versions. A cell
that shows a widget keeps its text alone: without its kernel a widget's model is not there, and a
reader would see an error in its place.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbstripout import strip_output

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
CELL_LIMIT_S = 300


def main(names: list[str]) -> int:
    """Run the named notebooks, or all."""
    paths = [FOLDER / name for name in names] or sorted(FOLDER.glob("*.ipynb"))
    with tempfile.TemporaryDirectory(prefix="hal9-notebooks-") as data:
        os.environ["HAL9_DATA"] = data
        os.environ.pop("HAL9_STORE_URL", None)
        for path in paths:
            print(path.name, flush=True)  # noqa: T201
            notebook = nbformat.read(path, as_version=4)
            client = NotebookClient(
                notebook, timeout=CELL_LIMIT_S, kernel_name="python3", store_widget_state=False
            )
            client.execute(cwd=data)
            path.write_text(nbformat.writes(normalised(notebook)) + "\n", encoding="utf-8")
    return 0


def normalised(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """`notebook` as ``nbstripout --keep-output --keep-count`` leaves it, widgets as text."""
    notebook = strip_output(
        notebook,
        keep_output=True,
        keep_count=True,
        keep_id=False,
        extra_keys=[
            "metadata.language_info",
            "cell.metadata.execution",
        ],
    )
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    }
    for cell in notebook.cells:
        if "outputs" in cell:  # a bar is a widget with no text: it is gone when its cell has run
            cell.outputs = [o for o in cell.outputs if set(o.get("data", {})) != {WIDGET}]
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if WIDGET in data:
                output["data"] = {"text/plain": data["text/plain"]}
    return nbformat.from_dict(notebook)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
