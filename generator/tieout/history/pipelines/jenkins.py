"""A Jenkinsfile by its declared stages. Scripted pipelines, and stages that a script or a shared library makes, are unknown.

Tried on the histories of spring-projects/spring-data-commons, intel/pmem-csi and intel/cri-resource-manager. Nothing is evaluated; what a step runs is not judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tieout.history.pipelines.files import Files
from tieout.history.pipelines.groovy import Block, Token, UnreadableError, blocks_of, tokens_of
from tieout.history.pipelines.jobs import EACH, MAX_DEPTH, MAX_JOBS, SOME, Jobs, Run, both, job_of
from tieout.model.history import Job

MAX_BYTES = 300_000
LENIENT = frozenset({"catchError", "warnError", "unstable"})
SECTIONS = frozenset(
    [
        "agent",
        "environment",
        "libraries",
        "options",
        "parameters",
        "post",
        "stages",
        "tools",
        "triggers",
    ]
)
_TIMERS = ("TimerTrigger", "ParameterizedTimerTriggerCause", "TimerTriggerCause")


@dataclass(slots=True)
class Found:
    branch: str
    jobs: list[Job] = field(default_factory=list)
    why: dict[str, None] = field(default_factory=dict)


def read(files: Files, path: str) -> Jobs:
    data = files.data(path)
    if data is None or len(data) > MAX_BYTES:
        return Jobs((), (f"{path} was not read",))
    try:
        return _pipeline(tokens_of(data.decode("utf-8")), path, files.line.history.branch)
    except UnicodeDecodeError:
        return Jobs((), (f"{path} is not text",))
    except UnreadableError as fault:
        return Jobs((), (f"{path} is not read as Groovy: {fault}",))


def _pipeline(tokens: tuple[Token, ...], path: str, branch: str) -> Jobs:
    blocks = blocks_of(tokens)
    declared = [block for block in blocks if block.name == "pipeline" and block.inside is not None]
    if len(declared) != 1 or len(declared[0].tokens) != 1:
        return Jobs((), (f"{path} declares no pipeline: its stages are made by a script or a shared library",))
    found = Found(branch)
    if any(block.name in ("stage", "parallel") or _makes_stages(block.inside or ()) for block in _beside(blocks)):
        found.why[f"{path} has a script beside its pipeline"] = None
    inside = blocks_of(declared[0].inside or ())
    for block in inside:
        if block.name not in SECTIONS:
            found.why[f"{path} takes a section from elsewhere: {block.name}"[:120]] = None
    stages = [block for block in inside if block.name == "stages"]
    if len(stages) != 1:
        found.why[f"{path} declares no stages"] = None
    for block in stages:
        _stages(block, found, ("", EACH, False), 0)
    return Jobs(tuple(found.jobs), tuple(found.why))


def _beside(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """What stands beside the pipeline and is run: not the functions, which something has to call."""
    return (block for block in blocks if block.name not in ("pipeline", "def"))


_Around = tuple[str, Run, bool]  # the stage around it, for which changes that runs, whether it may fail


def _stages(block: Block, found: Found, around: _Around, depth: int) -> None:
    """The stages of `stages { … }` or `parallel { … }`; a matrix has its own below."""
    for stage in blocks_of(block.inside or ()):
        name = stage.text if stage.name == "stage" and stage.inside is not None else None
        if name is None or not name.fixed or depth > MAX_DEPTH or len(found.jobs) >= MAX_JOBS:
            found.why["a stage is named or made by a script"] = None
        else:
            _stage(name.value, stage, found, around, depth)


def _stage(name: str, stage: Block, found: Found, around: _Around, depth: int) -> None:
    parts = blocks_of(stage.inside or ())
    own = _when(parts, found.branch)
    if own is None:
        return
    run = both(around[1], own)
    steps = [part for part in parts if part.name in ("steps", "script")]
    lenient = around[2] or any(_is_lenient(part.inside or ()) for part in steps)
    found.jobs.append(job_of(name, around[0], lenient, run))
    if any(_makes_stages(part.inside or ()) for part in steps):
        found.why[f"the stage {name} makes stages in a script"[:120]] = None
    for part in parts:
        inner = [part] if part.name in ("stages", "parallel") else []
        inner += (
            [each for each in blocks_of(part.inside or ()) if each.name == "stages"] if part.name == "matrix" else []
        )
        for each in inner:
            _stages(each, found, (name, run, lenient), depth + 1)


def _is_lenient(tokens: tuple[Token, ...]) -> bool:
    """Whether a failure in these steps may pass for success."""
    words = [token.value for token in tokens if token.kind != "line"]
    pairs = set(pairwise(words))
    swallowed = ("try", "{") in pairs and ("catch", "(") in pairs and "throw" not in words
    return bool(LENIENT & set(words)) or swallowed or {("propagate", ":"), (":", "false")} <= pairs


def _makes_stages(tokens: tuple[Token, ...]) -> bool:
    words = [token.value for token in tokens if token.kind == "word"]
    return "stage" in words or "parallel" in words


def _when(parts: tuple[Block, ...], branch: str) -> Run | None:
    """For which changes a stage runs; None where its condition is `false` as it is written."""
    run = EACH
    for when in (part for part in parts if part.name == "when"):
        for condition in blocks_of(when.inside or ()):
            if condition.name not in ("beforeAgent", "beforeInput", "beforeOptions"):
                met = _condition(condition, branch)
                if met is None:
                    return None
                run = both(run, met)
    return run


def _condition(condition: Block, branch: str) -> Run | None:
    words = [token.value for token in _flat(condition) if token.value not in "(){}" and token.kind != "line"]
    if condition.name == "expression" and words[1:] in (["false"], ["return", "false"]):
        return None
    if condition.name == "branch" and words[1:] == [branch]:
        return EACH
    if condition.name == "triggeredBy" and len(words) == 2 and words[1] in _TIMERS:
        return Run("beside", "on a schedule")
    return Run("beside", "on a tag") if condition.name in ("buildingTag", "tag") else SOME


def _flat(block: Block) -> Iterator[Token]:
    yield from block.tokens
    yield from block.inside or ()
