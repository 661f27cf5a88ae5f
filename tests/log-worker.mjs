import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Runs the built program in a loop, in one process: `append MISSION WP TIMES NAME` prints the id of every acknowledged
 * event; `read MISSION` reads until its standard input ends and prints how many rows
 * it saw each time, and every error.
 */
const { main } = createRequire(import.meta.url)('../packages/cli/dist/main.cjs');
const [mode, mission, wp, times, name] = process.argv.slice(2);

async function run(...argv) {
  let text = '';
  const write = process.stdout.write;
  process.stdout.write = (chunk) => {
    text += chunk;
    return true;
  };
  try {
    await main(argv);
  } finally {
    process.stdout.write = write;
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
    process.stdout.removeAllListeners('error');
  }
  return text;
}

const say = (line) => writeSync(1, `${line}\n`);

async function append() {
  for (let done = 0; done < Number(times); done += 1) {
    const note = ['--note', `${name} ${done}`, '--agent', name, '--mission', mission];
    let answer = { error_code: 'LOCK_BUSY' };
    // On a machine that is short of time, a turn may take longer than a command waits for it.
    while (answer.error_code === 'LOCK_BUSY')
      answer = JSON.parse(await run('agent', 'tasks', 'add-history', wp, ...note, '--json'));
    say(answer.event_id ?? `failed: ${answer.error}`);
  }
}

async function read() {
  const input = process.stdin.resume();
  while (!input.readableEnded) {
    const { missions } = JSON.parse(await run('status', '--all', '--json'));
    const problems = missions.filter(({ error }) => error !== undefined);
    const validated = await run('agent', 'status', 'validate', '--mission', mission);
    const rows = /: (\d+) rows, 0 errors/.exec(validated)?.[1];
    say(
      problems.length === 0 && rows !== undefined ? rows : `failed: ${JSON.stringify(problems)} ${validated}`,
    );
    // Leaves some of the machine to the writers, and lets the end of standard input through.
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

await (mode === 'append' ? append() : read());
process.exitCode = 0;
