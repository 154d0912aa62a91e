"""Calls of JavaScript's packages as the programs that do the same."""

from __future__ import annotations

import pytest

from sensor.effects.code.packages import started_by_packages


@pytest.mark.parametrize(("code", "words"), [
    ("require('simple-git')().push('origin', 'main', {'--force': null})", "git push origin main --force"),
    ("require('simple-git')().reset(['--hard'])", "git reset --hard"),
    ("require('simple-git')().raw(['log', '-1'])", "git log -1"),
    ("require('isomorphic-git').push({fs, dir: '.', force: true})", "git push --force"),
    ("const {Octokit} = require('@octokit/rest'); o.git.updateRef({ref: 'heads/main', force: true})", "git push --force origin main"),
    ("require('shelljs').rm('-rf', 'build')", "rm -rf build"),
    ("require('fs-extra').emptyDirSync('build')", "rm -rf build"),
    ("import('del').then(d => d.deleteAsync(['build/**', '!build/a']))", "rm -rf build/**"),
    ("const {S3Client} = require('@aws-sdk/client-s3'); c.send(new DeleteBucketCommand({Bucket: 'a'}))", "aws s3api delete-bucket --bucket a"),
])
def test_words_of_programs(code, words):
    assert started_by_packages(code) == ([], [tuple(words.split())])


@pytest.mark.parametrize(("code", "text"), [
    ("import('zx').then(({$}) => $`ls -l`)", "ls -l"),
    ("require('execa').command('sh -c \\\"ls\\\"')", 'sh -c "ls"'),
])
def test_shell_texts(code, text):
    assert started_by_packages(code) == ([text], [])


@pytest.mark.parametrize("code", ["list.push('a')", "items.remove('a')", "require('shelljs').ls('.')", "o.git.updateRef({force: false}) // octokit", "cmd.command('build')", "c.send(new ListBucketsCommand({})) // @aws-sdk/client-s3"])
def test_other_calls(code):
    assert started_by_packages(code) == ([], [])
