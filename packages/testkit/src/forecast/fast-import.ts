/** Collects commits as `git fast-import` reads them. */
export class FastImport {
  readonly #parts: string[] = [];
  #marks = 0;

  /** Adds a commit of what differs between two states. @returns its mark. */
  commit(
    branch: string,
    message: string,
    {
      before,
      after,
      from,
    }: { before: ReadonlyMap<string, string>; after: ReadonlyMap<string, string>; from: number | undefined },
  ): number {
    this.#marks += 1;
    const date = 1_700_000_000 + this.#marks * 60;
    this.#parts.push(
      `commit refs/heads/${branch}\nmark :${this.#marks}\n`,
      `committer Made Up <made.up@example.org> ${date} +0000\n`,
      data(message),
      from === undefined ? '' : `from :${from}\n`,
    );
    for (const path of before.keys()) if (!after.has(path)) this.#parts.push(`D ${path}\n`);
    for (const [path, text] of after)
      if (before.get(path) !== text) this.#parts.push(`M 100644 inline ${path}\n`, data(text));
    this.#parts.push('\n');
    return this.#marks;
  }

  toString(): string {
    return this.#parts.join('');
  }
}

/** All that is made up is ASCII, so characters are bytes. */
function data(text: string): string {
  return `data ${text.length}\n${text}\n`;
}
