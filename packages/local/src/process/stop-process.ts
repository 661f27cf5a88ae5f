import { spawn } from 'node:child_process';

/** How a command and all it has started is ended. */
export type StopPlan = { readonly group: number } | { readonly command: readonly string[] };

/** A command started as the leader of a group ends with its group; Windows has no groups but a tool for it. */
export function stopPlan(platform: NodeJS.Platform, pid: number): StopPlan {
  return platform === 'win32' ? { command: ['taskkill', '/pid', String(pid), '/t', '/f'] } : { group: -pid };
}

/** Ends a command and all it has started, at once. */
export function stopProcess(pid: number): void {
  const plan = stopPlan(process.platform, pid);
  if ('command' in plan) {
    const [file = '', ...args] = plan.command;
    spawn(file, args, { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    return;
  }
  try {
    process.kill(plan.group, 'SIGKILL');
  } catch {
    // All of them have ended by themselves in the meantime.
  }
}

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends a command when this process is told to end, since a group of its own does not hear the terminal.
 *
 * @returns how to stop watching.
 */
export function stopWithThisProcess(pid: number): () => void {
  const onExit = () => stopProcess(pid);
  const onSignal = (signal: NodeJS.Signals) => {
    stopProcess(pid);
    unwatch();
    // Being watched, the signal has lost its usual effect; another listener takes care of that itself.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const unwatch = () => {
    process.off('exit', onExit);
    for (const signal of PASSED_ON) process.off(signal, onSignal);
  };
  process.on('exit', onExit);
  for (const signal of PASSED_ON) process.on(signal, onSignal);
  return unwatch;
}
