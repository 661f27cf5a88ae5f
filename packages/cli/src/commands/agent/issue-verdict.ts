import { recordIssueVerdict } from '@spec-kitty/core/accept/record-issue-verdict';
import { few } from '@spec-kitty/core/few';
import type { IssueVerdict } from '@spec-kitty/core/matrices/issue-verdicts';
import type { AppContext } from '../../context.ts';

interface Flags {
  readonly issue: string;
  readonly verdict: IssueVerdict;
  readonly evidence?: string;
  readonly title?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Records a verdict and prints which issues are still open. */
export async function issueVerdict(this: AppContext, flags: Flags): Promise<void> {
  const { issue, verdict, evidence, title, mission, json } = flags;
  const { directory, file, created, open } = await recordIssueVerdict(await this.workspace(), {
    mission,
    issue,
    verdict,
    evidence,
    title,
  });
  const document = {
    result: 'success',
    mission_slug: directory,
    issue,
    verdict,
    open,
    file,
    created,
    committed: false,
  };
  this.show(json, document, () =>
    [
      `${issue} is ${verdict}.`,
      open.length > 0 ? `Open: ${few(open)}.` : 'No issue is open.',
      `${created ? 'Made' : 'Changed'}, not committed: ${file}`,
    ].join('\n'),
  );
}
