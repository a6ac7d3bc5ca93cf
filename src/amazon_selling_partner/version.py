"""The version of this package, as it was installed: it is written in `pyproject.toml` and nowhere else."""

from importlib.metadata import version

__version__ = version("amazon-selling-partner")
