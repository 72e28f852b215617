"""What is wrong with linked repositories, and with the dates and the course of their histories."""

from tieout.codes.code import Code

CODES = {
    "repository-url": Code(
        "A linked repository has an address of a kind that is never fetched, or lies among the files of the ISMS, where a commit could have put it.",
        "Use https://, ssh://, git@host:path, file:// or a path, and keep it outside the ISMS or as a clone with a `.git` of its own.",
        "wallet: error: the address 'ftp://git.example.invalid/wallet.git' is of a kind that is not fetched; use https://, ssh://, git@host:path, file:// or a path [repository-url]",
    ),
    "tieout-folder-tracked": Code(
        "Git tracks files below `.tieout/`. No person writes there, and nothing there is read: who put them there may have hoped that it is.",
        "Find out who put them there, and take them out with `git rm -r .tieout/`.",
        ".tieout/mirrors/app.git/config: error: Git tracks 1 file below .tieout/, where only programs write; none of them is read. Find out who put them there, and take them out with `git rm -r .tieout/` [tieout-folder-tracked]",
    ),
    "repository-missing": Code(
        "There is no Git repository at the path that tieout.yml gives.",
        "Clone the repository there, or correct its url in tieout.yml.",
        "bets: error: there is no folder ../bets; clone the repository there, or correct its url in tieout.yml [repository-missing]",
    ),
    "own-repository": Code(
        "A linked repository is the one that the ISMS itself lies in.",
        "Leave it out of tieout.yml; a service in it writes `repos: [{repo: isms}]`.",
        "registers: error: ../isms is the repository of the ISMS itself; leave it out of tieout.yml and write `repos: [{repo: isms}]` in the service, so that both have one pin [own-repository]",
    ),
    "branch-missing": Code(
        "A repository has no branch of the name that tieout.yml gives, so none of its changes can be judged. Of the ISMS, what is checked out is taken instead.",
        "Correct `branch` in tieout.yml, or push the branch there; in CI, check the branch out and not a commit alone.",
        "odds: error: there is no branch trunk in ../odds (there is main); correct `branch` in tieout.yml, or make it there [branch-missing]",
    ),
    "repository-unfetched": Code(
        "A repository that is read over a network has no mirror here yet.",
        "Run `tieout sync`, then build again.",
        "bonus: error: https://git.example.invalid/bonus.git was not fetched yet; run `tieout sync` [repository-unfetched]",
    ),
    "repository-unreachable": Code(
        "A repository did not answer, or could not be read.",
        "Check its address and your access, and run `tieout sync`.",
        "feeds: error: ../feeds could not be read; check it with `git fsck` [repository-unreachable]",
    ),
    "repository-damaged": Code(
        "A repository lacks objects, or holds some whose content does not give their id.",
        "Run `git fsck` in it, or clone it anew from a sound copy.",
        "ledger: error: the objects of ../ledger could not all be read; run `git fsck` there, or clone it anew [repository-damaged]",
    ),
    "proposals-unread": Code(
        "Objects are missing in a repository that only its proposals (refs/pull, refs/merge-requests) lead to, so it is read without them.",
        "Clone it anew, without --filter, or fetch the proposals' refs again.",
        "proposals: error: objects that only proposals of ../proposals lead to are missing there, so none of its proposals is read and what squashes brought cannot be told; clone it anew, without --filter [proposals-unread]",
    ),
    "repository-shallow": Code(
        "A repository is a shallow clone: older history is missing, so counts are lower bounds.",
        "Run `git fetch --unshallow` in it; in CI check it out with its whole history (fetch-depth: 0).",
        "cashier: error: ../cashier is a shallow clone: older history is missing and counts are lower bounds; run `git fetch --unshallow` there (in CI set fetch-depth: 0) [repository-shallow]",
    ),
    "repository-partial": Code(
        "A repository is a partial clone, which fetches files only when asked and may lack them.",
        "Clone it again without --filter.",
        "reports: error: ../reports is a partial clone and lacks files; clone it again without --filter [repository-partial]",
    ),
    "repository-malformed-objects": Code(
        "Git's strict check refuses some objects of a repository, often written by old tools. They were read by their ids.",
        "See what `git fsck --strict` lists in it; a history cannot be mended without being rewritten.",
        "rules: warning: git's strict check refuses some objects of this history: bad date author in 1 commit (0aaf3d132e9f); bad date committer in 1 commit (0aaf3d132e9f); malformed author in 1 commit (0aaf3d132e9f); malformed committer in 1 commit (0aaf3d132e9f); they were read all the same, each by its id, and nothing of them is run. `git fsck --strict` in the source tells more [repository-malformed-objects]",
    ),
    "notes-not-read": Code(
        "A notes ref in which reviews are kept holds what is no note, or more than is read.",
        "Find out who wrote it; `git ls-tree -r` of the ref lists what it holds.",
        "bingo: warning: refs/notes/review holds entries that are not read (1 whose name is no object's id), so what they say of reviews is unknown; find out who wrote them [notes-not-read]",
    ),
    "repository-file-too-large": Code(
        "A file of a linked repository is larger than what is read, so what it says is unknown.",
        "Split it, or shorten it; of exported records keep one file a month.",
        "large:CODEOWNERS: warning: the file has 1,000,002 bytes, and 1,000,000 are read, so what it says is unknown; split it [repository-file-too-large]",
    ),
    "commit-too-large": Code(
        "A commit changes more files, or deeper paths, than are compared (200,000 files, 128 parts of a path), so which files it changed is unknown.",
        "See what it changed with `git show --stat` and find out what it was for.",
        "caves: error: a path has more than 128 parts in 96b5aa03309b, so which files it changed is unknown; look at it with `git show --stat`, and find out what it was for [commit-too-large]",
    ),
    "repository-too-large": Code(
        "A repository holds a commit or tag larger than any person writes (16,000,000 bytes), or more than 1,000,000 refs; nothing of it is told, since what is left out could be what matters.",
        "Have the object taken out of the history, or delete the refs that nobody needs.",
        "dumps: error: the commit 8240c757299ceba3cd571d77ff42c1bea65ccd5e has 16,000,190 bytes, and 16,000,000 are read, so nothing of this repository can be told; find out who made it, and have it taken out of the history [repository-too-large]",
    ),
    "history-grafted": Code(
        "A repository has a grafts file, which shows another history than the recorded one. The recorded one is read.",
        "Delete info/grafts in that repository.",
        "limits: warning: info/grafts of ../limits pretends other parents; the true history is read. Delete the file [history-grafted]",
    ),
    "dated-before-its-parent": Code(
        "A commit or release tag carries a date from before what it stands on, or after all that follow it. It counts on the earliest day it can be from.",
        "Find out who made it, and whether a clock was wrong or the date was set by hand.",
        "settlement: warning: dates do not fit what stands before or after them: commit 2482d2dd is dated 2024-09-01, and counts on 2026-01-05; find out who made them [dated-before-its-parent]",
    ),
    "history-rewritten": Code(
        "A protected branch no longer leads to a commit that it led to when it was read before, so changes may have been dropped.",
        "Find out who rewrote it, and look at what was dropped: the mirror keeps it. To accept the new history, delete its mirror; `tieout sync` tells where the mirrors are.",
        "notices: error: the branch main was at 56e42bdd4877 when it was read before, and is at 62c6530734fa now, which does not stand on that: history was rewritten, and 1 commit dropped (56e42bdd4877). Find out who did it; to accept it, delete its mirror notices.git (`tieout sync` tells where the mirrors are) [history-rewritten]",
    ),
    "line-moved": Code(
        "First parents no longer lead from a protected branch to where it was: somebody merged it into their work and pushed that as the branch.",
        "Find out who did it, and forbid such pushes (a branch that only takes proposals cannot be pushed to). To accept it, delete the mirror; `tieout sync` tells where the mirrors are.",
        "jumps: warning: the branch main was at 56e42bdd4877 when it was read before, and first parents no longer lead there from 2463b7a39015: it was merged the wrong way round, so what were changes of the branch now count as carried by one of them, and the other side's commits as changes. Find out who did it; to accept it, delete its mirror jumps.git (`tieout sync` tells where the mirrors are) [line-moved]",
    ),
    "tag-moved": Code(
        "A tag is not where it was when it was first read, or is gone, so what was released under its name may be another thing now.",
        "Find out who moved it. To accept it (for a name that is meant to move, such as `latest`), delete the mirror; `tieout sync` tells where the mirrors are.",
        "tags: warning: 1 tag is not where it was when first read: v1 was at 62c6530734fa and is at 56e42bdd4877. Find out who moved it, unless the name is meant to; to accept it, delete its mirror tags.git (`tieout sync` tells where the mirrors are) [tag-moved]",
    ),
    "repository-not-noted": Code(
        "The mirror does not take a note of where the branch and the tags of a repository are, with which the next reading would compare them.",
        "Make room on the disk. Where a tag took the name of a folder of others (`v1` and `v1/x`), find out who did it, and delete the mirror; `tieout sync` tells where the mirrors are.",
        "folders: warning: where its branch and tags are could not be noted, so what is moved at the source may go unnoticed: the disk is full, or a tag took the name of a folder of others. Make room, or delete the mirror folders.git (`tieout sync` tells where the mirrors are) [repository-not-noted]",
    ),
    "late-arrival": Code(
        "An audit that was published is built again, and the branch up to its day is not what it was: commits with earlier dates came later, or some are gone.",
        "Find out who brought them and why so late. Keep the published audit until that is known: it shows what was there.",
        "pay: warning: since AUD-2026-01 of 2026-03-31 was published, 1 commit (68b1ebaa165d) dated before its end came to the branch; the audit that was published did not show it so. Find out why, before this one takes its place [late-arrival]",
    ),
    "newest-commit-alone": Code(
        "One commit alone is dated more than a month after everything else, or by its date makes an audit due, so it is not asked what day it is.",
        "Nothing, if the clock was right: the next commits bear it out. If it was wrong, find out who set it.",
        "mobile: warning: the newest commit, 0013659a, is dated 2027-09-01, long after everything else; until more commits bear that out, the present is judged as of 2026-05-12; find out who set the clock, if it was wrong [newest-commit-alone]",
    ),
    "history-replaced": Code(
        "A repository has replacement objects (refs/replace), which show other content than the recorded one. The recorded one is read.",
        "Delete them with `git replace -d`.",
        "games: warning: refs/replace shows other content for 1 object at the source (first: 62c6530734fa); the true history is read. Delete what is there with `git replace -d` [history-replaced]",
    ),
}
