"""Photos are whole JPEGs and tell nothing but the picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.photos import MAX_BYTES, PhotoRefused, clean_jpeg

JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
FRAME = b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"
TABLE = b"\xff\xc4\x00\x05\x00\x01\x02"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
END = b"\xff\xd9"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


PLAIN = b"\xff\xd8" + JFIF + TABLE + FRAME + SCAN + END


def test_a_clean_photo_stays_as_it_is():
    assert clean_jpeg(PLAIN) == PLAIN


@pytest.mark.parametrize("marker", [*range(0xE1, 0xEE), 0xEF, 0xFE])
def test_metadata_is_cut_out_wherever_it_stands(marker):
    secret = segment(marker, b"Exif\x00\x00GPS 40.1,115.2")
    photo = b"\xff\xd8" + JFIF + secret + TABLE + FRAME + SCAN + secret + SCAN + END + b"GPS 40.1"
    assert clean_jpeg(photo) == b"\xff\xd8" + JFIF + TABLE + FRAME + SCAN + SCAN + END


def test_adobe_colour_transform_stays():
    photo = b"\xff\xd8" + segment(0xEE, b"Adobe\x00\x64") + FRAME + SCAN + END
    assert clean_jpeg(photo) == photo


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8" + JFIF + END,
        b"\xff\xd8" + FRAME + END,
        b"\xff\xd8" + SCAN + END,
        PLAIN[:-2],
        PLAIN[:30],
        b"\xff\xd8" + segment(0xC0, b"\x08\x00\x00\x00\x10\x01\x01\x11\x00") + SCAN + END,
        b"\xff\xd8\xff\xe1\x00\x01" + FRAME + SCAN + END,
    ],
)
def test_what_is_no_whole_jpeg_is_refused(data):
    with pytest.raises(PhotoRefused):
        clean_jpeg(data)


def test_size_limit():
    filler = segment(0xDB, bytes(60000)) * 17
    photo = b"\xff\xd8" + filler + FRAME + SCAN
    assert clean_jpeg(photo + bytes(MAX_BYTES - len(photo) - 2) + END)
    with pytest.raises(PhotoRefused, match="1 MB"):
        clean_jpeg(photo + bytes(MAX_BYTES - len(photo) - 1) + END)


@given(st.binary(max_size=300), st.integers(0, len(PLAIN)))
def test_odd_bytes_are_refused_or_cleaned_never_an_error(noise, at):
    for data in (noise, b"\xff\xd8\xff" + noise, PLAIN[:at] + noise + PLAIN[at:]):
        try:
            cleaned = clean_jpeg(data)
        except PhotoRefused:
            continue
        assert clean_jpeg(cleaned) == cleaned
