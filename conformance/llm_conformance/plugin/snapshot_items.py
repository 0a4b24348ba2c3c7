"""Snapshots as items of pytest. syrupy's extension reads and writes the files, and its options accept snapshots.

syrupy's session is not used: it finds unused snapshots by the names of test files, and a suite has none.
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

_UNUSED = {Status.NOT_APPLICABLE, Status.NOT_TESTABLE, Status.INCONCLUSIVE}


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
        """The folder of the subject; no other subject uses it."""
        return self.line.snapshots / f"{self.spec.module}.{self.spec.attribute}"

    def judge(self) -> Verdict:
        """Compare the observation with the accepted snapshot; with `--snapshot-update`, accept the observation."""
        store = SnapshotStore(self)
        snapshots = Snapshots(self.run.judge, read=store.read, display_path=store.display_path)
        try:
            if self._option("update_snapshots"):
                return self._accept(store, snapshots)
            if self._option("update_new_snapshots_only") and not store.path(self.snapshot).exists():
                return self._accept(store, snapshots)
            return snapshots.verdict(self.snapshot)
        except Exception:  # noqa: BLE001 - an error in the harness is not a finding about the implementation
            reason = "error in the harness while comparing the snapshot"
            return unavailable(self.snapshot, Unavailable(Status.HARNESS_ERROR, reason, traceback.format_exc()))

    def _accept(self, store: SnapshotStore, snapshots: Snapshots) -> Verdict:
        observed = snapshots.acceptable(self.snapshot)
        path = store.display_path(self.snapshot)
        try:
            if not self._option("no_cleanup") and not self._option("disable_unused_snapshots"):
                unused = isinstance(observed, Unavailable) and observed.status in _UNUSED
                store.remove_unused(self.snapshot if unused else None)
            if isinstance(observed, Unavailable):
                return unavailable(self.snapshot, observed)
            return passed(self.snapshot, f"accepted   {path}" if store.write(self.snapshot, observed) else "")
        except OSError as error:
            return failed(self.snapshot, f"the snapshot is written to {path}", f"it cannot be written: {error}")

    def _option(self, option: str) -> bool:
        """Whether an option of syrupy is given; older versions lack some, and syrupy's plugin may be disabled."""
        return bool(getattr(self.config.option, option, False))


class Extension(SingleFileSnapshotExtension):
    """One text file per snapshot, in the folder of its subject; the index is the name of the snapshot."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """The folder of the subject."""
        return str(getattr(test_location.item, "folder"))  # noqa: B009 - for syrupy it is any item

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

    def display_path(self, snapshot: Snapshot) -> str:
        """The file of a snapshot as messages show it: relative to rootdir where possible."""
        path, root = self.path(snapshot), self._item.config.rootpath
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    def read(self, snapshot: Snapshot) -> str | None:
        """The accepted text; None if there is none yet."""
        try:
            return str(self._extension.read_snapshot(test_location=self._location, index=snapshot.name, session_id=""))
        except SnapshotDoesNotExist:
            return None

    def write(self, snapshot: Snapshot, text: str) -> bool:
        """Accept the text; whether it differs from the accepted one."""
        with contextlib.suppress(UnicodeError):
            if self.read(snapshot) == text:
                return False
        path = self.path(snapshot)
        path.parent.mkdir(parents=True, exist_ok=True)
        collection = SnapshotCollection(location=str(path))
        collection.add(Entry(name=snapshot.name, data=text))
        # write_snapshot() warns that file and folder do not have the name of a test file.
        self._extension.write_snapshot_collection(snapshot_collection=collection)
        return True

    def remove_unused(self, unused: Snapshot | None) -> None:
        """Remove the files that are not snapshots of the catalogue, and `unused`, from the folder of the subject."""
        folder = self._item.folder
        names = {one.name for one in SNAPSHOTS.values() if one != unused}
        for path in folder.glob(f"*.{Extension.file_extension}"):
            if path.stem not in names:
                with contextlib.suppress(FileNotFoundError):
                    self._extension.delete_snapshots(snapshot_location=str(path), snapshot_names={path.stem})
        with contextlib.suppress(OSError):
            folder.rmdir()
