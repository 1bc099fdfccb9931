"""Pictures are drawn anew: what comes out holds what is seen and nothing else, no place, no camera, no words inside."""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from files.telling import BROKEN, JPEG, TOO_MUCH_INSIDE, Kind, NotTaken

# A picture is unpacked in memory: at three bytes a dot this is under 100 MB.
MOST_DOTS: Final = 30_000_000


def draw_again(file: BinaryIO, kind: Kind) -> io.BytesIO:
    """Return the picture as a new file of the same kind, turned the way it was meant to be seen. Raises NotTaken."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=("JPEG" if kind is JPEG else "PNG",)) as picture:
                if picture.width * picture.height > MOST_DOTS:
                    raise NotTaken(TOO_MUCH_INSIDE)
                upright = ImageOps.exif_transpose(picture)
                return _written(upright, kind)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as broken:
        raise NotTaken(BROKEN) from broken


def _written(picture: Image.Image, kind: Kind) -> io.BytesIO:
    modes = ("RGB", "L") if kind is JPEG else ("RGB", "RGBA", "L", "LA", "1")
    if picture.mode not in modes:
        transparent = picture.mode == "P" and "transparency" in picture.info
        picture = picture.convert("RGBA" if kind is not JPEG and transparent else "RGB")
    # What was written beside the picture travels in ``info``, and some writers put it into the new file.
    picture.info = {}
    made = io.BytesIO()
    picture.save(made, format="JPEG" if kind is JPEG else "PNG", **({"quality": 88} if kind is JPEG else {}))
    return made
