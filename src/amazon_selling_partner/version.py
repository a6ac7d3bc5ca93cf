"""The version of the installed package; `pyproject.toml` is the only place that states it."""

from importlib.metadata import version

__version__ = version("amazon-selling-partner")
