"""What the demo costs, and what reading a history costs beside `git log`: python benchmarks/demo.py [REPOSITORY …]

Prints medians of whole processes. Quote ratios, not seconds: machines differ and are noisy.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TIEOUT = str(Path(sys.executable).with_name("tieout"))
RUNS = 3


def seconds(command: list[str], before: Callable[[], None] = lambda: None) -> float:
    """Median wall time of a command over RUNS runs; `before` prepares each."""
    taken = []
    for _ in range(RUNS):
        before()
        start = time.perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def demo(folder: Path) -> None:
    workspace, site, kept = folder / "demo", folder / "site", folder / "caches"
    os.environ["XDG_CACHE_HOME"] = str(kept)

    def cold() -> None:
        shutil.rmtree(kept, ignore_errors=True)
        shutil.rmtree(site, ignore_errors=True)

    isms = ["--isms", str(workspace / "isms")]
    build = [TIEOUT, "build", *isms, "--output", str(site)]
    print(f"{'tieout --help':<44}{seconds([TIEOUT, '--help']):8.2f} s")
    print(f"{'python -c pass':<44}{seconds([sys.executable, '-c', 'pass']):8.2f} s")
    print(f"{'tieout demo':<44}{seconds([TIEOUT, 'demo', str(workspace)]):8.2f} s   goal under 5")
    print(f"{'tieout check':<44}{seconds([TIEOUT, 'check', *isms]):8.2f} s   goal under 0.5")
    print(f"{'tieout build, cold, all audits with PDFs':<44}{seconds(build, cold):8.2f} s   goal under 15")
    print(f"{'tieout build, again':<44}{seconds(build):8.2f} s")


def history(repository: Path) -> None:
    """Reading a whole history, every object re-hashed, beside `git log` writing its fields to nowhere."""
    fields = "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B%x00"
    log = ["git", "-C", str(repository), "log", "-z", "--all", "--date=raw", "--no-renames", "--name-status"]
    floor = seconds([*log, "--diff-merges=first-parent", fields])
    ours = seconds([sys.executable, __file__, "--read", str(repository)])
    print(f"{repository.name:<24}git log {floor:6.2f} s   read {ours:6.2f} s   ratio {ours / floor:5.2f}")


def read(mirror: Path) -> None:
    from tieout.model.settings import Repository
    from tieout.repos import histories

    histories.read_history(mirror, Repository("it", str(mirror)), lambda _: False)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            demo(Path(scratch))
        for name in sys.argv[1:]:
            history(Path(name))
