import { AGENTS } from '@spec-kitty/core/agents/agents';
import { resolveHandle } from '@spec-kitty/core/mission/resolve-handle';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { LANES } from '@spec-kitty/protocol/lane';
import type { AppContext } from '../context.ts';

type Propose = (context: AppContext, partial: string) => readonly string[] | Promise<readonly string[]>;

/** What a shell may be offered as a value. Nothing of it asks Git: a process for every press of a key would be felt. */
export const PROPOSALS = {
  missions: async (context) => (await workspaceOf(context)).knownDirectories(),
  lanes: () => LANES,
  agents: () => AGENTS.map(({ key }) => key),
  /** Keys that are joined by commas, each once. */
  agentList: (_context, partial) => {
    const named = partial.split(',').slice(0, -1);
    const keys = AGENTS.map(({ key }) => key).filter((key) => !named.includes(key));
    return named.length === 0 ? ['auto', ...keys] : keys.map((key) => [...named, key].join(','));
  },
  packages: async (context) => packagesOf(await workspaceOf(context), missionIn(context.completing)),
} as const satisfies Readonly<Record<string, Propose>>;

function workspaceOf(context: AppContext): Promise<Workspace> {
  return context.workspace({ endsMerge: true });
}

function missionIn(words: readonly string[]): string | undefined {
  const at = words.indexOf('--mission');
  return at === -1 ? undefined : words[at + 1];
}

/** Of the mission that is named, else of the only open one; planned ones have a file, others a log. */
function packagesOf(workspace: Workspace, handle: string | undefined): readonly string[] {
  const { missions } = workspace;
  const here = missions.directories();
  const open = handle === undefined ? here.filter((name) => missions.isOpen(name)) : matching(handle, here);
  const [directory, ...others] = open;
  if (directory === undefined || others.length > 0) return [];
  const mission = missions.openDirectory(directory);
  const planned = mission.files.list('tasks').flatMap((name) => /^WP\d+(?=[-.])/.exec(name) ?? []);
  return [...new Set([...workspace.derived(mission).state.packages.keys(), ...planned])].toSorted();
}

function matching(handle: string, directories: readonly string[]): readonly string[] {
  const resolved = resolveHandle(handle, () =>
    directories.map((directory) => ({ directory, missionId: undefined })),
  );
  return 'found' in resolved ? [resolved.found.directory] : [];
}
