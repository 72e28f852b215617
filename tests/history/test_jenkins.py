import pytest
from history.configured import only
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history.pipelines.groovy import UnreadableError, blocks_of, tokens_of


def jenkins(text):
    return only({"Jenkinsfile": text}, "Jenkinsfile", "jenkins")


def stages(inside, before=""):
    return jenkins(f"{before}\npipeline {{\n  agent any\n  stages {{\n{inside}\n  }}\n}}\n")


WHOLE = r"""#!/usr/bin/env groovy
@Library('shared@v1') _
import groovy.json.JsonSlurper
def p = [:]
node { p = readProperties file: 'ci/x.properties' }
def helper(String name) {
  return [a: { -> name }]
}
/* stage('commented') { */
pipeline {
  agent { docker { image "img:${env.TAG ?: "x{y"}" } }
  options { timeout(time: 30, unit: 'MINUTES') }
  triggers { cron('H 4 * * *') }
  stages {
    stage('Unit tests') {
      steps { sh "make test // not a comment"; sh '''
        echo 'stage("no") {'
      ''' } // stage('nor this') { }
    }
    stage("Checks") {
      parallel {
        stage('sast') { steps { sh(script: 'x') } }
        stage('lint')
        {
          when { not { branch 'main' } }
          steps { echo 'a' }
        }
      }
    }
    stage('Matrix') {
      matrix {
        axes { axis { name 'OS'; values 'linux', 'mac' } }
        stages { stage('build') { steps { sh 'make' } } }
      }
    }
    stage('Weak') { steps { catchError(buildResult: 'SUCCESS') { sh 'x' } } }
  }
  post { always { junit 'x.xml' } }
}
"""


def test_a_pipeline_by_its_declared_stages():
    found = jenkins(WHOLE)
    assert [(job.name, job.stage, job.may_fail, job.conditional) for job in found.jobs] == [
        ("Unit tests", "", False, False),
        ("Checks", "", False, False),
        ("sast", "Checks", False, False),
        ("lint", "Checks", False, True),
        ("Matrix", "", False, False),
        ("build", "Matrix", False, False),
        ("Weak", "", True, False),
    ]
    assert (found.readable, found.why) == (True, "")


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("expression { false }", None),
        ("expression { return false }", None),
        ("branch 'main'", (False, "")),
        ("branch 'release'", (True, "")),
        ("beforeAgent true; changeRequest()", (True, "")),
        ("triggeredBy 'TimerTrigger'", (True, "on a schedule")),
        ("buildingTag()", (True, "on a tag")),
    ],
)
def test_what_a_stage_asks_tells_for_which_changes_it_runs(when, told):
    jobs = stages(f"stage('x') {{ when {{ {when} }}\n steps {{ sh 'x' }} }}").jobs
    assert [(job.conditional, job.beside) for job in jobs] == ([] if told is None else [told])


@pytest.mark.parametrize(
    "steps",
    [
        "script { try { sh 'x' } catch (e) { echo 'no' } }",
        "unstable('x')",
        "build job: 'other', propagate: false",
    ],
)
def test_a_stage_whose_failure_may_be_swallowed_may_fail(steps):
    assert stages(f"stage('x') {{ steps {{ {steps} }} }}").jobs[0].may_fail


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("buildPlugin()", "declares no pipeline"),
        ("node { stage('x') { sh 'x' } }", "declares no pipeline"),
        ("sharedPipeline { stages { } }", "declares no pipeline"),
        ("pipeline { stages { commonStages() } }", "made by a script"),
        ("pipeline { stages { stage(NAME) { steps { } } } }", "made by a script"),
        ('pipeline { stages { stage("x ${y}") { steps { } } } }', "made by a script"),
        ("pipeline { stages { stage('x') { steps { script { stage('y') { } } } } } }", "makes stages in a script"),
        ("pipeline { common() }", "takes a section from elsewhere"),
        ("pipeline { agent any }", "declares no stages"),
        ("pipeline { stages {", "brackets do not close"),
        ("pipeline { stages { stage('x) { } } }", "a text does not end"),
        ("/* pipeline { }", "a comment does not end"),
        ("pipeline { stages { } } }", "brackets do not close"),
        ("{" * 5000, "nested too deep"),
        ('"${' * 5000, "a text does not end"),
    ],
)
def test_what_is_not_declared_is_unknown(text, why):
    found = jenkins(text)
    assert (found.readable, why in found.why) == (False, True), found.why


def test_declared_stages_are_seen_although_others_are_made_by_a_script():
    found = stages("stage('unit') { steps { sh 'x' } }\n moreStages()")
    assert ([job.name for job in found.jobs], found.readable) == (["unit"], False)


@examples(300)
@given(st.text(alphabet="{}()[]'\"/$\\ \n;stage*pipeline,x"))
def test_any_text_is_read_or_refused(text):
    try:
        blocks_of(tokens_of(text))
    except UnreadableError:
        return
