"""What is wrong with the bytes of a file, before anybody looks at what it says."""

from tieout.codes.code import Code

CODES = {
    # text: bytes
    "not-utf8": Code(
        "A file of the ISMS is not valid UTF-8.",
        "Save the file as UTF-8; the message names the first byte that is not.",
        "isms/risks/RSK-007-odds-tampering.md:1:8: error: byte 0xe9 is not valid UTF-8; save the file as UTF-8 [not-utf8]",
    ),
    "file-too-large": Code(
        "A text file is larger than 1,000,000 bytes.",
        "Split it into several files.",
        "isms/risks/RSK-007-odds-tampering.md: error: the file has 1,000,004 bytes, and the limit is 1,000,000; split it [file-too-large]",
    ),
    "control-character": Code(
        "A file holds a character that no reader can see and no text needs.",
        "Delete the character at the place named.",
        "isms/risks/RSK-007-odds-tampering.md:3:8: error: the character U+0007 is not text; delete it [control-character]",
    ),
    "merge-conflict": Code(
        "Git could not join two versions of a file, and its marks still stand where somebody has to decide.",
        "Keep one side, or write what holds now, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>.",
        "isms/risks/RSK-007-odds-tampering.md:3:1: error: a merge conflict is not resolved here (<<<<<<<); keep one side, or indent the line if it is meant as text [merge-conflict]",
    ),
    "byte-order-mark": Code(
        "A file begins with a byte order mark. It is read all the same.",
        "Save it as UTF-8 without a byte order mark.",
        "isms/squads.yml: warning: the file begins with a byte order mark; save it as UTF-8 without one [byte-order-mark]",
    ),
    "line-ends": Code(
        "A file has Windows line ends. It is read all the same.",
        "Save it with line feeds, or set `* text=auto eol=lf` in .gitattributes.",
        "isms/squads.yml: warning: the file has Windows line ends; save it with \\n, or set `* text=auto eol=lf` in .gitattributes [line-ends]",
    ),
    # text: YAML
    "yaml-syntax": Code(
        "A file is not YAML.",
        "Look at quotes, brackets, colons and indentation at the place named, and just before it.",
        "isms/risks/RSK-007-odds-tampering.md:3:9: error: a colon and a space inside text; put the text in quotes, or mend the indentation [yaml-syntax]",
    ),
    "yaml-tab": Code(
        "A tab stands in YAML.",
        "Use spaces; in text, write \\t in double quotes.",
        "isms/risks/RSK-007-odds-tampering.md:3:7: error: a tab is not allowed in YAML; use spaces (in text, write \\t in double quotes) [yaml-tab]",
    ),
    "yaml-anchor": Code(
        "YAML uses an anchor (&) or an alias (*), which hide what a record says.",
        "Write the value where it is needed.",
        "isms/risks/RSK-007-odds-tampering.md:3:8: error: the anchor &a is not allowed; write the value where it is needed [yaml-anchor]",
    ),
    "yaml-tag": Code(
        "YAML uses a tag (!), which changes what a value is.",
        "Write the plain value.",
        "isms/risks/RSK-007-odds-tampering.md:3:8: error: the tag !a is not allowed; write the plain value [yaml-tag]",
    ),
    "yaml-merge": Code(
        "YAML uses the merge key <<, which hides what a record says.",
        "Write the fields out.",
        "isms/risks/RSK-007-odds-tampering.md:3:1: error: the merge key << is not allowed; write the fields out [yaml-merge]",
    ),
    "yaml-documents": Code(
        "A YAML file holds more than one document.",
        "Keep one document in a file.",
        "isms/risk-method.yml:2:1: error: a second document begins here; keep one in a file [yaml-documents]",
    ),
    "yaml-directive": Code(
        "A line of YAML begins with %, a directive.",
        "Delete the line, or indent the text.",
        "isms/risk-method.yml:1:1: error: a line may not begin with %; delete the directive, or indent the text [yaml-directive]",
    ),
    "yaml-duplicate-key": Code(
        "A field is written twice, and one would be lost.",
        "Keep one of the two.",
        "isms/risks/RSK-007-odds-tampering.md:4:1: error: 'owner' is already written in line 3; keep one of the two [yaml-duplicate-key]",
    ),
    "yaml-key": Code(
        "The name of a field is not plain text.",
        "Write a word as the name, or put it in quotes.",
        "isms/risks/RSK-007-odds-tampering.md:3:3: error: the name of a field must be plain text; put it in quotes [yaml-key]",
    ),
    "yaml-limit": Code(
        "YAML is nested more than 32 deep, or holds more than 100,000 values.",
        "Write it flatter, or split the file.",
        "isms/risks/RSK-007-odds-tampering.md:3:39: error: this is nested more than 32 deep; write it flatter [yaml-limit]",
    ),
}
