/** Lines that a file of the project should have, among others. */
export interface ProjectBlock {
  readonly file: string;
  readonly text: string;
  /** What they are good for, for whoever decides about them. */
  readonly reason: string;
  /** Whether `init` makes the file where there is none; the others only matter to tools that read no other. */
  readonly creates: boolean;
}

const BEGIN = '<!-- spec-kitty:begin -->';
const END = '<!-- spec-kitty:end -->';

/** Every agent that reads `AGENTS.md` has this in every session, so it says only what no command can. */
const AGENTS_MD = `${BEGIN}
## Spec Kitty

Larger work here is planned and delivered as missions under \`kitty-specs/\`. What comes next, and where its
instructions are, is said at any time by:

    spec-kitty next --agent <your-name> --mission <mission>

\`spec-kitty status --all\` lists the missions. Take a work package with \`spec-kitty agent action implement\`, a review
with \`spec-kitty agent action review\`, and change files only in the worktree that they name. Status is kept by these
commands: edit nothing in \`.kittify/\`, no \`status.json\` and no \`status.events.jsonl\`. Whoever implemented a package
does not approve it.
${END}
`;

/** What `init` makes where there is no such file, and prints where somebody else has one. */
export const PROJECT_BLOCKS: readonly ProjectBlock[] = [
  {
    file: 'AGENTS.md',
    text: AGENTS_MD,
    reason: 'tells every agent how work is taken here',
    creates: true,
  },
  {
    file: '.kittify/.gitignore',
    // Committed, unlike the one in the folder, so that clones have it; the predecessor writes to all of them.
    text: 'runtime/\nworkspaces/\ncache/\n',
    reason: 'keeps what belongs to one machine out of commits',
    creates: true,
  },
  {
    file: 'kitty-specs/.gitattributes',
    text: 'status.events.jsonl merge=union\n',
    reason: 'keeps the events of both sides when branches are merged',
    creates: true,
  },
  {
    file: '.gitattributes',
    text: 'kitty-specs/**/status.events.jsonl merge=union\n',
    reason: 'keeps those events for tools that read only this file',
    creates: false,
  },
  {
    file: '.gitignore',
    text: '.worktrees/\n',
    reason: 'keeps tools that read only this file out of the worktrees',
    creates: false,
  },
];

/** Whether a text has a block: between its marks, whatever it says there, else every line. */
export function hasBlock(text: string, block: ProjectBlock): boolean {
  if (isMarked(block.text)) return isMarked(text);
  const lines = new Set(text.split(/\s*\n\s*/));
  return block.text
    .trimEnd()
    .split('\n')
    .every((line) => lines.has(line));
}

/** A text with the block in it: in place of what is between its marks, else at the end, with the text's own line ends. */
export function withBlock(text: string, block: ProjectBlock): string {
  const own = text.includes('\r\n') ? block.text.replaceAll('\n', '\r\n') : block.text;
  if (isMarked(block.text) && isMarked(text)) {
    const after = text.slice(text.indexOf(END) + END.length);
    return text.slice(0, text.indexOf(BEGIN)) + own.trimEnd() + after;
  }
  if (hasBlock(text, block)) return text;
  const newline = own === block.text ? '\n' : '\r\n';
  return text === '' ? own : `${text}${text.endsWith('\n') ? '' : newline}${newline}${own}`;
}

/** A mark of a block that has lost its other one, with its line; what belongs between the two cannot be told then. */
export function loneMark(
  text: string,
  block: ProjectBlock,
): { mark: string; missing: string; line: number } | undefined {
  if (!isMarked(block.text)) return undefined;
  let open: number | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.includes(BEGIN)) {
      if (open !== undefined) break;
      open = index + 1;
    }
    if (!line.includes(END)) continue;
    if (open === undefined) return { mark: END, missing: BEGIN, line: index + 1 };
    open = undefined;
  }
  return open === undefined ? undefined : { mark: BEGIN, missing: END, line: open };
}

function isMarked(text: string): boolean {
  return text.includes(BEGIN) && text.indexOf(END) > text.indexOf(BEGIN);
}
