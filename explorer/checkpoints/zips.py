"""A checkpoint as one file, a zip: written for others, and read from them within limits."""

import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from string import Template
from textwrap import shorten

from explorer import datasets
from explorer.checkpoints import codes_export, names, store
from explorer.checkpoints.store import Checkpoint
from explorer.core import limited, owners, storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part, silent

MAX_BYTES = 1_000_000_000  # of a zip that is read
_MAX_MEMBERS = 2000
_MAX_UNPACKED = 4_000_000_000
_MAX_RATIO = 100  # unpacked to packed; models and codes are packed already
_CHUNK = 1_000_000
# What of a checkpoint goes along, besides its own files: what was computed, and is checked when it
# is read.
_FOLDERS = ("projections", "frames")
# What is written for others, and left out when a zip is read.
_FOR_OTHERS = ("README.txt", "codes.csv", "tensorboard")
# What systems add that pack a folder.
_OF_SYSTEMS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_PACKED = (".npz", ".keras", ".png")
_README = Template("""$name: a trained autoencoder, exported from Latent Explorer.

config.json        data set ($dataset), model, training, losses
codes.csv          the code of each of the $n test images, its class, its reconstruction error
codes.npz          the same in full precision
tensorboard/       for TensorBoard's projector: tensorboard --logdir tensorboard$images
$files
Import it in the Library of Latent Explorer, or with
  python -m explorer import checkpoint FILE.zip
""")
_MODEL = """encoder.onnx       images (n, h, w, c) in [0, 1] -> codes
decoder.onnx       codes (n, z_dim) -> images in [0, 1]
encoder.keras, decoder.keras   the same for Keras 3
history.csv        losses, a row per epoch
projections/       pictures that were computed

  import numpy as np, onnxruntime
  decoder = onnxruntime.InferenceSession("decoder.onnx")
  images, = decoder.run(None, {decoder.get_inputs()[0].name: np.zeros((1, $z_dim), np.float32)})
"""


def write(checkpoint: Checkpoint, path: Path, report: Report = silent) -> None:
    """Write a checkpoint as a zip: all of it, and its codes as CSV and for TensorBoard.

    Whose it is, and clusterings (which are quick to compute again), stay here.

    Args:
        checkpoint: Which.
        path: Where to; a file that is there is replaced once the new one is whole.
        report: Takes the progress.

    Raises:
        ExplorerError: If the checkpoint is damaged, or the file cannot be written.
    """
    with _written(path) as temporary:
        folder = temporary.parent / "beside"
        folder.mkdir()
        codes_export.write_csv(checkpoint, folder / "codes.csv", part(report, 0.0, 0.2))
        projector = folder / "tensorboard"
        projector.mkdir()
        images = codes_export.write_projector(checkpoint, projector, part(report, 0.2, 0.7))
        (folder / "README.txt").write_text(_readme(checkpoint, images), encoding="utf-8")
        made = [file for file in folder.rglob("*") if file.is_file()]
        files = {file.relative_to(folder).as_posix(): file for file in made}
        files |= _own_files(checkpoint)
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for number, (name, file) in enumerate(sorted(files.items())):
                packed = zipfile.ZIP_STORED if file.suffix in _PACKED else None
                archive.write(file, f"{checkpoint.name}/{name}", packed)
                report(Progress(0.7 + 0.3 * number / len(files), "Packing"))


def _own_files(checkpoint: Checkpoint) -> dict[str, Path]:
    """Return the files of a checkpoint by their names in a zip; no link out of its folder."""
    names = ("config.json", *store.files_of(checkpoint.model))
    found = {name: checkpoint.path / name for name in names}
    for folder in _FOLDERS:
        for file in sorted((checkpoint.path / folder).glob("*.npz")):
            found[f"{folder}/{file.name}"] = file
    return {name: file for name, file in found.items() if storage.is_own_file(file)}


def _readme(checkpoint: Checkpoint, images: str) -> str:
    model = Template(_MODEL).substitute(z_dim=checkpoint.z_dim) if checkpoint.model.decodes else ""
    return _README.substitute(
        name=checkpoint.name,
        dataset=checkpoint.dataset,
        n=f"{len(checkpoint.codes().labels):,}",
        images=f" (its images are {images})" if images else "",
        files=model,
    )


@contextmanager
def _written(path: Path) -> Iterator[Path]:
    try:
        with storage.atomic_path(path) as temporary:
            yield temporary
    except OSError as error:
        raise ExplorerError(
            f"{path} cannot be written ({error.strerror}): make room, or name another place."
        ) from error


def read(path: Path, name: str, owner: str = "", report: Report = silent) -> Checkpoint:
    """Make a checkpoint of a zip that `write` made, here or anywhere.

    It is unpacked in a process of its own with limits; its ONNX graphs run in one too, unless this
    machine's own export wrote them (see `explorer.checkpoints.verdicts`).

    Args:
        path: The zip.
        name: Name of the checkpoint; it must be free.
        owner: Whose it is then.
        report: Takes the progress; it is stopped when that answers False.

    Raises:
        ExplorerError: If the name is taken or none, or the zip is not one of a checkpoint that
            could be opened here.
    """
    with names.new_folder(name) as folder:
        limited.run(
            unpack,
            str(path),
            str(folder.absolute()),
            limits=limited.Limits(seconds=300, file=_MAX_UNPACKED),
            report=part(report, 0.0, 0.8),
            what="This zip",
        )
        _check_dataset(folder)
        _try(store.read(folder), part(report, 0.8, 1.0))
        owners.give(folder, owner)
    return store.get(name)


def _check_dataset(folder: Path) -> None:
    """Refuse a checkpoint of data that are not known here, before it counts as damaged."""
    config = storage.read_json(folder / "config.json")
    dataset = config.get("dataset") if isinstance(config, dict) else None
    if isinstance(dataset, str) and dataset not in datasets.names():
        raise ExplorerError(
            f"This checkpoint is of the data set {dataset[:80]!r}, which is not here: import its "
            "images first, under that name."
        )


def _try(checkpoint: Checkpoint, report: Report) -> None:
    """Refuse a checkpoint that would open to errors."""
    report(Progress(0.0, "Reading the codes"))
    checkpoint.codes()
    if not checkpoint.model.decodes:
        return
    report(Progress(0.3, "Trying the decoder"))
    checkpoint.decoder()
    report(Progress(0.6, "Trying the encoder"))
    checkpoint.encoder()
    checkpoint.history()


def unpack(path: str, folder: str, report: Report = silent) -> None:
    """Write the checkpoint's files of a zip into a folder.

    Raises:
        ExplorerError: If it is no zip of a checkpoint, or would unpack to too much.
    """
    try:
        with storage.open_file(Path(path), MAX_BYTES) as file, zipfile.ZipFile(file) as archive:
            members = wanted(archive.infolist(), Path(path).stat().st_size)
            done, total = 0, max(1, sum(info.file_size for info in members.values()))
            for name, info in members.items():
                target = Path(folder) / name
                target.parent.mkdir(exist_ok=True)
                with archive.open(info) as source, target.open("xb") as out:
                    shutil.copyfileobj(source, out, _CHUNK)
                done += info.file_size
                report(Progress(done / total, "Unpacking"))
    except ExplorerError:
        raise
    except Exception as error:  # what a hostile file makes its readers raise shares no base class
        reason = shorten(str(error) or type(error).__name__, 200)
        raise ExplorerError(
            f"This zip cannot be read ({reason}): it may be damaged, copy or export it again."
        ) from error


def wanted(members: list[zipfile.ZipInfo], size: int) -> dict[str, zipfile.ZipInfo]:
    """Return what of a zip is unpacked, by its name in a checkpoint's folder.

    Args:
        members: All that the zip lists.
        size: Of the zip, in bytes.

    Raises:
        ExplorerError: If it lists what no export holds, or unpacks to too much.
    """
    if len(members) > _MAX_MEMBERS:
        raise _refused(f"it lists {len(members):,} files")
    unpacked = sum(info.file_size for info in members)
    if unpacked > min(_MAX_UNPACKED, _MAX_RATIO * max(size, _CHUNK)):
        raise _refused(f"it would unpack to {unpacked:,} bytes")
    found: dict[str, zipfile.ZipInfo] = {}
    tops = set()
    for info in members:
        parts = _parts(info)
        if parts[0] in _OF_SYSTEMS or parts[-1] in _OF_SYSTEMS:
            continue
        tops.add(parts[0])
        if not info.is_dir():
            key = "/".join(parts)
            if key.lower() in {other.lower() for other in found}:
                raise _refused(f"it lists {_shown(key)} twice")
            found[key] = info
    if len(tops) == 1:  # the folder that was packed
        (top,) = tops
        found = {key.removeprefix(f"{top}/"): info for key, info in found.items()}
    if "config.json" not in found:
        raise _refused("it has no config.json")
    for key in found:
        if not _is_known(PurePosixPath(key)):
            raise _refused(f"it holds {_shown(key)}, which no export does")
    return {key: info for key, info in found.items() if key.split("/")[0] not in _FOR_OTHERS}


def _parts(info: zipfile.ZipInfo) -> list[str]:
    """Return the parts of a member's name, if it leads nowhere else and is a file or folder."""
    name = info.orig_filename.rstrip("/")
    parts = name.split("/")
    odd = any(each in ("", ".", "..") or ":" in each for each in parts)
    if odd or "\\" in name or not name.isprintable() or len(name) > 500:
        raise _refused(f"a name in it, {_shown(name)}, leads out of its folder")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(f"{_shown(name)} in it is a link or no regular file")
    if info.flag_bits & 0x1:
        raise _refused("it is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(f"{_shown(name)} in it is packed in an unusual way")
    return parts


def _is_known(path: PurePosixPath) -> bool:
    first, *rest = path.parts
    if first in _FOR_OTHERS:
        return True
    if not rest:
        return first == "config.json" or first in store.FILES
    return first in _FOLDERS and len(rest) == 1 and path.suffix == ".npz"


def _shown(name: str) -> str:
    return repr(shorten(name, 80, placeholder="…") or name[:80])


def _refused(reason: str) -> ExplorerError:
    return ExplorerError(
        f"This is no zip of a checkpoint ({reason}): give one that was exported in the Library, or "
        "with 'python -m explorer export NAME --zip FILE'."
    )
