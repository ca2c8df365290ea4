"""Characters that old Chinese fonts and GBK keep in Unicode's private area (U+E815 to U+E864), by the fixed
table of GB 18030: U+E863 is 䶮.
"""

from typing import Final

# GB 18030 has these 80 places in a row, from FE50 to FEA0 without FE7F, as GBK had them.
_FIRST: Final = 0xE815
_PLACES: Final = tuple(bytes((0xFE, low)) for low in range(0x50, 0xA1) if low != 0x7F)
# Those that Python's table, of the edition of 2000, leaves private: as the edition of 2022 has them.
_LATER: Final = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}
TABLE: Final = {
    code: chr(_LATER.get(code, ord(place.decode("gb18030"))))
    for code, place in enumerate(_PLACES, start=_FIRST)
}


def restore(text: str) -> str:
    """The text with the characters that are meant; any other private character stays."""
    if not text or not chr(_FIRST) <= max(text):
        return text
    return text.translate(TABLE)
