import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseJson } from '@spec-kitty/core/parse-json';
import type { Leftover } from '@spec-kitty/core/auth-doctor/doctor-facts';
import { Fault } from '@spec-kitty/core/fault';
import type {
  RemovedSession,
  SessionStore,
  UnfinishedRefresh,
} from '@spec-kitty/core/ports/session/session-store';
import {
  sameAccount,
  sameGrant,
  type Session,
  type Tokens,
  withTokens,
} from '@spec-kitty/core/session/session';
import type { Secret } from '@spec-kitty/core/session/secret';
import { serverFault } from '@spec-kitty/core/session/server-fault';
import { isReplacedByLogin, isStoreFault, storeFault } from '@spec-kitty/core/session/store-fault';
import { isoTime, timeOf } from '@spec-kitty/core/session/session-document';
import type { EndReason, StoredSession, StoreFault } from '@spec-kitty/core/session/stored-session';
import { isJsonObject, type JsonObject } from '@spec-kitty/core/status/rows/json-value';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { fileFault, folderFault, readSecretFile } from './secret-file.ts';
import { makeSecretFolder } from './secret-folder.ts';
import { ABANDONED_MS, overwrite, ROOM, setAside, sweepDrafts } from './session-drafts.ts';
import { filesAside, leftoverSessions, salvageTokens } from './salvage-tokens.ts';
import { isEpoch, openSession, sealSession } from './session-envelope.ts';
import { makeSessionKey, readSessionKey } from './session-key.ts';
import { issuerKey } from './session-root.ts';

const SECRET = { mode: 0o600 } as const;
/** Of `state.json`. */
const STATE_VERSION = 1;
const NOTE = 'refresh-journal.json';
const LOCKS = ['refresh.lock', 'refresh.link'];

/** What `state.json` says: how many logins and logouts there were, and how the last login ended. */
interface State {
  readonly epoch: number;
  readonly lastEnd: { readonly reason: EndReason; readonly atMs: number } | null;
}

/**
 * The login at one server in files of its own (A§2.6).
 *
 * Nothing is cached: a read is one small file, and its key takes microseconds.
 */
export class FileSessionStore implements SessionStore {
  readonly folder: string;
  readonly #root: string;
  readonly #issuer: string;
  readonly #nowMs: () => number;

  constructor(root: string, issuer: string, nowMs: () => number) {
    this.folder = path.join(root, issuerKey(issuer));
    this.#root = root;
    this.#issuer = issuer;
    this.#nowMs = nowMs;
  }

  read(): StoredSession {
    const state = folderFault(this.#root) ?? this.#state();
    if ('kind' in state) return state;
    const file = this.#file('session.json');
    const found = readSecretFile(file);
    if (found.kind === 'absent') return none(state, file);
    if (found.kind !== 'read') return found;
    const key = readSessionKey(this.#root);
    if ('kind' in key) return key.kind === 'absent' ? this.#wrongKey('missing') : key;
    const opened = openSession(found.bytes, this.#issuer, key, file);
    // Written by somebody who was late: that login is over.
    if (opened.kind === 'ok' && opened.epoch < state.epoch) return { ...none(state), outdated: file };
    return opened.kind === 'wrong_key' ? this.#wrongKey('other') : opened;
  }

  /** What is wrong with files beside the session, which a refresh needs. */
  misplaced(): StoreFault | undefined {
    if (folderFault(this.#root) ?? folderFault(this.folder)) return undefined;
    const faults = [...LOCKS, NOTE].map((name) => fileFault(this.#file(name)));
    return faults.find((fault) => fault !== undefined);
  }

  /** Whether there is a count of logins and logouts, without which no session could be told to be over. */
  isCounted(): boolean {
    return existsSync(this.#file('state.json'));
  }

  salvage(): readonly Secret[] {
    return salvageTokens(this.#root, this.folder, this.#issuer).map(({ refresh }) => refresh);
  }

  /** Sessions that were put aside, or whose writer has stopped, and whether they can still be opened. */
  leftovers(): readonly Leftover[] {
    return leftoverSessions(this.#root, this.folder, this.#issuer);
  }

  /** Takes away what was put aside and nobody can open. @returns how many files that were. */
  sweep(): number {
    const files = this.leftovers().filter(({ isOpened }) => !isOpened);
    for (const { path: file } of files) this.#rm(path.basename(file));
    return files.length;
  }

  /** Makes its folders, and looks whether a login could be stored there, before anything is written into them. */
  prepare(): void {
    this.#requireKnownState();
    const stored = this.read();
    if (stored.kind === 'unsupported_version') throw storeFault(stored, this.folder);
    try {
      makeSecretFolder(this.#root);
      makeSecretFolder(this.folder);
    } catch (error) {
      throw diskFault(error, this.folder);
    }
    const fault = LOCKS.map((name) => fileFault(this.#file(name))).find((one) => one !== undefined);
    if (fault) throw storeFault(fault, this.folder);
  }

  login(session: Session): void {
    this.prepare();
    const epoch = this.#nextEpoch();
    makeSessionKey(this.#root);
    if ('kind' in readSessionKey(this.#root)) {
      // Others may know it, or it is none: what it sealed cannot be trusted any more.
      this.#setAside(path.join(this.#root, 'key'));
      makeSessionKey(this.#root);
    }
    this.#setAsideUnreadable();
    // A refresh that has stopped in the middle of writing cannot put an older session in the place of this one.
    sweepDrafts(this.folder, 0, 'session.json');
    // The session first: until the state follows, either of the two logins is whole.
    this.#write(session, epoch);
    this.#setState({ epoch, lastEnd: null });
    this.forgetNote();
    this.#removeSalvaged();
  }

  swap(from: Session, epoch: number, tokens: Tokens): boolean {
    return this.#change(epoch, (stored) =>
      sameGrant(stored, from) ? withTokens(stored, tokens) : undefined,
    );
  }

  patchAccount(of: Session, change: Partial<Session['account']>): boolean {
    return this.#change(undefined, (stored) =>
      sameAccount(stored, of) ? { ...stored, account: { ...stored.account, ...change } } : undefined,
    );
  }

  end(session: Session, reason: EndReason): boolean {
    const stored = this.read();
    if (stored.kind !== 'ok' || !sameGrant(stored.session, session)) return false;
    this.#setState({ epoch: stored.epoch + 1, lastEnd: { reason, atMs: this.#nowMs() } });
    // Whoever has logged in meanwhile keeps that login.
    if (this.read().kind !== 'ok') this.#remove();
    return true;
  }

  logout(reason: EndReason): RemovedSession {
    this.#requireKnownState();
    const before = this.read();
    const aside = filesAside(this.#root, this.folder);
    if (before.kind === 'absent' || before.kind === 'ended') {
      const removed = this.salvage().length > 0;
      // Or its file would be missed.
      if (removed && before.kind === 'absent') this.#fits(this.#ended(reason));
      this.#remove(aside);
      return { removed, setAside: null };
    }
    // A folder is opened to this user alone, or it would go on not being trusted; nothing else is made of one.
    if (before.kind === 'insecure' && before.why === 'mode') this.prepare();
    else if (isStoreFault(before) && !isReplacedByLogin(before)) throw storeFault(before, this.folder);
    const state = this.#ended(reason);
    const kept = this.#setAsideUnreadable();
    const removed = kept.length > 0 || this.salvage().length > 0;
    // Before the session goes: a refresh that is under way cannot bring the login back.
    if (!this.#fits(state)) {
      this.#remove();
      // Now there may be room to say why; if not, the login is over all the same.
      this.#fits(state);
    }
    // What this one has put aside is for whoever wants to look at it.
    this.#remove(aside.filter((file) => !kept.includes(file)));
    return { removed, setAside: kept.find((file) => existsSync(file)) ?? null };
  }

  #ended(reason: EndReason): State {
    return { epoch: this.#nextEpoch(), lastEnd: { reason, atMs: this.#nowMs() } };
  }

  /** @returns `false` where the disk is full. */
  #fits(state: State): boolean {
    try {
      this.#setState(state);
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === 'DISK_FULL') return false;
      throw error;
    }
  }

  note(session: Session, epoch: number, attempt: string): void {
    const note = {
      schema_version: 1,
      epoch,
      issued_at: isoTime(session.tokens.issuedAtMs),
      attempt,
      since: isoTime(this.#nowMs()),
    };
    // With room for what the server may answer: on a disk that fills up meanwhile, it would be lost.
    this.#writeJson(NOTE, note, ROOM);
  }

  markSpent({ tokens }: Session): void {
    const found = readSecretFile(this.#file(NOTE));
    const note = found.kind === 'read' ? parse(found.bytes) : undefined;
    if (note && timeOf(note['issued_at']) === tokens.issuedAtMs)
      this.#writeJson(NOTE, { ...note, spent: true }, ROOM);
  }

  forgetNote(): void {
    this.#rm(NOTE);
  }

  unfinished(): UnfinishedRefresh | undefined {
    const found = readSecretFile(this.#file(NOTE));
    const note = found.kind === 'read' ? parse(found.bytes) : undefined;
    const [issuedAtMs, sinceMs] = [timeOf(note?.['issued_at']), timeOf(note?.['since'])];
    if (!isEpoch(note?.['epoch']) || issuedAtMs === undefined || sinceMs === undefined) return undefined;
    const { attempt } = note;
    return {
      epoch: note['epoch'],
      issuedAtMs,
      sinceMs,
      attempt: typeof attempt === 'string' ? attempt : null,
      isSpent: note['spent'] === true,
    };
  }

  /** Replaces the session of a login that still goes on, and is the same one when all is written. */
  #change(epoch: number | undefined, change: (stored: Session) => Session | undefined): boolean {
    const stored = this.read();
    if (stored.kind !== 'ok' || (epoch !== undefined && stored.epoch !== epoch)) return false;
    const changed = change(stored.session);
    if (changed === undefined) return false;
    const isDue = () => {
      const now = this.read();
      return now.kind === 'ok' && now.epoch === stored.epoch && sameGrant(now.session, stored.session);
    };
    try {
      return this.#write(changed, stored.epoch, isDue) && this.#epoch() <= stored.epoch;
    } catch (error) {
      // Its draft was swept away by a login.
      if (errorCode(error) === 'ENOENT' && !isDue()) return false;
      throw error;
    }
  }

  #write(session: Session, epoch: number, isDue?: () => boolean): boolean {
    for (const folder of [this.#root, this.folder]) sweepDrafts(folder, ABANDONED_MS);
    const key = readSessionKey(this.#root);
    if ('kind' in key) throw storeFault(key.kind === 'absent' ? this.#wrongKey('missing') : key, this.folder);
    const sealed = sealSession(session, epoch, key);
    // Never something that could not be read back: what was there before would be gone for nothing.
    if (openSession(Buffer.from(sealed), this.#issuer, key, this.#file('session.json')).kind !== 'ok')
      throw serverFault(this.#issuer, 'malformed');
    const file = this.#file('session.json');
    try {
      return writeAtomically(file, sealed, { ...SECRET, ...(isDue && { isDue }) });
    } catch (error) {
      // broad-catch: falls back to the room that the note has kept on a full disk; whatever else went wrong is thrown again
      const isFull = error instanceof Fault && error.code === 'DISK_FULL';
      if (!isFull || isDue === undefined || !overwrite(this.#file(NOTE), sealed)) throw error;
      if (!isDue()) return false;
      renameSync(this.#file(NOTE), file);
      syncFolder(this.folder);
      return true;
    }
  }

  /** A state that cannot be trusted is a fault: without it, a login that is over could be taken for one that is not. */
  #state(): State | StoreFault {
    const file = this.#file('state.json');
    const found = readSecretFile(file);
    if (found.kind === 'absent') return { epoch: 0, lastEnd: null };
    if (found.kind !== 'read') return found;
    const state = parse(found.bytes);
    if (state === undefined) return { kind: 'corrupt', why: 'json', path: file };
    const { schema_version: version, epoch, last_end: end } = state;
    if (typeof version === 'number' && version !== STATE_VERSION)
      return { kind: 'unsupported_version', version, path: file };
    if (version !== STATE_VERSION || !isEpoch(epoch)) return { kind: 'corrupt', why: 'schema', path: file };
    const [reason, atMs] = isJsonObject(end) ? [end['reason'], timeOf(end['at'])] : [];
    return { epoch, lastEnd: isReason(reason) && atMs !== undefined ? { reason, atMs } : null };
  }

  /** A later version knows what else its count stands for. */
  #requireKnownState(): void {
    const state = this.#state();
    if ('kind' in state && state.kind === 'unsupported_version') throw storeFault(state, this.folder);
  }

  /** Where nobody knows any more how many there were, it goes on from a number that no count has reached. */
  #epoch(): number {
    const state = this.#state();
    if ('kind' in state) return Math.floor(this.#nowMs() / 1000);
    return state.epoch;
  }

  /** After the state and the session: the state may not have followed yet, where a login was killed. */
  #nextEpoch(): number {
    const stored = this.read();
    return Math.max(this.#epoch(), stored.kind === 'ok' ? stored.epoch : 0) + 1;
  }

  #setState({ epoch, lastEnd }: State): void {
    const end = lastEnd && { reason: lastEnd.reason, at: isoTime(lastEnd.atMs) };
    this.#writeJson('state.json', { schema_version: STATE_VERSION, epoch, last_end: end });
  }

  #writeJson(name: string, document: JsonObject, room = 0): void {
    writeAtomically(this.#file(name), `${JSON.stringify(document).padEnd(room)}\n`, SECRET);
  }

  /** Keeps what cannot be read for whoever wants to look at it; only a login or a logout does that. */
  #setAsideUnreadable(): readonly string[] {
    const stored = this.read();
    if (!isStoreFault(stored)) return [];
    if (stored.path !== this.#file('state.json')) return this.#setAside(this.#file('session.json'));
    // Behind a state that cannot be read, there may be a session that cannot be read either.
    return [...this.#setAside(stored.path), ...this.#setAsideUnreadable()];
  }

  #setAside(file: string): readonly string[] {
    return setAside(file, this.#nowMs());
  }

  #wrongKey(why: 'other' | 'missing'): StoreFault {
    return { kind: 'wrong_key', why, path: path.join(this.#root, 'key') };
  }

  #remove(aside: readonly string[] = []): void {
    for (const file of aside) this.#rm(path.basename(file));
    this.#removeSalvaged();
    this.#rm('session.json');
    this.forgetNote();
  }

  /** Takes away what was put aside or begun, and has a token in it: it is revoked, and nobody has to look at it. */
  #removeSalvaged(): void {
    for (const { file } of salvageTokens(this.#root, this.folder, this.#issuer))
      if (path.basename(file) !== 'session.json') this.#rm(path.basename(file));
  }

  #rm(name: string): void {
    try {
      // Something else may be in its place; in this folder it is ours to take away.
      rmSync(this.#file(name), { force: true, recursive: true });
    } catch (error) {
      throw diskFault(error, this.#file(name));
    }
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}

/** @param gone where a session should be. */
function none(
  { epoch, lastEnd }: State,
  gone?: string,
): Extract<StoredSession, { readonly kind: 'absent' | 'ended' }> {
  if (lastEnd) return { kind: 'ended', ...lastEnd };
  return { kind: 'absent', ...(epoch > 0 && gone !== undefined && { gone }) };
}

function parse(bytes: Buffer): JsonObject | undefined {
  const document = parseJson(bytes.toString('utf8'));
  return isJsonObject(document) ? document : undefined;
}

function isReason(value: unknown): value is EndReason {
  return [
    'user_logout',
    'server_revoked',
    'absolute_lifetime',
    'invalid',
    'rotation_lost',
    'store_fault',
  ].includes(String(value));
}
