"""Image files: read within limits, and brought to grey or colour."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from explorer.core.errors import ExplorerError
from explorer.datasets.brought.values import scale_of

# What is read; others (EPS, PDF, WMF …) start programs, or are no images of pixels.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "MPO")
ENDINGS = (
    *("png", "jpg", "jpeg", "jpe", "gif", "bmp", "dib", "tif", "tiff", "webp"),
    *("pgm", "ppm", "pbm", "pnm", "jfif"),
)
MAX_PIXELS = 50_000_000  # of a picture: more are a bomb, or a satellite's
MAX_BYTES = 100_000_000
_GREY = ("1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N")
_SIXTEEN = ("I;16", "I;16B", "I;16L", "I;16N")
_HEADS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}


@dataclass(frozen=True)
class Header:
    """What a picture says of itself.

    Attributes:
        size: Height and width in pixels, as it is seen.
        colour: Whether it may have colours.
        transparent: Whether it may be seen through.
        deep: Whether it has more than 8 bits.
        frames: Whether it may have several pictures.
    """

    size: tuple[int, int]
    colour: bool
    transparent: bool = False
    deep: bool = False
    frames: bool = False


def is_picture(head: bytes) -> bool:
    """Whether a file begins as one of `FORMATS` does."""
    return (
        any(head.startswith(begin) for begin in _HEADS)
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace())
    )


def header(content: bytes) -> Header:
    """Read what a picture says of itself; its pixels stay unread.

    Raises:
        ExplorerError: If it is no picture that is read here; the sentence's end says why.
    """
    image = _opened(content)
    width, height = image.size
    if image.getexif().get(0x0112) in (5, 6, 7, 8) if image.format in ("JPEG", "MPO") else False:
        width, height = height, width
    return Header(
        (height, width),
        image.mode not in _GREY,
        image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info,
        image.mode in (*_SIXTEEN, "I", "F"),
        getattr(image, "n_frames", 1) > 1 if image.format in ("GIF", "TIFF") else False,
    )


def pixels(content: bytes, colour: bool, near: int = 0) -> np.ndarray:
    """Read a picture, of several the first.

    Args:
        content: Of its file.
        colour: Whether three channels are wanted, or one.
        near: So many pixels a side suffice: a large JPEG is read smaller then.

    Returns:
        Shape (h, w, c), uint8.

    Raises:
        ExplorerError: If it cannot be read; the sentence's end says why.
    """
    image = _opened(content)
    try:
        if near and image.format in ("JPEG", "MPO"):
            image.draft("RGB" if colour else "L", (2 * near, 2 * near))
        image.load()
        if image.format in ("JPEG", "MPO", "TIFF", "WEBP"):
            image = ImageOps.exif_transpose(image)
        return _array(image, colour)
    except ExplorerError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # what a hostile file makes Pillow raise shares no base class
        raise ExplorerError(f"it is damaged ({str(error)[:80] or type(error).__name__})") from error


def _opened(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise ExplorerError(f"it has more than {MAX_BYTES / 1e6:.0f} MB")
    if not is_picture(content[:16]):
        raise ExplorerError(f"it is {what_is(content)}, not a picture that can be read")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(content), formats=FORMATS)
        except Image.DecompressionBombError:
            raise ExplorerError(_BOMB) from None
        except MemoryError:
            raise
        except Exception as error:
            raise ExplorerError("it is damaged, or no picture for all its first bytes") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ExplorerError(_BOMB)
    if not width * height:
        raise ExplorerError("it has no pixels")
    return image


_BOMB = f"it says that it has more than {MAX_PIXELS / 1e6:.0f} million pixels"


def _array(image: Any, colour: bool) -> np.ndarray:
    if image.mode in _SIXTEEN:
        grey = (np.asarray(image).astype(np.uint32) * 255 + 32767) // 65535
        image = Image.fromarray(grey.astype(np.uint8))
    elif image.mode in ("I", "F"):
        values = np.asarray(image)
        if not np.isfinite(values).all():
            raise ExplorerError("it has pixels that are no finite numbers")
        scale = scale_of(float(values.min()), float(values.max()), image.mode == "I")
        image = Image.fromarray(scale.bytes(values))
    seen_through = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    if seen_through:
        over = image.convert("RGBA")
        image = Image.new("RGBA", over.size, (255, 255, 255, 255))
        image.alpha_composite(over)
    array = np.asarray(image.convert("RGB" if colour else "L"))
    return array if colour else array[..., None]


def what_is(content: bytes) -> str:
    """Return what a file is, told by its first bytes, for people."""
    heads = {
        b"": "empty",
        b"PK\x03\x04": "a zip archive",
        b"PK\x05\x06": "an empty zip archive",
        b"%PDF": "a PDF",
        b"\x1f\x8b": "a gzipped file",
        b"7z\xbc\xaf": "a 7z archive",
        b"Rar!": "a RAR archive",
        b"\x89HDF": "an HDF5 file",
        b"\x93NUMPY": "a NumPy array",
        b"PAR1": "a parquet file",
        b"%!PS": "PostScript",
        b"\x80\x02": "a pickle, which is never loaded",
        b"\x80\x03": "a pickle, which is never loaded",
        b"\x80\x04": "a pickle, which is never loaded",
        b"\x80\x05": "a pickle, which is never loaded",
        b"MZ": "a program",
        b"\x7fELF": "a program",
        b"SQLite": "a database",
        b"MATLAB 5.0": "a MATLAB file",
        b"version https://git-lfs": "a Git LFS pointer, not the file itself: fetch it with git lfs",
    }
    if not content:
        return "empty"
    text = content[:200].lstrip().lower()
    if text.startswith((b"<svg", b"<?xml")) and b"svg" in text:
        return "an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    for head, name in heads.items():
        if head and content.startswith(head):
            return name
    if is_picture(content[:16]):
        return "a picture"
    if content[257:262] == b"ustar":
        return "a tar archive"
    begin = content[:200]
    letters = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in begin)
    control = any(byte < 32 and byte not in (9, 10, 13) for byte in begin)
    return "a text" if letters > len(begin) / 2 and not control else "of an unknown kind"
