import type { AppContext } from '../../context.ts';
import { lastRun, openRun } from './open-run.ts';
import { reportDocument } from './show/report-document.ts';
import { reportMarkdown } from './show/report-markdown.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Reports on every run of a mission. */
export async function runReport(this: AppContext, { mission, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  const opened = openRun(workspace, view.mission);
  lastRun(opened, view.mission);
  const document = reportDocument(view, opened.runs, opened.logOf);
  this.show(json, document, () => reportMarkdown(document));
}
