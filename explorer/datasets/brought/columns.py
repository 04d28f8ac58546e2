"""Parquet: a column of images or of lists of numbers, or columns of numbers, and one of labels."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.datasets.brought.album import Pictures
from explorer.datasets.brought.base import MAX_COLUMNS, NO_LABELS, Found, ImportSpec, Rows, too_many
from explorer.datasets.brought.stack import CHUNK, Codes, Stack, looks_like_images
from explorer.datasets.brought.table import ASIDE, LABEL
from explorer.datasets.brought.tree import shown
from explorer.datasets.user import MAX_IMAGES

_CODES = ("z_mean", "z", "codes", "code", "latent", "embedding", "embeddings", "features", "vector")
_VARIANCES = ("z_log_var", "log_var", "logvar")
_AT_ONCE = 64  # rows
# In which Parquet's own description is read: what it says there makes room before it is checked.
_DESCRIPTION = {"thrift_string_size_limit": 10_000_000, "thrift_container_size_limit": 1_000_000}


@dataclass(frozen=True)
class _Parquet:
    """A file whose description is read."""

    path: Path
    name: str
    n: int

    def batches(self, columns: Sequence[str], rows: int) -> Iterator[Any]:
        """Yield some columns, so many rows at a time."""
        import pyarrow.parquet as parquet

        with parquet.ParquetFile(self.path, **_DESCRIPTION) as file:
            seen = 0
            for batch in file.iter_batches(rows, columns=list(columns), use_threads=False):
                seen += batch.num_rows
                if seen > self.n:
                    break
                yield batch
        if seen != self.n:
            raise ExplorerError(f"{self.name} has not the {self.n:,} rows that it tells of.")

    def column(self, name: str) -> np.ndarray:
        """Return a column of single values, (n,), numbers or texts."""
        values: list[Any] = []
        for batch in self.batches([name], 10_000):
            values += batch.column(0).to_pylist()
        if any(isinstance(value, float) for value in values):
            return np.array([np.nan if value is None else value for value in values])
        if all(isinstance(value, int) for value in values):
            return np.array(values)
        return np.array(["" if value is None else str(value) for value in values], object)

    def numbers(self, columns: Sequence[str], rows: int) -> Iterator[np.ndarray]:
        """Yield columns of numbers, (m, columns)."""
        for batch in self.batches(columns, rows):
            yield np.stack([_flat(column, (len(column),)) for column in batch.columns], axis=1)

    def lists(self, column: str, shape: tuple[int, ...]) -> Iterator[np.ndarray]:
        """Yield a column of lists of one shape, (m, *shape)."""
        rows = max(1, CHUNK // (8 * int(np.prod(shape)) or 1))
        for batch in self.batches([column], min(rows, 1000)):
            yield _flat(batch.column(0), (batch.num_rows, *shape))

    def contents(self, column: str, field: str | None) -> Iterator[tuple[str, bytes | str]]:
        """Yield the names and contents of a column of image files."""
        row = 0
        for batch in self.batches([column], _AT_ONCE):
            array = batch.column(0)
            for value in (array.field(field) if field else array).to_pylist():
                row += 1
                yield f"row {row:,}", "it is not in the file" if value is None else value


def open_parquet(path: Path, name: str, spec: ImportSpec) -> Found:
    """Tell what the columns of a parquet file are.

    Raises:
        ExplorerError: If it is damaged, or has no images or codes.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        with parquet.ParquetFile(path, **_DESCRIPTION) as file:
            n, schema = file.metadata.num_rows, file.schema_arrow
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ExplorerError(
            f"{name} is a damaged parquet file ({shown(str(error), 150)}): write or fetch it again."
        ) from error
    if n > MAX_IMAGES:
        raise too_many(name, n)
    if len(schema) > MAX_COLUMNS:
        raise ExplorerError(
            f"{name} has {len(schema):,} columns, and at most {MAX_COLUMNS:,} are read."
        )
    if not n:
        raise ExplorerError(f"{name} has no rows.")
    found = _Parquet(path, name, n)
    label = _label(schema, spec, name)
    labels = None if label is None else found.column(label)
    notes = () if label is None else (shown(f"The labels were read from column {label!r}.", 200),)
    rows = _rows(found, schema, label, labels, spec)
    return Found((rows,), () if label is None else _class_names(schema, label), notes)


def _rows(
    file: _Parquet, schema: Any, label: str | None, labels: np.ndarray | None, spec: ImportSpec
) -> Rows:
    from pyarrow import types

    names = [name for name in schema.names if name != label]
    codes = _codes(file, schema, names) if spec.content != "images" else {}
    for name in sorted(names, key=lambda each: "im" not in each.lower()):
        kind = schema.field(name).type
        inner = kind.field("bytes").type if types.is_struct(kind) and _has(kind, "bytes") else kind
        if types.is_binary(inner) or types.is_large_binary(inner):
            field = "bytes" if inner is not kind else None
            contents = partial(file.contents, name, field)
            return Pictures(file.name, file.n, contents, labels, codes=codes)
    lists = [name for name in names if _is_list(schema.field(name).type)]
    lists = [name for name in lists if name.lower() not in (*_CODES, *_VARIANCES) or not codes]
    if lists:
        return _listed(file, lists[0], labels, spec, codes)
    if codes:
        return Codes(file.name, codes, labels)
    numeric = [
        name for name in names if _is_number(schema.field(name).type) and not ASIDE.fullmatch(name)
    ]
    if not numeric:
        raise ExplorerError(
            f"{file.name} has no column of images, lists of numbers or numbers; it has "
            f"{shown(', '.join(schema.names[:20]), 200)}."
        )
    return _of_numbers(
        file.name,
        lambda: file.numbers(numeric, max(1, CHUNK // (8 * len(numeric)))),
        (file.n, len(numeric)),
        labels,
        spec,
    )


def _listed(
    file: _Parquet,
    name: str,
    labels: np.ndarray | None,
    spec: ImportSpec,
    codes: dict[str, np.ndarray],
) -> Rows:
    first = next(file.batches([name], 1)).column(0)
    shape = _shape(first)
    if len(shape) == 1 and not codes:
        return _of_numbers(
            file.name, lambda: file.lists(name, shape), (file.n, *shape), labels, spec
        )
    return Stack(
        file.name, file.n, shape, lambda: file.lists(name, shape), labels, "", spec.row_shape, codes
    )


def _of_numbers(
    name: str, chunks: Any, shape: tuple[int, int], labels: np.ndarray | None, spec: ImportSpec
) -> Rows:
    """Return rows of numbers as images or as codes."""
    images = spec.content == "images" or bool(spec.shape)
    if images or (spec.content == "auto" and looks_like_images(next(chunks()))):
        return Stack(name, shape[0], shape[1:], chunks, labels, asked=spec.row_shape)
    return Codes(name, {"z_mean": np.concatenate(list(chunks()))}, labels)


def _codes(file: _Parquet, schema: Any, names: list[str]) -> dict[str, np.ndarray]:
    """Return the codes of a column that is called so; {} if there is none."""
    found: dict[str, np.ndarray] = {}
    for key, known in (("z_mean", _CODES), ("z_log_var", _VARIANCES)):
        name = next((each for each in names if each.lower() in known), None)
        if name is None or not _is_list(schema.field(name).type):
            return found
        shape = _shape(next(file.batches([name], 1)).column(0))
        found[key] = np.concatenate(list(file.lists(name, shape)))
    return found


def _label(schema: Any, spec: ImportSpec, name: str) -> str | None:
    if spec.labels == NO_LABELS:
        return None
    if spec.labels and spec.labels not in schema.names:
        raise ExplorerError(
            f"{name} has no column {spec.labels[:50]!r}; it has "
            f"{shown(', '.join(schema.names[:20]), 200)}."
        )
    found = spec.labels or next((each for each in schema.names if LABEL.fullmatch(each)), None)
    if found and not _is_single(schema.field(found).type):
        raise ExplorerError(f"Column {shown(found)!r} of {name} holds no labels, one for each row.")
    return found or None


def _class_names(schema: Any, label: str) -> tuple[str, ...]:
    """Return the names of the classes that Hugging Face's `datasets` writes into a file."""
    try:
        about = json.loads((schema.metadata or {})[b"huggingface"])
        names = about["info"]["features"][label]["names"]
        return tuple(map(str, names)) if isinstance(names, list) else ()
    except (KeyError, TypeError, ValueError, RecursionError):
        return ()


def _shape(array: Any) -> tuple[int, ...]:
    """Return the shape of the list in the first row of an array of lists."""
    shape: list[int] = []
    while _is_list(array.type):
        array = array.slice(0, 1).flatten()
        shape.append(len(array))
        if not len(array) or len(shape) > 3:
            raise ExplorerError("Lists of numbers must be images or codes, of up to 3 dimensions.")
    return tuple(shape)


def _flat(array: Any, shape: tuple[int, ...]) -> np.ndarray:
    while _is_list(array.type):
        if array.null_count:
            raise ExplorerError("Some rows have no values: leave them out.")
        array = array.flatten()
    if array.null_count:
        raise ExplorerError("Some values are missing: leave these rows out.")
    if len(array) != int(np.prod(shape)):
        raise ExplorerError("The lists of numbers differ in length: each row must have as many.")
    return np.asarray(array.to_numpy(zero_copy_only=False)).reshape(shape)


def _has(kind: Any, field: str) -> bool:
    return bool(kind.get_field_index(field) >= 0)


def _is_list(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _is_number(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def _is_single(kind: Any) -> bool:
    from pyarrow import types

    return bool(
        _is_number(kind)
        or types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_dictionary(kind)
    )
