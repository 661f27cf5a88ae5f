import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { agentsWorld } from '../../testing/run/agents-world.ts';

test.each([
  [
    'changes and adds files',
    "writeFileSync('src/a.js', 'mine\\n'); writeFileSync('new.txt', 'x\\n');",
    'mine\n',
  ],
  [
    'commits',
    "writeFileSync('src/a.js', 'mine\\n'); git('commit', '-q', '-am', 'mine'); writeFileSync('new.txt', 'x\\n');",
    'mine\n',
  ],
  [
    'leaves the branch',
    "git('checkout', '-q', '--detach', 'HEAD~1'); writeFileSync('new.txt', 'x\\n');",
    null,
  ],
])(
  'what a reviewer leaves who %s is kept, and the next one finds what was sent to review',
  async (_, script, kept) => {
    const world = await agentsWorld();
    const { repository } = world.made;
    const seen = JSON.stringify(path.join(repository.root, 'seen'));
    const reviewer = `if (existsSync(${seen})) { say({ verdict: 'approved', summary: 'It does.' }); process.exit(0); }
      writeFileSync(${seen}, ''); ${script} say({ verdict: 'approved', summary: 'Mine is better.' });`;
    const end = await world.run({ reviewer, maxCycles: 2, fences: [], until: 'review' });
    expect(end.state.attempts.map(({ result }) => result?.result)).toEqual([
      'handed_over',
      'void',
      'approved',
    ]);
    expect([end.outcome, end.reason]).toEqual(['complete', '']);
    const left = end.state.attempts[1]?.end?.left;
    expect(left?.files).toContain('new.txt');
    expect(repository.git('show', `${left?.kept}:new.txt`)).toBe('x');
    if (kept !== null) expect(repository.git('show', `${left?.kept}:src/a.js`)).toBe('mine');
    expect(readFileSync(left?.patch ?? '', 'utf8')).toContain('+x');
    const lane = world.made.lane('lane-a');
    expect(existsSync(path.join(lane, 'new.txt'))).toBe(false);
    expect(readFileSync(path.join(lane, 'src/a.js'), 'utf8')).toBe('a\n');
  },
);
