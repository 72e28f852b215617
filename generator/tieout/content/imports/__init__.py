"""Tables and policies of other tools -> drafts of records, with all that was not understood. Pure: bytes and values in.

bytes -> `csvfile` or `workbook` -> a sheet -> `tables` -> rows by column -> `drafting`, by a `mapping` that a person
wrote (`proposal` begins it) -> records to be written and problems. `comply` does the same for a folder of policies.
"""
