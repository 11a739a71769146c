"""Pictures of a printed book: one page of each sheet, cropped, in at most 256 colours.

Run by install/pictures.sh: python install/pictures.py BOOK.pdf FOLDER
"""

import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np

# The page of a sheet is its first, or the one on which these words stand.
BEST = {
    "Liquidation": "Payments to each class",
    "Scenarios": "Dilution fan",
    "Warrants": "Value of one warrant",
}
FOOT = re.compile(r"book\.xlsx – (.+?)\s+Page \d+ of \d+")
RESOLUTION, MARGIN, COLOURS = 110, 12, 256


def pages_of(book: Path) -> dict[str, int]:
    """The page to show of each sheet, by the sheet's name."""
    done = subprocess.run(["pdftotext", "-layout", book, "-"], capture_output=True, check=True)  # noqa: S603, S607  a program of the machine
    chosen: dict[str, int] = {}
    for number, text in enumerate(done.stdout.decode().split("\f"), 1):
        found = FOOT.search(text)
        if found:
            sheet = found[1]
            first = sheet not in chosen
            if first or (sheet in BEST and BEST[sheet] in text and f"{sheet} best" not in chosen):
                chosen[sheet] = number
                if sheet in BEST and BEST[sheet] in text:
                    chosen[f"{sheet} best"] = number
    return {sheet: number for sheet, number in chosen.items() if not sheet.endswith(" best")}


def pixels_of(book: Path, page: int) -> np.ndarray:
    """A page as rows of pixels, without the white around it and without its foot."""
    which = ["-f", str(page), "-l", str(page), "-r", str(RESOLUTION)]
    done = subprocess.run(["pdftoppm", *which, book], capture_output=True, check=True)  # noqa: S603, S607  a program of the machine
    _, width, height, _, data = re.split(rb"\s", done.stdout, maxsplit=4)[:5]
    pixels = np.frombuffer(data[-int(width) * int(height) * 3 :], np.uint8)
    pixels = pixels.reshape(int(height), int(width), 3)[: int(int(height) * 0.925)]
    inked = (pixels < 250).any(axis=2)  # noqa: PLR2004  all but white
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    top, left = max(rows[0] - MARGIN, 0), max(columns[0] - MARGIN, 0)
    return pixels[top : rows[-1] + MARGIN, left : columns[-1] + MARGIN]


def png_of(pixels: np.ndarray) -> bytes:
    """The pixels as a PNG with a palette: the most frequent colours, and the nearest to others."""
    coarse = (pixels.astype(np.uint16) // 8 * 255 // 31).astype(np.uint8)
    height, width, _ = pixels.shape
    colours, place, count = np.unique(
        coarse.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    kept = np.argsort(-count, kind="stable")[:COLOURS]
    palette = colours[kept].astype(int)
    distance = ((colours[:, None].astype(int) - palette[None]) ** 2).sum(axis=2)
    indices = distance.argmin(axis=1).astype(np.uint8)[place.reshape(-1)].reshape(height, width)
    rows = np.hstack([np.zeros((height, 1), np.uint8), indices]).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette.astype(np.uint8).tobytes()))
    parts += ((b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def main() -> None:
    """Write the pictures, in the place of those that were there."""
    book, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for sheet, page in pages_of(book).items():
        picture = png_of(pixels_of(book, page))
        name = sheet.lower().replace(" ", "_") + ".png"
        (folder / name).write_bytes(picture)
        print(f"{folder / name}  {len(picture) // 1000} kB")


if __name__ == "__main__":
    main()
