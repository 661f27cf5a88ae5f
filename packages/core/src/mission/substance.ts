/** How far a planning document has come: absent, still the scaffold, or with real content. */
export type DocumentState = 'missing' | 'scaffold' | 'substantive';

/** Judges spec.md: it counts once a functional requirement has text of its own (L§6.4). */
export function specState(text: string | undefined): DocumentState {
  if (text === undefined) return 'missing';
  return text.split(/\r?\n/).some(hasRealRequirement) ? 'substantive' : 'scaffold';
}

/** Judges plan.md: it counts once its technical context, or any section beyond the scaffold, is filled in. */
export function planState(text: string | undefined): DocumentState {
  if (text === undefined) return 'missing';
  const written = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && !isPlaceholder(line));
  return written.length > 0 ? 'substantive' : 'scaffold';
}

/** Says what a planning document still lacks; `undefined` for one with real content. */
export function lackOf(file: 'spec.md' | 'plan.md', state: DocumentState): string | undefined {
  if (state === 'substantive') return undefined;
  if (state === 'missing') return `There is no ${file}.`;
  return file === 'spec.md' ? 'spec.md has no requirement with real text.' : 'plan.md is still the scaffold.';
}

/** Marks text that a person or an agent has to replace; the scaffolds are made of such lines. */
function isPlaceholder(text: string): boolean {
  const bare = text.replace(/^[\s>*|-]+/, '').trim();
  return (
    bare === '' ||
    /^\[[^\]]*\][.:]?$/.test(bare) ||
    /^<!--.*-->$/.test(bare) ||
    /:\*{0,2}\s*\[[^\][]*\]$/.test(bare)
  );
}

/** A placeholder as the scaffolds have them: words in brackets, which a check box, a list of ids or a question to be answered is not. */
const PLACEHOLDER = /^\[(?!NEEDS CLARIFICATION)(?=[^\]]*[a-z]{2}[^\]]* )[^\][]+\]$/;

/** Finds the placeholders that fill a line, the value behind its label, or a cell of a table; columns count from 1. */
export function leftPlaceholders(
  line: string,
): readonly { readonly column: number; readonly placeholder: string }[] {
  if (!line.includes('[')) return [];
  const parts = line.trimStart().startsWith('|')
    ? line.split('|')
    : [line.replace(/^.*?:\*{0,2}\s+(?=\[)/, '')];
  let from = 0;
  return parts.flatMap((part) => {
    const placeholder = part.replace(/^[\s>*-]+/, '').trim();
    if (!PLACEHOLDER.test(placeholder)) return [];
    from = line.indexOf(placeholder, from) + placeholder.length;
    return [{ column: from - placeholder.length + 1, placeholder }];
  });
}

function hasRealRequirement(line: string): boolean {
  const match = /^[\s>|*#~-]*(?:\d+[.)][\s*~]*)?FR-\d+[*~]*\s*(.*)$/i.exec(line);
  // In a table the requirement is the cell after its id; the next one may hold its criterion.
  const rest = match?.[1]?.replace(/^[\s:|*—–-]+/, '');
  const text = (/^\s*\|/.test(line) ? rest?.split('|')[0] : rest)?.replace(/[\s|*]+$/, '');
  return text !== undefined && text.length > 2 && !/^\[[^\]]*\]$/.test(text);
}
