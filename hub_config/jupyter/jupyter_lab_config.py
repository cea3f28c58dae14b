"""JupyterLab for every user: nothing is fetched from elsewhere unless the user asks a kernel to."""

# ruff: noqa: F821 - Jupyter hands `c` to this file
# mypy: ignore-errors
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
# The list of extensions would be fetched from an index; what is installed is shown.
c.LabApp.extension_manager = "readonly"
# A deleted file is gone, rather than in a hidden trash that fills the disk.
c.FileContentsManager.delete_to_trash = False
