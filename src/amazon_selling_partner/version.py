"""The version of this package; `pyproject.toml` and the user agent sent to Amazon carry the same."""

__version__ = "2.1.0"
