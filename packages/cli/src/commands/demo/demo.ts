import path from 'node:path';
import type { AppContext } from '../../context.ts';
import { EXPENSE_MODULES } from '../../demo-project/expense-modules.ts';
import { prepareProject } from './prepare-project.ts';
import { resultDocument, resultText } from './result-text.ts';
import { isDelivered, runDemo } from './run-demo.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

interface Flags {
  readonly prepare?: string;
  readonly agent?: string;
  readonly json: boolean;
}

/** Runs the demo and shows what came of it; with `--prepare` only makes its project. */
export async function demo(this: AppContext, { prepare, agent, json }: Flags): Promise<void> {
  if (prepare !== undefined) {
    const repository = path.resolve(this.cwd, prepare);
    this.progress('Making the project and planning its mission…');
    const { mission } = await prepareProject(this, repository, EXPENSE_MODULES);
    this.show(json, { repository, mission }, () =>
      [
        `Made a project with a finalized mission of six work packages, all ready to claim: ${repository}`,
        `Its validation command is trusted. Go there, then ask: \`spec-kitty next --agent <agent> --mission ${shellWord(mission)}\`.`,
      ].join('\n'),
    );
    return;
  }
  const result = await runDemo(this, agent);
  this.show(json, resultDocument(result), () => resultText(result));
  if (!isDelivered(result)) this.exit.code = 1;
}
