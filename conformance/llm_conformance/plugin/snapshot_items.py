"""Snapshots as pytest sees them: syrupy's extension reads and writes them, its option accepts them.

Its session takes no part: it finds out what is unused by the names of test files, and we have none.
"""

from __future__ import annotations

import contextlib
import traceback
from pathlib import Path

import pytest
from syrupy.data import Snapshot as Entry
from syrupy.data import SnapshotCollection
from syrupy.exceptions import SnapshotDoesNotExist
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from llm_conformance.catalogue.catalogue import SNAPSHOTS, Snapshot
from llm_conformance.plugin.command_line import CommandLine
from llm_conformance.plugin.items import VerdictItem
from llm_conformance.records import Level, Status, Unavailable, Verdict
from llm_conformance.run import Run
from llm_conformance.snapshots.compare import Snapshots, failed, passed, unavailable
from llm_conformance.subject.spec import ImplSpec


class SnapshotItem(VerdictItem):
    """One snapshot of one subject."""

    snapshot: Snapshot

    @classmethod
    def of_snapshot(
        cls, parent: pytest.Collector, snapshot: Snapshot, *, spec: ImplSpec, run: Run, line: CommandLine
    ) -> SnapshotItem:
        """The item of a snapshot."""
        item: SnapshotItem = cls.create(parent, snapshot.id, Level.MUST, spec=spec, run=run, line=line)
        item.snapshot = snapshot
        return item

    @property
    def folder(self) -> Path:
        """The folder of the subject, which is its own."""
        return self.line.snapshots / f"{self.spec.module}.{self.spec.attribute}"

    def judge(self) -> Verdict:
        """What is seen, compared with what was accepted; with --snapshot-update, what is seen is accepted."""
        shelf = SnapshotStore(self)
        snapshots = Snapshots(self.run.judge, read=shelf.read, named=shelf.named)
        try:
            if self._asked("update_snapshots"):
                return self._accept(shelf, snapshots)
            if self._asked("update_new_snapshots_only") and not shelf.path(self.snapshot).exists():
                return self._accept(shelf, snapshots)
            return snapshots.verdict(self.snapshot)
        except Exception:  # noqa: BLE001 - a fault of ours is never blamed on the implementation
            reason = "comparing it failed by a fault of the harness"
            return unavailable(self.snapshot, Unavailable(Status.HARNESS_ERROR, reason, traceback.format_exc()))

    def _accept(self, shelf: SnapshotStore, snapshots: Snapshots) -> Verdict:
        seen = snapshots.acceptable(self.snapshot)
        place = shelf.named(self.snapshot)
        try:
            if not self._asked("no_cleanup") and not self._asked("disable_unused_snapshots"):
                unused = isinstance(seen, Unavailable) and seen.status in {Status.NOT_APPLICABLE, Status.NOT_TESTABLE}
                shelf.remove_unused(self.snapshot if unused else None)
            if isinstance(seen, Unavailable):
                return unavailable(self.snapshot, seen)
            return passed(self.snapshot, f"accepted   {place}" if shelf.write(self.snapshot, seen) else "")
        except OSError as error:
            return failed(self.snapshot, f"what was seen, written to {place}", f"it cannot be written: {error}")

    def _asked(self, option: str) -> bool:
        """Whether an option of syrupy is given; older ones do not have them all, and its plugin may be off."""
        return bool(getattr(self.config.option, option, False))


class Extension(SingleFileSnapshotExtension):
    """A file of text for each snapshot, in the folder of its subject; the index is the name of the snapshot."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """The folder of the subject."""
        return str(getattr(test_location.item, "folder"))  # noqa: B009 - syrupy knows no more than an item

    @classmethod
    def get_file_basename(cls, *, test_location: PyTestLocation, index: SnapshotIndex) -> str:  # noqa: ARG003
        """The name of the snapshot."""
        return str(index)


class SnapshotStore:
    """The accepted snapshots of the subject that an item belongs to."""

    def __init__(self, item: SnapshotItem) -> None:
        self._item = item
        self._location = PyTestLocation(item)
        self._extension = Extension()

    def path(self, snapshot: Snapshot) -> Path:
        """The file of a snapshot."""
        return Path(self._extension.get_location(test_location=self._location, index=snapshot.name))

    def named(self, snapshot: Snapshot) -> str:
        """The file of a snapshot as people are told."""
        path, root = self.path(snapshot), self._item.config.rootpath
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    def read(self, snapshot: Snapshot) -> str | None:
        """The accepted text; None where nothing is accepted yet."""
        try:
            return str(self._extension.read_snapshot(test_location=self._location, index=snapshot.name, session_id=""))
        except SnapshotDoesNotExist:
            return None

    def write(self, snapshot: Snapshot, text: str) -> bool:
        """Accept the text; whether it is another one than before."""
        with contextlib.suppress(UnicodeError):
            if self.read(snapshot) == text:
                return False
        path = self.path(snapshot)
        path.parent.mkdir(parents=True, exist_ok=True)
        collection = SnapshotCollection(location=str(path))
        collection.add(Entry(name=snapshot.name, data=text))
        # write_snapshot() would warn that file and folder are not named like a test file.
        self._extension.write_snapshot_collection(snapshot_collection=collection)
        return True

    def remove_unused(self, unused: Snapshot | None) -> None:
        """Remove what no snapshot is named like, and one that is not used any more; from this folder alone."""
        folder = self._item.folder
        names = {one.name for one in SNAPSHOTS.values() if one != unused}
        for path in folder.glob(f"*.{Extension.file_extension}"):
            if path.stem not in names:
                with contextlib.suppress(FileNotFoundError):
                    self._extension.delete_snapshots(snapshot_location=str(path), snapshot_names={path.stem})
        with contextlib.suppress(OSError):
            folder.rmdir()
