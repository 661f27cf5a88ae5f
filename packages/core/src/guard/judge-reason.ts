const LEAST_WORDS = 5;
const LEAST_CHARACTERS = 25;

/** Says nothing, whatever else a reason has to say. */
const GENERIC = [
  'all exceptions',
  'all errors',
  'ble001',
  'blanket',
  'broad catch',
  'broad exception',
  'catch all',
  'catchall',
  'error',
  'exception',
  'fixme',
  'generic',
  'ignore',
  'ignored',
  'noqa',
  'suppress',
  'suppression',
  'temp',
  'temporary',
  'todo',
];

/** What a generic reason is stretched with. */
const FILLERS = 'a an and any are every everything for here is it just of on or that the these this we';

const EMPTY_WORDS = new Set([...GENERIC, FILLERS].join(' ').split(' '));

/** What is done with a failure, in any form of the verb. */
const VERB =
  /\b(?:translat(?:e|es|ed|ing)|convert(?:s|ed|ing)?|wrap(?:s|ped|ping)?|down-?grad(?:e|es|ed|ing)|degrad(?:e|es|ed|ing)|fall(?:s|ing)? back|log(?:s|ged|ging)?|record(?:s|ed|ing)?|report(?:s|ed|ing)?|warn(?:s|ed|ing)?|clean(?:s|ed|ing)?[ -]?up|releas(?:e|es|ed|ing)|retr(?:y|ies|ied|ying)|forward(?:s|ed|ing)?|isolat(?:e|es|ed|ing)|best[ -]effort)\b/;

/** Where the failure comes from: something that is not ours or not in our process. */
const BOUNDARIES =
  'add-on addon browser cache callback child cipher connection database daemon decoder disk document file file-system filesystem folder git handler host journal json kernel keychain library listener lock machine module network operating-system parser peer pipe platform plugin process provider proxy registry request response runtime server session shell signal socket store stream subprocess system terminal thread timer token transport url user-code worker';

const BOUNDARY = new RegExp(String.raw`\b(?:${BOUNDARIES.split(' ').join('|')})(?:s|es)?\b`);

/** What is wrong with a reason. */
export type ReasonProblem =
  | 'reason-generic'
  | 'reason-unfinished'
  | 'reason-short'
  | 'reason-without-verb'
  | 'reason-without-boundary'
  | 'reason-repeated';

/**
 * Whether a reason says of a broad catch what is done with the failure, and at which boundary.
 *
 * @param all reasons of the same file, this one among them.
 */
export function judgeReason(reason: string, all: readonly string[]): ReasonProblem | undefined {
  const normal = normalised(reason);
  const words = normal.split(' ');
  // Before the empty words: "todo" is one of both.
  if (words.every(isEmpty)) return 'reason-generic';
  if (/\b(?:todo|fixme|xxx)\b/.test(normal)) return 'reason-unfinished';
  if (words.length < LEAST_WORDS || reason.trim().length < LEAST_CHARACTERS) return 'reason-short';
  if (!VERB.test(normal)) return 'reason-without-verb';
  if (!BOUNDARY.test(normal)) return 'reason-without-boundary';
  return all.filter((other) => normalised(other) === normal).length > 1 ? 'reason-repeated' : undefined;
}

/** Also in the plural, and of two such words. */
function isEmpty(word: string): boolean {
  return word.split('-').every((part) => EMPTY_WORDS.has(part) || EMPTY_WORDS.has(part.replace(/s$/, '')));
}

/** Letters, digits and hyphens within words alone: case, punctuation and spacing make no difference. */
function normalised(reason: string): string {
  return reason
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}-]+/gu, ' ')
    .replaceAll(/(?<![\p{L}\p{N}])-+|-+(?![\p{L}\p{N}])/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}
