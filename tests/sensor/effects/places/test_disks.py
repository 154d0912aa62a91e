"""Which devices are disks that can be taken out, on a machine that a folder stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensor.effects.places.disks import is_removable


def machine(folder: Path, *, removable: str = "1\n", mounts: str = "/dev/vda1 / ext4 rw 0 0\n", swaps: str = "Filename Type\n") -> Path:
    """A root folder with a disk `sdb` of one part."""
    (folder / "sys/block/sdb/sdb1/holders").mkdir(parents=True)
    (folder / "sys/block/sdb/removable").write_text(removable)
    (folder / "proc").mkdir()
    (folder / "proc/mounts").write_text(mounts)
    (folder / "proc/swaps").write_text(swaps)
    return folder


@pytest.mark.parametrize(("path", "expected"), [("/dev/sdb", True), ("/dev/sdb1", True), ("/dev/sda", False), ("/dev/nvme0n1", False), ("/dev/vda", False), ("/dev/sdb/../sda", False)])
def test_only_a_disk_of_which_the_system_says_so(tmp_path: Path, path: str, expected: bool) -> None:
    assert is_removable(path, machine(tmp_path)) is expected


def test_a_disk_that_stays_is_none(tmp_path: Path) -> None:
    assert not is_removable("/dev/sdb", machine(tmp_path, removable="0\n"))


@pytest.mark.parametrize(("place", "expected"), [("/", False), ("/home", False), ("/boot/efi", False), ("/usr", False), ("/media/dev/CARD", True)])
def test_a_disk_that_the_system_lives_on_is_none(tmp_path: Path, place: str, expected: bool) -> None:
    assert is_removable("/dev/sdb", machine(tmp_path, mounts=f"/dev/vda1 / ext4 rw 0 0\n/dev/sdb1 {place} vfat rw 0 0\n")) is expected


def test_a_disk_with_swap_or_below_another_device_is_none(tmp_path: Path) -> None:
    assert not is_removable("/dev/sdb", machine(tmp_path / "swap", swaps="Filename Type\n/dev/sdb1 partition\n"))
    root = machine(tmp_path / "mapped")
    (root / "sys/block/sdb/sdb1/holders/dm-0").mkdir()
    assert not is_removable("/dev/sdb", root)


def test_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert not is_removable("/dev/sdb", tmp_path)
