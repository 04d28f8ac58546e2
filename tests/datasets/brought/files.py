"""Files as users bring them, small ones."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

N = 30
RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (N, 12, 12), np.uint8)
COLOUR = RANDOM.integers(0, 256, (N, 12, 10, 3), np.uint8)
LABELS = np.arange(N) % 3
CODES = RANDOM.normal(size=(N, 5)).astype(np.float32)


def png(image: np.ndarray, mode: str | None = None, **options: Any) -> bytes:
    picture = Image.fromarray(image)
    file = io.BytesIO()
    (picture.convert(mode) if mode else picture).save(file, options.pop("format", "PNG"), **options)
    return file.getvalue()


def npz(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def packed(path: Path, members: Mapping[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def classes(n: int = N) -> dict[str, bytes]:
    """Images of three classes, by their paths in an archive."""
    return {f"pets/class {i % 3}/{i}.png": png(COLOUR[i]) for i in range(n)}


def idx(path: Path, array: np.ndarray, zipped: bool = False) -> Path:
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    content = head + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if zipped else content)
    return path


def csv(path: Path, rows: np.ndarray, labels: Any = None, header: str = "") -> Path:
    lines = [header] if header else []
    for i, row in enumerate(rows):
        numbers = ",".join(map(str, row.tolist()))
        lines.append(numbers if labels is None else f"{labels[i]},{numbers}")
    path.write_text("\n".join(lines) + "\n")
    return path


def parquet(path: Path, columns: dict[str, Any], names: list[str] | None = None) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(columns)
    if names:
        about = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
        table = table.replace_schema_metadata({"huggingface": json.dumps(about)})
    pq.write_table(table, path)
    return path
