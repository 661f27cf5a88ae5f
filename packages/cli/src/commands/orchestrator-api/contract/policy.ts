import { Fault } from '@spec-kitty/core/fault';
import type { JsonObject } from '@spec-kitty/core/status/rows/json-value';
import { jsonObject } from '../../../command/json-object.ts';
import { parseLane } from '@spec-kitty/protocol/lane';

const REQUIRED = [
  'orchestrator_id',
  'orchestrator_version',
  'agent_family',
  'approval_mode',
  'sandbox_mode',
  'network_mode',
];

/** Switches that take away what protects the machine from an agent. */
const REFUSED_FLAGS = new Set([
  '--full-auto',
  '--yolo',
  '--dangerously-bypass-approvals-and-sandbox',
  '--dangerously-skip-permissions',
]);

/** Keys of `policy_metadata` that Spec Kitty writes and goes by; nobody else may state them. */
const OWN_KEYS = new Set([
  'agent',
  'base_commit',
  'built_on',
  'commit',
  'lane_id',
  'merge_phase',
  'shell_pid',
  'shell_pid_created_at',
  'target_branch',
  'target_commit',
]);

/** Words that a policy value may not have: it might be the thing itself. */
const SECRET = /^(?:tokens?|secrets?|keys?|apikeys?|passwords?|passwds?|credentials?)$/;

/** A policy is a few texts; whatever is deeper was not written for it. */
const DEEPEST = 16;

/** Lanes that only somebody with a policy may move a package to. */
export const GUARDED: ReadonlySet<string> = new Set([
  'claimed',
  'in_progress',
  'for_review',
  'in_review',
  'approved',
]);

/**
 * Reads `--policy` (L§10.2); `undefined` where none is given and none is needed.
 *
 * Secrets are looked for word by word, also within `api_key`, `apiKey` and `X-Auth-Token`: "keyboard" and "tokenizer" are none.
 *
 * @throws Fault `POLICY_METADATA_REQUIRED` or `POLICY_VALIDATION_FAILED` with every problem.
 */
export function readPolicy(given: string | undefined, to: string): JsonObject | undefined {
  if (given === undefined) {
    const lane = parseLane(to);
    if (lane === undefined || !GUARDED.has(lane)) return undefined;
    throw new Fault('refused', 'POLICY_METADATA_REQUIRED', `A move to ${lane} needs --policy.`, {
      hints: [`Required texts: ${REQUIRED.join(', ')}; and a list dangerous_flags, which may be empty.`],
    });
  }
  const policy = jsonObject(given);
  const problems = typeof policy === 'string' ? [`It ${policy}.`] : problemsOf(policy);
  if (typeof policy !== 'string' && problems.length === 0) return policy;
  throw new Fault('refused', 'POLICY_VALIDATION_FAILED', `The policy cannot be used: ${problems.join(' ')}`, {
    details: { problems },
  });
}

function problemsOf(policy: JsonObject): readonly string[] {
  const { dangerous_flags: flags, tool_restrictions: restrictions = null } = policy;
  return [
    ...REQUIRED.filter((key) => !isText(policy[key])).map((key) => `${key} is not a text.`),
    ...flagProblems(flags),
    ...(restrictions === null || typeof restrictions === 'string'
      ? []
      : ['tool_restrictions is neither a text nor null.']),
    ...Object.keys(policy)
      .filter((key) => OWN_KEYS.has(key))
      .map((key) => `${key} is a key that Spec Kitty writes itself.`),
    ...secretProblems(policy),
  ];
}

function flagProblems(flags: unknown): readonly string[] {
  if (!Array.isArray(flags) || !flags.every((flag) => typeof flag === 'string'))
    return ['dangerous_flags is not a list of texts.'];
  return flags
    .filter((flag) => REFUSED_FLAGS.has((flag.trim().toLowerCase().split('=')[0] ?? '').trim()))
    .map((flag) => `${JSON.stringify(flag)} in dangerous_flags is never allowed.`);
}

/** Says where in a value a word for a secret is; the value itself is not repeated. */
function secretProblems(value: unknown, where = '', depth = 0): readonly string[] {
  if (typeof value === 'string') return namesSecret(value) ? [`${where} has a word for a secret.`] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (depth === DEEPEST) return [`${where} is nested too deep to be looked through.`];
  return Object.entries(value).flatMap(([key, member]) =>
    secretProblems(member, where === '' ? key : `${where}.${key}`, depth + 1),
  );
}

function namesSecret(value: string): boolean {
  const words = value.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').split(/[^\p{L}\d]+/u);
  return words.some((word) => SECRET.test(word.toLowerCase()));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
