import { spawnSync } from 'node:child_process';
import { ROOT } from './repository-root.mjs';

/** Runs a program in the foreground and returns its exit code; a signal counts as 1. */
export function run([program, ...args], options = {}) {
  const result = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** Prints the stage's name, runs it, prints how long it took and returns what it returned. */
export async function stage(name, body) {
  const start = performance.now();
  console.log(`== ${name}`);
  const value = await body();
  console.log(`== ${name}: ${seconds(performance.now() - start)}`);
  return value;
}

/** Formats milliseconds as seconds with one decimal. */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
