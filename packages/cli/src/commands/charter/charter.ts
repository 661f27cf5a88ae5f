import { counted } from '@spec-kitty/core/counted';
import { Fault } from '@spec-kitty/core/fault';
import { MISSION_TYPES } from '@spec-kitty/core/mission/mission-types';
import {
  CHARTER,
  CHARTER_LIMIT,
  charterContext,
  charterPart,
  charterSections,
} from '@spec-kitty/core/project/charter';
import type { AppContext } from '../../context.ts';

const NONE = `There is no charter: ${CHARTER}`;

/** Shows what the charter is made of; that there is none is an answer, too. */
export async function charterStatus(this: AppContext, { json }: { json: boolean }): Promise<void> {
  const text = (await this.workspace()).files.read(CHARTER);
  const sections = text === undefined ? [] : charterSections(text);
  const cut = ACTIONS.filter((action) => text !== undefined && charterContext(text, action).cut !== null);
  const document = {
    result: 'success',
    charter_file: CHARTER,
    exists: text !== undefined,
    characters: text?.length ?? 0,
    limit: CHARTER_LIMIT,
    sections: sections.map(({ heading, line, actions }) => ({ heading, line, actions })),
    cut_for: cut,
  };
  this.show(json, document, () =>
    text === undefined
      ? `${NONE}\nPrompts say nothing of the project's rules until somebody writes it.`
      : [
          `${CHARTER}: ${counted(text.length, 'character')}, ${counted(sections.length, 'section')}`,
          ...sections.map(
            ({ heading, line, actions }) =>
              `  ${line}: ${heading || '(before the first heading)'}${actions === null ? '' : ` [only ${actions.join(', ')}]`}`,
          ),
          ...(cut.length === 0
            ? []
            : [`Too long for ${cut.join(', ')}: prompts have at most ${CHARTER_LIMIT} characters of it.`]),
        ].join('\n'),
  );
}

/** Prints what a prompt for an action is given. */
export async function charterContextOf(
  this: AppContext,
  { action, json }: { action: string; json: boolean },
): Promise<void> {
  if (!ACTIONS.includes(action))
    throw new Fault('usage', 'OPTION_INVALID', `There is no action "${action}".`, {
      hints: [`Use one of: ${ACTIONS.join(', ')}.`],
      details: { candidates: ACTIONS },
    });
  const text = (await this.workspace()).files.read(CHARTER);
  const context = text === undefined ? undefined : charterContext(text, action);
  const part = charterPart(text, action);
  const document = {
    result: 'success',
    action,
    charter_file: CHARTER,
    exists: text !== undefined,
    sections: context?.sections ?? [],
    cut: context?.cut ?? null,
    text: part ?? null,
  };
  this.show(
    json,
    document,
    () => part ?? (text === undefined ? NONE : `Nothing in the charter is for ${action}.`),
  );
}

const ACTIONS = [...new Set(MISSION_TYPES.flatMap(({ steps }) => steps.map(({ id }) => id)))];
