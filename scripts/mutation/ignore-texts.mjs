/**
 * Leaves sentences alone: that a message has another wording is for transcripts to notice, not for rules.
 *
 * A text with a space between two words is one; names, codes, keys and patterns have none.
 */
const texts = {
  shouldIgnore(path) {
    const { node } = path;
    const parts = path.isStringLiteral()
      ? [node.value]
      : path.isTemplateLiteral()
        ? node.quasis.map(({ value }) => value.raw)
        : [];
    return parts.some((text) => /\w,? \w/.test(text)) ? 'words for people' : undefined;
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'texts', value: texts }];
