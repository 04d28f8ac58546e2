"""What is known of an ONNX graph by its content: whether we wrote it, and why it was refused.

The graphs that ship are listed here. What else is known lies outside all checkpoints, which others
may have written: in `<cache>/graphs/<SHA-256>.json`.
"""

import contextlib
import hashlib
from pathlib import Path

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.datasets.sources import cache_folder

_VERSION = 1  # raise it when the limits of foreign graphs change: they are then tried again

# SHA-256 of the shipped graphs; `tests/checkpoints/test_foreign.py` compares them with the files.
SHIPPED = frozenset(
    {
        "fd1f0933b9c8d294dc7204ddea23b522c778d7d30e526b40a23312e409b440ed",
        "6121587f16ede7fd19193bbb4ef71ca11879d1368baa16554ab0afa10c6f5519",
        "b4a8d5e3023f5b9a39786662325c14c4fa9e97e77db2f0b5d412ddaa77ef989a",
        "3e83b6533a6498198f3234023e8302ba90ef6b86d481619d77a2ad7e18f388ee",
        "3816fe80281bb03a42afa3a4bdbe8ad55b52a30859c5e38ba903bba28cdaba5c",
        "0823071c3bb543cd2b8e19ef847efd67f396d74a01fa4ae6a168a53945976137",
        "c044e143f65b81aa702be20bcc96a5ce20acaab7664fb34109dd74075add76e3",
        "3999ec9364173e71a402c459f3afb56c904a3e09ffe50ae2b9805e08fdebf6b9",
        "95c1b50f7c2679c8ae3add57c49e4ddd4c8d83579558a29644b91d5c4d4ac2f4",
        "3275b3ba7c978e5ca8885c0b32c8b1c531c4c2572355babde88a67d657e750b5",
        "298a827a8130961666dd85d32ea1b35f5ed3673048fe9ac696b1d21d988d0716",
        "227f3d09e619ba08ba9ae585d3247e1e9d5d6ac08228ff8ca4cb7acb659a37b2",
        "9a64c5fd57cb32307e86c380d3baa306c7f7dd578e42c3c672f985c6fc96c026",
        "54810fc2861d3afe88ea01c8eb98dbafb0af2608b0c63e68002c45c162987d7f",
        "cebb6f29e37e221d22e354060eebc8d9e383b6a1f1069d0ebe2fbde9b65b1ba2",
        "3ac3758c80a43b617225beabb1bcb7f49fbf4d76520a3abfb6e2f22da91340a3",
        "0dd8163a55e1f25ba891aee9e16afb97f3f187a946bc46e1bed23c1792adda66",
        "cc5bcbb1f06e26f2b0bd2d08a35dc04453ade8f1fb6b06ad8187435e5be757ad",
        "9864c87bb002bff939287f3aea1ff1b2a9ab2a16e8067b2123c3edf167d7628f",
        "13f180adbb00384ea52be0de9982446793054cb573fa65467f73f937fb724a5e",
        "efab101002ac57a536ba0ec9f1d7dda6649ffbe0af1a65eb0002eee1b4979712",
        "4131f33653333b00eebcd5c1b25eba6ce9431b491d1071e1993b715499026c0c",
        "26d407e814a89b5b7908414ecbbf8c7afc89c69fe23c7ae51906947d625fb815",
        "0cd199d7b14fef37cf5df333ef3dcbd6ac300ebea4d73577187c26571eedc7ad",
        "01527ab73c0e02576ea7147262276e4824e758db6774111025b70dc9287a2b79",
        "e284bd6768a1d42a0b77e3c106bd64200313b5be85b4bc8345ee08ab0ae7debc",
        "0fa89c33fe44b1bb925fab98effdeead13a430cc4fef84b369ab82eb6f221689",
        "25d87f878fbf3889e81c1e9cd47f97264d1cbee7db764a5f4b4aca1281f9a5a9",
        "b8788078df8d919bf89126d4b68e6afdf3e26f622f6f4f35de4e527df56d869e",
        "8dc43863fef0c80b78cfb85af8743287b047d9737633ffff6ed344ecc2194621",
        "138e4934afdcae5f098a56ef0310654c84b5f9efbe36dcb6a4fc24c6b234842b",
        "fa69bbb0e8f932b1ff0bb7ae8effeeca0a16e5883ba64924d1569ae1c3a7611c",
        "b66c6e294ce9dd22e90cd816a5051997c6df6d85e51e2c25c231acaa5a70853a",
        "ba05fc1fdac1afaa01d050f4afeaa30dbf807874219292543903a3ee3ee6e6c8",
        "8d0ba5972ab80d40f5005156c8955cefe6a6048e3b174bfd290129fb019e0872",
        "63e09233a85bf057ce39053480ead5f47e05553ab654876776f918fde20c1a9d",
        "bd8b19a38b0693988625aa93ccea883bec868489091609ae1b6641ff4a43bd3c",
        "679abec64f9d2d9114ec545a99f4e151b7d5a7462a6633ac06ecc3683384a7c7",
        "c9c9f20d76f0977370547fc4027093e7f7d13e784ad6e7eaea14efb52bcab204",
        "f1d8197703dd2d6acff1bbe676047cb59c172bc81787ce020cb94e4255c3411e",
    }
)


def digest(content: bytes) -> str:
    """Return the name of a graph: the SHA-256 of its file, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def is_own(name: str) -> bool:
    """Whether this project's export wrote the graph, on this machine or for all."""
    return name in SHIPPED or _read(name).get("own") is True


def trust(path: Path) -> None:
    """Remember that the export has just written this graph, from a model that was built here."""
    _write(digest(path.read_bytes()), {"own": True})


def refusal(name: str) -> str:
    """Return why the graph was refused before; "" if it was not."""
    content = _read(name)
    reason = content.get("refused") if content.get("version") == _VERSION else None
    return reason if isinstance(reason, str) else ""


def refuse(name: str, reason: str) -> None:
    """Remember that a graph broke a limit: it is not run again."""
    _write(name, {"refused": reason, "version": _VERSION})


def _file(name: str) -> Path:
    return cache_folder() / "graphs" / f"{name}.json"


def _read(name: str) -> dict[str, object]:
    try:
        content = storage.read_json(_file(name))
    except ExplorerError:  # nothing is known of it
        return {}
    return content if isinstance(content, dict) else {}


def _write(name: str, content: dict[str, object]) -> None:
    with contextlib.suppress(OSError):  # then it is not remembered
        storage.write_json(_file(name), content)
