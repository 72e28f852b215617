"""Where templates and styles are: an operator's theme first, file by file, then the default one.

An operator's theme comes with the content, so whoever writes the content writes it: its templates are given finished
values and nothing else, and none of its files may be a link to another place.
"""

from pathlib import Path

from tieout.problems import BuildError

PACKAGE = Path(__file__).parents[1]


def default_folder() -> Path:
    """`themes/default` beside the package in a wheel, at the top of the repository in a checkout."""
    for candidate in (PACKAGE / "themes", PACKAGE.parents[1] / "themes"):
        if (candidate / "default").is_dir():
            return candidate / "default"
    raise BuildError(f"{PACKAGE}: the default theme is missing; install Tieout again.")


def folders(own: Path | None) -> tuple[Path, ...]:
    """Search path of a theme.

    Raises:
        BuildError: the operator's folder does not exist, or holds a symbolic link: what it leads to would be published.
    """
    if own is not None and not own.is_dir():
        raise BuildError(f"{own}: the theme folder that tieout.yml names does not exist; create it or remove `theme`.")
    for path in (own, *sorted(own.rglob("*"))) if own is not None else ():
        if path.is_symlink():
            raise BuildError(f"{path}: a theme holds no symbolic links; put the file itself there.")
    return (own, default_folder()) if own is not None else (default_folder(),)


def read_static(search: tuple[Path, ...]) -> dict[str, bytes]:
    """All files of the `static` folders by name; an earlier folder wins."""
    found: dict[str, bytes] = {}
    for folder in search:
        for path in sorted((folder / "static").glob("*")):
            if path.is_file() and path.name not in found:
                found[path.name] = path.read_bytes()
    return dict(sorted(found.items()))
