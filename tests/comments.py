"""The comment of `tieout review` as a test asks for it."""

from tinyproject import call


def review(project, *words, span="HEAD^..HEAD"):
    return call("review", span, "--isms", project.isms, *words)


def section(text, title):
    """The lines of a section, without its heading."""
    found = text.partition(f"### {title}\n\n")[2]
    return found.partition("\n### ")[0].strip().split("\n") if found else []
