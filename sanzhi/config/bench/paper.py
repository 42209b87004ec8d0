"""A plain PDF of Chinese lines, written by hand: what an office's printer driver makes, without its pictures."""

from __future__ import annotations

from collections.abc import Sequence

LINES_ON_A_PAGE = 40
MEANINGS_AT_ONCE = 100
# The code of a character in the font is the character's own number.
MEANINGS = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Own def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
%s
endcmap end end"""


def pdf_of(lines: Sequence[str]) -> bytes:
    """The lines as a PDF of A4 pages; the font is named, not embedded, so it serves readers of text only."""
    pages = [lines[i : i + LINES_ON_A_PAGE] for i in range(0, len(lines), LINES_ON_A_PAGE)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (7 + 2 * n) for n in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900"
        b" /Descent -200 /CapHeight 700 /StemV 80 >>",
        _stream(MEANINGS % _meanings("".join(lines))),
    ]
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (8 + 2 * number)
        )
        shown = b"".join(b"<%s> Tj T*\n" % line.encode("utf-16-be").hex().encode() for line in page)
        objects.append(_stream(b"BT /F1 12 Tf 18 TL 60 780 Td\n%sET" % shown))
    return _file(objects)


def _meanings(text: str) -> bytes:
    codes = [b"<%04X> <%04X>" % (ord(c), ord(c)) for c in sorted(set(text)) if ord(c) < 0x10000]
    blocks = [codes[i : i + MEANINGS_AT_ONCE] for i in range(0, len(codes), MEANINGS_AT_ONCE)]
    return b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(b), b"\n".join(b)) for b in blocks)


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _file(objects: Sequence[bytes]) -> bytes:
    made = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(made)
