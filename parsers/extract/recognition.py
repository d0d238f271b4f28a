"""Recognise the characters of a picture, offline: rapidocr with the models inside its wheel.

The package is an extra (`pip install '.[ocr]'`); where it is missing, documents say that they were
not recognised. One thread and fixed models: the same picture gives the same characters on one kind
of processor. Pictures are arrays of height × width × 3 bytes (BGR), lengths are pixels. Runs in the
worker only (`worker.py`).
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from parsers.extract.drawn import Box
    from parsers.extract.pdf_lines import Char

    Picture = NDArray[np.uint8]

# The recogniser is sure of 0.98 and more even where it errs; below this a person could not read it.
MIN_SCORE = 0.5


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR  # noqa: PLC0415 (1 s, and only where the extra is installed)

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.use_cls": False,
            "Global.log_level": "error",
            "Global.text_score": MIN_SCORE,
        }
    )


def characters_of(picture: Picture) -> tuple[list[Char], list[float]]:
    """Return the characters of a picture with their places, and how sure each line is (0–1)."""
    found = _engine()(picture, use_det=True, use_rec=True, return_word_box=True)
    if found.txts is None:
        return [], []
    chars: list[Char] = []
    for box, words in zip(found.boxes, found.word_results, strict=True):
        chars += _placed(box, words)
    return chars, [float(score) for score in found.scores]


def text_of(picture: Picture) -> str:
    """Return the text of a picture that shows one line."""
    found = _engine()(picture, use_det=False, use_rec=True, return_word_box=False)
    return "".join(found.txts or ())


def _placed(box: NDArray[np.float32], words: list[Any]) -> Iterator[Char]:
    """Yield the characters of one line, numbers whole; each as high as the line."""
    top, bottom = float(box[:, 1].min()), float(box[:, 1].max())
    left, right = float(box[:, 0].min()), float(box[:, 0].max())
    if bottom - top > _UPRIGHT * (right - left) and len(words) > 1:
        yield from _stacked((left, top, right, bottom), [text for text, _, _ in words])
        return
    for text, _, corners in words:
        xs = [float(x) for x, _ in corners]
        size = (bottom - top) * _INK
        yield {
            "text": text, "x0": min(xs), "x1": max(xs), "top": top, "bottom": bottom, "size": size,
        }  # fmt: skip


def _stacked(box: Box, texts: list[str]) -> Iterator[Char]:
    """Yield the characters of a column of characters, from top to bottom."""
    left, top, right, bottom = box
    step = (bottom - top) / len(texts)
    for n, text in enumerate(texts):
        yield {
            "text": text, "x0": left, "x1": right, "top": top + n * step,
            "bottom": top + (n + 1) * step, "size": min(step, right - left),
        }  # fmt: skip


# A detected line is this much higher than its letters: a rim is left around them.
_INK = 0.75
# One character of a line is never much higher than wide; labels set upright are.
_UPRIGHT = 1.5
