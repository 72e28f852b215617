"""CI files in, versions of the pipeline out: the helpers of the tests of all formats."""

from history.story import Story, config, isms, pipeline

from tieout.history import derive

WORKFLOW_PATH = ".github/workflows/ci.yml"


def versions(story, path, format_, others=(), settings=None):
    """The versions of the pipeline of `app`; `others` are stories of linked repositories."""
    pipelines = {"path": pipeline(ci={"path": path, "format": format_})}
    stories = (story, *others)
    histories = {each.repo: each.history() for each in stories}
    pins = {each.repo: each.pin() for each in stories}
    facts, problems = derive(histories, pins, isms(pipelines=pipelines), settings or config())
    assert problems == ()
    return facts.pipelines.get("app", ())


def only(files, path, format_):
    story = Story()
    story.commit("Start", files)
    (version,) = versions(story, path, format_)
    return version


def names(version):
    return [job.name for job in version.jobs]
