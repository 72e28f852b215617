"""The site at a local port, rebuilt as the files of the ISMS are saved.

Above `build`, whose pipeline makes every page; here is only what a person needs while writing: what changed, what is
wrong, and the page in view first. Nothing of it reaches a published file.
"""
