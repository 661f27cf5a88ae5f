import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { cli } from '../measure.mjs';

const SAMPLE_MS = 500;
const TICKS_A_SECOND = 100;

/** Runs a mission to approval and looks at the engine meanwhile. Linux only: the figures come from `/proc`. */
export async function timeRun({ folder, mission, env }, agents) {
  const asked = ['--implementer', 'script', '--reviewer', 'script', '--max-parallel', `${agents}`];
  const words = cli('run', '--mission', mission, ...asked, '--until', 'review', '--json');
  const child = spawn(words[0], words.slice(1), { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const sleepers = new Sleepers(child.pid, agents);
  const timer = setInterval(() => sleepers.look(), SAMPLE_MS);
  const attempts = new Map();
  let outcome = '';
  for await (const text of createInterface({ input: child.stdout })) {
    const event = JSON.parse(text);
    if (event.error !== undefined) throw new Error(event.error);
    sleepers.told(event);
    outcome = event.outcome ?? outcome;
    if (event.attempt !== undefined)
      attempts.set(event.attempt, {
        ...attempts.get(event.attempt),
        wp: event.wp_id,
        [event.event]: Date.parse(event.at),
      });
  }
  clearInterval(timer);
  await closed;
  if (outcome !== 'complete') throw new Error(`The run ended ${outcome}.`);
  return { overheadMs: overheads(attempts.values()), idleShare: sleepers.share, peakMb: sleepers.peakMb };
}

/** What a package takes beside its agents: from the decision to start one to its process, and from its end to what came of it. */
function overheads(attempts) {
  const sums = new Map();
  for (const {
    wp,
    attempt_started: from,
    attempt_spawned: at,
    attempt_ended: to,
    attempt_concluded: done,
  } of attempts)
    sums.set(wp, (sums.get(wp) ?? 0) + (at - from) + (done - to));
  return [...sums.values()];
}

/** Looks at the engine while all agents sleep: two samples in a row between which nothing happened. */
class Sleepers {
  constructor(pid, agents) {
    Object.assign(this, { pid, agents, atWork: 0, quiet: undefined, ticks: 0, ms: 0, peakMb: 0 });
  }

  told({ event }) {
    if (event === 'attempt_spawned') this.atWork += 1;
    if (event === 'attempt_ended') this.atWork -= 1;
    this.quiet = undefined;
  }

  look() {
    const now = this.sample();
    if (now === undefined) return;
    if (this.quiet !== undefined && this.atWork === this.agents) {
      this.ticks += now.ticks - this.quiet.ticks;
      this.ms += now.at - this.quiet.at;
    }
    this.quiet = now;
  }

  /** `undefined` once it has ended. */
  sample() {
    try {
      const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
      this.peakMb = Math.max(this.peakMb, Number(peak ?? 0) / 1024);
      return { at: performance.now(), ticks: Number(stat[11]) + Number(stat[12]) };
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
      throw error;
    }
  }

  get share() {
    return this.ms === 0 ? null : this.ticks / TICKS_A_SECOND / (this.ms / 1000);
  }
}
