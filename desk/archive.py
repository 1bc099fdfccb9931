"""The file that a backup is: a tar with the database's dump, every upload, and a manifest at the very end.

Nothing here knows a database. The manifest comes last and names every member with its size and SHA-256, so that a file
that was cut off, or changed by one byte, is refused before anything is touched.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from core.refusals import Refused

FORMAT = 1
DUMP = "database.dump"
KEY = "secret-key"
MEDIA = "media/"
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


class Hashed(io.RawIOBase):
    """Reads through and remembers the hash of what went by."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.sha256 = source, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.sha256.update(data)
        return data


@dataclasses.dataclass
class Writer:
    """Puts files into an archive that is being written."""

    tar: tarfile.TarFile
    files: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)

    def add(self, name: str, path: Path) -> None:
        """Add a file under a name."""
        with path.open("rb") as source:
            hashed = Hashed(source)
            entry = _entry(name, os.fstat(source.fileno()).st_size)
            self.tar.addfile(entry, hashed)
        self.files[name] = {"size": entry.size, "sha256": hashed.sha256.hexdigest()}

    def add_folder(self, prefix: str, folder: Path) -> None:
        """Add every plain file below a folder; links are no uploads of ours."""
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                with contextlib.suppress(FileNotFoundError):  # taken away meanwhile
                    self.add(prefix + path.relative_to(folder).as_posix(), path)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add a few bytes under a name."""
        self.tar.addfile(_entry(name, len(data)), io.BytesIO(data))
        self.files[name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
    return entry


@contextlib.contextmanager
def write(target: Path, manifest: dict[str, Any]) -> Iterator[Writer]:
    """Write an archive that only its owner can read; under its own name it is there whole, or not at all."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                writer = Writer(tar)
                yield writer
                text = json.dumps({"format": FORMAT, **manifest, "files": writer.files}, indent=1, sort_keys=True)
                writer.add_bytes(MANIFEST, text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def check(path: Path) -> dict[str, Any]:
    """Read the whole archive and return its manifest. Refuses what is not ours, not whole, or not as it was written."""
    found: dict[str, dict[str, Any]] = {}
    text = b""
    try:
        with tarfile.open(path, mode="r:") as tar:
            for member in tar:
                source = tar.extractfile(member) if member.isfile() else None
                if source is None or not is_safe(member.name):
                    raise Refused(f"{path.name} holds something that no backup of ours holds ({member.name}).")
                if member.name == MANIFEST:
                    text = source.read()
                    continue
                digest = hashlib.sha256()
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                found[member.name] = {"size": member.size, "sha256": digest.hexdigest()}
        manifest = json.loads(text) if text else None
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.") from None
    except (tarfile.TarError, EOFError, ValueError):
        raise Refused(f"{path.name} is not a backup of ours, or it was cut off: nothing was touched.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or DUMP not in found:
        raise Refused(f"{path.name} is not a whole backup (its list of contents is missing): nothing was touched.")
    if wrong := sorted(name for name in {*found, *manifest["files"]} if found.get(name) != manifest["files"].get(name)):
        raise Refused(f"{path.name} was changed or damaged ({wrong[0]}): nothing was touched.")
    return manifest


def is_safe(name: str) -> bool:
    """Return whether a member's name stays inside, and is one that we write."""
    parts = name.split("/")
    return name in (DUMP, KEY, MANIFEST) or (name.startswith(MEDIA) and ".." not in parts and "" not in parts)


def take_out(path: Path, name: str, target: Path) -> None:
    """Write one member to a file."""
    with tarfile.open(path, mode="r:") as tar, target.open("wb") as file:
        source = tar.extractfile(name)
        while source and (chunk := source.read(_CHUNK)):
            file.write(chunk)


def take_out_media(path: Path, folder: Path) -> int:
    """Write every upload below a folder; return how many."""
    count = 0
    with tarfile.open(path, mode="r:") as tar:
        for member in tar:
            if not member.name.startswith(MEDIA) or not is_safe(member.name):
                continue
            target = folder / member.name.removeprefix(MEDIA)
            target.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            with target.open("wb") as file:
                while source and (chunk := source.read(_CHUNK)):
                    file.write(chunk)
            count += 1
    return count
