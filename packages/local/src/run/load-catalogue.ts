import { statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { writableByOthers } from '@spec-kitty/core/login/config-exposure';
import { parseYamlMapping } from '@spec-kitty/core/planning/frontmatter/parse-yaml-mapping';
import { AgentCatalogue } from '@spec-kitty/core/run/agents/agent-catalogue';
import type { AgentEntry } from '@spec-kitty/core/run/agents/agent-entry';
import { CATALOGUE, scriptEntry } from '@spec-kitty/core/run/agents/catalogue';
import { readEntries } from '@spec-kitty/core/run/agents/read-entries';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { JsonObject } from '@spec-kitty/core/status/rows/json-value';
import { readText } from '../files/plain-file.ts';
import { sessionRoot } from '../session/session-root.ts';
import { agentItem, type RepositoryTrust } from '../trust/repository-trust.ts';

/** What the agents of a run come from. */
export interface CatalogueSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Program of the agent `script`. */
  readonly script: string;
  /** What the repository defines. */
  readonly definitions: JsonObject;
  readonly trust: Pick<RepositoryTrust, 'require'>;
}

/**
 * Puts together which agents can be run: the built-in ones, those of the repository once they are allowed, and the user's
 * own, which go before the others.
 *
 * @throws Fault `AGENTS_INVALID`, or `AGENTS_EXPOSED` where another user may have written the user's own file.
 */
export function loadCatalogue({ env, script, definitions, trust }: CatalogueSources): AgentCatalogue {
  const builtIn = [...CATALOGUE, scriptEntry(process.execPath, script)];
  const own = ownEntries(agentsFile(env), builtIn);
  const taken = new Set([...builtIn, ...own].map(({ key }) => key));
  // A repository names its own agents, and says nothing about those that the user knows already.
  const theirs = Object.fromEntries(Object.entries(definitions).filter(([key]) => !taken.has(key)));
  const file = '.kittify/config.yaml';
  const repository = readEntries(theirs, { file, known: [...builtIn, ...own] });
  return new AgentCatalogue([builtIn, repository, own], (key) => {
    if (!Object.hasOwn(theirs, key)) return undefined;
    try {
      trust.require(agentItem(key, theirs[key]));
      return undefined;
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  });
}

/** The user's own definitions, beside their logins. */
export function agentsFile(env: CatalogueSources['env']): string {
  const root = sessionRoot({ platform: process.platform, env, home: env['HOME'] || os.homedir() });
  return path.join(path.dirname(root), 'agents.yaml');
}

function ownEntries(file: string, known: readonly AgentEntry[]): readonly AgentEntry[] {
  const text = readText(file);
  if (text === undefined) return [];
  requireOwn(path.dirname(file));
  requireOwn(file);
  const parsed = parseYamlMapping(text.replace(/^\uFEFF/, ''));
  if (parsed.ok) return readEntries(parsed.values, { file, known });
  const { message, line } = parsed;
  throw new Fault(
    'refused',
    'AGENTS_INVALID',
    `Your agents cannot be read, line ${line}: ${message}: ${file}`,
    {
      hints: [`Correct line ${line}, or the one before it.`],
      details: { file, line },
    },
  );
}

/** What is in it is run: nobody else may have written it. */
function requireOwn(place: string): void {
  const why = writableByOthers(statSync(place), process.geteuid?.());
  if (why === undefined) return;
  const said = why === 'mode' ? 'others may change it' : 'it belongs to another user';
  throw new Fault('refused', 'AGENTS_EXPOSED', `No agents are taken from there, since ${said}: ${place}`, {
    hints: [
      why === 'mode'
        ? `Run \`chmod go-w ${shellWord(place)}\`; see first that everything in it is yours.`
        : 'Put it aside, and write your own.',
    ],
    details: { why, path: place },
  });
}
