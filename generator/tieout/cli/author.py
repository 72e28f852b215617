"""Who is at the keyboard, as far as Git's own settings say: an address, and the person of the register who has it."""

from pathlib import Path

from tieout.build.newest import Newest
from tieout.model.links import link_in
from tieout.model.registers import Register
from tieout.repos import git


def read_setting(folder: Path, name: str) -> str:
    """A setting of the person's own Git, such as `user.email`; empty where there is none."""
    place = next((one for one in (folder, *folder.parents) if one.is_dir()), Path.cwd())
    answer = git.run(git.Where(place, network=True), "config", "--get", name)
    return answer.out.decode("utf-8", "replace").strip() if answer.good else ""


def own_id(newest: Newest, register: Register) -> str:
    """The id of the person with the address of Git's settings; empty where the register of people has none such."""
    if link_in(register.model.model_fields["owner"]) is None:
        return ""
    address = read_setting(newest.location.folder, "user.email").lower()
    people = newest.isms.people.values()
    return next((one.id for one in people if address in {email.lower() for email in one.emails}), "")
