"""A reader of steps in plain English."""

from .library import Connection, Library, NotUnderstood, Step

__all__ = ["Connection", "Library", "NotUnderstood", "Step"]
