import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Ids of a PostgreSQL's processes by the folder that it is started on, its postmaster first; none where it does not run. */
export function databaseProcesses(folder) {
  const file = path.join(folder, 'data', 'postmaster.pid');
  const postmaster = existsSync(file) ? readFileSync(file, 'utf8').split('\n')[0] : '';
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n');
  const processes = rows.map((row) => row.trim().split(/ +/));
  // The file of a killed one stays, and its number may be somebody else's by now.
  if (!processes.some(([pid, , name]) => pid === postmaster && name === 'postgres')) return [];
  return [postmaster, ...processes.filter(([, parent]) => parent === postmaster).map(([pid]) => pid)].map(
    Number,
  );
}
