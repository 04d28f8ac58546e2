"""Values that are not what a reader expects, and files that hold them."""

import copy
import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

PICTURE = "![x](http://evil.example/p.png) <img src=//evil.example> **b** `c` $d$ :red[e]"
TEXTS = (
    *("", " ", "0", "-1", "inf", "nan", "1e999", "9" * 400, "x" * 5000, "\0", "a\0b", "\n\r\t"),
    *("../../outside", "/etc/passwd", "outside", "..", ".", "mine", "good", "%2e%2e", "~", "a/b"),
    *(PICTURE, "<script>alert(1)</script>", "{z}", "%{x}", "é", "٣", "🌌" * 50, "None", "null"),
    *("queued", "running", "done", "failed", "training/good", "training/../x", "\u202e", "raw"),
    *("t-SNE", "PCA", "UMAP", "Raw axes", "Isomap", "Latent codes", "Reconstructions", "Losses"),
    *("Neighbours in common", "Spaces", "Training", "k-means", "Gaussian mixture", "HDBSCAN"),
    *("edges", "latent", "original", "reconstructed"),
    *("tsne", "kmeans", "hdbscan", "umap_gmm", "3d", "grid"),
)
NUMBERS = (
    *(0, -1, 1, 2, 3, 16, 599, 600, 10**6, 2**31, 2**53, 2**63, 10**30, -(10**9), 10**400),
    *(0.5, -0.5, 1e-300, 1e300, -1e300, 5e-324, 1.5, True, False),
)


def value(dice: random.Random, depth: int = 0) -> Any:
    """Return any JSON value."""
    kind = dice.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return dice.choice(TEXTS)
    if kind < 5:
        return dice.choice(NUMBERS)
    if kind == 5:
        return None
    if kind < 8:
        return [value(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(TEXTS): value(dice, depth + 1) for _ in range(dice.randrange(4))}


def changed(content: Any, dice: random.Random) -> Any:
    """Return JSON content with one or two of its values changed, gone or added."""
    content = copy.deepcopy(content)
    for _ in range(dice.choice((1, 1, 2))):
        places = list(_places(content))
        if not places:
            return value(dice)
        holder, key = dice.choice(places)
        act = dice.randrange(6)
        if act == 0:
            del holder[key]
        elif act == 1 and isinstance(holder, dict):
            holder[dice.choice(TEXTS)] = value(dice)
        elif act == 2:
            holder[key] = [holder[key]]
        else:
            holder[key] = value(dice)
    return content


def _places(content: Any) -> Any:
    pairs: Any = ()
    if isinstance(content, dict):
        pairs = content.items()
    elif isinstance(content, list):
        pairs = enumerate(content)
    for key, inner in list(pairs):
        yield content, key
        yield from _places(inner)


def damage_json(path: Path, dice: random.Random) -> None:
    """Write a JSON file anew, changed in its values, or damaged as any file is."""
    if dice.random() < 0.75:
        text = json.dumps(changed(json.loads(path.read_text()), dice))
        if dice.random() < 0.1:
            text = text.replace("0", dice.choice(("NaN", "1e999", "Infinity", "9" * 400)), 1)
        replace(path, text.encode("utf-8", "surrogatepass"))
    else:
        damage(path, dice)


_DTYPES = ("f4", "f8", "i4", "i8", "u1", "?", "c8", "U3", "S3", "M8[s]", "f2", "V4", "O")


def _array(array: np.ndarray, dice: random.Random) -> np.ndarray:
    """Return an array in the place of another."""
    act = dice.randrange(8)
    if act == 0:
        with np.errstate(all="ignore"):
            try:
                return array.astype(dice.choice(_DTYPES))
            except (ValueError, TypeError):
                return np.array(PICTURE)
    if act == 1:
        return array[: dice.choice((0, 1, 2, len(array) // 2))] if array.ndim else array[None]
    if act == 2:
        return array.reshape(-1)
    if act == 3:
        return np.stack([array, array])
    if act == 4 and array.dtype.kind in "fiu" and array.size:
        array = array.astype("f8" if array.dtype.kind == "f" else "i8")
        extreme = (np.nan, np.inf, -np.inf, 1e38, 1e300, -1e300, 5e-324)
        whole = (-1, -(2**62), 2**62, 10, 599)
        array.flat[dice.randrange(array.size)] = dice.choice(
            extreme if array.dtype.kind == "f" else whole
        )
        return array
    if act == 5:
        return np.zeros_like(array) if array.dtype.kind in "fiub" else np.array(0)
    if act == 6:
        return np.array(dice.choice((PICTURE, 5, True, 1e300, "[" * 1000, '{"history": 5}')))
    shape = tuple(dice.choice((0, 1, 2, 3, 17)) for _ in range(dice.randrange(4)))
    return np.full(shape, dice.choice((0, 1, 7)), dice.choice(_DTYPES[:5]))


def damage_npz(path: Path, dice: random.Random) -> None:
    """Write an archive of arrays anew, with others in it, or damaged as any file is."""
    if dice.random() < 0.25:
        return damage(path, dice)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    name = dice.choice(list(arrays))
    act = dice.randrange(6)
    if act == 0:
        del arrays[name]
    elif act == 1:
        arrays[dice.choice(("x", "a/b", "..", "file", "é"))] = np.zeros(3)
    elif name == "about" and dice.random() < 0.7:
        about = changed(json.loads(str(arrays[name])), dice)
        arrays[name] = np.array(json.dumps(about).replace("\0", ""))
    elif name == "facts" and dice.random() < 0.7:
        arrays[name] = np.array(json.dumps(changed(json.loads(str(arrays[name])), dice)))
    else:
        arrays[name] = _array(arrays[name], dice)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", dice.choice((0, 8))) as archive:
        for member, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(array), allow_pickle=True)
            archive.writestr(f"{member}.npy", content.getvalue())
    replace(path, packed.getvalue())
    return None


def damage(path: Path, dice: random.Random) -> None:
    """Damage a file as any file may be: bytes, length, kind, where it leads."""
    content = path.read_bytes() if path.is_file() else b""
    acts: list[Callable[[], Any]] = [
        lambda: replace(path, _flipped(content, dice)),
        lambda: replace(path, _flipped(content, dice)),
        lambda: replace(path, content[: dice.randrange(len(content) + 1)]),
        lambda: replace(path, content + dice.randbytes(50)),
        lambda: replace(path, b""),
        lambda: replace(path, dice.randbytes(200)),
        lambda: replace(path, b"[" * 50_000),
        lambda: (_gone(path), os.mkfifo(path)),
        lambda: (_gone(path), path.mkdir()),
        lambda: (_gone(path), path.symlink_to(path.name)),
        lambda: (_gone(path), path.symlink_to("/dev/zero")),
        lambda: (_gone(path), path.symlink_to(_outside(path) / "secret.json")),
        lambda: _gone(path),
    ]
    dice.choice(acts)()


def damage_folder(path: Path, dice: random.Random) -> None:
    """Put something else in the place of a folder that is read and written in."""
    _gone(path)
    act = dice.randrange(4)
    if act == 0:
        path.symlink_to(_outside(path))
    elif act == 1:
        path.write_bytes(b"a file")
    elif act == 2:
        os.mkfifo(path)
    else:
        path.symlink_to("..")


def _outside(path: Path) -> Path:
    return next(parent / "outside" for parent in path.parents if (parent / "outside").is_dir())


def _flipped(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 3, 30))):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def replace(path: Path, content: bytes) -> None:
    """Write a file in the place of whatever is there."""
    _gone(path)
    path.write_bytes(content)


def _gone(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)
