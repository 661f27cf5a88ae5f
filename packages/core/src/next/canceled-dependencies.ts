import { listed } from '../listed.ts';
import { shellWord } from '../shell-word.ts';

/** What is asked of a package, as `next` knows it. */
interface Dependent {
  readonly id: string;
  readonly lane: string;
  readonly dependencies: readonly string[];
}

/** Dependencies of a package that is planned which nobody will ever satisfy. */
export function canceledDependencies(wp: Dependent, packages: readonly Dependent[]): readonly string[] {
  if (wp.lane !== 'planned') return [];
  return wp.dependencies.filter((id) => packages.find((other) => other.id === id)?.lane === 'canceled');
}

/** How a package goes on, or ends, of which dependencies are canceled; empty without any. */
export function pastCanceled(directory: string, id: string, canceled: readonly string[]): readonly string[] {
  const [first] = canceled;
  if (first === undefined) return [];
  const rest = `--force --note "<reason>" --mission ${shellWord(directory)}`;
  const them = listed(canceled);
  const wp = canceled.length === 1 ? first : '<WPnn>';
  return [
    `If ${id} can be done without ${them}, take ${canceled.length === 1 ? 'it' : 'them'} out of \`dependencies\` in its file and in tasks.md, and run \`spec-kitty agent mission finalize-tasks --mission ${shellWord(directory)}\`.`,
    `If it is not wanted either, cancel it: \`spec-kitty agent tasks move-task ${id} --to canceled ${rest}\`.`,
    `Or bring ${them} back: \`spec-kitty agent tasks move-task ${wp} --to planned ${rest}\`.`,
  ];
}
