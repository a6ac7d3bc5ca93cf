"""Files with orders in them: complete or absent, readable by their owner alone, never written through a link."""

import os
import tempfile
from pathlib import Path

__all__ = ["UnusableFile", "check_destination", "write_private"]


class UnusableFile(Exception):
    """A file cannot be written; the text says why."""


def check_destination(path: Path) -> None:
    """Check whether `path` can be written, before a step spends quota.

    Raises:
        UnusableFile: Its folder does not exist or cannot be written, or it is neither new nor a regular file.
    """
    folder = path.parent
    if not folder.is_dir():
        raise UnusableFile(f"There is no folder {folder}. Create it, or choose another one for the file.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UnusableFile(f"You may not write to the folder {folder}. Choose another one for the file.")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UnusableFile(f"{path} is a link, a folder or a device. Choose the name of an ordinary file.")


def write_private(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file that only its owner can read; until it is complete, an earlier one stays.

    Raises:
        UnusableFile: It cannot be written.
    """
    try:
        descriptor, beside = tempfile.mkstemp(prefix=".orders-", dir=path.parent)  # mode 0600
        try:
            with open(descriptor, "w", encoding=encoding, errors="backslashreplace", newline="") as file:  # noqa: PTH123 - a descriptor is no path
                file.write(text)
            Path(beside).replace(path)  # A link would be replaced itself.
        except BaseException:
            Path(beside).unlink()
            raise
    except OSError as error:
        raise UnusableFile(f"{path} cannot be written: {error.strerror}.") from error
