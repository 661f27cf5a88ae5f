const MARK = 'spec-kitty-attempt ';

/**
 * Has Git name an attempt in the reflog of every branch that it moves: all else that is in there would be just the same
 * where a person does it. `git checkout -` does not find its way back then, so that it is for agents without a fence alone.
 */
export function reflogMark(attempt: string): Readonly<Record<string, string>> {
  return { GIT_REFLOG_ACTION: `${MARK}${attempt}` };
}

/** The attempt that an entry of a reflog names. */
export function attemptIn(message: string): string | undefined {
  return message.startsWith(MARK) ? /^[^\s:(]+/.exec(message.slice(MARK.length))?.[0] : undefined;
}
