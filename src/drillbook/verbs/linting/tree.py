"""Paths that were named, and settings → where linting looks."""

import os
from dataclasses import replace
from pathlib import Path

from drillbook.model.settings import Settings
from drillbook.read.tree import Tree


def tree_of(root: Path, paths: tuple[str, ...], settings: Settings) -> Tree:
    """The paths, else the packs and globs of the settings, else everything below the root."""
    said = settings.lint
    exclude = tuple(f"{settings.folder}/{glob}" for glob in said.exclude)
    tree = Tree(root=root, paths=paths or (".",), exclude=(*exclude, str(settings.state)))
    globs = (*said.runbooks, *said.rules, *said.scrape)
    if paths or not (settings.packs or globs):
        return tree
    packs = tuple(map(str, settings.packs))
    looked = (settings.folder,) if globs else settings.packs
    return replace(
        tree,
        paths=tuple(Path(os.path.relpath(path, root)).as_posix() for path in looked),
        globs=(*packs, *(f"{settings.folder}/{glob}" for glob in globs)) if globs else (),
    )
