import type { Permissions } from './agent-entry.ts';

/** What an agent asks to do, with the answers that it offers. */
export interface PermissionRequest {
  /** Of the tool, such as `edit` or `execute`; agents need not say. */
  readonly kind: string | null;
  /** Files that it is about. */
  readonly paths: readonly string[];
  readonly options: readonly PermissionOption[];
}

/** One answer that an agent offers. */
export interface PermissionOption {
  readonly id: string;
  readonly kind: string;
}

/** Where an agent may write. */
export interface PermissionPlace {
  readonly workspace: string;
  readonly reportFile: string;
}

const CHANGES = new Set(['edit', 'delete', 'move']);
const HARMLESS = new Set(['read', 'search', 'think', ...CHANGES]);

/**
 * Answers in a person's place, by the name of one of the offered answers; `undefined` where none of them will do. What is
 * changed outside the workspace is declined always. This keeps honest agents out of trouble: the fence is what holds others.
 */
export function answerPermission(
  policy: Permissions,
  { kind, paths, options }: PermissionRequest,
  place: PermissionPlace,
): string | undefined {
  const changesOthers = CHANGES.has(kind ?? '') && !paths.every((path) => isInside(path, place));
  const allows = policy === 'all' || (policy === 'edits' && HARMLESS.has(kind ?? ''));
  // Once is enough: an answer for ever might be written down, and be true for the next run as well.
  const wanted = allows && !changesOthers ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  return wanted
    .map((one) => options.find((option) => option.kind === one)?.id)
    .find((id) => id !== undefined);
}

/** A path that is not whole is the workspace's. */
function isInside(path: string, { workspace, reportFile }: PermissionPlace): boolean {
  const plain = path.replaceAll('\\', '/');
  const root = `${workspace.replaceAll('\\', '/').replace(/\/$/, '')}/`;
  if (plain.split('/').includes('..')) return false;
  const isWhole = plain.startsWith('/') || /^[a-z]:\//i.test(plain);
  return !isWhole || `${plain}/`.startsWith(root) || plain === reportFile.replaceAll('\\', '/');
}
