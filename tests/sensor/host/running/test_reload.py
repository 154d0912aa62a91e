import threading
import time

from sensor.host.running import reload
from sensor.host.running.reload import YAML, FolderWatch


def watched(folder):
    happened = threading.Event()
    count = []
    watch = FolderWatch((folder, folder / "rules.d"), YAML, lambda: (count.append(1), happened.set()))
    watch.start()
    return watch, happened, count


def test_a_replaced_file_is_noticed_within_a_second(tmp_path):
    watch, happened, _ = watched(tmp_path)
    try:
        fresh = tmp_path / "config.yaml.tmp"
        fresh.write_text("mode: observe\n")
        began = time.monotonic()
        fresh.replace(tmp_path / "config.yaml")
        assert happened.wait(60)
        assert time.monotonic() - began < 10
    finally:
        watch.stop()


def test_a_burst_of_saves_is_one_change(tmp_path, monkeypatch):
    monkeypatch.setattr(reload, "SETTLE_SECONDS", 1.0)  # longer than a busy machine takes between two saves
    watch, happened, count = watched(tmp_path)
    try:
        for number in range(20):
            (tmp_path / "rules.d" / "own.yaml").write_text(f"# {number}\n")
        assert happened.wait(60)
        time.sleep(1.5)
        assert len(count) == 1
    finally:
        watch.stop()


def test_other_files_do_not_reload(tmp_path):
    watch, happened, _ = watched(tmp_path)
    try:
        (tmp_path / "notes.txt").write_text("x")
        assert not happened.wait(0.6)
    finally:
        watch.stop()
