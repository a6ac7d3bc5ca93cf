"""Files with orders: private, complete, and only where they were meant to be."""

import stat
from pathlib import Path

import pytest

from playground.files import UnusableFile, check_destination, write_private


def test_only_the_owner_can_read_a_file(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)


def test_a_link_is_replaced_and_not_followed(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("untouched")
    link.symlink_to(target)
    write_private(link, "orders")
    assert (target.read_text(), link.is_symlink()) == ("untouched", False)


def test_a_failure_leaves_the_earlier_file_and_nothing_else(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("old")
    with pytest.raises(LookupError):
        write_private(path, "new", encoding="no such encoding")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_that_cannot_be_written_is_named(tmp_path):
    path = tmp_path / "missing" / "orders.csv"
    with pytest.raises(UnusableFile, match=f"^{path} cannot be written: No such file or directory.$"):
        write_private(path, "orders")


def test_a_new_file_and_an_ordinary_one_are_fine(tmp_path):
    path = tmp_path / "orders.csv"
    check_destination(path)
    path.touch()
    check_destination(path)


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "device"])
def test_anything_but_an_ordinary_file_is_refused(tmp_path, kind):
    paths = {name: tmp_path / name for name in ("link", "dangling link", "folder")} | {"device": Path("/dev/null")}
    (tmp_path / "target").touch()
    paths["link"].symlink_to(tmp_path / "target")
    paths["dangling link"].symlink_to(tmp_path / "gone")
    paths["folder"].mkdir()
    with pytest.raises(UnusableFile, match="is a link, a folder or a device"):
        check_destination(paths[kind])
