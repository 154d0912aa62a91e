"""The text with which a new rule file begins: a rule that loads, with comments that say what can be changed."""

from __future__ import annotations

import json

SKELETON = """\
# Rules of this file add to the shipped ones. Every field is described in docs/rules.md.
# Try it:   handrail rules test {file}
# Whether a command would meet it:   handrail explain -- COMMAND
- id: {id}
  name: {name}
  description: What happens, and why it is unwanted.
  severity: info            # only noted until you raise it: critical = block, high = ask, medium and low = flag
  category: {category}
  status: stable            # test: asks at most; experimental: flags at most
  phase: [before]           # after: looks at what a tool returned
  # apply_to_tools: [shell] # kinds, names or globs (mcp__github__*); left out: every tool
  match:
    # All keys of one set hold on the same command. Other keys: subcommand, args, reads, writes, hosts, flow, executes, env.
    effect:
      any:
        - {{command: [deploy], flags: {{any: [force], none: [dry-run]}}}}
        - {{deletes: {{any: ["**/releases/**"], none: ["@temp"]}}}}
    # Text instead of, or beside, effects:
    # patterns:
    #   fields: [command, content]
    #   any:
    #     - {{type: contains, value: some text}}
    #     - {{type: regex, value: '(?i)some\\s+text'}}
    excludes:
      - {{effect: {{args: {{any: ["--help"]}}}}}}
  examples:
    true_positive:          # at least two on which it must fire
      - deploy --force web
      - {{tool: Bash, input: {{command: rm -r releases/42}}}}
    true_negative:          # at least two near misses
      - deploy --force --dry-run web
      - ls releases
  remediation: What to do instead; the agent reads this.
  references: {{mitre: [], asi: [ASI02], cwe: [], urls: []}}
"""


def render_skeleton(rule_id: str, file: str) -> str:
    """The text of a new file with one rule. `rule_id` must look like TEAM-AREA-001."""
    category = "-".join(rule_id.lower().split("-")[:-1]) or "own"
    return SKELETON.format(id=rule_id, file=file, category=category, name=json.dumps(f"New rule {rule_id}"))
