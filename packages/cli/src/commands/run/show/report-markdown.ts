import { counted } from '@spec-kitty/core/counted';
import { laneWords } from '@spec-kitty/core/lane-words';
import { printable } from '@spec-kitty/core/printable';
import type {
  AttemptDocument,
  DeliveryDocument,
  PackageDocument,
  ReportDocument,
} from './report-document.ts';
import { cameToNothing } from './render-overview.ts';
import { brief, foundSentences, shortTime, usedWords } from './run-sentences.ts';
import { moment } from '../../../render/moment.ts';

/** A report as Markdown. What agents have said is quoted as text, whatever they wrote. */
export function reportMarkdown(report: ReportDocument): string {
  const { mission, runs, packages, totals } = report;
  const used = usedWords(totals);
  return [
    `# Runs of ${mission}`,
    '',
    ...runs.map(
      ({ run_id: id, started_at: from, ended_at: to, outcome, reason }) =>
        `- ${id}: ${moment(from)}${to === null ? '' : ` to ${moment(to)}`}, ${outcome ?? 'not ended'}${reason === '' ? '' : `: ${text(brief(reason))}`}`,
    ),
    '',
    `${counted(totals.attempts, 'attempt')}, ${shortTime(totals.seconds * 1000)} of agents${used === '' ? ', which do not say what they used' : `, ${used} as far as they say`}.`,
    '',
    '| Package | Lane | Attempts | Files | Time | Tokens | Cost |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
    ...packages.map(packageRow),
    ...fences(packages).flatMap((fence) => ['', text(fence)]),
    ...packages.flatMap(packagePart),
    ...(report.delivery.length === 0
      ? []
      : ['', '## Acceptance and merge', '', ...report.delivery.map(delivered)]),
    '',
  ].join('\n');
}

function delivered({ step, at, ...facts }: DeliveryDocument): string {
  return `- ${moment(at)}: ${step === 'accepted' ? 'accepted' : text(landing(facts))}`;
}

function landing({
  target,
  commit,
  packages,
  sent_back: back,
  validations,
}: Omit<DeliveryDocument, 'step' | 'at'>): string {
  const landed =
    commit === null
      ? 'nothing was merged'
      : `${packages.length === 0 ? '' : `${packages.join(', ')} `}merged${target === null ? '' : ` to ${target}`} as ${commit}`;
  const checked =
    validations === null
      ? []
      : [validations === 0 ? 'not validated' : `validated ${counted(validations, 'time')}`];
  const returned = back.map(({ wp_id: id, reason }) => `${id} went back: ${reason}`);
  return [landed, ...checked, ...returned].join('; ');
}

/** What was around the agents, each sentence once. */
function fences(packages: readonly PackageDocument[]): readonly string[] {
  const all = packages.flatMap(({ attempts }) => attempts.flatMap(({ fence }) => fence ?? []));
  return [...new Set(all)];
}

function packageRow({
  wp_id: id,
  title,
  lane,
  attempts,
  files,
  seconds,
  tokens,
  usd,
}: PackageDocument): string {
  const cells = [
    `${id} ${text(title)}`,
    laneWords(lane),
    `${attempts.length}`,
    `${files.length}`,
    shortTime(seconds * 1000),
    tokens === null ? '' : `${tokens}`,
    usd === null ? '' : `$${usd.toFixed(2)}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function packagePart({
  wp_id: id,
  title,
  attempts,
  files,
  forced_by: forced,
}: PackageDocument): readonly string[] {
  return [
    '',
    `## ${id} ${text(title)}`,
    '',
    ...(forced === null ? [] : [`**A rule was overridden by ${text(forced)}.**`, '']),
    ...(attempts.length === 0 ? ['No agent has worked on it.'] : attempts.map(attemptLine)),
    ...attempts.flatMap((attempt, at) =>
      foundSentences(attempt).flatMap((found) => ['', `Attempt ${at + 1}: ${text(found)}`]),
    ),
    ...evidence(attempts.findLast(({ checks }) => checks.length > 0)),
    ...(files.length === 0 ? [] : ['', `Files: ${files.map((file) => `\`${file}\``).join(', ')}`]),
  ];
}

function attemptLine(attempt: AttemptDocument, at: number): string {
  const { role, agent, model, seconds, result, reason, independence, resume } = attempt;
  const used = usedWords(attempt);
  const facts = [
    model,
    seconds === null ? null : shortTime(seconds * 1000),
    used,
    independence === 'session' ? 'same agent as the implementer, another session' : null,
  ].filter((fact) => fact !== null && fact !== '');
  const again = resume === null || !cameToNothing(result) ? '' : ` Its session: \`${printable(resume)}\``;
  const what = role === 'reviewer' ? 'reviews' : 'implements';
  return `${at + 1}. ${agent} ${what} (${facts.join(', ')}): ${result?.replaceAll('_', ' ') ?? 'not ended'}${reason === '' ? '' : `. ${text(brief(reason))}`}${again}`;
}

function evidence(last: AttemptDocument | undefined): readonly string[] {
  if (!last) return [];
  const rows = last.checks.map(
    ({ name, state, says }) =>
      `| ${name.replaceAll('_', ' ')} | ${state.replaceAll('_', ' ')} | ${text(says).replaceAll('|', '\\|')} |`,
  );
  return ['', '| Evidence | | |', '| --- | --- | --- |', ...rows];
}

/** On one line, with nothing that Markdown or a terminal would act on. */
function text(said: string): string {
  return printable(said)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[<[\]`*_]/g, '\\$&');
}
