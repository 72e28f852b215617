"""What gittuf proves of a branch: its log, the policies in force, and who endorsed each move. Pure."""

from tieout.history.gittuf.endorsements import Known
from tieout.history.gittuf.judged import Asked, judge_log
from tieout.history.line import Line
from tieout.history.registers import Registers, repository_of

__all__ = ["note_log"]


def note_log(line: Line, last: int, cutoff: int, registers: Registers) -> None:
    """Judge the log of one pinned repository, where gittuf keeps one, and note it in the registers for its changes."""
    history = line.history
    if history.gittuf is None:
        return
    linked = repository_of(registers.config, history.repo)
    titles = {person.id: person.title for person in registers.isms.people.values()}
    known = Known(registers.people, registers.keys, titles)
    asked = Asked(line, last, cutoff, linked.root_keys if linked else ())
    registers.logs[history.repo] = judge_log(history.gittuf, asked, known)
