"""Names of people and things in Latin letters, as ids and names of files are made of them."""

import re
import unicodedata

# Letters that Unicode does not take apart into a Latin one and its accent, each line with what is written for it.
_LETTERS = (
    ("ßæœøđðþłħı", "ss ae oe o d d th l h i"),
    ("абвгдежзийклмнопрстуфхцчшщъыэюя", "a b v g d e zh z i j k l m n o p r s t u f h c ch sh sht a y e yu ya"),
    ("єґіўјѓќљњђћџѣ", "ie g i u j g k lj nj dj c dz e"),
    ("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f h ps o"),
)
_LATIN = str.maketrans(
    {letter: latin for letters, told in _LETTERS for letter, latin in zip(letters, told.split(), strict=True)}
    | dict.fromkeys("'’ь", "")
)


def slug(text: str, longest: int = 48) -> str:
    """Lower-case letters and digits joined by `-`, in Latin letters; empty where nothing of the text can be written so."""
    known = unicodedata.normalize("NFC", text.lower()).translate(_LATIN)  # й is a letter of its own, ά is α
    plain = unicodedata.normalize("NFKD", known).translate(_LATIN)
    words = re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    found = ""
    for word in words:
        if len(found) + len(word) >= longest and found:
            break
        found = f"{found}-{word}" if found else word[:longest]
    return found
