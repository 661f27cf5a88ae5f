import { createHash } from 'node:crypto';
import { type CliWorld, cliWorld } from './run-cli.ts';

/** A command file as the predecessor wrote it. */
export function oldCommand(name: string, version = '3.1.1'): string {
  return `---\ndescription: ${name}\n---\n\n<!-- spec-kitty-command-version: ${version} -->\n\nRun it.\n`;
}

/** A log row of the predecessor. */
export const OLD_LOG = `{"actor": "user", "at": "2026-01-05T10:00:00.000000+00:00", "event_id": "01KE700000AAAAAAAAAAAAAAA1", "evidence": null, "execution_mode": "worktree", "force": false, "from_lane": "genesis", "mission_id": "01KE6Z2V3M8Q4T5X6Y7Z8A9B0C", "mission_slug": "004-logged", "policy_metadata": null, "reason": null, "review_ref": null, "review_result": null, "to_lane": "planned", "wp_id": "WP01"}\n`;

const meta = (directory: string, more: object = {}) =>
  `${JSON.stringify({ created_at: '2026-01-05T10:00:00+00:00', mission_slug: directory, mission_type: 'software-dev', slug: directory, target_branch: 'main', ...more }, null, 2)}\n`;

/** What the predecessor left: every generation of command files, missions with and without an id, its own runtime. */
export const OLD_FILES: Readonly<Record<string, string>> = {
  '.kittify/config.yaml':
    '# ours\nproject:\n  uuid: 5f0c\n  slug: shop\nagents:\n  available:\n  - claude\n  - opencode\n  - codex\n  auto_commit: true\n',
  '.kittify/metadata.yaml':
    'spec_kitty:\n  version: 3.2.5\n  initialized_at: "2026-01-01T00:00:00"\n  last_upgraded_at: null\nenvironment:\n  python_version: 3.12.1\nmigrations:\n  applied:\n  - id: m_0_2_0\n    result: success\n',
  '.kittify/missions/software-dev/mission.yaml': 'name: software-dev\n',
  '.kittify/workspaces/004-logged-lane-a.json': '{"worktree_path": "/home/ada/x"}\n',
  '.claude/commands/spec-kitty.plan.md': oldCommand('plan'),
  '.claude/commands/spec-kitty.dashboard.md': oldCommand('dashboard'),
  '.claude/commands/spec-kitty.specify.md': '# I wrote this one\n',
  '.claude/commands/deploy.md': '# not spec-kitty at all\n',
  '.opencode/command/spec-kitty.plan.md': oldCommand('plan', '2.0.0'),
  '.gemini/commands/spec-kitty.plan.toml':
    'description = "plan"\nprompt = """\n<!-- spec-kitty-command-version: 3.0.0 -->\n"""\n',
  '.agents/skills/spec-kitty.plan/SKILL.md': 'a skill\n',
  '.agents/skills/spec-kitty.tasks/SKILL.md': 'a skill, edited\n',
  '.kittify/command-skills-manifest.json': `${JSON.stringify({
    entries: ['plan', 'tasks'].map((name) => ({
      path: `.agents/skills/spec-kitty.${name}/SKILL.md`,
      content_hash: createHash('sha256').update('a skill\n').digest('hex'),
      agents: ['codex'],
      installed_at: '2026-01-01T00:00:00+00:00',
      spec_kitty_version: '3.2.5',
    })),
  })}\n`,
  '.gitattributes': 'kitty-specs/**/status.events.jsonl merge=spec-kitty-event-log\n',
  '.gitignore': 'dist/\n',
  'AGENTS.md': '# Ours\n',
  '.worktrees/001-first-WP01/a.js': 'a\n',
  'kitty-specs/001-first/meta.json': meta('001-first', { deliverables_path: 'docs/' }),
  'kitty-specs/001-first/spec.md': '# Spec\n',
  'kitty-specs/004-logged/meta.json': meta('004-logged', { mission_id: null }),
  'kitty-specs/004-logged/status.events.jsonl': OLD_LOG,
  'kitty-specs/new-01KE6Z2W/meta.json': meta('new-01KE6Z2W', { mission_id: '01KE6Z2W3M8Q4T5X6Y7Z8A9B0C' }),
  'kitty-specs/broken/meta.json': '{ not JSON\n',
};

/** A committed project of the predecessor. */
export function predecessorProject(files: Readonly<Record<string, string>> = OLD_FILES): CliWorld {
  const world = cliWorld();
  world.repository.commit('the predecessor', files);
  return world;
}
