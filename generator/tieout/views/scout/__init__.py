"""What a repository proves before there is an ISMS: facts of the one engine, counted for `tieout scout`.

Everything is worked out here as values; page, terminal and JSON print the same ones. Nobody's work is counted.
"""
