import type { AppContext } from '../../../context.ts';
import { openAgentProject } from './agent-project.ts';

/** Sets one value below `agents:` in the configuration. */
export async function setAgentValue(
  this: AppContext,
  { json }: { readonly json: boolean },
  key: 'auto_commit',
  value: boolean,
): Promise<void> {
  (await openAgentProject(this)).set({ [key]: value });
  this.show(json, { result: 'success', key, value }, () => `agents.${key} is ${value}.`);
}
