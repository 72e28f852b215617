"""What `tieout import` and `tieout collect` say."""

from tieout.codes.code import Code

CODES = {
    "answer-unreadable": Code(
        "A saved file is no answer of a forge: no JSON, an error in place of an answer, or objects of another kind.",
        "Save the answer again as the guide tells, or take the file out of the folder.",
        "pulls.json: error: this is no answer of a forge: the forge answered with an error (Not Found); ask again [answer-unreadable]",
    ),
    "answers-of-several": Code(
        "The saved answers speak of several repositories, whose changes would be taken for those of one.",
        "Save the answers of each repository into a folder of its own, and collect each with its --repo.",
        "web.json: error: this speaks of acme/web, and pay.json of acme/pay; collect each repository by itself, with its own --repo [answers-of-several]",
    ),
    "import-unreadable": Code(
        "A file to be imported cannot be read as a table or as a policy, or is larger than one that people keep.",
        "Do what the message says; saving the sheet as CSV in UTF-8 helps in most cases.",
        "risks.csv:3: error: byte 0x92 is not valid utf-8; save it as `CSV UTF-8`, or say what it is with --encoding, such as --encoding windows-1252 [import-unreadable]",
    ),
    "import-mapping": Code(
        "A mapping names a column, a field or a word that does not exist, or leaves something open.",
        "Correct the place named. The list of fields stands at the end of the mapping that the command proposes.",
        "map.yml:3:10: error: Owner: no field is called 'ownr' (did you mean 'owner'?) [import-mapping]",
    ),
    "import-value": Code(
        "A cell cannot be the value of the field that its column is mapped to.",
        "Say in the mapping what the word means, take the column out of `columns` to keep it as text, or correct the table.",
        "suppliers.csv:2:2: error: Tier: 'Critical' is not one of high, medium or low; say what it is in `values: criticality`, or take the column out of `columns` to keep it as text [import-value]",
    ),
    "import-id": Code(
        "The id of a row is no id of the register, or is taken.",
        "Correct it in the table, or take its column out of `columns`: each record is then given the next free id.",
        "risks.csv:2: error: the id RSK-001 is taken by a record of the ISMS; give this row another, or take the column out of `columns` [import-id]",
    ),
    "import-row": Code(
        "A row of a table cannot become a record.",
        "Correct the row, or delete it from the table.",
        "risks.csv:3: error: the row has no title (column 'Risk' is empty); fill it in, or delete the row: 4 | 5 [import-row]",
    ),
    "import-left-out": Code(
        "A row or a file was not imported, as it is no record: a heading, a total, or nothing that the mapping speaks of.",
        "Nothing, if that is right; otherwise correct the table or the mapping.",
        "risks.csv:3: warning: left out as a total: Total | 41 [import-left-out]",
    ),
    "import-again": Code(
        "A row has the title of a record that is there already, so it may have been imported before.",
        "Delete the row if it is the same; give one of the two another title if it is not.",
        "risks.csv:2: warning: RSK-001 is called the same; delete the row if it is the same [import-again]",
    ),
    "import-header": Code(
        "A column has no name, or the same name as another, so it is called otherwise in the mapping.",
        "Use the name that the message gives.",
        "risks.csv:1:4: warning: several columns are headed 'Impact'; this one is called 'Impact (2)' here [import-header]",
    ),
    "import-merged": Code(
        "Cells are merged downwards, so each row they span was read as if it held their text.",
        "Look at these rows before you commit them.",
        "risks.xlsx:2:2: warning: 1 range of merged cells: each row they span was read with their text; look at these rows [import-merged]",
    ),
    "import-hidden": Code(
        "A workbook has hidden rows or columns, which were read like the others, or hidden sheets, which were not.",
        "Delete from the workbook what is not to be imported, or name the sheet with --sheet.",
        "risks.xlsx: warning: 2 hidden rows read like the others (3, 5); delete what is not to be imported [import-hidden]",
    ),
    "import-template": Code(
        "The text of an imported policy holds a template that nobody fills in here.",
        "Write in its place what it stands for.",
        "access.md: warning: the template {{.Name}} is kept as text (1 time); write what it stands for [import-template]",
    ),
    "import-list": Code(
        "The text of an imported policy has lists with letters, which Markdown does not know; each item is written with its letter.",
        "Look at them: the letters are those that Pandoc gives, which counts on from the first item whatever the others say.",
        "access.md: warning: lists with letters, which Markdown does not know, are written as `- a. …` with the letters that Pandoc gives them (2 items); look at them [import-list]",
    ),
}
